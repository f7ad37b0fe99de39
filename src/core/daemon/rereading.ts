// After the kernel refused something the whole table is read anew: at once, and after vain attempts ever later.
// Spec: lvskit's own rule; what the kernel refuses once it mostly refuses again, and a loop of dumps helps nobody.

import { between, type Duration, type Instant, seconds } from '../time.ts';

export interface Rereading {
  phase: 'settled' | 'scheduled' | 'asked';
  /** Readings in a row after which the kernel refused again. */
  vain: number;
  lastAskedAt: Instant | undefined;
}

export const createRereading = (): Rereading => ({ phase: 'settled', vain: 0, lastAskedAt: undefined });

/** Without a refusal for this long an earlier one counts as resolved. */
const longSuccess = seconds(120);

/** 0, 1, 2, 4 .. 60 s. */
const delayAfter = (vain: number): Duration => seconds(vain === 0 ? 0 : Math.min(60, 2 ** (vain - 1)));

/** A refusal: how long to wait before the table is read; undefined when a reading is due already. */
export function scheduleRereading(rereading: Rereading, now: Instant): Duration | undefined {
  if (rereading.phase !== 'settled') return undefined;
  const { lastAskedAt } = rereading;
  const resolved = lastAskedAt === undefined || between(lastAskedAt, now) > longSuccess;
  const vain = resolved ? 0 : rereading.vain;
  rereading.phase = 'scheduled';
  rereading.vain = vain + 1;
  return delayAfter(vain);
}

/** The table is asked for now. */
export function rereadingAsked(rereading: Rereading, now: Instant): void {
  rereading.phase = 'asked';
  rereading.lastAskedAt = now;
}

/** The table has come. */
export function rereadingAnswered(rereading: Rereading): void {
  if (rereading.phase === 'asked') rereading.phase = 'settled';
}
