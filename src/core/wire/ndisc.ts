// Neighbour Advertisement, and the unsolicited one that moves an IPv6 address to this host.
// Spec: RFC 4861 sections 4.4, 4.6.1 and 7.2.6; RFC 9568 section 6.4.2.

import {
  type Address,
  addressBytes,
  addressFromBytes,
  type Mac,
  macBytes,
  macFromBytes,
} from '../net/index.ts';
import { internetChecksum } from './checksum.ts';
import { encodeEthernet, etherTypes, groupMac } from './ethernet.ts';
import { encodeIpv6, ipProtocols, pseudoHeader } from './ip.ts';
import { type Reading, read, refuse, viewOf } from './reading.ts';

/*
   |   Type 136    |    Code 0     |          Checksum             |
   |R|S|O|                     Reserved                            |
   |                 Target Address, 16 octets                     |
   |  Option 2     |  Length 1     |  Target link-layer address    |
*/
const advertisementType = 136;
const fixedSize = 24;
const targetLinkLayerOption = 2;

/** ff02::1, all nodes of the link. */
export const allNodes = 'ff02::1' as Address;

export interface NeighbourAdvertisement {
  readonly target: Address;
  readonly router: boolean;
  readonly solicited: boolean;
  readonly override: boolean;
  /** Target link-layer address option; undefined when absent. */
  readonly mac: Mac | undefined;
}

/** The ICMPv6 message with its checksum, which covers the IPv6 addresses it travels between. */
export function encodeNeighbourAdvertisement(
  advertisement: NeighbourAdvertisement,
  source: Address,
  destination: Address,
): Uint8Array {
  const { mac, target, router, solicited, override } = advertisement;
  const bytes = new Uint8Array(fixedSize + (mac === undefined ? 0 : 8));
  const view = viewOf(bytes);
  view.setUint8(0, advertisementType);
  view.setUint8(4, (router ? 0x80 : 0) | (solicited ? 0x40 : 0) | (override ? 0x20 : 0));
  bytes.set(addressBytes(target), 8);
  if (mac !== undefined) {
    bytes.set([targetLinkLayerOption, 1], fixedSize);
    bytes.set(macBytes(mac), fixedSize + 2);
  }
  view.setUint16(
    2,
    internetChecksum(pseudoHeader(source, destination, ipProtocols.icmp6, bytes.length), bytes),
  );
  return bytes;
}

export type NdiscCause = 'truncated' | 'not-an-advertisement' | 'bad-checksum' | 'bad-option';

/** The ICMPv6 message that travelled between the two addresses. */
export function decodeNeighbourAdvertisement(
  bytes: Uint8Array,
  source: Address,
  destination: Address,
): Reading<NeighbourAdvertisement, NdiscCause> {
  if (bytes.length < fixedSize) return refuse('truncated');
  const view = viewOf(bytes);
  if (view.getUint8(0) !== advertisementType || view.getUint8(1) !== 0) return refuse('not-an-advertisement');
  const pseudo = pseudoHeader(source, destination, ipProtocols.icmp6, bytes.length);
  if (internetChecksum(pseudo, bytes) !== 0) return refuse('bad-checksum');
  let mac: Mac | undefined;
  for (let at = fixedSize; at < bytes.length; ) {
    // Lengths count eight octets; zero would never end and is forbidden (RFC 4861 section 4.6).
    const length = (bytes[at + 1] ?? 0) * 8;
    if (length === 0 || at + length > bytes.length) return refuse('bad-option');
    if (bytes[at] === targetLinkLayerOption && length === 8)
      mac = macFromBytes(bytes.subarray(at + 2, at + 8));
    at += length;
  }
  const flags = view.getUint8(4);
  return read({
    target: addressFromBytes(bytes.subarray(8, 24)),
    router: (flags & 0x80) !== 0,
    solicited: (flags & 0x40) !== 0,
    override: (flags & 0x20) !== 0,
    mac,
  });
}

/** A whole frame to all nodes: the address itself is the source, hop limit 255, override set, never solicited. */
export function unsolicitedAdvertisement(address: Address, mac: Mac, router: boolean): Uint8Array {
  const message = encodeNeighbourAdvertisement(
    { target: address, router, solicited: false, override: true, mac },
    address,
    allNodes,
  );
  const packet = encodeIpv6(
    { trafficClass: 0, hopLimit: 255, nextHeader: ipProtocols.icmp6, source: address, destination: allNodes },
    message,
  );
  return encodeEthernet({ destination: groupMac(allNodes), source: mac, type: etherTypes.ipv6 }, packet);
}
