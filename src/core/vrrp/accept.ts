// Whether a received packet is an advert for an instance: every check in keepalived's order, every refusal named and counted.
// Spec: RFC 9568 section 7.1, RFC 3768 section 7.1, keepalived's order of checks (docs: packet acceptance).

import { type Address, familyOf, isMulticast } from '../net/index.ts';
import { type Duration, printSeconds, zero } from '../time.ts';
import {
  advertisementType,
  announcedAddresses,
  announcedAuthentication,
  type ChecksumForm,
  decodeAdvert,
  peek,
  rightForm,
  type VrrpAdvert,
} from '../wire/index.ts';
import { beginAuthentication, verify } from './authentication.ts';
import type { InstanceConfig } from './config.ts';
import type { Input, LogLevel } from './events.ts';
import { isUnicast } from './identity.ts';
import { basePriorityOf, ownerPriority } from './priority.ts';
import type { CounterName, InstanceState } from './state.ts';
import { intervalOfField } from './timers.ts';
import type { Accepted, HeardChecksum, Oddity, Standing } from './verdict.ts';

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

interface Refused {
  readonly accepted: false;
  readonly cause: Refusal;
  readonly level: LogLevel;
  readonly text: string;
}

export type Verdict = Accepted | Refused;

const refuse = (cause: Refusal, text: string, level: LogLevel = 'warning'): Refused => ({
  accepted: false,
  cause,
  level,
  text,
});

function addressOddity(
  config: InstanceConfig,
  { comparedSender }: Standing,
  advert: VrrpAdvert,
  source: Address,
): { readonly compared: boolean; readonly oddity?: Oddity } {
  const own = config.addresses.map(each => each.prefix.address);
  if (advert.addresses.length !== own.length) {
    const text = `it carries ${advert.addresses.length} addresses, ours are ${own.length}`;
    return { compared: false, oddity: { kind: 'addresses', text } };
  }
  if (comparedSender === source) return { compared: false };
  const theirs = new Set(advert.addresses);
  const missing = own.find(address => !theirs.has(address));
  if (missing === undefined) return { compared: true };
  return { compared: true, oddity: { kind: 'addresses', text: `it does not carry our address ${missing}` } };
}

function peerRefusal(config: InstanceConfig, packet: Packet): Refused | undefined {
  if (!isUnicast(config) || !config.checkUnicastSource) return undefined;
  const peer = config.unicastPeers.find(each => each.address === packet.source);
  if (peer === undefined) return refuse('peer-unknown', 'the sender is not among the unicast peers');
  if (packet.ttl !== undefined && (packet.ttl < peer.minTtl || packet.ttl > peer.maxTtl))
    return refuse('peer-ttl', `TTL ${packet.ttl} is not in ${peer.minTtl}..${peer.maxTtl}`);
  return undefined;
}

function ttlRefusal(config: InstanceConfig, packet: Packet): Refused | undefined {
  if (isUnicast(config) || packet.ttl === undefined || packet.ttl === 255) return undefined;
  return refuse('ttl', `TTL ${packet.ttl}, not 255: it was routed or forged`);
}

type Decoded = ReturnType<typeof decodeAdvert>;

/** Length, TTL and version: what must be right to read on. Type and checksum come later, so that a foreign packet is counted as that first. */
function earlyRefusal(config: InstanceConfig, packet: Packet, decoded: Decoded): Refused | undefined {
  const { bytes } = packet;
  const cause = decoded.ok ? undefined : decoded.cause;
  if (cause === 'truncated' || cause === 'bad-length')
    return refuse(
      'length',
      `${bytes.length} bytes do not fit the ${announcedAddresses(bytes)} addresses it announces`,
    );
  const ttl = ttlRefusal(config, packet);
  if (ttl !== undefined) return ttl;
  const version = peek(bytes)?.version;
  if (version !== config.version) return refuse('version', `version ${version}, ours is ${config.version}`);
  return undefined;
}

/** How the checksum is right, if it is. keepalived once summed a unicast pseudo header with the multicast group. */
function checksumOf(
  config: InstanceConfig,
  packet: Packet,
  form: ChecksumForm | 'wrong',
): HeardChecksum | undefined {
  if (form !== 'wrong') return form;
  if (!isUnicast(config) || config.version === 2 || familyOf(packet.source) === 'inet6') return undefined;
  const old = rightForm(packet.bytes, { source: packet.source, destination: config.multicastGroup });
  return old === 'pseudo-header' ? 'group-pseudo-header' : undefined;
}

const intervalOf = (advert: VrrpAdvert): Duration =>
  intervalOfField(
    advert.version,
    advert.version === 2 ? advert.intervalSeconds : advert.intervalCentiseconds,
  );

/** The checks after the checksum: whether it was meant for such an instance, and who sent it. */
function lateRefusal(config: InstanceConfig, standing: Standing, packet: Packet): Refused | undefined {
  if (isMulticast(packet.destination) === isUnicast(config)) {
    const own = isUnicast(config) ? 'unicast' : 'multicast';
    return refuse('destination', `sent to ${packet.destination}, ours is ${own}`);
  }
  if (config.ownerIgnoreAdverts && standing.effectivePriority === ownerPriority)
    return refuse('owner-ignores', 'the address owner ignores adverts (owner_ignore_adverts)', 'info');
  return peerRefusal(config, packet);
}

/** An instance that has just started. */
const atStart = (config: InstanceConfig): Standing => ({
  effectivePriority: basePriorityOf(config),
  authentication: beginAuthentication(config),
  comparedSender: undefined,
});

/** The verdict of a configuration on one packet for its VRID. Looks only, decodes once. */
export function judge(config: InstanceConfig, packet: Packet, standing: Standing = atStart(config)): Verdict {
  if (packet.authenticationHeader === true && config.authentication?.type !== 'AH')
    return refuse('authentication-header', 'it carries an AH header and ours has none');
  const decoded = decodeAdvert(packet.bytes, packet, { wrongChecksumAllowed: true, anyType: true });
  const early = earlyRefusal(config, packet, decoded);
  if (early !== undefined) return early;
  if (!decoded.ok) {
    const kind = announcedAuthentication(packet.bytes);
    return refuse('authentication-type-unknown', `authentication type ${kind} is unknown`);
  }
  const { advert } = decoded.value;
  const unverified = verify(config, advert, standing.authentication);
  if (unverified !== undefined) return refuse(unverified.cause, unverified.text);
  const interval = intervalOf(advert);
  const differs = interval !== config.advertInterval;
  const intervals = `${printSeconds(interval)} s, ours is ${printSeconds(config.advertInterval)} s`;
  if (config.version === 2 && differs) return refuse('interval-differs', `advert interval ${intervals}`);
  const type = peek(packet.bytes)?.type;
  if (type !== advertisementType) return refuse('type', `type ${type} is not an advertisement`);
  // An interval of zero would make the master down time vanish (RFC 9568 section 5.2.7).
  if (interval === zero) return refuse('interval-zero', 'advert interval 0');
  const checksum = checksumOf(config, packet, decoded.value.checksum);
  if (checksum === undefined) return refuse('checksum', 'the checksum is wrong');
  const late = lateRefusal(config, standing, packet);
  if (late !== undefined) return late;
  const { compared, oddity } = addressOddity(config, standing, advert, packet.source);
  return {
    accepted: true,
    advert: { source: packet.source, priority: advert.priority, interval, checksum, pdu: advert },
    oddities: [
      ...(differs ? [{ kind: 'interval' as const, text: `it states an interval of ${intervals}` }] : []),
      ...(oddity === undefined ? [] : [oddity]),
    ],
    compared,
  };
}

/** A MASTER compares address lists every time. */
const comparedBy = ({ config, state, comparedSender }: Readonly<InstanceState>): Address | undefined =>
  config.skipCheckAdvertAddresses && state !== 'MASTER' ? comparedSender : undefined;

/** The verdict on the very same packet, given while the instance stood as it stands now. A reload forgets it (indexes.ts). */
function earlier(instance: Readonly<InstanceState>, packet: Packet): Accepted | undefined {
  const { judged } = instance;
  if (judged === undefined || judged.packet !== packet) return undefined;
  const { effectivePriority, authentication, comparedSender } = judged.standing;
  const same =
    effectivePriority === instance.effectivePriority &&
    authentication === instance.authentication &&
    comparedSender === comparedBy(instance);
  return same ? judged.verdict : undefined;
}

/** The verdict of a running instance on one packet for its VRID. An advert repeats its predecessor as a rule: it is judged once. */
export function accept(instance: InstanceState, packet: Packet): Verdict {
  const known = earlier(instance, packet);
  if (known !== undefined) return known;
  const { config, effectivePriority, authentication } = instance;
  const standing = { effectivePriority, authentication, comparedSender: comparedBy(instance) };
  const verdict = judge(config, packet, standing);
  if (verdict.accepted) instance.judged = { packet, standing, verdict };
  return verdict;
}
