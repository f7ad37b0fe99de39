// A check that may take longer than the interval it is to be repeated in.
// Spec: keepalived.conf(5) "delay_loop", "connect_timeout", "misc_timeout"; the next check waits for the last one.

import { type Duration, plus, printSeconds, times } from '../../../time.ts';
import type { CheckerConfig, Rule } from '../../rule.ts';

const timeoutOf = ({ check }: CheckerConfig) =>
  check.kind === 'misc' ? check.timeout : 'target' in check ? check.target.timeout : undefined;

/** All attempts that go before a verdict, each with its time-out. */
function slowestOf(config: CheckerConfig): Duration | undefined {
  const timeout = timeoutOf(config);
  if (timeout === undefined) return undefined;
  return plus(times(config.retry + 1, timeout), times(config.retry, config.delayBeforeRetry));
}

export const slowCheck: Rule = {
  id: 'slow-check',
  severity: 'warning',
  summary: 'The time-out of a check is longer than its interval.',
  concludes: true,
  watch: report => ({
    virtualServer({ checkers }) {
      let first: (typeof checkers)[number] | undefined;
      let count = 0;
      for (const checker of checkers) {
        const timeout = timeoutOf(checker.config);
        if (timeout === undefined || timeout <= checker.config.delayLoop) continue;
        first ??= checker;
        count++;
      }
      if (first === undefined) return;
      const { config, statement } = first;
      const more = count > 1 ? ` (and ${count - 1} more here)` : '';
      report(
        statement,
        `a failure takes up to ${printSeconds(slowestOf(config) ?? config.delayLoop)} s to notice, although the check is to run every ${printSeconds(config.delayLoop)} s${more}`,
        { word: 0 },
      );
    },
  }),
};
