// Numbers every message of the route family uses.
// Spec: linux/rtnetlink.h, bits/socket.h.

import type { Address, Family } from '../net/index.ts';
import { addressBits, addressFromBytes } from '../net/index.ts';

/** RTM_*. */
export const routeTypes = {
  newLink: 16,
  delLink: 17,
  getLink: 18,
  newAddress: 20,
  delAddress: 21,
  getAddress: 22,
  newRoute: 24,
  delRoute: 25,
  getRoute: 26,
  newRule: 32,
  delRule: 33,
  getRule: 34,
} as const;

/** RTNLGRP_*: group numbers for NETLINK_ADD_MEMBERSHIP. */
export const routeGroups = {
  link: 1,
  ipv4Address: 5,
  ipv4Route: 7,
  ipv4Rule: 8,
  ipv6Address: 9,
  ipv6Route: 11,
  ipv6Rule: 19,
} as const;

/** AF_*. */
export const addressFamilies = { unspecified: 0, inet: 2, inet6: 10 } as const;

export function familyFrom(code: number): Family | undefined {
  if (code === addressFamilies.inet) return 'inet';
  return code === addressFamilies.inet6 ? 'inet6' : undefined;
}

/** The address in an attribute, or undefined when its length is not the family's. */
export const addressIn = (bytes: Uint8Array, family: Family): Address | undefined =>
  bytes.length * 8 === addressBits[family] ? addressFromBytes(bytes) : undefined;
