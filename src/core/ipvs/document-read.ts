// A document of schema lvskit/ipvs/1 -> services. Unknown words, wrong types and doubles are refused, each with its path.
// Spec: document.ts, docs/ipvs-table.schema.json; counters of a listing are accepted and passed over.

import { fail, type Outcome, succeed } from '../fault.ts';
import {
  type Address,
  addressBits,
  type Family,
  familyOf,
  parseAddress,
  printEndpoint,
} from '../net/index.ts';
import { readMask } from './codec-service.ts';
import { tunnelChecksumNumbers, tunnelTypeNumbers } from './constants.ts';
import { forwardingDocuments, schemaName } from './document.ts';
import { addressRefusal, thresholdRefusal } from './judge.ts';
import { largestThreshold, largestWeight, longestPersistence } from './limits.ts';
import {
  type Destination,
  destinationKey,
  type Forwarding,
  protocolNumbers,
  type Service,
  type ServiceId,
  serviceKey,
  type Tunnel,
} from './model.ts';
import { noSchedulerFlags, parseSchedulerFlags } from './scheduler-flags.ts';

/** Keys and indices from the document's root. */
export type DocumentPath = readonly (string | number)[];

export interface DocumentProblem {
  readonly path: DocumentPath;
  readonly message: string;
}

export interface DocumentReading {
  /** Those that are right. */
  readonly services: Service[];
  readonly problems: readonly DocumentProblem[];
}

/** `services[0].port`; `document` for the root. */
export const printPath = (path: DocumentPath): string =>
  path.length === 0
    ? 'document'
    : path
        .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
        .join('');

/** What is wrong and where; thrown by readers of one value, caught by `Reader.attempt`. */
class Wrong extends Error {
  readonly path: DocumentPath;
  constructor(path: DocumentPath, message: string) {
    super(message);
    this.path = path;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields of one mapping, read by name; a path is made only for what is wrong. */
class Reader {
  readonly at: DocumentPath;
  readonly fields: Fields;
  readonly problems: DocumentProblem[];
  private readonly before: number;

  constructor(value: unknown, at: DocumentPath, known: readonly string[], problems: DocumentProblem[]) {
    this.at = at;
    this.problems = problems;
    this.before = problems.length;
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.fields = isMapping ? (value as Fields) : {};
    if (!isMapping) this.note(at, 'must be a mapping');
    for (const name of Object.keys(this.fields)) {
      if (!known.includes(name)) this.note([...at, name], `unknown; known are ${known.join(', ')}`);
    }
  }

  /** Whether nothing below this mapping is wrong so far. */
  get right(): boolean {
    return this.problems.length === this.before;
  }

  note(path: DocumentPath, message: string): void {
    this.problems.push({ path, message });
  }

  wrong(name: string, message: string): Wrong {
    return new Wrong([...this.at, name], message);
  }

  /** What `read` gives; where it is wrong, the problem is noted and `otherwise` stands for it. */
  attempt<T>(otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      this.note(error.path, error.message);
      return otherwise;
    }
  }

  list(name: string): readonly unknown[] {
    const value = this.fields[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.wrong(name, 'must be a list');
    return value;
  }

  whole(name: string, least: number, most: number, otherwise?: number): number {
    const value = this.fields[name];
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw this.wrong(name, `must be an integer ${least}-${most}${got(value)}`);
    return value;
  }

  word(name: string, otherwise?: string): string {
    const value = this.fields[name];
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (typeof value !== 'string' || value === '') throw this.wrong(name, `must be a word${got(value)}`);
    if (Buffer.byteLength(value) > 15) throw this.wrong(name, `must have at most 15 bytes${got(value)}`);
    return value;
  }

  oneOf<Name extends string>(name: string, names: readonly Name[], otherwise?: Name): Name {
    const value = this.fields[name];
    if (value === undefined && otherwise !== undefined) return otherwise;
    const found = names.find(one => one === value);
    const list = names.length === 1 ? '' : 'one of ';
    if (found === undefined) throw this.wrong(name, `must be ${list}${names.join(', ')}${got(value)}`);
    return found;
  }

  flag(name: string): boolean {
    const value = this.fields[name] ?? false;
    if (typeof value !== 'boolean') throw this.wrong(name, `must be true or false${got(value)}`);
    return value;
  }

  address(name: string): Address {
    const value = this.fields[name];
    const address = typeof value === 'string' ? parseAddress(value) : undefined;
    if (address === undefined) throw this.wrong(name, `must be an IP address${got(value)}`);
    return address;
  }
}

/** What stands there instead, where it is short. */
function got(value: unknown): string {
  if (value === undefined) return ' (missing)';
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return typeof value === 'object' && value !== null ? '' : ` (got ${text.slice(0, 60)})`;
}

/** Stands for an address that is wrong, until the service is dropped for it. */
const anyAddress = '0.0.0.0' as Address;

const keysOf = <Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] =>
  Object.keys(table) as Name[];

const serviceFields = [
  'protocol',
  'address',
  'port',
  'fwmark',
  'family',
  'scheduler',
  'flags',
  'persistence',
  'onePacket',
  'engine',
  'destinations',
  'counters',
  'rates',
];
const destinationFields = [
  'address',
  'port',
  'forwarding',
  'tunnel',
  'weight',
  'upperThreshold',
  'lowerThreshold',
  'activeConnections',
  'inactiveConnections',
  'persistentConnections',
  'counters',
  'rates',
];

function idOf(reader: Reader): ServiceId {
  const { fields } = reader;
  if (fields['fwmark'] !== undefined) {
    for (const name of ['protocol', 'address', 'port']) {
      if (fields[name] !== undefined) reader.note([...reader.at, name], 'does not go with fwmark');
    }
    return {
      kind: 'fwmark',
      family: reader.attempt('inet', () => reader.oneOf('family', ['inet', 'inet6'], 'inet')),
      mark: reader.attempt(1, () => reader.whole('fwmark', 1, 0xffffffff)),
    };
  }
  if (fields['family'] !== undefined) reader.note([...reader.at, 'family'], 'goes with fwmark only');
  return {
    kind: 'address',
    protocol: reader.attempt('tcp', () => reader.oneOf('protocol', keysOf(protocolNumbers), 'tcp')),
    address: reader.attempt(anyAddress, () => reader.address('address')),
    port: reader.attempt(1, () => reader.whole('port', 0, 65_535)),
  };
}

function persistenceOf(parent: Reader, family: 'inet' | 'inet6'): Service['persistence'] {
  const value = parent.fields['persistence'];
  if (value === undefined) return undefined;
  const reader = new Reader(value, [...parent.at, 'persistence'], ['timeout', 'mask'], parent.problems);
  const timeout = reader.attempt(1, () => reader.whole('timeout', 0, longestPersistence, 360));
  const bits = addressBits[family];
  if (typeof reader.fields['mask'] === 'string' && family === 'inet') {
    const mask = reader.attempt(undefined, () => reader.address('mask'));
    if (mask === undefined || familyOf(mask) === 'inet')
      return { timeout, ...(mask === undefined ? { maskLength: bits } : readMask(mask)) };
    reader.note([...reader.at, 'mask'], 'must be a dotted IPv4 mask or a prefix length');
  }
  // The kernel refuses an IPv6 mask of length 0.
  const least = family === 'inet' ? 0 : 1;
  return { timeout, maskLength: reader.attempt(bits, () => reader.whole('mask', least, bits, bits)) };
}

function flagsOf(reader: Reader): Service['schedulerFlags'] {
  const words = reader.list('flags');
  if (words.length === 0) return noSchedulerFlags;
  if (!words.every(word => typeof word === 'string')) throw reader.wrong('flags', 'must be a list of words');
  const flags = parseSchedulerFlags(words.join(','));
  if ('unknown' in flags) throw reader.wrong('flags', `unknown flag '${flags.unknown}'`);
  return flags;
}

function tunnelOf(parent: Reader): Tunnel {
  const value = parent.fields['tunnel'] ?? {};
  const reader = new Reader(value, [...parent.at, 'tunnel'], ['type', 'port', 'checksum'], parent.problems);
  const type = reader.attempt('ipip', () => reader.oneOf('type', keysOf(tunnelTypeNumbers), 'ipip'));
  const checksum = reader.attempt('nocsum', () =>
    reader.oneOf('checksum', keysOf(tunnelChecksumNumbers), 'nocsum'),
  );
  // The kernel keeps a port for every type and uses that of gue alone.
  const [least, otherwise] = type === 'gue' ? [1, undefined] : [0, 0];
  const port = reader.attempt(0, () => reader.whole('port', least, 65_535, otherwise));
  return { type, port, checksum };
}

/** `family` is the service's; undefined where that is wrong itself. */
function destinationOf(
  value: unknown,
  at: DocumentPath,
  id: ServiceId,
  family: Family | undefined,
  problems: DocumentProblem[],
): Destination | undefined {
  const reader = new Reader(value, at, destinationFields, problems);
  const { fields } = reader;
  const names = Object.entries(forwardingDocuments) as [Forwarding, string][];
  const shown = reader.attempt('dr', () =>
    reader.oneOf(
      'forwarding',
      names.map(([, name]) => name),
      'dr',
    ),
  );
  const forwarding = names.find(([, name]) => name === shown)?.[0] ?? 'DR';
  const address = reader.attempt(undefined, () => reader.address('address'));
  if (address !== undefined) {
    const refused =
      addressRefusal(address) ??
      (forwarding !== 'TUN' && family !== undefined && familyOf(address) !== family
        ? 'only tun reaches the other address family'
        : undefined);
    if (refused !== undefined) reader.note([...at, 'address'], refused);
  }
  if (forwarding !== 'TUN' && fields['tunnel'] !== undefined)
    reader.note([...at, 'tunnel'], 'goes with forwarding tun only');
  const amount = (name: string, most: number, otherwise: number) =>
    reader.attempt(otherwise, () => reader.whole(name, 0, most, otherwise));
  const destination: Destination = {
    address: address ?? anyAddress,
    port: reader.attempt(0, () => reader.whole('port', 0, 65_535, id.kind === 'address' ? id.port : 0)),
    forwarding,
    tunnel: forwarding === 'TUN' ? tunnelOf(reader) : undefined,
    weight: amount('weight', largestWeight, 1),
    upperThreshold: amount('upperThreshold', largestThreshold, 0),
    lowerThreshold: amount('lowerThreshold', largestThreshold, 0),
  };
  const refused = reader.right ? thresholdRefusal(destination) : undefined;
  if (refused !== undefined) reader.note([...at, 'lowerThreshold'], refused);
  return reader.right ? destination : undefined;
}

function destinationsOf(parent: Reader, id: ServiceId, family: Family | undefined): Destination[] {
  const destinations: Destination[] = [];
  const seen = new Set<string>();
  const list = parent.attempt([], () => parent.list('destinations'));
  for (const [index, one] of list.entries()) {
    const at = [...parent.at, 'destinations', index];
    const destination = destinationOf(one, at, id, family, parent.problems);
    if (destination === undefined) continue;
    const key = destinationKey(destination);
    if (seen.has(key)) parent.note(at, `${printEndpoint(destination)} appears twice in its service`);
    seen.add(key);
    destinations.push(destination);
  }
  return destinations;
}

function serviceOf(value: unknown, at: DocumentPath, problems: DocumentProblem[]): Service | undefined {
  const reader = new Reader(value, at, serviceFields, problems);
  const id = idOf(reader);
  const known = reader.right;
  const family = id.kind === 'address' ? familyOf(id.address) : id.family;
  const persistence = persistenceOf(reader, family);
  const service: Service = {
    id,
    scheduler: reader.attempt('wlc', () => reader.word('scheduler', 'wlc')),
    schedulerFlags: reader.attempt(noSchedulerFlags, () => flagsOf(reader)),
    persistence,
    onePacket: reader.attempt(false, () => reader.flag('onePacket')),
    engine:
      reader.fields['engine'] === undefined ? undefined : reader.attempt('', () => reader.word('engine')),
    destinations: destinationsOf(reader, id, known ? family : undefined),
  };
  return reader.right ? service : undefined;
}

/** Every service of a parsed YAML or JSON value, and everything that is wrong with it. */
export function readDocument(value: unknown): DocumentReading {
  const problems: DocumentProblem[] = [];
  const services: Service[] = [];
  const reader = new Reader(value, [], ['schema', 'services'], problems);
  if (!reader.right) return { services, problems };
  reader.attempt(undefined, () => reader.oneOf('schema', [schemaName]));
  const seen = new Set<string>();
  for (const [index, one] of reader.attempt([], () => reader.list('services')).entries()) {
    const at = ['services', index];
    const service = serviceOf(one, at, problems);
    if (service === undefined) continue;
    const key = serviceKey(service.id);
    if (seen.has(key)) reader.note(at, `${key} appears twice`);
    seen.add(key);
    services.push(service);
  }
  return { services, problems };
}

/** The services of a parsed YAML or JSON value. Fault `usage` names the path of each thing that is wrong. */
export function readTableDocument(value: unknown): Outcome<Service[]> {
  const { services, problems } = readDocument(value);
  if (problems.length === 0) return succeed(services);
  const message = problems.map(({ path, message }) => `${printPath(path)}: ${message}`).join('; ');
  return fail({ code: 'usage', message });
}
