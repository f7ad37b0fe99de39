// What the VRRP machine is told of an interface, read from the mirror of the kernel.
// Spec: vrrp/events.ts VrrpInterface; RFC 9568 section 1.7 (primary address).

import { addressesOn, type Interface, type Mirror, primarySource } from '../link/index.ts';
import type { Address } from '../net/index.ts';
import { addressFlags } from '../netlink/index.ts';
import type { VrrpConfig, VrrpInterface } from '../vrrp/index.ts';

/** Every address that is or may become a virtual one: adverts never come from it. */
export function ourAddresses(config: VrrpConfig): ReadonlySet<Address> {
  const ours = new Set<Address>();
  for (const { addresses, excludedAddresses, priority } of config.instances) {
    // An address owner (255) has its virtual addresses as its own real ones.
    if (priority === 255) continue;
    for (const { prefix } of [...addresses, ...excludedAddresses]) ours.add(prefix.address);
  }
  return ours;
}

export function vrrpInterface(mirror: Mirror, link: Interface, ours: ReadonlySet<Address>): VrrpInterface {
  const inet = primarySource(mirror, link.index, 'inet', ours);
  const inet6 = primarySource(mirror, link.index, 'inet6', ours);
  const addresses: Address[] = [];
  for (const { prefix, flags } of addressesOn(mirror, link.index)) {
    if ((flags & addressFlags.tentative) === 0) addresses.push(prefix.address);
  }
  const { up, running, multicast } = link.flags;
  return {
    index: link.index,
    up,
    running,
    multicast,
    mtu: link.mtu,
    primary: { ...(inet === undefined ? {} : { inet }), ...(inet6 === undefined ? {} : { inet6 }) },
    addresses,
  };
}
