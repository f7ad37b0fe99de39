// Adverts of an instance: where they go, what they carry, and the effect that sends them.
// Spec: RFC 9568 sections 5.2 and 7.2, RFC 3768 section 5.3; the bytes are wire/vrrp's.

import type { Address } from '../net/index.ts';
import { encodeAdvert, sentForm, type VrrpAdvert } from '../wire/index.ts';
import { type AuthenticationState, beginAuthentication, sign } from './authentication.ts';
import type { InstanceConfig } from './config.ts';
import type { Transport } from './events.ts';
import { ownerPriority } from './priority.ts';
import type { InstanceState } from './state.ts';
import { intervalField } from './timers.ts';
import { interfaceOf, type Turn } from './turn.ts';

export const isUnicast = (config: InstanceConfig): boolean => config.unicastPeers.length > 0;

/** Where the adverts of an instance come from now; undefined while the interface has no usable address. */
export const sourceOf = (
  turn: Pick<Turn, 'interfaces'>,
  { config }: Readonly<InstanceState>,
): Address | undefined =>
  config.sourceAddress ??
  (config.interface === undefined
    ? undefined
    : turn.interfaces.get(config.interface)?.primary[config.family]);

/** The socket an instance speaks and listens through; undefined while it cannot exist. */
export function transportOf(
  turn: Pick<Turn, 'interfaces'>,
  instance: Readonly<InstanceState>,
): Transport | undefined {
  const { config } = instance;
  const found = config.interface === undefined ? undefined : turn.interfaces.get(config.interface);
  if (config.interface !== undefined && found === undefined) return undefined;
  const where = config.interface === undefined ? '*' : `${config.interface}#${found?.index}`;
  const base = { family: config.family, interface: config.interface, index: found?.index };
  if (!isUnicast(config)) {
    const group = config.multicastGroup;
    return { key: `${config.family} ${where} ${group}`, ...base, group, source: undefined };
  }
  const source = sourceOf(turn, instance);
  if (source === undefined) return undefined;
  return { key: `${config.family} ${where} from ${source}`, ...base, group: undefined, source };
}

/** IPv4 sends 255 unless told otherwise; a unicast IPv6 packet keeps the kernel's default. */
function timeToLive(config: InstanceConfig): number | undefined {
  if (!isUnicast(config)) return 255;
  return config.unicastTtl ?? (config.family === 'inet' ? 255 : undefined);
}

/** What an instance says with a given priority; signed with the given state, which the signature may count on. */
export function advertOf(
  config: InstanceConfig,
  priority: number,
  authentication: AuthenticationState = beginAuthentication(config),
): VrrpAdvert {
  const common = {
    vrid: config.vrid,
    priority,
    addresses: config.addresses.map(each => each.prefix.address),
  };
  const interval = intervalField(config.version, config.advertInterval);
  if (config.version === 3) return { ...common, version: 3, intervalCentiseconds: interval };
  const signature = sign(config, authentication);
  return { ...common, version: 2, intervalSeconds: interval, authentication: signature };
}

/** The PDU of one advert, checksum included. */
function advertBytes(
  config: InstanceConfig,
  priority: number,
  source: Address,
  destination: Address,
): Uint8Array {
  const path = { source, destination };
  const form = sentForm(config.version, path, config.checksumWithoutPseudoHeader);
  return encodeAdvert(advertOf(config, priority), path, form);
}

/** Sends one advert (one packet for each unicast peer) and counts it. Silent where there is nothing to send through. */
export function sendAdvert(turn: Turn, instance: InstanceState, priority: number): void {
  const { config } = instance;
  if (config.interface !== undefined && interfaceOf(turn, instance) === undefined) return;
  // IPv4 builds its own header and may still speak for an address that has just gone; IPv6 cannot.
  const source = sourceOf(turn, instance) ?? (config.family === 'inet' ? instance.lastSource : undefined);
  if (source === undefined) return;
  const destinations = isUnicast(config)
    ? config.unicastPeers.map(peer => peer.address)
    : [config.multicastGroup];
  for (const destination of destinations) {
    turn.effects.push({
      kind: 'advertise',
      instance: config.name,
      transport: transportOf(turn, instance)?.key ?? '',
      interface: config.interface,
      family: config.family,
      source,
      destination,
      ttl: timeToLive(config),
      priority,
      bytes: advertBytes(config, priority, source, destination),
    });
  }
  instance.lastSource = source;
  instance.advertisedAt = turn.now;
  instance.counters.advert_sent++;
  if (priority === 0) instance.counters.pri_zero_sent++;
  const conflict = instance.ownerConflict;
  if (priority === ownerPriority && conflict.stage === 'defending' && conflict.left > 0) {
    const left = conflict.left - 1;
    instance.ownerConflict = {
      ...conflict,
      left,
      until: left === 0 ? ((turn.now + conflict.patience) as typeof turn.now) : undefined,
    };
  }
}
