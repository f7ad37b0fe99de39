// Ethernet II frames and the group addresses IPv6 maps to.
// Spec: RFC 894, RFC 2464 section 7, IANA EtherTypes.

import { type Address, addressBytes, type Mac, macBytes, macFromBytes } from '../net/index.ts';
import { type Reading, read, refuse, viewOf } from './reading.ts';

export const etherTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;

/** Destination, source, type: 6 + 6 + 2 bytes; no VLAN tag, no check sequence. */
export const ethernetHeaderSize = 14;

export interface EthernetHeader {
  readonly destination: Mac;
  readonly source: Mac;
  readonly type: number;
}

/** Header and payload. Not padded to 60 bytes: the driver does that. */
export function encodeEthernet(header: EthernetHeader, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ethernetHeaderSize + payload.length);
  bytes.set(macBytes(header.destination));
  bytes.set(macBytes(header.source), 6);
  viewOf(bytes).setUint16(12, header.type);
  bytes.set(payload, ethernetHeaderSize);
  return bytes;
}

/** Header and payload (sharing memory, with any padding still on it). */
export function decodeEthernet(
  bytes: Uint8Array,
): Reading<{ readonly header: EthernetHeader; readonly payload: Uint8Array }, 'truncated'> {
  if (bytes.length < ethernetHeaderSize) return refuse('truncated');
  return read({
    header: {
      destination: macFromBytes(bytes.subarray(0, 6)),
      source: macFromBytes(bytes.subarray(6, 12)),
      type: viewOf(bytes).getUint16(12),
    },
    payload: bytes.subarray(ethernetHeaderSize),
  });
}

/** 33:33 and the last four bytes of an IPv6 group (RFC 2464 section 7). */
export const groupMac = (group: Address): Mac =>
  macFromBytes(Uint8Array.from([0x33, 0x33, ...addressBytes(group).subarray(12)]));
