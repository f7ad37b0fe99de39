// A UDP service whose servers are checked over TCP on the same port: another program may answer there, or none.
// Spec: keepalived.conf(5) UDP_CHECK and DNS_CHECK.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

export const tcpCheckOfUdp: Rule = {
  id: 'tcp-check-of-udp',
  severity: 'warning',
  summary: 'A UDP service is checked over TCP on its own port.',
  watch: report => ({
    virtualServer({ config, statement, checkers }) {
      // Without a valid protocol it is UDP as well, which is told as such.
      const isUdp = (line: Statement) => line.keyword === 'protocol' && line.word(1)?.toLowerCase() === 'udp';
      if (!config.services.every(id => id.kind === 'address' && id.protocol === 'udp')) return;
      const wrong = checkers.find(({ config: { check }, realServer }) => {
        const overTcp = check.kind === 'tcp' || check.kind === 'http' || check.kind === 'smtp';
        return overTcp && check.target.port === config.realServers[realServer]?.port;
      });
      if (wrong === undefined || statement.block?.some(isUdp) !== true) return;
      report(
        wrong.statement,
        `${wrong.config.keyword} tries TCP, but the service is UDP: use UDP_CHECK, DNS_CHECK or MISC_CHECK, or check another port`,
        { word: 0 },
      );
    },
  }),
};
