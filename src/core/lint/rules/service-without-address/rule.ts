// A virtual server on an address that no instance of the file holds.
// Behind it: ipvs accepts packets for local addresses only (DR and NAT directors alike).

import type { Rule } from '../../rule.ts';

export const serviceWithoutAddress: Rule = {
  id: 'service-without-address',
  severity: 'warning',
  summary: 'The address of a virtual server is none of the virtual addresses in the file.',
  watch: report => {
    const held = new Set<string>();
    return {
      instance({ config }) {
        for (const { prefix } of [...config.addresses, ...config.excludedAddresses]) held.add(prefix.address);
      },
      virtualServer({ config, statement }) {
        const [service] = config.services;
        if (held.size === 0 || config.services.length !== 1 || service?.kind !== 'address') return;
        if (held.has(service.address) || service.address === '0.0.0.0' || service.address === '::') return;
        report(
          statement,
          `${service.address} is an address of no vrrp_instance here: nobody would send it packets`,
          {
            word: 1,
          },
        );
      },
    };
  },
};
