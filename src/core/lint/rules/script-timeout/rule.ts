// A vrrp_script that may run longer than the interval it is to be repeated in.
// Behind it: keepalived.conf(5) "vrrp_script"; the next run waits for the last one.

import type { Rule } from '../../rule.ts';

export const scriptTimeout: Rule = {
  id: 'script-timeout',
  severity: 'warning',
  summary: 'The time-out of a script is longer than its interval.',
  watch: report => ({
    blocks: {
      vrrp_script(statements) {
        const timeout = statements.findLast(({ keyword }) => keyword === 'timeout');
        const interval = statements.findLast(({ keyword }) => keyword === 'interval');
        const limit = Number(timeout?.word(1));
        const period = Number(interval?.word(1) ?? 1);
        if (timeout === undefined || !(limit > period)) return;
        report(
          timeout,
          `a hanging script is noticed after ${limit} s only, although it is to run every ${period} s`,
          {
            ...(interval === undefined ? {} : { related: [{ message: 'the interval', at: interval }] }),
          },
        );
      },
    },
  }),
};
