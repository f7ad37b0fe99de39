// Which entries of the connection table are shown.
// Spec: /proc/net/ip_vs_conn through ipvs/connections.ts; words.ts for the ends.

import { fail, type Outcome, succeed } from '../../fault.ts';
import {
  type ConnectionEntry,
  type ConnectionProtocol,
  connectionStates,
  isTemplate,
  markOf,
} from '../../ipvs/index.ts';
import type { Endpoint } from '../../net/index.ts';
import { type Place, readEnd, readServices } from './words.ts';

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
}

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
