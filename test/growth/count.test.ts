// The counters of growth tests count what they say.
// Truth: work whose steps and bytes are known by hand.

import { describe, expect, it } from 'vitest';
import { equal } from '../../src/core/equal.ts';
import { allocated, executions } from './count.ts';

const list = (length: number) => Array.from({ length }, (_, i) => i);

describe('growth counters', () => {
  it('count executions of our code in proportion to its steps', () => {
    const [short, long] = [list(100), list(10_000)];
    const few = executions(() => equal(short, [...short]));
    const many = executions(() => equal(long, [...long]));
    expect(few).toBeGreaterThanOrEqual(100);
    expect(many / few).toBeGreaterThan(90);
    expect(many / few).toBeLessThan(110);
    expect(executions(() => equal(short, [...short]))).toBe(few);
  });

  it('count bytes that are collected during the work, and copies made by built-in functions', () => {
    const map = new Map(list(1_000).map(i => [i, i]));
    const copy = (times: number) => {
      let size = 0;
      for (let i = 0; i < times; i++) size += new Map(map).size;
      return size;
    };
    copy(10);
    const once = allocated(() => copy(10));
    const tenfold = allocated(() => copy(100));
    // An entry of a Map takes three words and half a word of its bucket.
    expect(once).toBeGreaterThan(10 * 1_000 * 3 * 4);
    expect(tenfold / once).toBeGreaterThan(8);
    expect(tenfold / once).toBeLessThan(12);
  });
});
