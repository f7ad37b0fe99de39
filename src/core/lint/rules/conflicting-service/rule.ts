// The same virtual server in two blocks that do not agree.
// Spec: the kernel holds one service for each address, port and protocol; which settings win depends on the order.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** Settings of the service itself, with the words that mean the same. */
const settings = [
  ['lb_algo', 'lvs_sched'],
  ['lb_kind', 'lvs_method'],
  ['persistence_timeout'],
  ['persistence_granularity'],
  ['quorum'],
] as const;

const lineOf = (block: Statement, words: readonly string[]) =>
  block.block?.findLast(({ keyword }) => words.includes(keyword));

export const conflictingService: Rule = {
  id: 'conflicting-service',
  severity: 'error',
  summary: 'The same virtual server stands twice with different settings.',
  watch: report => ({
    virtualServer({ statement, first }) {
      if (first === undefined) return;
      for (const words of settings) {
        const mine = lineOf(statement, words);
        const others = lineOf(first, words);
        const say = (line: Statement | undefined) => line?.words(1).join(' ') ?? 'none';
        if (say(mine) === say(others)) continue;
        report(
          mine ?? statement,
          `${words[0]} ${say(mine)} contradicts the first block of this virtual server, which has ${say(others)}`,
          { related: [{ message: 'first here', at: others ?? first }] },
        );
      }
    },
  }),
};
