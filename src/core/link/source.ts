// Which address of an interface adverts come from when the configuration names none.
// Spec: RFC 9568 section 1.7 (primary address), RFC 4291 appendix A (EUI-64), linux/if_addr.h IFA_F_*.

import {
  type Address,
  addressFromBytes,
  compareAddresses,
  type Family,
  familyOf,
  isLinkLocal,
  type Mac,
  macBytes,
} from '../net/index.ts';
import { addressFlags } from '../netlink/index.ts';
import type { Interface, ObservedAddress } from './model.ts';

/** fe80:: with the modified EUI-64 of the hardware address. */
export function linkLocalOf(mac: Mac): Address {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = macBytes(mac);
  return addressFromBytes(Uint8Array.from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f]));
}

/**
 * IPv4: the first address that is not secondary. IPv6: a link-local one that passed duplicate address detection, the interface's own
 * EUI-64 before any other, else the lowest, so that a restart chooses alike. Never one of `ours` (VIPs move away). Undefined when none fits.
 */
export function primarySource(
  mirror: {
    readonly interfaces: ReadonlyMap<number, Interface>;
    readonly addresses: ReadonlyMap<string, ObservedAddress>;
    readonly addressesOn?: ReadonlyMap<number, ReadonlySet<string>>;
  },
  ifindex: number,
  family: Family,
  ours: ReadonlySet<Address>,
): Address | undefined {
  const candidates: Address[] = [];
  const keys =
    mirror.addressesOn === undefined ? mirror.addresses.keys() : (mirror.addressesOn.get(ifindex) ?? []);
  for (const key of keys) {
    const held = mirror.addresses.get(key);
    if (held === undefined || held.ifindex !== ifindex) continue;
    const { flags } = held;
    const { address } = held.prefix;
    if (familyOf(address) !== family || ours.has(address)) continue;
    if (family === 'inet') {
      if ((flags & addressFlags.secondary) === 0) return address;
    } else if (
      isLinkLocal(address) &&
      (flags & (addressFlags.tentative | addressFlags.duplicateFound)) === 0
    ) {
      candidates.push(address);
    }
  }
  const mac = mirror.interfaces.get(ifindex)?.mac;
  const own = mac === undefined ? undefined : linkLocalOf(mac);
  return candidates.find(address => address === own) ?? candidates.sort(compareAddresses)[0];
}
