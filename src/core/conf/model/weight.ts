// The weight of what is tracked: `N [reverse|noreverse]`.
// Spec: keepalived.conf(5) "weight" of vrrp_script, track_file, vrrp_track_process and of the records that name them.

import type { Statement } from '../statement.ts';
import { integerWord } from './arguments.ts';
import type { Context } from './context.ts';

export interface WeightWord {
  readonly weight: number;
  /** undefined: neither word is there. */
  readonly reverse: boolean | undefined;
}

/** The weight from word `at` on; +-254 becomes +-253; out of range is reported and undefined. */
export function weightAt(s: Statement, at: number, c: Context): WeightWord | undefined {
  const given = integerWord(s, at, { type: 'integer', min: -254, max: 254 }, c);
  if (given === undefined) return undefined;
  const weight = Math.max(-253, Math.min(253, given));
  if (weight !== given) c.warn('corrected', s, `weight ${given} is replaced by ${weight}`, at);
  const word = s.word(at + 1);
  if (word !== undefined && word !== 'reverse' && word !== 'noreverse') {
    c.warn(
      'unknown-word',
      s,
      `${word} after a weight is neither reverse nor noreverse; it is ignored`,
      at + 1,
    );
  }
  return { weight, reverse: word === 'reverse' ? true : word === 'noreverse' ? false : undefined };
}
