// The kernel's connection table: one entry per connection and per persistence template.
// Spec: net/netfilter/ipvs/ip_vs_conn.c, /proc/net/ip_vs_conn (IPv4 as eight hex digits, IPv6 as eight groups, ports in hex).

import { type Address, addressBytes, type Endpoint, familyOf, parseAddress } from '../net/index.ts';
import type { ServiceId } from './model.ts';

export interface ConnectionEntry {
  /** `TCP`, `UDP`, `SCTP`, or `IP` for the template of a firewall mark. */
  readonly protocol: string;
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly destination: Endpoint;
  /** The kernel's word: ESTABLISHED, FIN_WAIT, NONE, ... */
  readonly state: string;
  /** Whole seconds until the entry goes. */
  readonly expires: number;
  /** Persistence engine and its data (`sip`, a Call-ID). */
  readonly engine: { readonly name: string; readonly data: string } | undefined;
}

/** Eight hex digits, as they are in every line of IPv4: without bytes between, because there are three in each of 100,000 lines. */
function addressOf(text: string): Address | undefined {
  if (text.length !== 8 || !/^[0-9A-F]+$/i.test(text)) return parseAddress(text);
  const n = Number.parseInt(text, 16);
  return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}` as Address;
}

/** Services and servers are few and stand in every line: each is read once. Clients are as many as there are lines. */
const known = new Map<string, Endpoint>();
const mostKnown = 4_096;

function endpointOf(address: string | undefined, port: string | undefined): Endpoint | undefined {
  const found = address === undefined ? undefined : addressOf(address);
  return found === undefined || port === undefined
    ? undefined
    : { address: found, port: Number.parseInt(port, 16) };
}

function knownEndpoint(address: string | undefined, port: string | undefined): Endpoint | undefined {
  const key = `${address} ${port}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = endpointOf(address, port);
  if (found === undefined) return undefined;
  if (known.size >= mostKnown) known.clear();
  known.set(key, found);
  return found;
}

/** One line without the heading; undefined for a line that is none. */
export function parseConnection(line: string): ConnectionEntry | undefined {
  const [protocol, from, fromPort, to, toPort, real, realPort, state, expires, name, data] = line
    .trim()
    .split(/\s+/);
  const client = endpointOf(from, fromPort);
  const virtual = knownEndpoint(to, toPort);
  const destination = knownEndpoint(real, realPort);
  if (protocol === undefined || state === undefined || expires === undefined) return undefined;
  if (client === undefined || virtual === undefined || destination === undefined) return undefined;
  return {
    protocol,
    client,
    virtual,
    destination,
    state,
    expires: Number.parseInt(expires, 10),
    engine: name === undefined ? undefined : { name, data: data ?? '' },
  };
}

/** All entries of the file, its heading passed over. */
export const parseConnections = (text: string): ConnectionEntry[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap(line => parseConnection(line) ?? []);

/** The kernel's words for states of each protocol's connections (tcp_state_name_table and its sisters; `ip` has templates only). */
const protocolStates = {
  tcp: [
    'ESTABLISHED',
    'SYN_SENT',
    'SYN_RECV',
    'FIN_WAIT',
    'TIME_WAIT',
    'CLOSE',
    'CLOSE_WAIT',
    'LAST_ACK',
    'LISTEN',
    'SYNACK',
  ],
  udp: ['UDP'],
  sctp: [
    'INIT1',
    'INIT',
    'C-SENT',
    'C-REPLIED',
    'C-WAIT',
    'COOKIE',
    'C-ECHOED',
    'ESTABLISHED',
    'S-SENT',
    'S-RECEIVED',
    'S-ACK-SENT',
    'REJECTED',
    'CLOSED',
  ],
  ip: [],
} as const;
/** Of templates, whatever their protocol; NONE is also where connections of TCP and SCTP begin (ip_vs_ctpl_state_name_table). */
const templateStates = ['NONE', 'ASSURED'] as const;

export type ConnectionProtocol = keyof typeof protocolStates;

/** Every state that an entry can be in, of one protocol or of all. */
export function connectionStates(protocol?: ConnectionProtocol): string[] {
  const found = protocol === undefined ? Object.values(protocolStates).flat() : protocolStates[protocol];
  return [...new Set<string>([...found, ...templateStates])];
}

/** Whether the entry is a persistence template: it has no client port and stands for all connections of a client. */
export const isTemplate = (entry: ConnectionEntry): boolean => entry.client.port === 0;

/** The firewall mark an entry stands for: such templates have no protocol, and the mark where others have the virtual address. */
export function markOf(entry: ConnectionEntry): Extract<ServiceId, { kind: 'fwmark' }> | undefined {
  if (entry.protocol !== 'IP' || !isTemplate(entry)) return undefined;
  const { address } = entry.virtual;
  const mark = Buffer.from(addressBytes(address)).readUInt32BE(familyOf(address) === 'inet' ? 0 : 12);
  return mark === 0 ? undefined : { kind: 'fwmark', family: familyOf(address), mark };
}
