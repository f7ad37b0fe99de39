// Whether a received packet is an advert for an instance: every check in keepalived's order, every refusal named and counted.
// Behind it: RFC 9568 section 7.1, RFC 3768 section 7.1, keepalived's order of checks (docs: packet acceptance).

import { type Address, compareAddresses, isMulticast } from '../net/index.ts';
import { type Duration, printSeconds } from '../time.ts';
import { isUnicast } from './advert.ts';
import type { InstanceConfig } from './config.ts';
import type { Input, LogLevel } from './events.ts';
import {
  type AdvertView,
  addressesIn,
  advertSize,
  authenticationIn,
  checksumForm,
  passwordBytes,
} from './packet.ts';
import { ownerPriority } from './priority.ts';
import type { ChecksumForm, CounterName, InstanceState } from './state.ts';
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
  readonly checksum: ChecksumForm;
}

/** A difference worth a line that does not refuse the advert. */
export interface Oddity {
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

const authenticationNames = ['none', 'PASS', 'AH'] as const;

/** Constant in time for equal lengths, as the password must not be guessed byte by byte. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function authenticationRefusal(config: InstanceConfig, view: AdvertView): Verdict | undefined {
  const theirs = authenticationNames[view.authenticationType];
  const own = config.authentication?.type ?? 'none';
  if (theirs === undefined)
    return refuse('authentication-type-unknown', `authentication type ${view.authenticationType} is unknown`);
  if (theirs !== own)
    return refuse('authentication-type-differs', `authentication is ${theirs}, ours is ${own}`);
  if (config.authentication?.type === 'PASS') {
    const expected = passwordBytes(config.authentication.password);
    if (!sameBytes(authenticationIn(view), expected)) return refuse('password', 'the password differs');
  }
  return undefined;
}

function addressOddity(
  instance: Readonly<InstanceState>,
  view: AdvertView,
  source: Address,
): { readonly compared: boolean; readonly oddity?: Oddity } {
  const { config } = instance;
  const own = config.addresses.map(each => each.prefix.address);
  if (view.count !== own.length) {
    const text = `it carries ${view.count} addresses, ours are ${own.length}`;
    return { compared: false, oddity: { kind: 'addresses', text } };
  }
  const known = config.skipCheckAdvertAddresses && instance.comparedSender === source;
  if (known && instance.state !== 'MASTER') return { compared: false };
  const theirs = new Set(addressesIn(view, config.family));
  const missing = own.find(address => !theirs.has(address));
  if (missing === undefined) return { compared: true };
  return { compared: true, oddity: { kind: 'addresses', text: `it does not carry our address ${missing}` } };
}

function peerRefusal(config: InstanceConfig, packet: Packet): Verdict | undefined {
  if (!isUnicast(config) || !config.checkUnicastSource) return undefined;
  const peer = config.unicastPeers.find(each => compareAddresses(each.address, packet.source) === 0);
  if (peer === undefined) return refuse('peer-unknown', 'the sender is not among the unicast peers');
  if (packet.ttl !== undefined && (packet.ttl < peer.minTtl || packet.ttl > peer.maxTtl))
    return refuse('peer-ttl', `TTL ${packet.ttl} is not in ${peer.minTtl}..${peer.maxTtl}`);
  return undefined;
}

function envelopeRefusal(config: InstanceConfig, view: AdvertView, packet: Packet): Verdict | undefined {
  if (packet.authenticationHeader === true && config.authentication?.type !== 'AH')
    return refuse('authentication-header', 'it carries an AH header and ours has none');
  // The length is judged by the version the packet claims, else a version mismatch would be reported as bad length.
  const expected = advertSize(view.version, config.family, view.count);
  if (view.bytes.length !== expected)
    return refuse('length', `${view.bytes.length} bytes, ${view.count} addresses need ${expected}`);
  if (!isUnicast(config) && packet.ttl !== undefined && packet.ttl !== 255)
    return refuse('ttl', `TTL ${packet.ttl}, not 255: it was routed or forged`);
  if (view.version !== config.version)
    return refuse('version', `version ${view.version}, ours is ${config.version}`);
  return undefined;
}

/** The verdict on one packet whose VRID is the instance's; `view` of its bytes. Looks only. */
export function accept(instance: Readonly<InstanceState>, view: AdvertView, packet: Packet): Verdict {
  const { config } = instance;
  const envelope = envelopeRefusal(config, view, packet);
  if (envelope !== undefined) return envelope;
  const interval = intervalOfField(
    config.version,
    config.version === 2 ? view.secondsField : view.centisecondsField,
  );
  if (config.version === 2) {
    const authentication = authenticationRefusal(config, view);
    if (authentication !== undefined) return authentication;
    if (interval !== config.advertInterval)
      return refuse(
        'interval-differs',
        `advert interval ${printSeconds(interval)} s, ours is ${printSeconds(config.advertInterval)} s`,
      );
  }
  if (view.type !== 1) return refuse('type', `type ${view.type} is not an advertisement`);
  // An interval of zero would make the master down time vanish (RFC 9568 section 5.2.7).
  if (interval === 0) return refuse('interval-zero', 'advert interval 0');
  const checksum = checksumForm(view, packet, config.multicastGroup);
  if (checksum === undefined) return refuse('checksum', 'the checksum is wrong');
  if (isMulticast(packet.destination) === isUnicast(config))
    return refuse(
      'destination',
      `sent to ${packet.destination}, ours is ${isUnicast(config) ? 'unicast' : 'multicast'}`,
    );
  if (config.ownerIgnoreAdverts && instance.effectivePriority === ownerPriority)
    return refuse('owner-ignores', 'the address owner ignores adverts (owner_ignore_adverts)', 'info');
  const peer = peerRefusal(config, packet);
  if (peer !== undefined) return peer;
  const { compared, oddity } = addressOddity(instance, view, packet.source);
  const oddities: Oddity[] = oddity === undefined ? [] : [oddity];
  if (config.version === 3 && interval !== config.advertInterval)
    oddities.unshift({
      kind: 'interval',
      text: `it states an interval of ${printSeconds(interval)} s, ours is ${printSeconds(config.advertInterval)} s`,
    });
  return {
    accepted: true,
    advert: { source: packet.source, priority: view.priority, interval, checksum },
    oddities,
    compared,
  };
}
