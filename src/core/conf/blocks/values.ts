// Descriptors of common kinds of value: one call for each keyword of a block.
// Spec: keepalived.conf(5); model/arguments.ts reads the words and says what is wrong with them.

import type { Duration } from '../../time.ts';
import { decimalWord, integerWord } from '../model/arguments.ts';
import type { Descriptor, Facts } from './descriptor.ts';

/** Facts with the default they state, so that a draft's field is known to have a value. */
type Described<V, F> = Descriptor<V> & F;

/** One word, as it is written. */
export const text = <F extends Facts<string>>(
  type: 'text' | 'path' | 'interface',
  facts: F,
): Described<string, F> => ({
  ...facts,
  kind: 'value',
  arguments: [{ type }],
  read: statement => statement.word(1) ?? '',
});

/** Whole numbers `min..max`. */
export function integer<F extends Facts<number>>(min: number, max: number, facts: F): Described<number, F> {
  const argument = { type: 'integer', min, max } as const;
  return {
    ...facts,
    kind: 'value',
    arguments: [argument],
    read: (statement, context) => integerWord(statement, 1, argument, context),
  };
}

interface SecondsRange {
  readonly min: number;
  readonly max: number;
  readonly decimals: 3 | 6;
  /** What a value of zero becomes; it may report it. */
  readonly zero?: (...of: Parameters<Descriptor<Duration>['read']>) => Duration;
}

/** Seconds with decimals. */
export function seconds<F extends Facts<Duration>>(
  { zero, ...range }: SecondsRange,
  facts: F,
): Described<Duration, F> {
  const argument = {
    type: 'decimal',
    unit: 's',
    min: range.min,
    max: range.max,
    decimals: range.decimals,
  } as const;
  return {
    ...facts,
    kind: 'value',
    arguments: [argument],
    read: (...of) => {
      const value = decimalWord(of[0], 1, argument, of[1]);
      return value === 0 && zero !== undefined ? zero(...of) : value;
    },
  };
}

/** On when it is there, whatever follows it. */
export const flag = <F extends Facts<boolean>>(facts: F): Described<boolean, F> => ({
  ...facts,
  kind: 'flag',
  arguments: [],
  read: () => true,
});

export const off = { value: false, text: 'off' } as const;
