// How many servers each IPv4 service has, by IPVS's older interface: one answer for the whole table.
// Spec: linux/ip_vs.h IP_VS_SO_GET_INFO, IP_VS_SO_GET_SERVICES.

import { littleEndian, viewOf } from '../../netlink/index.ts';
import { numberOf } from './identity.ts';

/**
 * getsockopt at IPPROTO_IP: the first `length` of `bytes` are the question, and the answer is written over it. False: refused, for
 * whatever reason. The kernel refuses lengths other than its own structs have, so a layout that does not fit this machine is noticed.
 */
export type ReadOption = (option: number, bytes: Uint8Array, length: number) => boolean;

/** IP_VS_SO_GET_INFO, _SERVICES. */
const options = { info: 1153, services: 1154 } as const;

/** struct ip_vs_getinfo: version, size, num_services. */
const infoSize = 12;
/** struct ip_vs_get_services: num_services, padding, entries. */
const servicesHeader = 8;
/** struct ip_vs_service_entry. */
const service = { size: 104, protocol: 0, address: 4, port: 8, mark: 12, destinations: 44 } as const;

/** How many servers each IPv4 service has, of either family. */
export class ServerCounts {
  /** struct ip_vs_get_services. */
  readonly #view: DataView;
  readonly size: number;
  /** The kernel tells services in the same order everywhere: where the next one should be found. */
  #cursor = 0;
  #places: Map<number, number> | undefined;

  /** `answer` holds `size` services behind its header. */
  constructor(answer: Uint8Array, size: number) {
    this.#view = viewOf(answer);
    this.size = size;
  }

  /** Whether all that was asked for stood in the order it was asked for, which means that nothing was asked for twice. */
  get inOrder(): boolean {
    return this.#places === undefined;
  }

  /** The number of servers of a service; -1 for an unknown one. The address is a signed number; with a mark all others are 0. */
  of(mark: number, address: number, port: number, protocol: number): number {
    if (this.#places === undefined && this.#cursor < this.size) {
      const view = this.#view;
      const at = servicesHeader + this.#cursor * service.size;
      if (
        view.getInt32(at + service.address, false) === address &&
        view.getUint16(at + service.port, false) === port &&
        view.getUint16(at + service.protocol, littleEndian) === protocol &&
        view.getUint32(at + service.mark, littleEndian) === mark
      ) {
        this.#cursor++;
        return view.getUint32(at + service.destinations, littleEndian);
      }
    }
    this.#places ??= this.#readPlaces();
    const at = this.#places.get(numberOf(mark, address >>> 0, port, protocol));
    return at === undefined ? -1 : this.#view.getUint32(at + service.destinations, littleEndian);
  }

  /** Where each service stands, by its identity. */
  #readPlaces(): Map<number, number> {
    const view = this.#view;
    const places = new Map<number, number>();
    for (let index = 0; index < this.size; index++) {
      const at = servicesHeader + index * service.size;
      const key = numberOf(
        view.getUint32(at + service.mark, littleEndian),
        view.getUint32(at + service.address, false),
        view.getUint16(at + service.port, false),
        view.getUint16(at + service.protocol, littleEndian),
      );
      places.set(key, at);
    }
    return places;
  }
}

/** Undefined when the kernel does not say. */
export function readCounts(read: ReadOption): ServerCounts | undefined {
  const info = new Uint8Array(infoSize);
  if (!read(options.info, info, info.length)) return undefined;
  const expected = viewOf(info).getUint32(8, littleEndian);
  const answer = new Uint8Array(servicesHeader + expected * service.size);
  const view = viewOf(answer);
  view.setUint32(0, expected, littleEndian);
  if (!read(options.services, answer, answer.length)) return undefined;
  return new ServerCounts(answer, Math.min(expected, view.getUint32(0, littleEndian)));
}
