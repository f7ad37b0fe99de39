// Destinations as IPVS's older interface tells them, all of one service in one answer: structs of fixed size. It knows IPv4 alone, no tunnel
// kinds and 32-bit counters only, so it serves reads that need none of these. Behind it: linux/ip_vs.h IP_VS_SO_GET_SERVICES, _DESTS.

import { addressFromBytes, putAddress } from '../net/index.ts';
import { littleEndian, viewOf } from '../netlink/index.ts';
import { nameOf, noCounters } from './codec-service.ts';
import { forwardingMask, forwardingNumbers } from './constants.ts';
import { identityOf, numberOf } from './identity.ts';
import { type ObservedDestination, protocolNumbers, type ServiceId } from './model.ts';

/**
 * getsockopt at IPPROTO_IP: `bytes` is the question, and the answer is written over it. False: refused, for whatever reason. The kernel
 * refuses lengths other than its own structs have, so a layout that does not fit this machine is noticed.
 */
export type ReadOption = (option: number, bytes: Uint8Array) => boolean;

/** IP_VS_SO_GET_INFO, _SERVICES, _DESTS. */
const options = { info: 1153, services: 1154, destinations: 1156 } as const;

/** struct ip_vs_getinfo: version, size, num_services. */
const infoSize = 12;
/** struct ip_vs_get_services: num_services, padding, entries. */
const servicesHeader = 8;
/** struct ip_vs_service_entry. */
const service = { size: 104, protocol: 0, address: 4, port: 8, mark: 12, destinations: 44 } as const;
/** struct ip_vs_get_dests: protocol, addr, port, fwmark, num_dests, padding, entries. */
const destinationsHeader = 24;
const question = { protocol: 0, address: 4, port: 8, mark: 12, count: 16 } as const;
/** struct ip_vs_dest_entry. */
const destination = {
  size: 96,
  address: 0,
  port: 4,
  flags: 8,
  weight: 12,
  upperThreshold: 16,
  lowerThreshold: 20,
  active: 24,
  inactive: 28,
  persistent: 32,
} as const;

const scratch = new Uint8Array(4);
const scratchView = viewOf(scratch);

/** How many destinations each IPv4 service has, of either family; undefined when the kernel does not say. */
function readCounts(read: ReadOption): ReadonlyMap<number | string, number> | undefined {
  const info = new Uint8Array(infoSize);
  if (!read(options.info, info)) return undefined;
  const expected = viewOf(info).getUint32(8, littleEndian);
  const answer = new Uint8Array(servicesHeader + expected * service.size);
  const view = viewOf(answer);
  view.setUint32(0, expected, littleEndian);
  if (!read(options.services, answer)) return undefined;
  const counts = new Map<number | string, number>();
  const given = Math.min(expected, view.getUint32(0, littleEndian));
  for (let index = 0; index < given; index++) {
    const at = servicesHeader + index * service.size;
    const key = numberOf(
      view.getUint32(at + service.mark, littleEndian),
      view.getUint32(at + service.address, false),
      view.getUint16(at + service.port, false),
      view.getUint16(at + service.protocol, littleEndian),
    );
    counts.set(key, view.getUint32(at + service.destinations, littleEndian));
  }
  return counts;
}

/** The destinations of one service, counters left at zero; undefined when another way of asking is needed to know them. */
export type ReadDestinations = (id: ServiceId) => readonly ObservedDestination[] | undefined;

/** A reader of destinations, or undefined where the kernel does not offer this interface. The table may change between its answers. */
export function createOptionReading(read: ReadOption): ReadDestinations | undefined {
  const counts = readCounts(read);
  if (counts === undefined) return undefined;
  const names = forwardingNumbers;
  let bytes = new Uint8Array(0);
  let view = viewOf(bytes);

  return id => {
    const count = counts.get(identityOf(id));
    if (count === undefined) return undefined;
    // One more than there were: an entry in it means that there are more now.
    const length = destinationsHeader + (count + 1) * destination.size;
    if (bytes.length < length) {
      bytes = new Uint8Array(Math.max(length, 2 * bytes.length));
      view = viewOf(bytes);
    }
    const answer = bytes.subarray(0, length).fill(0);
    if (id.kind === 'fwmark') view.setUint32(question.mark, id.mark, littleEndian);
    else {
      view.setUint16(question.protocol, protocolNumbers[id.protocol], littleEndian);
      putAddress(id.address, bytes, question.address);
      view.setUint16(question.port, id.port, false);
    }
    view.setUint32(question.count, count + 1, littleEndian);
    if (!read(options.destinations, answer)) return undefined;
    const found: ObservedDestination[] = [];
    for (let index = 0; index <= count; index++) {
      const at = destinationsHeader + index * destination.size;
      const address = view.getUint32(at + destination.address, false);
      // No destination has the address 0.0.0.0: the kernel wrote nothing here.
      if (address === 0) break;
      scratchView.setUint32(0, address, false);
      const forwarding = nameOf(names, view.getUint32(at + destination.flags, littleEndian) & forwardingMask);
      if (forwarding === undefined || forwarding === 'TUN') return undefined;
      found.push({
        address: addressFromBytes(scratch),
        port: view.getUint16(at + destination.port, false),
        forwarding,
        tunnel: undefined,
        weight: view.getInt32(at + destination.weight, littleEndian),
        upperThreshold: view.getUint32(at + destination.upperThreshold, littleEndian),
        lowerThreshold: view.getUint32(at + destination.lowerThreshold, littleEndian),
        activeConnections: view.getUint32(at + destination.active, littleEndian),
        inactiveConnections: view.getUint32(at + destination.inactive, littleEndian),
        persistentConnections: view.getUint32(at + destination.persistent, littleEndian),
        counters: noCounters,
      });
    }
    // Fewer: some went, or some are IPv6. More: some came.
    return found.length === count ? found : undefined;
  };
}
