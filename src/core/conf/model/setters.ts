// Handlers made of a reader and an assignment, so that a block's table reads like its manual page.
// Spec: the catalogue's first argument gives range and unit.

import type { Duration } from '../../time.ts';
import type { Argument } from '../keywords/grammar.ts';
import { decimalWord, flagWord, integerWord, oneOf } from './arguments.ts';
import type { Handler } from './handler.ts';

function argumentOf<T extends Argument['type']>(argument: Argument | undefined, type: T) {
  if (argument?.type !== type)
    throw new RangeError(`the catalogue gives ${argument?.type}, the handler wants ${type}`);
  return argument as Extract<Argument, { readonly type: T }>;
}

/** Assigns a whole number; an invalid one leaves the draft alone. */
export const setInteger =
  <D>(set: (draft: D, value: number) => void): Handler<D> =>
  (draft, s, c, k) => {
    const value = integerWord(s, 1, argumentOf(k.arguments[0], 'integer'), c);
    if (value !== undefined) set(draft, value);
  };

/** Assigns whole seconds as a duration. */
export const setSeconds = <D>(set: (draft: D, value: Duration) => void): Handler<D> =>
  setInteger((draft, value) => set(draft, (value * 1_000_000) as Duration));

/** Assigns a decimal number of seconds or milliseconds as a duration. */
export const setDecimal =
  <D>(set: (draft: D, value: Duration) => void): Handler<D> =>
  (draft, s, c, k) => {
    const value = decimalWord(s, 1, argumentOf(k.arguments[0], 'decimal'), c);
    if (value !== undefined) set(draft, value);
  };

/** Assigns a flag with an optional truth value. */
export const setFlag =
  <D>(set: (draft: D, value: boolean) => void): Handler<D> =>
  (draft, s, c) => {
    const value = flagWord(s, c);
    if (value !== undefined) set(draft, value);
  };

/** Assigns true whatever follows the keyword, as keepalived does for its plain flags. */
export const setOn =
  <D>(set: (draft: D) => void): Handler<D> =>
  draft =>
    set(draft);

export const setText =
  <D>(set: (draft: D, value: string) => void): Handler<D> =>
  (draft, s) =>
    set(draft, s.word(1) ?? '');

export const setWord =
  <D>(set: (draft: D, value: string) => void): Handler<D> =>
  (draft, s, c, k) => {
    const value = oneOf(s, 1, argumentOf(k.arguments[0], 'word'), c);
    if (value !== undefined) set(draft, value);
  };
