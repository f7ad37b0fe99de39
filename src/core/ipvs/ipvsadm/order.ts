// The order of ipvsadm's listings with its quirk: differences of unsigned numbers are taken for signed ones, so 10.0.0.1 may stand behind
// 192.168.0.1. Behind it: ipvsadm 1.31's output; glibc's qsort, which merges (its result matters, since the comparison is no order).

import { addressBytes } from '../../net/index.ts';
import { serviceFamily } from '../codec-service.ts';
import { familyNumbers } from '../constants.ts';
import { type DestinationId, protocolNumbers, type ServiceId } from '../model.ts';

/** The difference of two u32 as an int. */
const wrapped = (a: number, b: number): number => (a - b) | 0;

/** An address as words of 32 bits, computed once per element: sorting compares each many times. */
function wordsOf(address: DestinationId['address']): readonly number[] {
  const bytes = addressBytes(address);
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    words.push(
      (bytes[at] ?? 0) * 0x1000000 +
        ((bytes[at + 1] ?? 0) << 16) +
        ((bytes[at + 2] ?? 0) << 8) +
        (bytes[at + 3] ?? 0),
    );
  }
  return words;
}

interface Key {
  /** Compared before the address. */
  readonly first: readonly number[];
  readonly words: readonly number[];
  readonly port: number;
}

function compareKeys(a: Key, b: Key): number {
  for (let index = 0; index < a.first.length; index++) {
    const difference = wrapped(a.first[index] ?? 0, b.first[index] ?? 0);
    if (difference !== 0) return difference;
  }
  // The left one's family decides how much is compared; the words an IPv4 address lacks are zero.
  for (let index = 0; index < a.words.length; index++) {
    const difference = wrapped(a.words[index] ?? 0, b.words[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.port - b.port;
}

const serviceKeyOf = (id: ServiceId): Key => ({
  first: [
    id.kind === 'fwmark' ? id.mark : 0,
    familyNumbers[serviceFamily(id)],
    id.kind === 'address' ? protocolNumbers[id.protocol] : 0,
  ],
  words: id.kind === 'address' ? wordsOf(id.address) : [],
  port: id.kind === 'address' ? id.port : 0,
});

const destinationKeyOf = ({ address, port }: DestinationId): Key => ({
  first: [],
  words: wordsOf(address),
  port,
});

/** Top-down merge sort with halves of n/2 and n - n/2; the left one wins ties. */
function mergeSort<T>(list: readonly T[], compare: (a: T, b: T) => number): readonly T[] {
  if (list.length < 2) return list;
  const middle = Math.floor(list.length / 2);
  const left = mergeSort(list.slice(0, middle), compare);
  const right = mergeSort(list.slice(middle), compare);
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [a, b] = [left[l] as T, right[r] as T];
    if (compare(a, b) <= 0) {
      merged.push(a);
      l++;
    } else {
      merged.push(b);
      r++;
    }
  }
  for (; l < left.length; l++) merged.push(left[l] as T);
  for (; r < right.length; r++) merged.push(right[r] as T);
  return merged;
}

function sortBy<T>(list: readonly T[], keyOf: (item: T) => Key): readonly T[] {
  const keyed = list.map(item => ({ item, key: keyOf(item) }));
  return mergeSort(keyed, (a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

export const sortServices = <T extends { readonly id: ServiceId }>(services: readonly T[]): readonly T[] =>
  sortBy(services, ({ id }) => serviceKeyOf(id));

export const sortDestinations = <T extends DestinationId>(destinations: readonly T[]): readonly T[] =>
  sortBy(destinations, destinationKeyOf);
