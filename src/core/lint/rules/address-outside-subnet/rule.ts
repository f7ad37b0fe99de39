// A virtual address in none of the networks that its interface has addresses of.
// Spec: RFC 9568 section 1.2: the addresses are those of the LAN that the routers share.

import { contains, familyOf, isLinkLocal } from '../../../net/index.ts';
import type { Rule } from '../../rule.ts';

export const addressOutsideSubnet: Rule = {
  id: 'address-outside-subnet',
  severity: 'warning',
  summary: 'A virtual address is in no network of its interface (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => ({
    instance({ config, addressLines }) {
      for (const [index, { prefix, dev }] of config.addresses.entries()) {
        const line = addressLines[index];
        const name = dev ?? config.interface ?? '';
        const found = machine?.interfaces?.get(name);
        if (line === undefined || found === undefined || found.isLoopback) continue;
        const family = familyOf(prefix.address);
        const networks = found.addresses
          .map(each => each.prefix)
          .filter(own => familyOf(own.address) === family && own.address !== prefix.address)
          .filter(own => !isLinkLocal(own.address));
        if (networks.length === 0 || isLinkLocal(prefix.address)) continue;
        if (networks.some(own => contains(own, prefix.address))) continue;
        const has = networks.map(own => `${own.address}/${own.length}`).join(', ');
        report(
          line,
          `${prefix.address} is in no network of ${name} (${has}): neighbours reach it only by a route`,
          {
            word: 0,
          },
        );
      }
    },
  }),
};
