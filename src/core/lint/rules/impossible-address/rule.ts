// A virtual address that is nobody's to hold: unspecified, loopback, multicast, broadcast, or a network's own.
// Spec: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5; RFC 3021 (a /31 has neither).

import {
  broadcastOf,
  contains,
  familyOf,
  isMulticast,
  networkOf,
  type Prefix,
  parsePrefix,
} from '../../../net/index.ts';
import type { Rule } from '../../rule.ts';

const loopbacks = ['127.0.0.0/8', '::1/128'].flatMap(text => parsePrefix(text) ?? []);
const unspecified: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const networkWord = "the network's own address";

/** A clause; undefined for an address that a host can have. */
function whatIs(prefix: Prefix): string | undefined {
  const { address, length } = prefix;
  if (unspecified.has(address)) return 'the unspecified address';
  if (isMulticast(address)) return 'a multicast address';
  if (address === '255.255.255.255') return 'the broadcast address of every network';
  const family = familyOf(address);
  if (loopbacks.some(one => familyOf(one.address) === family && contains(one, address)))
    return 'a loopback address';
  if (family === 'inet6' || length >= 31) return undefined;
  if (broadcastOf(prefix) === address) return `the broadcast address of its network (/${length})`;
  return networkOf(prefix) === address ? networkWord : undefined;
}

export const impossibleAddress: Rule = {
  id: 'impossible-address',
  severity: 'error',
  summary: 'A virtual address is one that no host can have.',
  watch: report => ({
    instance({ config, addressLines }) {
      for (const [index, { prefix }] of config.addresses.entries()) {
        const line = addressLines[index];
        const what = whatIs(prefix);
        if (line === undefined || what === undefined) continue;
        report(line, `${prefix.address} is ${what}: it cannot be a virtual address`, {
          word: 0,
          ...(what === networkWord ? { severity: 'warning' } : {}),
        });
      }
    },
  }),
};
