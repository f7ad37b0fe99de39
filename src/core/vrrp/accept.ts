// Whether a received packet is an advert for an instance: every check in keepalived's order, every refusal named and counted.
// Spec: RFC 9568 section 7.1, RFC 3768 section 7.1, keepalived's order of checks (docs: packet acceptance).

import { type Address, familyOf, isMulticast } from '../net/index.ts';
import { type Duration, printSeconds } from '../time.ts';
import { type DecodedAdvert, decodeAdvert, type VrrpAdvert } from '../wire/index.ts';
import { isUnicast, passwordOctets } from './advert.ts';
import type { InstanceConfig } from './config.ts';
import type { Input, LogLevel } from './events.ts';
import { ownerPriority } from './priority.ts';
import type { CounterName, HeardChecksum, InstanceState } from './state.ts';
import { intervalOfField } from './timers.ts';

export type Packet = Extract<Input, { readonly kind: 'packet' }>;

/** Each cause of refusal with its counter. A refused packet changes nothing but the counter. */
export const refusals = {
  'authentication-header': 'authtype_mismatch',
  length: 'packet_len_err',
  ttl: 'ip_ttl_err',
  version: 'vers_err',
  'authentication-type-unknown': 'invalid_authtype',
  'authentication-type-differs': 'authtype_mismatch',
  password: 'auth_failure',
  'interval-differs': 'advert_interval_err',
  type: 'invalid_type_rcvd',
  'interval-zero': 'advert_interval_err',
  checksum: 'chk_err',
  destination: 'addr_list_err',
  'owner-ignores': 'owner_ignored',
  'peer-unknown': 'peer_unknown',
  'peer-ttl': 'ip_ttl_err',
} as const satisfies Record<string, CounterName>;
export type Refusal = keyof typeof refusals;

export interface Advert {
  readonly source: Address;
  readonly priority: number;
  readonly interval: Duration;
  readonly checksum: HeardChecksum;
}

/** A difference worth a line that does not refuse the advert. */
interface Oddity {
  readonly kind: 'interval' | 'addresses';
  readonly text: string;
}

export type Verdict =
  | {
      readonly accepted: true;
      readonly advert: Advert;
      readonly oddities: readonly Oddity[];
      /** The address list was compared with this sender's. */
      readonly compared: boolean;
    }
  | { readonly accepted: false; readonly cause: Refusal; readonly level: LogLevel; readonly text: string };

const refuse = (cause: Refusal, text: string, level: LogLevel = 'warning'): Verdict => ({
  accepted: false,
  cause,
  level,
  text,
});

const authenticationNames = { none: 'none', password: 'PASS', header: 'AH' } as const;

/** Constant in time for equal lengths, as the password must not be guessed byte by byte. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function authenticationRefusal(config: InstanceConfig, advert: VrrpAdvert): Verdict | undefined {
  if (advert.version === 3) return undefined;
  const theirs = authenticationNames[advert.authentication.kind];
  const own = config.authentication?.type ?? 'none';
  if (theirs !== own)
    return refuse('authentication-type-differs', `authentication is ${theirs}, ours is ${own}`);
  if (advert.authentication.kind === 'password' && config.authentication !== undefined) {
    const expected = passwordOctets(config.authentication.password);
    if (!sameBytes(advert.authentication.data, expected)) return refuse('password', 'the password differs');
  }
  return undefined;
}

function addressOddity(
  instance: Readonly<InstanceState>,
  advert: VrrpAdvert,
  source: Address,
): { readonly compared: boolean; readonly oddity?: Oddity } {
  const { config } = instance;
  const own = config.addresses.map(each => each.prefix.address);
  const theirs = new Set(advert.addresses);
  if (advert.addresses.length !== own.length) {
    const text = `it carries ${advert.addresses.length} addresses, ours are ${own.length}`;
    return { compared: false, oddity: { kind: 'addresses', text } };
  }
  const known = config.skipCheckAdvertAddresses && instance.comparedSender === source;
  if (known && instance.state !== 'MASTER') return { compared: false };
  const missing = own.find(address => !theirs.has(address));
  if (missing === undefined) return { compared: true };
  return { compared: true, oddity: { kind: 'addresses', text: `it does not carry our address ${missing}` } };
}

function peerRefusal(config: InstanceConfig, packet: Packet): Verdict | undefined {
  if (!isUnicast(config) || !config.checkUnicastSource) return undefined;
  const peer = config.unicastPeers.find(each => each.address === packet.source);
  if (peer === undefined) return refuse('peer-unknown', 'the sender is not among the unicast peers');
  if (packet.ttl !== undefined && (packet.ttl < peer.minTtl || packet.ttl > peer.maxTtl))
    return refuse('peer-ttl', `TTL ${packet.ttl} is not in ${peer.minTtl}..${peer.maxTtl}`);
  return undefined;
}

function ttlRefusal(config: InstanceConfig, packet: Packet): Verdict | undefined {
  if (isUnicast(config) || packet.ttl === undefined || packet.ttl === 255) return undefined;
  return refuse('ttl', `TTL ${packet.ttl}, not 255: it was routed or forged`);
}

const versionOf = (bytes: Uint8Array): number => (bytes[0] ?? 0) >> 4;
const typeOf = (bytes: Uint8Array): number => (bytes[0] ?? 0) & 15;

/** Type and checksum are judged late, so that a foreign or unauthenticated packet is counted as that first. */
function decodeLeniently(packet: Packet): ReturnType<typeof decodeAdvert> {
  const bytes = packet.bytes.slice();
  if (bytes.length > 0) bytes[0] = (versionOf(bytes) << 4) | 1;
  return decodeAdvert(bytes, packet, { wrongChecksumAllowed: true });
}

/** Length, TTL, version and the kind of authentication: what must be right to read on. */
function decoded(config: InstanceConfig, packet: Packet): VrrpAdvert | Verdict {
  const { bytes } = packet;
  const reading = decodeLeniently(packet);
  const cause = reading.ok ? undefined : reading.cause;
  if (cause === 'truncated' || cause === 'bad-length')
    return refuse('length', `${bytes.length} bytes do not fit the ${bytes[3] ?? 0} addresses it announces`);
  const ttl = ttlRefusal(config, packet);
  if (ttl !== undefined) return ttl;
  if (versionOf(bytes) !== config.version)
    return refuse('version', `version ${versionOf(bytes)}, ours is ${config.version}`);
  if (reading.ok) return reading.value.advert;
  return refuse('authentication-type-unknown', `authentication type ${bytes[4] ?? 0} is unknown`);
}

/** Which reading of the checksum is right for the bytes as they came, if any. */
function checksumOf(config: InstanceConfig, packet: Packet): HeardChecksum | undefined {
  const right = (found: ReturnType<typeof decodeAdvert>): DecodedAdvert['checksum'] | undefined =>
    found.ok ? found.value.checksum : undefined;
  const own = right(decodeAdvert(packet.bytes, packet));
  if (own !== undefined && own !== 'wrong') return own;
  if (!isUnicast(config) || config.version === 2 || familyOf(packet.source) === 'inet6') return undefined;
  const old = decodeAdvert(packet.bytes, { source: packet.source, destination: config.multicastGroup });
  return right(old) === 'pseudo-header' ? 'group-pseudo-header' : undefined;
}

const intervalOf = (advert: VrrpAdvert): Duration =>
  intervalOfField(
    advert.version,
    advert.version === 2 ? advert.intervalSeconds : advert.intervalCentiseconds,
  );

/** The checks from the type on, in which a packet of our own kind can still fail. */
function lateRefusal(
  instance: Readonly<InstanceState>,
  packet: Packet,
  interval: Duration,
): Verdict | { readonly checksum: HeardChecksum } {
  const { config } = instance;
  const type = typeOf(packet.bytes);
  if (type !== 1) return refuse('type', `type ${type} is not an advertisement`);
  // An interval of zero would make the master down time vanish (RFC 9568 section 5.2.7).
  if (interval === 0) return refuse('interval-zero', 'advert interval 0');
  const checksum = checksumOf(config, packet);
  if (checksum === undefined) return refuse('checksum', 'the checksum is wrong');
  if (isMulticast(packet.destination) === isUnicast(config)) {
    const own = isUnicast(config) ? 'unicast' : 'multicast';
    return refuse('destination', `sent to ${packet.destination}, ours is ${own}`);
  }
  if (config.ownerIgnoreAdverts && instance.effectivePriority === ownerPriority)
    return refuse('owner-ignores', 'the address owner ignores adverts (owner_ignore_adverts)', 'info');
  return peerRefusal(config, packet) ?? { checksum };
}

/** The verdict on one packet whose VRID is the instance's. Looks only. */
export function accept(instance: Readonly<InstanceState>, packet: Packet): Verdict {
  const { config } = instance;
  if (packet.authenticationHeader === true && config.authentication?.type !== 'AH')
    return refuse('authentication-header', 'it carries an AH header and ours has none');
  const advert = decoded(config, packet);
  if ('accepted' in advert) return advert;
  const authentication = authenticationRefusal(config, advert);
  if (authentication !== undefined) return authentication;
  const interval = intervalOf(advert);
  const differs = interval !== config.advertInterval;
  const intervals = `${printSeconds(interval)} s, ours is ${printSeconds(config.advertInterval)} s`;
  if (config.version === 2 && differs) return refuse('interval-differs', `advert interval ${intervals}`);
  const late = lateRefusal(instance, packet, interval);
  if ('accepted' in late) return late;
  const { compared, oddity } = addressOddity(instance, advert, packet.source);
  return {
    accepted: true,
    advert: { source: packet.source, priority: advert.priority, interval, checksum: late.checksum },
    oddities: [
      ...(differs ? [{ kind: 'interval' as const, text: `it states an interval of ${intervals}` }] : []),
      ...(oddity === undefined ? [] : [oddity]),
    ],
    compared,
  };
}
