// The order of ipvsadm's listings with its quirk: differences of unsigned numbers are taken for signed ones, so 10.0.0.1 may stand behind
// 192.168.0.1. Spec: ipvsadm 1.31's output; glibc's qsort, which merges (merge-order.ts).

import { familyOf, putAddress } from '../../net/index.ts';
import { viewOf } from '../../netlink/index.ts';
import { serviceFamily } from '../codec-service.ts';
import { familyNumbers } from '../constants.ts';
import { mergeOrder } from '../fast/merge-order.ts';
import { type DestinationId, protocolNumbers, type ServiceId } from '../model.ts';

/** The difference of two u32 as an int. */
const wrapped = (a: number, b: number): number => (a - b) | 0;

/** An element and what it is sorted by, computed once: sorting compares each many times. */
export interface Keyed<T> {
  readonly item: T;
  readonly mark: number;
  readonly family: number;
  readonly protocol: number;
  /** How many of the words of the address count: 1, 4, or 0 for a mark. */
  readonly length: number;
  /** The address as words of 32 bits, signed because their differences are; those an IPv4 address lacks are zero. */
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  readonly port: number;
}

const scratch = new Uint8Array(16);
const scratchView = viewOf(scratch);

function keyOf<T>(
  item: T,
  mark: number,
  family: number,
  protocol: number,
  place: DestinationId | undefined,
): Keyed<T> {
  const length = place === undefined ? 0 : familyOf(place.address) === 'inet' ? 1 : 4;
  if (place !== undefined) putAddress(place.address, scratch, 0);
  return {
    item,
    mark,
    family,
    protocol,
    length,
    word0: length > 0 ? scratchView.getInt32(0, false) : 0,
    word1: length > 1 ? scratchView.getInt32(4, false) : 0,
    word2: length > 1 ? scratchView.getInt32(8, false) : 0,
    word3: length > 1 ? scratchView.getInt32(12, false) : 0,
    port: place?.port ?? 0,
  };
}

/** Negative, zero or positive; no true order. */
export function compareKeys(a: Keyed<unknown>, b: Keyed<unknown>): number {
  const head = wrapped(a.mark, b.mark) || wrapped(a.family, b.family) || wrapped(a.protocol, b.protocol);
  if (head !== 0) return head;
  // The left one's family decides how much is compared.
  const first = a.length > 0 ? wrapped(a.word0, b.word0) : 0;
  if (first !== 0 || a.length < 4) return first || a.port - b.port;
  return (
    wrapped(a.word1, b.word1) || wrapped(a.word2, b.word2) || wrapped(a.word3, b.word3) || a.port - b.port
  );
}

function sortKeyed<T>(list: readonly Keyed<T>[]): readonly T[] {
  const keys = (place: number) => list[place] as Keyed<T>;
  return Array.from(
    mergeOrder(list.length, (a, b) => compareKeys(keys(a), keys(b))),
    place => keys(place).item,
  );
}

/** What a service is sorted by, beside `item`. */
export function keyed<T>(item: T, id: ServiceId): Keyed<T> {
  const family = familyNumbers[serviceFamily(id)];
  return id.kind === 'fwmark'
    ? keyOf(item, id.mark, family, 0, undefined)
    : keyOf(item, 0, family, protocolNumbers[id.protocol], id);
}

export const sortServices = <T extends { readonly id: ServiceId }>(services: readonly T[]): readonly T[] =>
  sortKeyed(services.map(service => keyed(service, service.id)));

export const sortDestinations = <T extends DestinationId>(destinations: readonly T[]): readonly T[] =>
  destinations.length < 2 ? destinations : sortKeyed(destinations.map(one => keyOf(one, 0, 0, 0, one)));
