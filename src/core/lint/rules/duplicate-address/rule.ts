// One virtual address in two instances on the same interface: both would add and announce it.
// Behind it: RFC 9568 section 6.4 (an address belongs to one virtual router).

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

export const duplicateAddress: Rule = {
  id: 'duplicate-address',
  severity: 'error',
  summary: 'Two instances hold the same virtual address on the same interface.',
  watch: report => {
    const seen = new Map<string, { readonly line: Statement; readonly instance: string }>();
    return {
      instance({ config, addressLines }) {
        for (const [index, { prefix, dev }] of config.addresses.entries()) {
          const line = addressLines[index];
          if (line === undefined) continue;
          const key = `${dev ?? config.interface ?? ''} ${prefix.address}`;
          const other = seen.get(key);
          if (other === undefined) seen.set(key, { line, instance: config.name });
          else if (other.instance !== config.name) {
            report(line, `${prefix.address} is also an address of vrrp_instance ${other.instance}`, {
              word: 0,
              related: [{ message: 'the other one', at: other.line, word: 0 }],
            });
          }
        }
      },
    };
  },
};
