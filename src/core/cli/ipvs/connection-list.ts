// `conn list`: the connection table with filters; persistence templates and engine data told apart.
// Spec: /proc/net/ip_vs_conn through ipvs/connections.ts.

import { readFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  type ConnectionEntry,
  type ConnectionProtocol,
  connectionStates,
  isTemplate,
  markOf,
  parseConnections,
  schemaName,
} from '../../ipvs/index.ts';
import { type Endpoint, printEndpoint } from '../../net/index.ts';
import { type Column, columns, fits } from './columns.ts';
import { openIpvs } from './kernel.ts';
import { reverseNames } from './names.ts';
import { emptyNote, type Shown } from './present.ts';
import { type Place, readEnd, readServices, serviceWord } from './words.ts';

export interface ConnectionFilter {
  /** `HOST` or `HOST:PORT` of the client, the service, the server. */
  readonly client?: string | undefined;
  readonly service?: string | undefined;
  readonly server?: string | undefined;
  readonly protocol?: ConnectionProtocol | undefined;
  /** One of `connectionStates`, in small or capital letters. */
  readonly state?: string | undefined;
  /** `only` or `without` persistence templates. */
  readonly templates?: 'only' | 'without' | undefined;
  readonly names: boolean;
}

const file = '/proc/net/ip_vs_conn';

/** Whether an end of a connection is the one named: the address alone, or address and port. */
const matches = (place: Place, end: Endpoint): boolean =>
  end.address === place.address && (place.port === undefined || end.port === place.port);

type Test = (entry: ConnectionEntry) => boolean;

async function testOfEnd(word: string, endOf: (entry: ConnectionEntry) => Endpoint): Promise<Outcome<Test>> {
  const place = await readEnd(word);
  return place.ok ? succeed(entry => matches(place.value, endOf(entry))) : place;
}

async function testOfService(word: string): Promise<Outcome<Test>> {
  const read = await readServices(word);
  if (!read.ok) return read;
  const service = read.value;
  if ('mark' in service) {
    const { family, mark } = service;
    return succeed(entry => {
      const found = markOf(entry);
      return found?.mark === mark && found.family === family;
    });
  }
  const { protocol } = service;
  return succeed(
    entry =>
      (protocol === undefined || entry.protocol.toLowerCase() === protocol) &&
      matches(service, entry.virtual),
  );
}

/** Fault `usage` for a word that is no state of the protocol's connections. */
function testOfState(word: string, protocol: ConnectionProtocol | undefined): Outcome<Test> {
  const states = connectionStates(protocol);
  const state = word.toUpperCase();
  if (states.includes(state)) return succeed(entry => entry.state === state);
  return fail({
    code: 'usage',
    message: `--state ${word}: ${protocol === undefined ? 'connections have' : `--protocol ${protocol} has`} no such state`,
    remedy: `Known states: ${states.join(', ').toLowerCase()}.`,
  });
}

/** What an entry must be to be shown. Fault `usage` for a word that is no address or no state. */
export async function testsOf(filter: ConnectionFilter): Promise<Outcome<Test[]>> {
  const { templates, protocol, state } = filter;
  const tests: Test[] = [];
  if (templates !== undefined) tests.push(entry => isTemplate(entry) === (templates === 'only'));
  if (protocol !== undefined) tests.push(entry => entry.protocol.toLowerCase() === protocol);
  const named: (Outcome<Test> | Promise<Outcome<Test>> | undefined)[] = [
    state === undefined ? undefined : testOfState(state, protocol),
    filter.client === undefined ? undefined : testOfEnd(filter.client, ({ client }) => client),
    filter.service === undefined ? undefined : testOfService(filter.service),
    filter.server === undefined ? undefined : testOfEnd(filter.server, ({ destination }) => destination),
  ];
  for (const one of named) {
    const test = await one;
    if (test?.ok === false) return test;
    if (test !== undefined) tests.push(test.value);
  }
  return succeed(tests);
}

export async function listConnections(filter: ConnectionFilter): Promise<Outcome<Shown>> {
  const tests = await testsOf(filter);
  if (!tests.ok) return tests;
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
  const entries = parseConnections(text).filter(entry => tests.value.every(test => test(entry)));
  return succeed({
    document: {
      schema: schemaName,
      connections: entries.map(({ engine, ...entry }) => ({
        ...entry,
        protocol: entry.protocol.toLowerCase(),
        template: isTemplate({ engine, ...entry }),
        ...fwmarkDocument({ engine, ...entry }),
        ...(engine === undefined ? {} : { engine }),
      })),
    },
    text: () =>
      entries.length === 0
        ? emptyNote('There are no such connections.')
        : renderConnections(entries, filter.names, process.stdout.columns),
  });
}

const fwmarkDocument = (entry: ConnectionEntry): { fwmark?: number } => {
  const found = markOf(entry);
  return found === undefined ? {} : { fwmark: found.mark };
};

/** One line per entry; where a terminal of `width` is too narrow, its ends below each other. */
export async function renderConnections(
  entries: readonly ConnectionEntry[],
  named: boolean,
  width = Number.POSITIVE_INFINITY,
): Promise<string> {
  const ends = ({ client, virtual, destination }: ConnectionEntry) => [client, virtual, destination];
  const names = named
    ? await reverseNames(entries.flatMap(entry => ends(entry).map(({ address }) => address)))
    : undefined;
  const word = (end: Endpoint) => {
    const name = names?.host(end.address);
    return name === undefined ? printEndpoint(end) : `${name}:${end.port}`;
  };
  const serviceCell = (entry: ConnectionEntry) => {
    const mark = markOf(entry);
    return mark === undefined ? word(entry.virtual) : serviceWord(mark);
  };
  const heads: Column[] = [{ head: 'PROTOCOL' }, { head: 'STATE' }, { head: 'EXPIRES', align: 'right' }];
  const lines = entries.map(entry => ({
    facts: [
      entry.protocol.toLowerCase(),
      isTemplate(entry) ? 'template' : entry.state.toLowerCase(),
      `${entry.expires} s`,
    ],
    places: [word(entry.client), serviceCell(entry), word(entry.destination)],
    engine: entry.engine === undefined ? '' : `${entry.engine.name} ${entry.engine.data}`,
  }));
  const wide = columns(
    [...heads, ...['CLIENT', 'SERVICE', 'SERVER', 'ENGINE'].map(head => ({ head }))],
    lines.map(({ facts, places, engine }) => [...facts, ...places, engine]),
  );
  if (fits(wide, width)) return wide;
  const engines = lines.some(({ engine }) => engine !== '');
  return columns(
    [...heads, { head: ['CLIENT', 'SERVICE', 'SERVER', ...(engines ? ['ENGINE'] : [])].join('\n') }],
    lines.map(({ facts, places, engine }) => [
      ...facts,
      [...places, ...(engine === '' ? [] : [engine])].join('\n'),
    ]),
  );
}
