// Lets the first of many equal reports through and counts the rest: at most one a minute for each key.
// Spec: whoever can send packets to an interface must fill neither the log nor the memory.

import { between, type Duration, type Instant, seconds } from '../time.ts';

export interface Damper {
  /** undefined: suppress this one. Else it may be reported, after so many that were suppressed since the last report. */
  report(key: string, now: Instant): number | undefined;
}

interface Kept {
  at: Instant;
  suppressed: number;
}

/** Keys beyond `most` share one. */
export function createDamper(period: Duration = seconds(60), most = 1024): Damper {
  const kept = new Map<string, Kept>();
  return {
    report(name, now) {
      const key = kept.has(name) || kept.size < most ? name : '';
      const last = kept.get(key);
      if (last === undefined) {
        kept.set(key, { at: now, suppressed: 0 });
        return 0;
      }
      if (between(last.at, now) < period) {
        last.suppressed++;
        return undefined;
      }
      const { suppressed } = last;
      last.at = now;
      last.suppressed = 0;
      return suppressed;
    },
  };
}

/** What a report adds about those that were suppressed before it. */
export const suppressedText = (count: number): string =>
  count === 0 ? '' : ` (${count} more since it was last reported)`;
