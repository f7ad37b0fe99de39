// Real servers without any check: dead ones keep their share of the connections.
// Spec: keepalived.conf(5) "real_server" (no checker: taken for up for ever).

import { catalogue, type Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

const words: ReadonlySet<string> = new Set(
  catalogue.find(({ path }) => path === 'virtual_server/real_server')?.keywords.map(({ name }) => name),
);

/** A block of an unknown word may be the check, misspelt; one of a known word may be a check that is refused. */
const mayHoldCheck = (real: Statement | undefined): boolean =>
  real?.block?.some(({ keyword, block }) => block !== undefined || !words.has(keyword)) === true;

export const uncheckedServer: Rule = {
  id: 'unchecked-server',
  severity: 'warning',
  summary: 'A real server has no check, so its failure goes unnoticed.',
  watch: report => ({
    virtualServer({ config, statement, realServers, checkers }) {
      const count = config.realServers.length;
      // A check of a real server follows the one before it; one pass tells which have none.
      let unchecked = 0;
      let first = -1;
      let unclear = false;
      for (let index = 0, at = 0; index < count; index++) {
        const from = at;
        while (checkers[at]?.realServer === index) at++;
        if (at > from) continue;
        if (mayHoldCheck(realServers[index])) {
          unclear = true;
          continue;
        }
        unchecked++;
        if (first < 0) first = index;
      }
      if (unchecked === 0) return;
      if (unchecked === count && !unclear)
        report(statement, 'no real server of this service is checked: dead ones stay in it', { word: 0 });
      else {
        const more = unchecked > 1 ? ` (and ${unchecked - 1} more here)` : '';
        report(
          realServers[first] ?? statement,
          `${config.realServers[first]?.address} is not checked${more}: when it dies it stays in`,
          {
            word: 0,
          },
        );
      }
    },
  }),
};
