// Adverts of an instance: where they go, what they carry, and the effect that sends them.
// Spec: RFC 9568 sections 5.2 and 7.2, RFC 3768 section 5.3; the bytes are wire/vrrp's.

import type { Address } from '../net/index.ts';
import { advertPacket, encodeAdvert, sentForm, type VrrpAdvert } from '../wire/index.ts';
import { type AuthenticationState, beginAuthentication, sign } from './authentication.ts';
import type { InstanceConfig } from './config.ts';
import type { Effect, Transport } from './events.ts';
import { isUnicast } from './identity.ts';
import { countDefence } from './owner.ts';
import type { InstanceState, VrrpMachine } from './state.ts';
import { intervalField } from './timers.ts';
import { interfaceOf, type Turn } from './turn.ts';

type Interfaces = Pick<VrrpMachine, 'interfaces'>;

/** Where the adverts of an instance come from now; undefined while the interface has no usable address. */
export const sourceOf = (machine: Interfaces, instance: Readonly<InstanceState>): Address | undefined =>
  instance.config.sourceAddress ?? interfaceOf(machine, instance)?.primary[instance.config.family];

/** The socket an instance speaks and listens through; undefined while it cannot exist. */
export function transportOf(machine: Interfaces, instance: Readonly<InstanceState>): Transport | undefined {
  const { config } = instance;
  const found = interfaceOf(machine, instance);
  if (config.interface !== undefined && found === undefined) return undefined;
  const where = config.interface === undefined ? '*' : `${config.interface}#${found?.index}`;
  const base = { family: config.family, interface: config.interface, index: found?.index };
  if (!isUnicast(config)) {
    const group = config.multicastGroup;
    return { key: `${config.family} ${where} ${group}`, ...base, group, source: undefined };
  }
  const source = sourceOf(machine, instance);
  if (source === undefined) return undefined;
  return { key: `${config.family} ${where} from ${source}`, ...base, group: undefined, source };
}

/** 255 unless unicast_ttl says otherwise; a unicast IPv6 packet keeps the kernel's default. */
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
  { config, authentication }: InstanceState,
  priority: number,
  source: Address,
  destination: Address,
): Uint8Array {
  const path = { source, destination };
  const form = sentForm(config.version, path, config.checksumWithoutPseudoHeader);
  return encodeAdvert(advertOf(config, priority, authentication), path, form);
}

type AdvertiseEffect = Extract<Effect, { readonly kind: 'advertise' }>;

/** The adverts of an instance, made anew only when something that they are made of has changed. */
function spokenBy(
  machine: VrrpMachine,
  instance: InstanceState,
  priority: number,
  source: Address,
): readonly AdvertiseEffect[] {
  const { config, authentication, spoken } = instance;
  const found = interfaceOf(machine, instance);
  if (
    spoken !== undefined &&
    spoken.config === config &&
    spoken.interface === found &&
    spoken.authentication === authentication &&
    spoken.priority === priority &&
    spoken.source === source
  )
    return spoken.effects;
  const transport = transportOf(machine, instance)?.key ?? '';
  const ttl = timeToLive(config);
  const destinations = isUnicast(config)
    ? config.unicastPeers.map(peer => peer.address)
    : [config.multicastGroup];
  const effects = destinations.map((destination): AdvertiseEffect => {
    const bytes = advertBytes(instance, priority, source, destination);
    return {
      kind: 'advertise',
      owner: instance.serial,
      instance: config.name,
      transport,
      interface: config.interface,
      family: config.family,
      source,
      destination,
      ttl,
      priority,
      bytes,
      packet: advertPacket(source, destination, ttl, bytes),
    };
  });
  instance.spoken = { config, interface: found, authentication, priority, source, effects };
  return effects;
}

/** Sends one advert (one packet for each unicast peer) and counts it. Silent where there is nothing to send through. */
export function sendAdvert(turn: Turn, instance: InstanceState, priority: number): void {
  const { config } = instance;
  const { machine } = turn;
  if (config.interface !== undefined && interfaceOf(machine, instance) === undefined) return;
  // IPv4 builds its own header and may still speak for an address that has just gone; IPv6 cannot.
  const source = sourceOf(machine, instance) ?? (config.family === 'inet' ? instance.lastSource : undefined);
  if (source === undefined) return;
  for (const effect of spokenBy(machine, instance, priority, source)) turn.effects.push(effect);
  instance.lastSource = source;
  instance.advertisedAt = turn.now;
  instance.counters.advert_sent++;
  if (priority === 0) instance.counters.pri_zero_sent++;
  countDefence(turn, instance, priority);
}
