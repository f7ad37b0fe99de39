// A document of schema lvskit/ipvs/1 -> services. Unknown words, wrong types and doubles are refused with their path.
// Spec: document.ts, docs/ipvs-table.schema.json; counters of a listing are accepted and passed over.

import { fail, type Outcome, succeed } from '../fault.ts';
import { type Address, addressBits, familyOf, parseAddress } from '../net/index.ts';
import { readMask } from './codec-service.ts';
import { tunnelChecksumNumbers, tunnelTypeNumbers } from './constants.ts';
import { forwardingDocuments, schemaName } from './document.ts';
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

/** What is wrong and where; thrown and caught inside this file. */
class Wrong extends Error {}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, at: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Wrong(`${at}: a mapping belongs here`);
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw new Wrong(`${at}.${name}: unknown; known are ${known.join(', ')}`);
  }
  return value as Fields;
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Wrong(`${at}: a list belongs here`);
  return value;
}

function whole(value: unknown, at: string, least: number, most: number, otherwise?: number): number {
  if (value === undefined && otherwise !== undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new Wrong(`${at}: a whole number from ${least} to ${most} belongs here`);
  return value;
}

function word(value: unknown, at: string, otherwise?: string): string {
  if (value === undefined && otherwise !== undefined) return otherwise;
  if (typeof value !== 'string' || value === '') throw new Wrong(`${at}: a word belongs here`);
  if (Buffer.byteLength(value) > 15) throw new Wrong(`${at}: the kernel takes at most 15 bytes`);
  return value;
}

function oneOf<Name extends string>(
  value: unknown,
  at: string,
  names: readonly Name[],
  otherwise?: Name,
): Name {
  if (value === undefined && otherwise !== undefined) return otherwise;
  const found = names.find(name => name === value);
  if (found === undefined) throw new Wrong(`${at}: one of ${names.join(', ')} belongs here`);
  return found;
}

function addressOf(value: unknown, at: string): Address {
  const address = typeof value === 'string' ? parseAddress(value) : undefined;
  if (address === undefined) throw new Wrong(`${at}: an IP address belongs here`);
  return address;
}

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

function idOf(fields: Fields, at: string): ServiceId {
  if (fields['fwmark'] !== undefined) {
    for (const name of ['protocol', 'address', 'port']) {
      if (fields[name] !== undefined) throw new Wrong(`${at}.${name}: does not go with fwmark`);
    }
    return {
      kind: 'fwmark',
      family: oneOf(fields['family'], `${at}.family`, ['inet', 'inet6'], 'inet'),
      mark: whole(fields['fwmark'], `${at}.fwmark`, 1, 0xffffffff),
    };
  }
  if (fields['family'] !== undefined) throw new Wrong(`${at}.family: goes with fwmark only`);
  return {
    kind: 'address',
    protocol: oneOf(fields['protocol'], `${at}.protocol`, keysOf(protocolNumbers), 'tcp'),
    address: addressOf(fields['address'], `${at}.address`),
    port: whole(fields['port'], `${at}.port`, 0, 65_535),
  };
}

function persistenceOf(value: unknown, at: string, family: 'inet' | 'inet6'): Service['persistence'] {
  if (value === undefined) return undefined;
  const fields = fieldsOf(value, at, ['timeout', 'mask']);
  const timeout = whole(fields['timeout'], `${at}.timeout`, 0, longestPersistence, 360);
  const { mask } = fields;
  if (typeof mask === 'string' && family === 'inet')
    return { timeout, ...readMask(addressOf(mask, `${at}.mask`)) };
  return { timeout, maskLength: whole(mask, `${at}.mask`, 0, addressBits[family], addressBits[family]) };
}

function flagsOf(value: unknown, at: string): Service['schedulerFlags'] {
  const words = listOf(value, at).map((one, index) => word(one, `${at}[${index}]`));
  if (words.length === 0) return noSchedulerFlags;
  const flags = parseSchedulerFlags(words.join(','));
  if ('unknown' in flags) throw new Wrong(`${at}: unknown flag ${flags.unknown}`);
  return flags;
}

function tunnelOf(value: unknown, at: string): Tunnel {
  const fields = fieldsOf(value ?? {}, at, ['type', 'port', 'checksum']);
  const type = oneOf(fields['type'], `${at}.type`, keysOf(tunnelTypeNumbers), 'ipip');
  const checksum = oneOf(fields['checksum'], `${at}.checksum`, keysOf(tunnelChecksumNumbers), 'nocsum');
  const port = fields['port'];
  return {
    type,
    port: whole(port, `${at}.port`, type === 'gue' ? 1 : 0, 65_535, type === 'gue' ? undefined : 0),
    checksum,
  };
}

function destinationOf(value: unknown, at: string, id: ServiceId): Destination {
  const fields = fieldsOf(value, at, destinationFields);
  const names = Object.entries(forwardingDocuments) as [Forwarding, string][];
  const shown = oneOf(
    fields['forwarding'],
    `${at}.forwarding`,
    names.map(([, name]) => name),
    'dr',
  );
  const forwarding = names.find(([, name]) => name === shown)?.[0] ?? 'DR';
  const address = addressOf(fields['address'], `${at}.address`);
  const family = id.kind === 'address' ? familyOf(id.address) : id.family;
  if (forwarding !== 'TUN' && familyOf(address) !== family)
    throw new Wrong(`${at}.address: only tun reaches the other address family`);
  if (forwarding !== 'TUN' && fields['tunnel'] !== undefined)
    throw new Wrong(`${at}.tunnel: goes with forwarding tun only`);
  const amount = (name: string, most: number, otherwise: number) =>
    whole(fields[name], `${at}.${name}`, 0, most, otherwise);
  return {
    address,
    port: whole(fields['port'], `${at}.port`, 0, 65_535, id.kind === 'address' ? id.port : 0),
    forwarding,
    tunnel: forwarding === 'TUN' ? tunnelOf(fields['tunnel'], `${at}.tunnel`) : undefined,
    weight: amount('weight', largestWeight, 1),
    upperThreshold: amount('upperThreshold', largestThreshold, 0),
    lowerThreshold: amount('lowerThreshold', largestThreshold, 0),
  };
}

function serviceOf(value: unknown, at: string): Service {
  const fields = fieldsOf(value, at, serviceFields);
  const id = idOf(fields, at);
  const persistence = persistenceOf(
    fields['persistence'],
    `${at}.persistence`,
    id.kind === 'address' ? familyOf(id.address) : id.family,
  );
  const onePacket = fields['onePacket'] ?? false;
  if (typeof onePacket !== 'boolean') throw new Wrong(`${at}.onePacket: true or false belongs here`);
  const destinations: Destination[] = [];
  const seen = new Set<string>();
  for (const [index, one] of listOf(fields['destinations'], `${at}.destinations`).entries()) {
    const destination = destinationOf(one, `${at}.destinations[${index}]`, id);
    const key = destinationKey(destination);
    if (seen.has(key)) throw new Wrong(`${at}.destinations[${index}]: ${key} stands twice in its service`);
    seen.add(key);
    destinations.push(destination);
  }
  return {
    id,
    scheduler: word(fields['scheduler'], `${at}.scheduler`, 'wlc'),
    schedulerFlags: flagsOf(fields['flags'], `${at}.flags`),
    persistence,
    onePacket,
    engine: fields['engine'] === undefined ? undefined : word(fields['engine'], `${at}.engine`),
    destinations,
  };
}

/** The services of a parsed YAML or JSON value. Fault `usage` names the path of what is wrong. */
export function readTableDocument(value: unknown): Outcome<Service[]> {
  try {
    const fields = fieldsOf(value, 'document', ['schema', 'services']);
    oneOf(fields['schema'], 'document.schema', [schemaName]);
    const services: Service[] = [];
    const seen = new Set<string>();
    for (const [index, one] of listOf(fields['services'], 'services').entries()) {
      const service = serviceOf(one, `services[${index}]`);
      const key = serviceKey(service.id);
      if (seen.has(key)) throw new Wrong(`services[${index}]: ${key} stands twice`);
      seen.add(key);
      services.push(service);
    }
    return succeed(services);
  } catch (error) {
    if (error instanceof Wrong) return fail({ code: 'usage', message: error.message });
    throw error;
  }
}
