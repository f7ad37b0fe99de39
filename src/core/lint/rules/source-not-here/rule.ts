// A source address for adverts that this machine does not have.
// Spec: keepalived.conf(5) "mcast_src_ip", "unicast_src_ip"; bind(2) refuses an address that is not local.

import { holdersOf } from '../../machine.ts';
import type { Rule } from '../../rule.ts';

export const sourceNotHere: Rule = {
  id: 'source-not-here',
  severity: 'error',
  summary: 'The source address of the adverts is not on this machine (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => ({
    instance({ config, statement, lines }) {
      const { sourceAddress, interface: name } = config;
      if (machine?.interfaces === undefined || sourceAddress === undefined) return;
      const at = lines.get('unicast_src_ip') ?? lines.get('mcast_src_ip') ?? statement;
      const holders = holdersOf(machine, sourceAddress);
      if (holders.length === 0) {
        report(at, `${sourceAddress} is on no interface of this machine: no advert can be sent from it`, {
          word: 1,
        });
      } else if (name !== undefined && !holders.includes(name)) {
        const message = `${sourceAddress} is on ${holders.join(', ')}, not on ${name} where the adverts go out`;
        report(at, message, { word: 1, severity: 'warning' });
      }
    },
  }),
};
