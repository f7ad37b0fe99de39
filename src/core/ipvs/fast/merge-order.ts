// Merge sort of places, top down with halves of n/2 and n - n/2 as glibc's qsort: ipvsadm's comparison is inconsistent, so its output
// depends on the order of comparisons (ipvsadm/order.ts). Spec: glibc msort.c as observed through ipvsadm 1.31.

/** Compares the elements at two places: negative, zero or positive. */
export type ComparePlaces = (a: number, b: number) => number;

/** The places 0..size-1 in order. */
export function mergeOrder(size: number, compare: ComparePlaces): Uint32Array {
  const places = new Uint32Array(size);
  for (let place = 0; place < size; place++) places[place] = place;
  mergeSort(places, places.slice(), 0, size, compare);
  return places;
}

function mergeSort(
  places: Uint32Array,
  spare: Uint32Array,
  from: number,
  to: number,
  compare: ComparePlaces,
) {
  if (to - from < 2) return;
  const middle = from + Math.floor((to - from) / 2);
  mergeSort(places, spare, from, middle, compare);
  mergeSort(places, spare, middle, to, compare);
  merge(places, spare, from, middle, to, compare);
}

/** Merges the sorted runs from..middle and middle..to by way of `spare`; the left one wins ties. */
function merge(
  places: Uint32Array,
  spare: Uint32Array,
  from: number,
  middle: number,
  to: number,
  compare: ComparePlaces,
): void {
  for (let index = from; index < to; index++) spare[index] = places[index] as number;
  let left = from;
  let right = middle;
  for (let index = from; index < to; index++) {
    const leftFirst =
      left < middle && (right >= to || compare(spare[left] as number, spare[right] as number) <= 0);
    places[index] = spare[leftFirst ? left++ : right++] as number;
  }
}
