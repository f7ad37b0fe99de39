// An interface of this machine on which an instance cannot do its work: down, without multicast, without ARP.
// Spec: netdevice(7), IFF_UP, IFF_MULTICAST, IFF_NOARP; RFC 9568 section 5.1.1.2.

import type { Rule } from '../../rule.ts';

export const interfaceNotReady: Rule = {
  id: 'interface-not-ready',
  severity: 'error',
  summary: 'The interface of an instance is down, or cannot carry its adverts (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => ({
    instance({ config, statement, lines }) {
      const { interface: name = '' } = config;
      const found = machine?.interfaces?.get(name);
      if (found === undefined) return;
      const at = lines.get('interface') ?? statement;
      if (!found.isUp) {
        report(at, `${name} is down: the instance stays in FAULT until it is up (ip link set ${name} up)`, {
          word: 1,
          severity: 'warning',
        });
      }
      if (config.unicastPeers.length === 0 && !found.hasMulticast && !found.isLoopback) {
        report(
          at,
          `${name} has no multicast: adverts cannot be sent; name unicast_peer, or ip link set ${name} multicast on`,
          {
            word: 1,
          },
        );
      }
      if (!found.hasArp && !found.isLoopback && config.family === 'inet' && config.addresses.length > 0) {
        const message = `${name} has no ARP: nobody on it learns where the virtual addresses went`;
        report(at, message, { word: 1, severity: 'warning' });
      }
    },
  }),
};
