// lthreshold above uthreshold: the kernel does not take such a server.
// Spec: net/netfilter/ipvs/ip_vs_ctl.c ip_vs_add_dest (ERANGE); keepalived.conf(5) uthreshold, lthreshold.

import type { Rule } from '../../rule.ts';

export const thresholdsReversed: Rule = {
  id: 'thresholds-reversed',
  severity: 'error',
  summary: 'The lower connection threshold of a real server is above the upper one.',
  concludes: true,
  watch: report => ({
    virtualServer({ config, realServers }) {
      for (const [index, { lowerThreshold, upperThreshold }] of config.realServers.entries()) {
        const server = realServers[index];
        if (server === undefined || lowerThreshold <= upperThreshold) continue;
        const line = server.block?.findLast(({ keyword }) => keyword === 'lthreshold');
        const what = upperThreshold === 0 ? 'there is no uthreshold' : `uthreshold is ${upperThreshold}`;
        report(
          server,
          `lthreshold ${lowerThreshold} is above the upper one (${what}): the kernel refuses the server`,
          {
            word: 0,
            ...(line === undefined ? {} : { related: [{ message: 'lthreshold', at: line, word: 1 }] }),
          },
        );
      }
    },
  }),
};
