// Derived times, to the microsecond. Truth: computed by hand from RFC 3768 section 6.1 and RFC 9568 section 6.1,
// version 3 with keepalived's integer form (256 - P) x centiseconds x 625 / 16.

import { describe, expect, it } from 'vitest';
import { type Duration, instant, microseconds, milliseconds, seconds } from '../../../src/core/time.ts';
import {
  intervalField,
  intervalOfField,
  leastSkew,
  masterDownTime,
  shifted,
  silenceLimit,
  skewTime,
} from '../../../src/core/vrrp/timers.ts';

const second = seconds(1);

describe('skew time', () => {
  it.each([
    // version, priority, interval, microseconds
    [2, 100, second, 609_375],
    [2, 1, second, 996_093],
    [2, 254, second, 7_812],
    [2, 255, second, 3_906],
    [2, 100, seconds(10), 609_375],
    [3, 100, second, 609_375],
    [3, 100, milliseconds(100), 60_937],
    [3, 100, milliseconds(10), 6_093],
    [3, 200, milliseconds(10), 2_187],
    [3, 1, milliseconds(40_950), 40_790_039],
    [3, 255, milliseconds(10), 39],
  ] as const)('version %i, priority %i, interval %i us: %i us', (version, priority, interval, expected) => {
    expect(skewTime(version, priority, interval)).toBe(expected);
  });

  it('of an owner is the least', () => {
    expect(leastSkew(2, second)).toBe(3_906);
    expect(leastSkew(3, second)).toBe(3_906);
  });

  it('tells neighbouring priorities apart even at 10 ms (a skew truncated to 0 would not stagger takeovers)', () => {
    for (let priority = 2; priority <= 255; priority++)
      expect(skewTime(3, priority, milliseconds(10))).toBeLessThan(
        skewTime(3, priority - 1, milliseconds(10)),
      );
  });
});

describe('master down time', () => {
  it.each([
    [2, 100, second, 3, 3_609_375],
    [2, 150, second, 3, 3_414_062],
    [2, 100, seconds(5), 3, 15_609_375],
    [2, 100, second, 1, 1_609_375],
    [3, 100, second, 3, 3_609_375],
    [3, 100, milliseconds(100), 3, 360_937],
    [3, 100, milliseconds(10), 3, 36_093],
    [3, 255, milliseconds(10), 3, 30_039],
  ] as const)('version %i, priority %i, %i us x %i', (version, priority, interval, adverts, expected) => {
    expect(masterDownTime(version, priority, interval, adverts)).toBe(expected);
  });
});

describe('the interval on the wire', () => {
  it('is seconds in version 2 and centiseconds in version 3', () => {
    expect(intervalField(2, seconds(3))).toBe(3);
    expect(intervalField(3, seconds(3))).toBe(300);
    expect(intervalOfField(2, 3)).toBe(seconds(3));
    expect(intervalOfField(3, 4095)).toBe(milliseconds(40_950));
  });
});

describe('moving a timer', () => {
  it('never reaches into the past', () => {
    expect(shifted(instant(100), -30 as Duration, instant(50))).toBe(70);
    expect(shifted(instant(100), -80 as Duration, instant(50))).toBe(50);
  });
});

describe('the silence after which a sleeper is no master any more', () => {
  it('is three intervals and the skew of the given priority', () => {
    expect(silenceLimit(2, 100, second)).toBe(3_609_375);
    expect(silenceLimit(3, 100, milliseconds(100))).toBe(microseconds(360_937));
  });
});
