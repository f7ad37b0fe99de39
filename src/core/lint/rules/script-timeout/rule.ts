// A vrrp_script that may run longer than the interval it is to be repeated in.
// Spec: keepalived.conf(5) "vrrp_script"; the next run waits for the last one.

import { catalogue } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

const block = catalogue.find(({ path }) => path === 'vrrp_script')?.keywords ?? [];
const words: ReadonlySet<string> = new Set(block.map(({ name }) => name));
const [longest] = block.flatMap(({ name, arguments: [first] }) =>
  name === 'timeout' && first !== undefined && 'max' in first ? [first.max] : [],
);

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
        if (timeout === undefined || !(limit > period) || limit > (longest ?? limit)) return;
        // A word that is unknown may be the interval, misspelt.
        if (statements.some(({ keyword }) => !words.has(keyword))) return;
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
