// A virtual server that leaves the scheduler or the forwarding method to keepalived's defaults.
// Behind it: keepalived.conf(5) "lb_algo" and "lb_kind"; `keepalived -t` reports both and ends with exit status 5.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

const has = (statement: Statement, ...words: readonly string[]): boolean =>
  statement.block?.some(({ keyword }) => words.includes(keyword)) === true;

export const impliedMethod: Rule = {
  id: 'implied-method',
  severity: 'info',
  summary: 'A virtual server names no scheduler or no forwarding method.',
  watch: report => ({
    virtualServer({ config, statement, realServers }) {
      if (!has(statement, 'lb_algo', 'lvs_sched'))
        report(statement, 'no lb_algo: wlc is used; keepalived -t reports it', { word: 0 });
      if (has(statement, 'lb_kind', 'lvs_method')) return;
      const sorry = config.sorryServer !== undefined && !has(statement, 'sorry_server_lvs_method');
      if (sorry || realServers.some(real => !has(real, 'lvs_method')))
        report(statement, 'no lb_kind: NAT is used; keepalived -t reports it', { word: 0 });
    },
  }),
};
