// Numbers of setsockopt(2) for raw sockets on Linux, and the filter program that guards IPv6 adverts.
// Spec: asm-generic/socket.h, linux/in.h, linux/in6.h, linux/filter.h (classic BPF, SKF_NET_OFF).

import { type Address, addressBytes } from '../net/index.ts';

export const levels = { ip: 0, socket: 1, ipv6: 41 } as const;
/** SO_*. */
export const socketOptions = {
  dontRoute: 5,
  receiveBuffer: 8,
  priority: 12,
  bindToDevice: 25,
  attachFilter: 26,
  receiveBufferForce: 33,
  cookie: 57,
} as const;
/** IP_*. */
export const ipOptions = {
  headerIncluded: 3,
  multicastInterface: 32,
  multicastLoop: 34,
  addMembership: 35,
  multicastAll: 49,
} as const;
/** IPV6_*. */
export const ipv6Options = {
  checksum: 7,
  multicastInterface: 17,
  multicastLoop: 19,
  addMembership: 20,
  multicastAll: 29,
  headerIncluded: 36,
  receiveHopLimit: 51,
  /** The type of the control message that option asks for. */
  hopLimit: 52,
} as const;

/** An int, as most options want it. */
export function flag(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** struct sockaddr_in or sockaddr_in6 of port 0; `ifindex` is the scope of link-local addresses. */
export function socketAddress(address: Address, ifindex: number): Buffer {
  const octets = addressBytes(address);
  const bytes = Buffer.alloc(octets.length === 4 ? 16 : 28);
  bytes.writeUInt16LE(octets.length === 4 ? 2 : 10, 0);
  bytes.set(octets, octets.length === 4 ? 4 : 8);
  if (octets.length === 16) bytes.writeUInt32LE(ifindex, 24);
  return bytes;
}

/** struct ip_mreqn: group, local address, interface index. */
export function membership4(group: Address, ifindex: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.set(addressBytes(group));
  bytes.writeInt32LE(ifindex, 8);
  return bytes;
}

/** struct ipv6_mreq: group, interface index. */
export function membership6(group: Address, ifindex: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.set(addressBytes(group));
  bytes.writeInt32LE(ifindex, 16);
  return bytes;
}

/** SKF_NET_OFF: offsets from here count from the network header, wherever the socket's data starts. */
const networkHeader = 0xfff00000;
const code = { loadByte: 0x30, loadWord: 0x20, atLeast: 0x35, equal: 0x15, give: 0x06 } as const;

/**
 * struct sock_filter[]: lets a packet through when its hop limit is at least `minHopLimit` and its IPv6 destination is `destination`.
 * Raw IPv6 sockets hand over neither, so the kernel has to judge.
 */
export function adverts6Filter(destination: Address, minHopLimit: number): Buffer {
  const words = Buffer.from(addressBytes(destination));
  const program: [operation: number, whenFalse: number, operand: number][] = [
    [code.loadByte, 0, networkHeader + 7],
    [code.atLeast, 9, minHopLimit],
  ];
  for (let word = 0; word < 4; word++) {
    program.push([code.loadWord, 0, networkHeader + 24 + word * 4]);
    program.push([code.equal, 7 - word * 2, words.readUInt32BE(word * 4)]);
  }
  program.push([code.give, 0, 0xffff], [code.give, 0, 0]);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [operation, whenFalse, operand]] of program.entries()) {
    bytes.writeUInt16LE(operation, index * 8);
    bytes.writeUInt8(whenFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}
