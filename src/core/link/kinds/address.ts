// Addresses as things that are held.
// Spec: net/ipv4/devinet.c inet_rtm_newaddr and net/ipv6/addrconf.c inet6_addr_modify (what NLM_F_REPLACE changes in place).

import { equal } from '../../equal.ts';
import { familyOf } from '../../net/index.ts';
import { type AddressRecord, addAddress, removeAddress, replaceAddress } from '../../netlink/index.ts';
import { addressKey, subnetKey } from '../keys.ts';
import type { Kind } from './kind.ts';

const isIpv6 = ({ prefix }: AddressRecord): boolean => familyOf(prefix.address) === 'inet6';

/** IPv6 addresses have no label and no broadcast, and the kernel computes their scope. */
const asKept = (record: AddressRecord): AddressRecord =>
  isIpv6(record) ? { ...record, scope: 0, label: undefined, broadcast: undefined } : record;

/** Without what the kernel can change in place. */
const fixed = (record: AddressRecord): AddressRecord => ({
  ...asKept(record),
  preferredLifetime: 'forever',
  flags: isIpv6(record) ? 0 : record.flags,
});

/** IFA_F_SECONDARY, IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_TENTATIVE, IFA_F_PERMANENT. */
const setByKernel = 0x01 | 0x08 | 0x20 | 0x40 | 0x80;

export const address: Kind<AddressRecord> = {
  keys: record => [addressKey(record)],
  neighbourhood: record => (isIpv6(record) ? undefined : subnetKey(record)),
  exclusive: false,
  links: ({ ifindex }) => [ifindex],
  rivalled: () => false,
  find: (mirror, record) => mirror.addresses.get(addressKey(record)),
  asAsked: (shown, asked) => ({
    ...shown,
    flags: shown.flags & ~setByKernel,
    // The kernel labels an address with the name of its interface where none is asked for.
    label: asked.label === undefined && !(shown.label ?? '').includes(':') ? undefined : shown.label,
  }),
  same: (a, b) => equal(asKept(a), asKept(b)),
  replace: (before, now) => (equal(fixed(before), fixed(now)) ? replaceAddress(now) : undefined),
  add: addAddress,
  // Without the label: the kernel looks at it, and it follows the interface's name when that changes.
  remove: record => removeAddress({ ...record, label: undefined }),
};
