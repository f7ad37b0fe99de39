// ARP for IPv4 over Ethernet, and the gratuitous request that moves an address to this host.
// Spec: RFC 826, RFC 5227 section 3; field values as keepalived sends them (checked against a capture in test/unit/wire).

import {
  type Address,
  addressBytes,
  addressFromBytes,
  broadcastMac,
  type Mac,
  macBytes,
  macFromBytes,
} from '../net/index.ts';
import { encodeEthernet, etherTypes } from './ethernet.ts';
import { type Reading, read, refuse, viewOf } from './reading.ts';

/*
   |    hardware type 1    |  protocol type 0x800  |
   | hlen 6    | plen 4    |       operation       |
   | sender hardware address (6) | sender protocol address (4) |
   | target hardware address (6) | target protocol address (4) |
*/
export const arpSize = 28;

export const arpOperations = { request: 1, reply: 2 } as const;
export type ArpOperation = keyof typeof arpOperations;

export interface Arp {
  readonly operation: ArpOperation;
  readonly senderMac: Mac;
  readonly sender: Address;
  readonly targetMac: Mac;
  readonly target: Address;
}

export function encodeArp(arp: Arp): Uint8Array {
  const bytes = new Uint8Array(arpSize);
  const view = viewOf(bytes);
  view.setUint16(0, 1);
  view.setUint16(2, etherTypes.ipv4);
  view.setUint8(4, 6);
  view.setUint8(5, 4);
  view.setUint16(6, arpOperations[arp.operation]);
  bytes.set(macBytes(arp.senderMac), 8);
  bytes.set(addressBytes(arp.sender), 14);
  bytes.set(macBytes(arp.targetMac), 18);
  bytes.set(addressBytes(arp.target), 24);
  return bytes;
}

export type ArpCause = 'truncated' | 'not-ipv4-over-ethernet' | 'unknown-operation';

/** An ARP body, without its Ethernet header. Padding behind it is ignored. */
export function decodeArp(bytes: Uint8Array): Reading<Arp, ArpCause> {
  if (bytes.length < arpSize) return refuse('truncated');
  const view = viewOf(bytes);
  if (view.getUint16(0) !== 1 || view.getUint16(2) !== etherTypes.ipv4 || view.getUint16(4) !== 0x0604) {
    return refuse('not-ipv4-over-ethernet');
  }
  const code = view.getUint16(6);
  if (code !== arpOperations.request && code !== arpOperations.reply) return refuse('unknown-operation');
  return read({
    operation: code === arpOperations.request ? 'request' : 'reply',
    senderMac: macFromBytes(bytes.subarray(8, 14)),
    sender: addressFromBytes(bytes.subarray(14, 18)),
    targetMac: macFromBytes(bytes.subarray(18, 24)),
    target: addressFromBytes(bytes.subarray(24, 28)),
  });
}

/** A whole frame that tells the link `address` is at `mac`: sender = target = the address, target hardware = broadcast. */
export function gratuitousArp(address: Address, mac: Mac, broadcast: Mac = broadcastMac): Uint8Array {
  const arp = encodeArp({
    operation: 'request',
    senderMac: mac,
    sender: address,
    targetMac: broadcast,
    target: address,
  });
  return encodeEthernet({ destination: broadcast, source: mac, type: etherTypes.arp }, arp);
}
