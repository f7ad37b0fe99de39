// Services and their counters <-> attributes of the IPVS family.
// Spec: linux/ip_vs.h IPVS_SVC_ATTR_*, IPVS_STATS_ATTR_*; netmask is an IPv4 mask in network order or an IPv6 prefix length.

import {
  type Address,
  addressBits,
  addressBytes,
  addressFromBytes,
  addressFromUnion,
  addressSize,
  type Family,
  familyOf,
  netmaskOf,
} from '../net/index.ts';
import type { AttributeReader, AttributeWriter } from '../netlink/index.ts';
import {
  familyNumbers,
  serviceAttributes,
  serviceFlags,
  settableFlags,
  statsAttributes,
} from './constants.ts';
import {
  type Counters,
  type ObservedService,
  type Protocol,
  protocolNumbers,
  type ServiceId,
  type ServiceSettings,
} from './model.ts';
import { noSchedulerFlags } from './scheduler-flags.ts';

/** Names by number, made once per table: every entry of a dump asks several times. */
const reversed = new WeakMap<object, ReadonlyMap<number, string>>();

/** Key of `table` with this number. */
export function nameOf<Name extends string>(
  table: Readonly<Record<Name, number>>,
  number: number,
): Name | undefined {
  let names = reversed.get(table);
  if (names === undefined) {
    names = new Map(Object.entries<number>(table).map(([name, value]) => [value, name]));
    reversed.set(table, names);
  }
  return names.get(number) as Name | undefined;
}

export const serviceFamily = (id: ServiceId): Family =>
  id.kind === 'fwmark' ? id.family : familyOf(id.address);

/** Size of union nf_inet_addr. */
export const unionSize = 16;

/** Writes what identifies a service; the kernel wants no more to find one. */
export function encodeServiceId(writer: AttributeWriter, id: ServiceId): void {
  writer.u16(serviceAttributes.family, familyNumbers[serviceFamily(id)]);
  if (id.kind === 'fwmark') {
    writer.u32(serviceAttributes.fwmark, id.mark);
    return;
  }
  writer.u16(serviceAttributes.protocol, protocolNumbers[id.protocol]);
  writer.address(serviceAttributes.address, id.address, unionSize);
  writer.u16be(serviceAttributes.port, id.port);
}

/** The flag word the kernel keeps for these settings. */
export const flagsOf = (settings: ServiceSettings): number =>
  (settings.persistence === undefined ? 0 : serviceFlags.persistent) |
  (settings.onePacket ? serviceFlags.onePacket : 0) |
  (settings.schedulerFlags.flag1 ? serviceFlags.scheduler1 : 0) |
  (settings.schedulerFlags.flag2 ? serviceFlags.scheduler2 : 0) |
  (settings.schedulerFlags.flag3 ? serviceFlags.scheduler3 : 0);

/** Writes a service whole, as IPVS_CMD_NEW_SERVICE and IPVS_CMD_SET_SERVICE want it. */
export function encodeService(
  writer: AttributeWriter,
  service: ServiceSettings & { readonly id: ServiceId },
): void {
  const family = serviceFamily(service.id);
  const { persistence } = service;
  const mask = persistence ?? service.idleMask;
  encodeServiceId(writer, service.id);
  writer.text(serviceAttributes.scheduler, service.scheduler);
  if (service.engine !== undefined) writer.text(serviceAttributes.engine, service.engine);
  // struct ip_vs_flags: value and mask, both u32 in host order.
  writer.u32Pair(serviceAttributes.flags, flagsOf(service), settableFlags);
  writer.u32(serviceAttributes.timeout, persistence?.timeout ?? 0);
  const length = mask?.maskLength ?? addressBits[family];
  if (family === 'inet6') writer.u32(serviceAttributes.netmask, length);
  else writer.address(serviceAttributes.netmask, mask?.rawMask ?? netmaskOf(length), addressSize.inet);
}

/** Length of an IPv4 mask's leading ones, and the mask itself when it is no prefix. */
export function readMask(mask: Address): { readonly maskLength: number; readonly rawMask?: Address } {
  let length = 0;
  for (const byte of addressBytes(mask)) {
    length += Math.clz32(~(byte << 24));
    if (byte !== 255) break;
  }
  return netmaskOf(length) === mask ? { maskLength: length } : { maskLength: length, rawMask: mask };
}

export const noCounters: Counters = {
  connections: 0n,
  inPackets: 0n,
  outPackets: 0n,
  inBytes: 0n,
  outBytes: 0n,
  connectionsPerSecond: 0n,
  inPacketsPerSecond: 0n,
  outPacketsPerSecond: 0n,
  inBytesPerSecond: 0n,
  outBytesPerSecond: 0n,
};

const counterNames = new Map<number, keyof Counters>(
  Object.entries(statsAttributes).map(([name, number]) => [number, name as keyof Counters]),
);

/** Counters of either width: IPVS_*_ATTR_STATS mixes u32 and u64, IPVS_*_ATTR_STATS64 has u64 throughout. */
export function decodeCounters(reader: AttributeReader): Counters {
  return reader.nested(inner => {
    const counters: Record<keyof Counters, bigint> = { ...noCounters };
    while (inner.next()) {
      const name = counterNames.get(inner.type);
      if (name !== undefined) counters[name] = inner.length === 4 ? BigInt(inner.u32()) : inner.u64();
    }
    return counters;
  });
}

export function encodeCounters(writer: AttributeWriter, type: number, counters: Counters): void {
  writer.nested(type, inner => {
    for (const [number, name] of counterNames) inner.u64(number, counters[name]);
  });
}

const none: readonly never[] = [];
const nothing = new Uint8Array(0);
const noMask = new Uint8Array(4);

/** A service without its destinations, from inside IPVS_CMD_ATTR_SERVICE. Refuses what identifies no service. `counted` false passes over counters. */
export function decodeService(reader: AttributeReader, counted = true): ObservedService | undefined {
  let family: Family | undefined;
  let protocol: Protocol | undefined;
  let union: Uint8Array = nothing;
  let port = 0;
  let mark: number | undefined;
  let scheduler = '';
  let engine: string | undefined;
  let flags = 0;
  let timeout = 0;
  let mask: Uint8Array = noMask;
  let prefix = 0;
  let stats: Counters | undefined;
  let stats64: Counters | undefined;
  while (reader.next()) {
    switch (reader.type) {
      case serviceAttributes.family: {
        const number = reader.u16();
        family = nameOf(familyNumbers, number);
        if (family === undefined) reader.refuse(`unknown address family ${number}`);
        break;
      }
      case serviceAttributes.protocol: {
        const number = reader.u16();
        protocol = nameOf(protocolNumbers, number);
        if (protocol === undefined) reader.refuse(`unknown protocol ${number}`);
        break;
      }
      case serviceAttributes.address:
        union = reader.bytes();
        break;
      case serviceAttributes.port:
        port = reader.u16be();
        break;
      case serviceAttributes.fwmark:
        mark = reader.u32();
        break;
      case serviceAttributes.scheduler:
        scheduler = reader.text();
        break;
      case serviceAttributes.engine:
        engine = reader.text();
        break;
      case serviceAttributes.flags:
        flags = reader.u32First();
        break;
      case serviceAttributes.timeout:
        timeout = reader.u32();
        break;
      case serviceAttributes.netmask:
        prefix = reader.u32();
        mask = reader.bytes(4);
        break;
      case serviceAttributes.stats:
        if (counted) stats = decodeCounters(reader);
        break;
      case serviceAttributes.stats64:
        if (counted) stats64 = decodeCounters(reader);
        break;
    }
  }
  let id: ServiceId;
  if (family === undefined) return refused(reader, 'service without address family');
  if (mark !== undefined) id = { kind: 'fwmark', family, mark };
  else if (protocol === undefined) return refused(reader, 'service with neither protocol nor firewall mark');
  else if (union.length < addressSize[family])
    return refused(reader, `service address of ${union.length} bytes`);
  else
    id = {
      kind: 'address',
      protocol,
      address: addressFromUnion(union, family),
      port,
    };
  const persistent = (flags & serviceFlags.persistent) !== 0;
  if (family === 'inet6' && persistent && prefix > 128)
    return refused(reader, `client mask of ${prefix} bits`);
  return {
    id,
    scheduler,
    schedulerFlags: schedulerFlagsOf(flags),
    persistence: persistent
      ? { timeout, ...(family === 'inet6' ? { maskLength: prefix } : readMask(addressFromBytes(mask))) }
      : undefined,
    onePacket: (flags & serviceFlags.onePacket) !== 0,
    engine,
    destinations: none,
    counters: stats64 ?? stats ?? noCounters,
  };
}

const schedulerBits = serviceFlags.scheduler1 | serviceFlags.scheduler2 | serviceFlags.scheduler3;

const schedulerFlagsOf = (flags: number): ServiceSettings['schedulerFlags'] =>
  (flags & schedulerBits) === 0
    ? noSchedulerFlags
    : {
        flag1: (flags & serviceFlags.scheduler1) !== 0,
        flag2: (flags & serviceFlags.scheduler2) !== 0,
        flag3: (flags & serviceFlags.scheduler3) !== 0,
      };

function refused(reader: AttributeReader, why: string): undefined {
  reader.refuse(why);
  return undefined;
}
