// A virtual address that is the node's own as well: source of unicast adverts, static address, or one of the real servers.
// Spec: RFC 9568 section 6.4: a BACKUP must not accept packets for the virtual address.

import type { Statement } from '../../../conf/index.ts';
import { parseAddress } from '../../../net/index.ts';
import type { Rule } from '../../rule.ts';

interface Source {
  readonly address: string;
  readonly line: Statement;
  readonly source: Statement | undefined;
  count: number;
}

export const addressOfAnother: Rule = {
  id: 'address-of-another',
  severity: 'error',
  summary: 'A virtual address is also an address that the node has for itself.',
  watch: report => {
    const virtual = new Map<string, string>();
    const fixed: Statement[] = [];
    /** By place: a template is one line for many instances. */
    const sources = new Map<string, Source>();
    return {
      keywords: {
        static_ipaddress: ({ block = [] }) => void fixed.push(...block),
      },
      instance({ config, statement, lines, addressLines }) {
        for (const [index, { prefix }] of config.addresses.entries()) {
          virtual.set(prefix.address, config.name);
          // Priority 255 says that the address is the node's own.
          if (prefix.address !== config.sourceAddress || config.priority === 255) continue;
          const line = addressLines[index] ?? statement;
          const place = line.place(0);
          const key = `${place.file}:${place.line}`;
          const known = sources.get(key);
          const source = lines.get('unicast_src_ip') ?? lines.get('mcast_src_ip');
          if (known === undefined) sources.set(key, { address: prefix.address, line, source, count: 1 });
          else known.count++;
        }
      },
      virtualServer({ config, realServers }) {
        for (const [index, { address }] of config.realServers.entries()) {
          const instance = virtual.get(address);
          const line = realServers[index];
          if (instance !== undefined && line !== undefined)
            report(
              line,
              `${address} is a virtual address of vrrp_instance ${instance}: as a real server it is wherever the MASTER is`,
              {
                word: 1,
                severity: 'warning',
              },
            );
        }
      },
      end() {
        for (const { address, line, source, count } of sources.values()) {
          const more = count > 1 ? ` (and ${count - 1} more by this line)` : '';
          report(
            line,
            `${address} is also the source of this instance's adverts, which it has as BACKUP too${more}`,
            {
              word: 0,
              ...(source === undefined ? {} : { related: [{ message: 'the source', at: source, word: 1 }] }),
            },
          );
        }
        for (const line of fixed) {
          const address = line.keyword.split('/')[0] ?? '';
          const instance = virtual.get(parseAddress(address) ?? '');
          if (instance !== undefined)
            report(
              line,
              `${address} is a virtual address of vrrp_instance ${instance}: a BACKUP holds it too`,
              {
                word: 0,
              },
            );
        }
      },
    };
  },
};
