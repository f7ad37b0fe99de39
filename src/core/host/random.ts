// Numbers that nobody can guess. Spec: crypto.randomFillSync; drawn many at once, because each call costs microseconds.

import { randomFillSync } from 'node:crypto';

const drawn = new Uint32Array(256);
let next = drawn.length;

/** 0 <= number < `below`, which is a power of two of at most 2^32. */
export function randomNumber(below: number): number {
  if (next === drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  const number = drawn[next++] ?? 0;
  return number % below;
}
