// One virtual address in two instances on the same interface: both would add and announce it.
// Spec: RFC 9568 section 6.4 (an address belongs to one virtual router).

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

interface Use {
  readonly line: Statement;
  readonly instance: string;
}

export const duplicateAddress: Rule = {
  id: 'duplicate-address',
  severity: 'error',
  summary: 'Two instances hold the same virtual address on the same interface.',
  watch: report => {
    const seen = new Map<string, Use>();
    /** The first one of each pair of instances, and how many they share. */
    const doubles = new Map<
      string,
      { readonly address: string; readonly first: Use; readonly second: Use; count: number }
    >();
    return {
      instance({ config, addressLines }) {
        for (const [index, { prefix, dev }] of config.addresses.entries()) {
          const line = addressLines[index];
          if (line === undefined) continue;
          const key = `${dev ?? config.interface ?? ''} ${prefix.address}`;
          const first = seen.get(key);
          const second = { line, instance: config.name };
          if (first === undefined) seen.set(key, second);
          else if (first.instance !== config.name) {
            const pair = `${first.instance} ${config.name}`;
            const known = doubles.get(pair);
            if (known === undefined) doubles.set(pair, { address: prefix.address, first, second, count: 1 });
            else known.count++;
          }
        }
      },
      // Members of one group are MASTER together: the address is then only written twice.
      end({ config }) {
        for (const { address, first, second, count } of doubles.values()) {
          const together = config.vrrp.groups.some(
            ({ members }) => members.includes(first.instance) && members.includes(second.instance),
          );
          const more = count > 1 ? ` (and ${count - 1} more)` : '';
          report(second.line, `${address} is also an address of vrrp_instance ${first.instance}${more}`, {
            word: 0,
            related: [{ message: 'the other one', at: first.line, word: 0 }],
            ...(together ? { severity: 'warning' } : {}),
          });
        }
      },
    };
  },
};
