// A sorry server that is one of the real servers: when all are down it is down as well.
// Spec: keepalived.conf(5) "sorry_server".

import type { Rule } from '../../rule.ts';

export const sorryServerIsRealServer: Rule = {
  id: 'sorry-server-is-real-server',
  severity: 'warning',
  summary: 'The sorry server is one of the real servers.',
  watch: report => ({
    virtualServer({ config, statement, realServers }) {
      const { sorryServer } = config;
      if (sorryServer === undefined) return;
      const twin = config.realServers.findIndex(
        real => real.address === sorryServer.address && real.port === sorryServer.port,
      );
      const other = realServers[twin];
      if (other === undefined) return;
      const line = statement.block?.find(({ keyword }) => keyword === 'sorry_server');
      report(line ?? statement, `${sorryServer.address} is a real server too: it is down when it is needed`, {
        word: 1,
        related: [{ message: 'the real server', at: other, word: 1 }],
      });
    },
  }),
};
