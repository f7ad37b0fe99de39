// Unicast peers without unicast_src_ip: the source is whatever address the interface has first.
// Spec: keepalived.conf(5) "unicast_src_ip"; peers accept adverts only from addresses they list.

import type { Rule } from '../../rule.ts';

export const unicastWithoutSource: Rule = {
  id: 'unicast-without-source',
  severity: 'info',
  summary: 'A unicast instance does not say which source address its adverts have.',
  watch: report => ({
    instance({ config, statement, lines }) {
      if (config.unicastPeers.length === 0 || config.sourceAddress !== undefined) return;
      report(
        lines.get('unicast_peer') ?? statement,
        `vrrp_instance ${config.name} has no unicast_src_ip: adverts leave with the first address of the interface, and peers refuse any they do not list`,
        { word: 0 },
      );
    },
  }),
};
