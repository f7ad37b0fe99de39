// vrrp_strict or no_accept on the address of a virtual server: the firewall rule drops what the service is to get.
// Spec: keepalived.conf(5) vrrp_strict, accept, no_accept; RFC 9568 section 6.1 Accept_Mode.

import type { InstanceSight } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

export const strictDropsService: Rule = {
  id: 'strict-drops-service',
  severity: 'error',
  summary: 'A virtual server uses an address whose packets the instance drops.',
  watch: report => {
    const dropped = new Map<string, InstanceSight>();
    return {
      instance(sight) {
        const { config } = sight;
        // The owner of the addresses accepts them whatever is said.
        if (config.accept || config.priority === 255) return;
        for (const { prefix } of config.addresses) dropped.set(prefix.address, sight);
      },
      virtualServer({ config, statement }) {
        for (const id of config.services) {
          const sight = id.kind === 'address' ? dropped.get(id.address) : undefined;
          if (sight === undefined || id.kind !== 'address') continue;
          const why = sight.config.strict ? 'vrrp_strict' : 'no_accept';
          const at = sight.lines.get('no_accept') ?? sight.lines.get('strict_mode') ?? sight.statement;
          report(
            statement,
            `${id.address} belongs to vrrp_instance ${sight.config.name}, which drops packets to it (${why}): the service is never reached`,
            {
              word: 1,
              related: [{ message: 'the instance', at }],
            },
          );
          return;
        }
      },
    };
  },
};
