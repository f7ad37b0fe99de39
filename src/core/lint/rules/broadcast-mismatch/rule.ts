// A broadcast address that does not belong to the prefix of its virtual address.
// Spec: RFC 919; ip-address(8) "broadcast".

import { broadcastOf, printPrefix } from '../../../net/index.ts';
import type { Rule } from '../../rule.ts';

export const broadcastMismatch: Rule = {
  id: 'broadcast-mismatch',
  severity: 'warning',
  summary: 'The broadcast address is not the one of the prefix.',
  watch: report => ({
    instance({ config, addressLines }) {
      for (const [index, { prefix, broadcast }] of config.addresses.entries()) {
        const line = addressLines[index];
        if (line === undefined || broadcast === undefined || prefix.length > 30) continue;
        const right = broadcastOf(prefix);
        if (broadcast !== right)
          report(
            line,
            `brd ${broadcast} does not belong to ${printPrefix(prefix)}, whose broadcast address is ${right}`,
          );
      }
    },
  }),
};
