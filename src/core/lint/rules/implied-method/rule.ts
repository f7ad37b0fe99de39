// A virtual server that leaves the scheduler or the forwarding method to keepalived's defaults.
// Spec: keepalived.conf(5) "lb_algo" and "lb_kind"; `keepalived -t` reports both and ends with exit status 5.

import type { Rule } from '../../rule.ts';

export const impliedMethod: Rule = {
  id: 'implied-method',
  severity: 'info',
  summary: 'A virtual server names no scheduler or no forwarding method.',
  watch: report => {
    // Of the virtual server that is being read: looking into its block again would cost more than all the rest.
    let scheduler = false;
    let method = false;
    let sorryMethod = false;
    let realMethods = 0;
    const setScheduler = () => {
      scheduler = true;
    };
    const setMethod = (_statement: unknown, path: string) => {
      if (path === 'virtual_server') method = true;
      else realMethods++;
    };
    return {
      everyBlock(path) {
        if (path !== 'virtual_server') return;
        scheduler = false;
        method = false;
        sorryMethod = false;
        realMethods = 0;
      },
      keywords: {
        lb_algo: setScheduler,
        lvs_sched: setScheduler,
        lb_kind: setMethod,
        lvs_method: setMethod,
        sorry_server_lvs_method: () => {
          sorryMethod = true;
        },
      },
      virtualServer({ config, statement }) {
        if (!scheduler) report(statement, 'no lb_algo: wlc is used; keepalived -t reports it', { word: 0 });
        if (method) return;
        const sorry = config.sorryServer !== undefined && !sorryMethod;
        if (sorry || realMethods < config.realServers.length)
          report(statement, 'no lb_kind: NAT is used; keepalived -t reports it', { word: 0 });
      },
    };
  },
};
