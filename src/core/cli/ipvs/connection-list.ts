// `conn list`: the connection table with filters; persistence templates and engine data told apart.
// Behind it: /proc/net/ip_vs_conn through ipvs/connections.ts.

import { readFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../../fault.ts';
import { type ConnectionEntry, isTemplate, parseConnections, schemaName } from '../../ipvs/index.ts';
import { type Endpoint, parseAddress, printEndpoint } from '../../net/index.ts';
import { columns } from './columns.ts';
import { openIpvs } from './kernel.ts';
import { reverseNames } from './names.ts';
import type { Shown } from './present.ts';

export interface ConnectionFilter {
  /** `HOST` or `HOST:PORT` of the client, the service, the server. */
  readonly client?: string | undefined;
  readonly service?: string | undefined;
  readonly server?: string | undefined;
  readonly protocol?: string | undefined;
  readonly state?: string | undefined;
  /** `only` or `without` persistence templates. */
  readonly templates?: 'only' | 'without' | undefined;
  readonly names: boolean;
}

const file = '/proc/net/ip_vs_conn';

/** Whether an end of a connection is the one named: the address alone, or address and port. */
function matches(word: string | undefined, end: Endpoint): boolean {
  if (word === undefined) return true;
  const address = parseAddress(word);
  return address === undefined ? printEndpoint(end) === word : end.address === address;
}

function wanted(filter: ConnectionFilter, entry: ConnectionEntry): boolean {
  if (filter.templates !== undefined && isTemplate(entry) !== (filter.templates === 'only')) return false;
  if (filter.protocol !== undefined && filter.protocol !== entry.protocol.toLowerCase()) return false;
  if (filter.state !== undefined && filter.state.toUpperCase() !== entry.state) return false;
  return (
    matches(filter.client, entry.client) &&
    matches(filter.service?.replace(/^(tcp|udp|sctp):/, ''), entry.virtual) &&
    matches(filter.server, entry.destination)
  );
}

export async function listConnections(filter: ConnectionFilter): Promise<Outcome<Shown>> {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The family says why better than the missing file does.
    const kernel = await openIpvs();
    if (!kernel.ok) return kernel;
    kernel.value.close();
    return fail({
      code: code === 'EACCES' ? 'not-permitted' : 'file-unreadable',
      message: `${file}: ${code}`,
      operation: 'open',
    });
  }
  const entries = parseConnections(text).filter(entry => wanted(filter, entry));
  return succeed({
    document: {
      schema: schemaName,
      connections: entries.map(({ engine, ...entry }) => ({
        ...entry,
        template: isTemplate({ engine, ...entry }),
        ...(engine === undefined ? {} : { engine }),
      })),
    },
    text: () => render(entries, filter.names),
  });
}

async function render(entries: readonly ConnectionEntry[], named: boolean): Promise<string> {
  const ends = (entry: ConnectionEntry) => [entry.client, entry.virtual, entry.destination];
  const names = named
    ? await reverseNames(entries.flatMap(entry => ends(entry).map(({ address }) => address)))
    : undefined;
  const word = (end: Endpoint) => {
    const name = names?.host(end.address);
    return name === undefined ? printEndpoint(end) : `${name}:${end.port}`;
  };
  return columns(
    [
      { head: 'PROTOCOL' },
      { head: 'STATE' },
      { head: 'EXPIRES', align: 'right' },
      { head: 'CLIENT' },
      { head: 'SERVICE' },
      { head: 'SERVER' },
      { head: 'ENGINE' },
    ],
    entries.map(entry => [
      entry.protocol.toLowerCase(),
      isTemplate(entry) ? 'template' : entry.state.toLowerCase(),
      `${entry.expires} s`,
      ...ends(entry).map(word),
      entry.engine === undefined ? '' : `${entry.engine.name} ${entry.engine.data}`,
    ]),
  );
}
