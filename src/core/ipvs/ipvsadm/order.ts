// The order of ipvsadm's listings with its quirk: differences of unsigned numbers are taken for signed ones, so 10.0.0.1 may stand behind
// 192.168.0.1. Behind it: ipvsadm 1.31's output; glibc's qsort, which merges (its result matters, since the comparison is no order).

import { familyOf, putAddress } from '../../net/index.ts';
import { viewOf } from '../../netlink/index.ts';
import { serviceFamily } from '../codec-service.ts';
import { familyNumbers } from '../constants.ts';
import { type DestinationId, protocolNumbers, type ServiceId } from '../model.ts';

/** The difference of two u32 as an int. */
const wrapped = (a: number, b: number): number => (a - b) | 0;

/** An element and what it is sorted by, computed once: sorting compares each many times. */
interface Keyed<T> {
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

function keyed<T>(
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

function compareKeys(a: Keyed<unknown>, b: Keyed<unknown>): number {
  const head = wrapped(a.mark, b.mark) || wrapped(a.family, b.family) || wrapped(a.protocol, b.protocol);
  if (head !== 0) return head;
  // The left one's family decides how much is compared.
  const first = a.length > 0 ? wrapped(a.word0, b.word0) : 0;
  if (first !== 0 || a.length < 4) return first || a.port - b.port;
  return (
    wrapped(a.word1, b.word1) || wrapped(a.word2, b.word2) || wrapped(a.word3, b.word3) || a.port - b.port
  );
}

/** Merges the sorted runs from..middle and middle..to by way of `spare`; the left one wins ties. */
function merge<T>(list: Keyed<T>[], spare: Keyed<T>[], from: number, middle: number, to: number): void {
  for (let index = from; index < to; index++) spare[index] = list[index] as Keyed<T>;
  let left = from;
  let right = middle;
  for (let index = from; index < to; index++) {
    const a = spare[left] as Keyed<T>;
    const b = spare[right] as Keyed<T>;
    const leftFirst = left < middle && (right >= to || compareKeys(a, b) <= 0);
    list[index] = leftFirst ? a : b;
    if (leftFirst) left++;
    else right++;
  }
}

/** Top-down merge sort with halves of n/2 and n - n/2. */
function mergeSort<T>(list: Keyed<T>[], spare: Keyed<T>[], from: number, to: number): void {
  if (to - from < 2) return;
  const middle = from + Math.floor((to - from) / 2);
  mergeSort(list, spare, from, middle);
  mergeSort(list, spare, middle, to);
  merge(list, spare, from, middle, to);
}

function sortKeyed<T>(list: Keyed<T>[]): readonly T[] {
  mergeSort(list, [...list], 0, list.length);
  return list.map(({ item }) => item);
}

export const sortServices = <T extends { readonly id: ServiceId }>(services: readonly T[]): readonly T[] =>
  sortKeyed(
    services.map(service => {
      const { id } = service;
      const family = familyNumbers[serviceFamily(id)];
      return id.kind === 'fwmark'
        ? keyed(service, id.mark, family, 0, undefined)
        : keyed(service, 0, family, protocolNumbers[id.protocol], id);
    }),
  );

export const sortDestinations = <T extends DestinationId>(destinations: readonly T[]): readonly T[] =>
  destinations.length < 2 ? destinations : sortKeyed(destinations.map(one => keyed(one, 0, 0, 0, one)));
