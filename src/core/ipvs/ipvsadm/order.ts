// The order of ipvsadm's listings with its quirk: differences of unsigned numbers are taken for signed ones, so 10.0.0.1 may stand behind
// 192.168.0.1. Behind it: ipvsadm 1.31's output; glibc's qsort, which merges (its result matters, since the comparison is no order).

import { familyOf, putAddress } from '../../net/index.ts';
import { viewOf } from '../../netlink/index.ts';
import { serviceFamily } from '../codec-service.ts';
import { familyNumbers } from '../constants.ts';
import { type DestinationId, protocolNumbers, type ServiceId } from '../model.ts';

/** The difference of two u32 as an int. */
const wrapped = (a: number, b: number): number => (a - b) | 0;

/** What an element is sorted by, computed once: sorting compares each many times. */
interface Key {
  readonly mark: number;
  readonly family: number;
  readonly protocol: number;
  /** The address as words of 32 bits, 1 or 4 of them; those an IPv4 address lacks are zero. */
  readonly words: readonly [number, number, number, number];
  readonly length: number;
  readonly port: number;
}

const noWords = [0, 0, 0, 0] as const;
const scratch = new Uint8Array(16);
const scratchView = viewOf(scratch);

function wordsOf(address: DestinationId['address']): Key['words'] {
  putAddress(address, scratch, 0);
  const word = (offset: number) => scratchView.getUint32(offset, false);
  return familyOf(address) === 'inet' ? [word(0), 0, 0, 0] : [word(0), word(4), word(8), word(12)];
}

const lengthOf = (address: DestinationId['address']): number => (familyOf(address) === 'inet' ? 1 : 4);

function compareKeys(a: Key, b: Key): number {
  const head = wrapped(a.mark, b.mark) || wrapped(a.family, b.family) || wrapped(a.protocol, b.protocol);
  if (head !== 0) return head;
  // The left one's family decides how much is compared.
  for (let index = 0; index < a.length; index++) {
    const difference = wrapped(a.words[index] ?? 0, b.words[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.port - b.port;
}

const serviceKeyOf = (id: ServiceId): Key =>
  id.kind === 'fwmark'
    ? { mark: id.mark, family: familyNumbers[id.family], protocol: 0, words: noWords, length: 0, port: 0 }
    : {
        mark: 0,
        family: familyNumbers[serviceFamily(id)],
        protocol: protocolNumbers[id.protocol],
        words: wordsOf(id.address),
        length: lengthOf(id.address),
        port: id.port,
      };

const destinationKeyOf = ({ address, port }: DestinationId): Key => ({
  mark: 0,
  family: 0,
  protocol: 0,
  words: wordsOf(address),
  length: lengthOf(address),
  port,
});

interface Keyed<T> {
  readonly item: T;
  readonly key: Key;
}

/** Merges the sorted runs from..middle and middle..to by way of `spare`; the left one wins ties. */
function merge<T>(list: Keyed<T>[], spare: Keyed<T>[], from: number, middle: number, to: number): void {
  for (let index = from; index < to; index++) spare[index] = list[index] as Keyed<T>;
  let [left, right] = [from, middle];
  for (let index = from; index < to; index++) {
    const [a, b] = [spare[left] as Keyed<T>, spare[right] as Keyed<T>];
    const leftFirst = left < middle && (right >= to || compareKeys(a.key, b.key) <= 0);
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

function sortBy<T>(list: readonly T[], keyOf: (item: T) => Key): readonly T[] {
  if (list.length < 2) return list;
  const keyed = list.map(item => ({ item, key: keyOf(item) }));
  mergeSort(keyed, [...keyed], 0, keyed.length);
  return keyed.map(({ item }) => item);
}

export const sortServices = <T extends { readonly id: ServiceId }>(services: readonly T[]): readonly T[] =>
  sortBy(services, ({ id }) => serviceKeyOf(id));

export const sortDestinations = <T extends DestinationId>(destinations: readonly T[]): readonly T[] =>
  sortBy(destinations, destinationKeyOf);
