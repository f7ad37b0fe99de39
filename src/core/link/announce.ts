// The frame that tells the link where an address lives now: gratuitous ARP or unsolicited neighbour advertisement.
// Spec: RFC 9568 section 6.4.2, RFC 5227, RFC 4861 section 7.2.6; keepalived sends none on NOARP interfaces.

import { type Address, broadcastMac, familyOf, type Mac } from '../net/index.ts';
import { gratuitousArp, unsolicitedAdvertisement } from '../wire/index.ts';
import type { Interface } from './model.ts';

/** `mac` announces another address than the interface's own (a virtual MAC on its base interface); `router` = forwarding is on. */
export interface AnnounceOptions {
  readonly mac?: Mac;
  readonly router?: boolean;
}

/** A whole Ethernet frame for `link`; undefined where the link has no ARP or no hardware address. */
export function announcement(
  address: Address,
  link: Interface,
  options: AnnounceOptions = {},
): Uint8Array | undefined {
  const mac = options.mac ?? link.mac;
  if (mac === undefined || link.flags.noarp) return undefined;
  return familyOf(address) === 'inet'
    ? gratuitousArp(address, mac, link.broadcast ?? broadcastMac)
    : unsolicitedAdvertisement(address, mac, options.router ?? false);
}
