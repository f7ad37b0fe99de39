// Deep equality of plain data. Truth: structuredClone for what must be equal, one change at a time for what must not.
import { describe, expect, it } from 'vitest';
import { equal } from '../../src/core/equal.ts';

const sample = () => ({
  text: 'x',
  number: 0,
  big: 1n,
  list: [1, { deep: null }],
  bytes: Uint8Array.of(1, 2),
  map: new Map([['a', { b: 1 }]]),
  set: new Set(['a']),
  absent: undefined,
});

describe('equal', () => {
  it('holds for a clone, also when an undefined property is left out', () => {
    expect(equal(sample(), structuredClone(sample()))).toBe(true);
    const { absent: _, ...rest } = sample();
    expect(equal(sample(), rest)).toBe(true);
    expect(equal(rest, sample())).toBe(true);
  });
  it.each([
    ['another text', { text: 'y' }],
    ['minus zero', { number: -0 }],
    ['another bigint', { big: 2n }],
    ['a longer list', { list: [1, { deep: null }, 2] }],
    ['a deep difference', { list: [1, { deep: 0 }] }],
    ['other bytes', { bytes: Uint8Array.of(1, 3) }],
    ['a list instead of bytes', { bytes: [1, 2] }],
    ['another key of a map', { map: new Map([['c', { b: 1 }]]) }],
    ['another value of a map', { map: new Map([['a', { b: 2 }]]) }],
    ['an object instead of a map', { map: {} }],
    ['another member of a set', { set: new Set(['b']) }],
    ['one property more', { more: 1 }],
  ])('fails for %s', (_, change) => {
    expect(equal(sample(), { ...sample(), ...change })).toBe(false);
    expect(equal({ ...sample(), ...change }, sample())).toBe(false);
  });
});
