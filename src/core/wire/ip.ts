// IPv4 and IPv6 headers, and the pseudo headers checksums are computed with.
// Spec: RFC 791 section 3.1, RFC 8200 sections 3 and 8.1, RFC 9293 section 3.1 (IPv4 pseudo header).

import { type Address, addressBytes, addressFromBytes, familyOf } from '../net/index.ts';
import { internetChecksum } from './checksum.ts';
import { type Reading, read, refuse, viewOf } from './reading.ts';

/** IANA protocol numbers. */
export const ipProtocols = { icmp: 1, tcp: 6, udp: 17, ah: 51, icmp6: 58, vrrp: 112 } as const;

/*
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   |Version|  IHL  |Type of Service|          Total Length         |
   |         Identification        |Flags|     Fragment Offset     |
   |  Time to Live |    Protocol   |        Header Checksum        |
   |                        Source Address                         |
   |                     Destination Address                       |
*/
export const ipv4HeaderSize = 20;

export interface Ipv4Header {
  /** The whole old TOS octet: 0xc0 is CS6, internetwork control. */
  readonly tos: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Address;
  readonly destination: Address;
}

/** What keepalived puts into the IPv4 header of an advert: TOS 0xc0, id 0, no fragment flags, TTL 255. */
export const advertHeader = (source: Address, destination: Address, ttl = 255): Ipv4Header => ({
  tos: 0xc0,
  id: 0,
  dontFragment: false,
  ttl,
  protocol: ipProtocols.vrrp,
  source,
  destination,
});

/** Header without options, checksum included, then the payload. Throws RangeError above 65535 bytes. */
export function encodeIpv4(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  const length = ipv4HeaderSize + payload.length;
  if (length > 0xffff) throw new RangeError(`an IPv4 packet of ${length} bytes`);
  const bytes = new Uint8Array(length);
  const view = viewOf(bytes);
  view.setUint8(0, 0x45);
  view.setUint8(1, header.tos);
  view.setUint16(2, length);
  view.setUint16(4, header.id);
  view.setUint16(6, header.dontFragment ? 0x4000 : 0);
  view.setUint8(8, header.ttl);
  view.setUint8(9, header.protocol);
  bytes.set(addressBytes(header.source), 12);
  bytes.set(addressBytes(header.destination), 16);
  view.setUint16(10, internetChecksum(bytes.subarray(0, ipv4HeaderSize)));
  bytes.set(payload, ipv4HeaderSize);
  return bytes;
}

export type Ipv4Cause =
  | 'truncated'
  | 'not-ipv4'
  | 'bad-header-length'
  | 'bad-total-length'
  | 'bad-checksum'
  | 'fragment';

export interface Ipv4Packet {
  readonly header: Ipv4Header;
  /** Cut to the total length: Ethernet padding is not part of it. Shares the input's memory. */
  readonly payload: Uint8Array;
  /** Bytes behind the total length, zero unless a short frame was padded. */
  readonly padding: number;
}

/**
 * An IPv4 packet, options skipped. Fragments are refused: no protocol here is ever fragmented. `checksum` 'verified': the kernel has judged
 * it, and has rewritten options since (record route), so that it may no longer fit.
 */
export function decodeIpv4(
  bytes: Uint8Array,
  checksum: 'judge' | 'verified' = 'judge',
): Reading<Ipv4Packet, Ipv4Cause> {
  if (bytes.length < ipv4HeaderSize) return refuse('truncated');
  const view = viewOf(bytes);
  if (view.getUint8(0) >> 4 !== 4) return refuse('not-ipv4');
  const headerLength = (view.getUint8(0) & 15) * 4;
  if (headerLength < ipv4HeaderSize) return refuse('bad-header-length');
  if (headerLength > bytes.length) return refuse('truncated');
  const total = view.getUint16(2);
  if (total < headerLength) return refuse('bad-total-length');
  if (total > bytes.length) return refuse('truncated');
  const wrong = checksum === 'judge' && internetChecksum(bytes.subarray(0, headerLength)) !== 0;
  if (wrong) return refuse('bad-checksum');
  const fragment = view.getUint16(6);
  if ((fragment & 0x3fff) !== 0) return refuse('fragment');
  return read({
    header: {
      tos: view.getUint8(1),
      id: view.getUint16(4),
      dontFragment: (fragment & 0x4000) !== 0,
      ttl: view.getUint8(8),
      protocol: view.getUint8(9),
      source: addressFromBytes(bytes.subarray(12, 16)),
      destination: addressFromBytes(bytes.subarray(16, 20)),
    },
    payload: bytes.subarray(headerLength, total),
    padding: bytes.length - total,
  });
}

/*
   |Version| Traffic Class |           Flow Label                  |
   |         Payload Length        |  Next Header  |   Hop Limit   |
   |                 Source Address, 16 octets                     |
   |               Destination Address, 16 octets                  |
*/
export const ipv6HeaderSize = 40;

export interface Ipv6Header {
  readonly trafficClass: number;
  readonly hopLimit: number;
  readonly nextHeader: number;
  readonly source: Address;
  readonly destination: Address;
}

/** Header with flow label 0, then the payload. Throws RangeError above 65535 payload bytes. */
export function encodeIpv6(header: Ipv6Header, payload: Uint8Array): Uint8Array {
  if (payload.length > 0xffff) throw new RangeError(`an IPv6 payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(ipv6HeaderSize + payload.length);
  const view = viewOf(bytes);
  view.setUint32(0, 0x60000000 + header.trafficClass * 0x100000);
  view.setUint16(4, payload.length);
  view.setUint8(6, header.nextHeader);
  view.setUint8(7, header.hopLimit);
  bytes.set(addressBytes(header.source), 8);
  bytes.set(addressBytes(header.destination), 24);
  bytes.set(payload, ipv6HeaderSize);
  return bytes;
}

/** The kernel's default hop limit (net.ipv6.conf.*.hop_limit), which own headers have to repeat. */
const defaultHopLimit = 64;

/** A whole packet that carries a VRRP PDU. `ttl` undefined: 255 over IPv4, the kernel's default over IPv6 (unicast without unicast_ttl). */
export function advertPacket(
  source: Address,
  destination: Address,
  ttl: number | undefined,
  pdu: Uint8Array,
): Uint8Array {
  if (familyOf(destination) === 'inet') return encodeIpv4(advertHeader(source, destination, ttl), pdu);
  const hopLimit = ttl ?? defaultHopLimit;
  const nextHeader = ipProtocols.vrrp;
  return encodeIpv6({ trafficClass: 0xc0, hopLimit, nextHeader, source, destination }, pdu);
}

export type Ipv6Cause = 'truncated' | 'not-ipv6';

/** An IPv6 packet; extension headers are left in the payload, `nextHeader` names the first one. */
export function decodeIpv6(
  bytes: Uint8Array,
): Reading<{ readonly header: Ipv6Header; readonly payload: Uint8Array }, Ipv6Cause> {
  if (bytes.length < ipv6HeaderSize) return refuse('truncated');
  const view = viewOf(bytes);
  if (view.getUint8(0) >> 4 !== 6) return refuse('not-ipv6');
  const end = ipv6HeaderSize + view.getUint16(4);
  if (end > bytes.length) return refuse('truncated');
  return read({
    header: {
      trafficClass: (view.getUint16(0) >> 4) & 255,
      nextHeader: view.getUint8(6),
      hopLimit: view.getUint8(7),
      source: addressFromBytes(bytes.subarray(8, 24)),
      destination: addressFromBytes(bytes.subarray(24, 40)),
    },
    payload: bytes.subarray(ipv6HeaderSize, end),
  });
}

/** The pseudo header of an upper-layer checksum; 12 bytes for IPv4, 40 for IPv6. Both addresses of one family. */
export function pseudoHeader(
  source: Address,
  destination: Address,
  protocol: number,
  length: number,
): Uint8Array {
  const from = addressBytes(source);
  const to = addressBytes(destination);
  if (from.length !== to.length) throw new RangeError(`${source} and ${destination} are of two families`);
  const six = familyOf(source) === 'inet6';
  const bytes = new Uint8Array(from.length * 2 + (six ? 8 : 4));
  const view = viewOf(bytes);
  bytes.set(from);
  bytes.set(to, from.length);
  if (six) view.setUint32(32, length);
  else view.setUint16(10, length);
  view.setUint8(six ? 39 : 9, protocol);
  return bytes;
}
