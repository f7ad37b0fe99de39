// The servers of a service from getsockopt, all in one answer of fixed-size structs. The interface knows IPv4 only, no tunnel kinds and
// 32-bit counters, so it serves listings that need none of these. Spec: linux/ip_vs.h IP_VS_SO_GET_DESTS.

import { addressFromBytes } from '../../net/index.ts';
import { littleEndian, viewOf } from '../../netlink/index.ts';
import { nameOf, noCounters } from '../codec-service.ts';
import { forwardingMask, forwardingNumbers } from '../constants.ts';
import type { ObservedDestination } from '../model.ts';
import { type ReadOption, readCounts, type ServerCounts } from './server-counts.ts';
import type { ServiceRows } from './service-rows.ts';

/** IP_VS_SO_GET_DESTS. */
const destinationsOption = 1156;

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

/** Which service a row is, and how many servers it has. */
export type ServicePlaces = Pick<ServiceRows, 'mark' | 'address' | 'port' | 'protocol' | 'servers'>;

const [tunnel, highest] = [forwardingNumbers.TUN, Math.max(...Object.values(forwardingNumbers))];
const scratch = new Uint8Array(4);
const scratchView = viewOf(scratch);

/** The servers of one service after the other. The table may change between its answers. */
export class ServerEntries {
  readonly counts: ServerCounts;
  readonly #read: ReadOption;
  #bytes = new Uint8Array(0);
  #view = viewOf(this.#bytes);
  #size = 0;

  constructor(counts: ServerCounts, read: ReadOption) {
    this.counts = counts;
    this.#read = read;
  }

  /** Reads the servers of a service. False: another way of asking is needed to know them all, or all about them. */
  askFor(rows: ServicePlaces, row: number): boolean {
    const count = rows.servers(row);
    if (count < 0) return false;
    // One more than there were: an entry in it means that there are more now.
    const length = destinationsHeader + (count + 1) * destination.size;
    if (this.#bytes.length < length) {
      this.#bytes = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      this.#view = viewOf(this.#bytes);
    }
    const view = this.#view;
    view.setUint16(question.protocol, rows.protocol(row), littleEndian);
    view.setInt32(question.address, rows.address(row), false);
    view.setUint16(question.port, rows.port(row), false);
    view.setUint32(question.mark, rows.mark(row), littleEndian);
    view.setUint32(question.count, count + 1, littleEndian);
    // No server has the address 0.0.0.0: where it still stands the kernel wrote nothing.
    for (let index = 0; index <= count; index++) view.setUint32(this.#at(index), 0);
    if (!this.#read(destinationsOption, this.#bytes, length)) return false;
    for (let index = 0; index < count; index++) {
      const forwarding = this.forwarding(index);
      // Fewer than there were: some went, or some are IPv6.
      if (this.address(index) === 0 || forwarding === tunnel || forwarding > highest) return false;
    }
    this.#size = count;
    return this.address(count) === 0;
  }

  /** How many were read last. */
  get size(): number {
    return this.#size;
  }

  #at(index: number): number {
    return destinationsHeader + index * destination.size;
  }
  /** In network order as a signed number, which V8 keeps without a value of its own. */
  address(index: number): number {
    return this.#view.getInt32(this.#at(index), false);
  }
  port(index: number): number {
    return this.#view.getUint16(this.#at(index) + destination.port, false);
  }
  /** One of `forwardingNumbers`, but TUN. */
  forwarding(index: number): number {
    return this.#view.getUint32(this.#at(index) + destination.flags, littleEndian) & forwardingMask;
  }
  weight(index: number): number {
    return this.#view.getInt32(this.#at(index) + destination.weight, littleEndian);
  }
  upperThreshold(index: number): number {
    return this.#view.getUint32(this.#at(index) + destination.upperThreshold, littleEndian);
  }
  lowerThreshold(index: number): number {
    return this.#view.getUint32(this.#at(index) + destination.lowerThreshold, littleEndian);
  }
  active(index: number): number {
    return this.#view.getUint32(this.#at(index) + destination.active, littleEndian);
  }
  inactive(index: number): number {
    return this.#view.getUint32(this.#at(index) + destination.inactive, littleEndian);
  }

  /** What was read last as values, counters left at zero. */
  destinations(): readonly ObservedDestination[] {
    const found: ObservedDestination[] = [];
    for (let index = 0; index < this.#size; index++) {
      const forwarding = nameOf(forwardingNumbers, this.forwarding(index));
      if (forwarding === undefined) continue;
      scratchView.setInt32(0, this.address(index), false);
      found.push({
        address: addressFromBytes(scratch),
        port: this.port(index),
        forwarding,
        tunnel: undefined,
        weight: this.weight(index),
        upperThreshold: this.upperThreshold(index),
        lowerThreshold: this.lowerThreshold(index),
        activeConnections: this.active(index),
        inactiveConnections: this.inactive(index),
        persistentConnections: this.#view.getUint32(this.#at(index) + destination.persistent, littleEndian),
        counters: noCounters,
      });
    }
    return found;
  }
}

/** A reader of servers, or undefined where the kernel does not offer this interface. */
export function readServerEntries(read: ReadOption): ServerEntries | undefined {
  const counts = readCounts(read);
  return counts === undefined ? undefined : new ServerEntries(counts, read);
}
