// A virtual address that this machine holds already, perhaps from its own network configuration.
// Spec: keepalived.conf(5) "virtual_ipaddress"; two nodes that both hold it for good are a split brain without any advert lost.

import type { Rule } from '../../rule.ts';

export const addressAlreadyHere: Rule = {
  id: 'address-already-here',
  severity: 'warning',
  summary: 'A virtual address is already on this machine (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => ({
    instance({ config, addressLines }) {
      for (const [index, { prefix, dev }] of config.addresses.entries()) {
        const line = addressLines[index];
        if (line === undefined || config.priority === 255) continue;
        for (const [name, { addresses }] of machine?.interfaces ?? []) {
          const held = addresses.find(each => each.prefix.address === prefix.address);
          if (held === undefined) continue;
          const wanted = dev ?? config.interface;
          const asItself = held.prefix.length === prefix.length && wanted === name && !held.isDynamic;
          const message = asItself
            ? `${prefix.address} is on ${name} now: fine while this node is MASTER, else take it out of the network configuration`
            : `${held.prefix.address}/${held.prefix.length} is on ${name}${held.isDynamic ? ' by a lease' : ''}, and not from this instance: take it out of the network configuration`;
          report(line, message, { word: 0, ...(asItself ? { severity: 'info' } : {}) });
        }
      }
    },
  }),
};
