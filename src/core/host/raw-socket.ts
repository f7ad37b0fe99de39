// The socket VRRP adverts are sent and heard on: protocol 112 on one interface, own IP headers both ways.
// Spec: raw(7), ip(7), ipv6(7), RFC 9568 section 5.1; npm raw-socket 1.8.1 waits for packets, koffi takes and sends them (raw-receive, raw-send).

import type { Socket } from 'raw-socket';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { type Address, addressFromBytes, type Family } from '../net/index.ts';
import {
  decodeIpv4,
  type FirstLookCause,
  ipProtocols,
  ipv4Destination,
  lookAtIpv4,
  lookAtIpv6Payload,
} from '../wire/index.ts';
import { createKnownPackets, type KnownPackets } from './known-packets.ts';
import { loadLibc, nativeMissing } from './libc.ts';
import { mostAtOnce, openRawReader, type RawReader } from './raw-receive.ts';
import { openRawSender, type RawSender, rawFault } from './raw-send.ts';
import {
  adverts6Filter,
  flag,
  ipOptions,
  ipv6Options,
  levels,
  membership4,
  membership6,
  socketOptions,
} from './socket-options.ts';

/** An equal packet that follows is the same object. */
export interface VrrpPacket {
  readonly kind: 'packet';
  readonly interface: string;
  readonly family: Family;
  /** The PDU, a copy of its own. */
  readonly bytes: Uint8Array;
  readonly source: Address;
  readonly destination: Address;
  /** TTL or hop limit as received. */
  readonly ttl: number;
  readonly ifindex: number;
}

export interface VrrpSocketOptions {
  readonly family: Family;
  readonly interface: string;
  readonly ifindex: number;
  /** Joined, sent with the don't-route flag, never looped back. Undefined for unicast instances. */
  readonly group: Address | undefined;
  /** Own address; needed for IPv6 unicast, where it is what the filter admits. */
  readonly source?: Address;
  /** IPv6 only, default 255 (0 for unicast); IPv4 packets carry their TTL and are judged later. */
  readonly minHopLimit?: number;
  /**
   * Judges a packet before anything of it is decoded or copied; false drops it. `destination`: an IPv4 address as a number, 0 over IPv6
   * (where the filter in the kernel lets nothing through but what goes to the group or to `source`).
   */
  admit?(vrid: number, destination: number): boolean;
  onPacket(packet: VrrpPacket): void;
  /** A packet that cannot be an advert; called for each, so it must be cheap. */
  onRefused?(cause: FirstLookCause): void;
  /** A send failed after the call, or receiving did. The socket stays usable. */
  onError?(fault: Fault): void;
  /** The socket hears nothing from now on and wants to be opened anew. */
  onGone?(): void;
}

export interface VrrpSocket {
  /** Hands a whole IP packet to the kernel, at once where koffi is there, else in the next turn of the event loop. */
  send(packet: Uint8Array, destination: Address): Outcome<undefined>;
  /** Takes what waits now. Nothing without koffi: packets come one by one with the turns of the event loop. */
  drain(): void;
  /** What was sent leaves first. */
  close(): void;
}

// A socket nobody refers to is collected and silently stops hearing.
const open = new Set<Socket>();
/** Milliseconds a socket outlives a send in the next turn of the event loop. */
const lingering = 20;
/** SO_RCVBUF: the usual 208 KiB hold 277 adverts, about one burst of 255 instances. */
const receiveBuffer = 1 << 20;
/** More adverts than such a buffer holds: what came while the process could not run is all heard before it acts. */
const mostWaiting = 2_048;

function failed(operation: string, error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  const denied = /not permitted|permission denied/i.test(text);
  return {
    code: denied ? 'not-permitted' : 'socket-failed',
    message: `VRRP socket: ${operation}: ${text}`,
    operation,
  };
}

function configure4(socket: Socket, { group, ifindex }: VrrpSocketOptions): void {
  const set = (option: number, value: Buffer) => socket.setOption(levels.ip, option, value, value.length);
  set(ipOptions.headerIncluded, flag(1));
  set(ipOptions.multicastLoop, flag(0));
  // Only what this socket joined: other sockets' groups would reach it as well.
  set(ipOptions.multicastAll, flag(0));
  if (group === undefined) return;
  set(ipOptions.multicastInterface, membership4(group, ifindex));
  set(ipOptions.addMembership, membership4(group, ifindex));
}

function configure6(socket: Socket, { group, ifindex }: VrrpSocketOptions): void {
  const set = (option: number, value: Buffer) => socket.setOption(levels.ipv6, option, value, value.length);
  // Own headers choose the source; without them the kernel might take a VIP that leaves with the next transition.
  set(ipv6Options.headerIncluded, flag(1));
  // The kernel drops what has a wrong checksum at offset 6; it fills in none, the headers being ours.
  set(ipv6Options.checksum, flag(6));
  set(ipv6Options.receiveHopLimit, flag(1));
  set(ipv6Options.multicastLoop, flag(0));
  set(ipv6Options.multicastInterface, flag(ifindex));
  if (group !== undefined) set(ipv6Options.addMembership, membership6(group, ifindex));
}

/** struct sock_fprog: count, padding, pointer. The kernel copies the program, so it is freed at once. */
async function attachFilter(
  socket: Socket,
  admitted: Address,
  minHopLimit: number,
): Promise<Outcome<undefined>> {
  const libc = await loadLibc();
  if (!libc.ok) return libc;
  const program = adverts6Filter(admitted, minHopLimit);
  const pinned = libc.value.pin(program);
  try {
    const head = Buffer.alloc(16);
    head.writeUInt16LE(program.length / 8);
    head.writeBigUInt64LE(pinned.address, 8);
    socket.setOption(levels.socket, socketOptions.attachFilter, head, head.length);
  } finally {
    pinned.free();
  }
  return succeed(undefined);
}

function enlarge(socket: Socket): void {
  const size = flag(receiveBuffer);
  try {
    socket.setOption(levels.socket, socketOptions.receiveBufferForce, size, size.length);
  } catch {
    // Without CAP_NET_ADMIN as much as net.core.rmem_max allows.
    socket.setOption(levels.socket, socketOptions.receiveBuffer, size, size.length);
  }
}

/** An IPv6 socket has a group or an own address: what its filter admits. */
const admittedBy = ({ group, source }: VrrpSocketOptions): Address | undefined => group ?? source;

/** A socket with all options set, hearing nobody yet. */
async function openConfigured(
  raw: typeof import('raw-socket'),
  options: VrrpSocketOptions,
): Promise<Outcome<Socket>> {
  const { family, group } = options;
  const admitted = admittedBy(options);
  let socket: Socket | undefined;
  try {
    const addressFamily = family === 'inet' ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6;
    socket = raw.createSocket({ protocol: ipProtocols.vrrp, addressFamily, bufferSize: 65536 });
    const device = Buffer.from(`${options.interface}\0`);
    // First the filter: nothing may be queued before it stands.
    if (family === 'inet6' && admitted !== undefined) {
      const minHopLimit = options.minHopLimit ?? (group === undefined ? 0 : 255);
      const attached = await attachFilter(socket, admitted, minHopLimit);
      if (!attached.ok) {
        socket.close();
        return attached;
      }
    }
    socket.setOption(levels.socket, socketOptions.bindToDevice, device, device.length);
    if (group !== undefined) socket.setOption(levels.socket, socketOptions.dontRoute, flag(1), 4);
    // TC_PRIO_CONTROL: adverts pass before bulk traffic in the interface's queue.
    socket.setOption(levels.socket, socketOptions.priority, flag(7), 4);
    enlarge(socket);
    if (family === 'inet') configure4(socket, options);
    else configure6(socket, options);
    return succeed(socket);
  } catch (error) {
    socket?.close();
    return fail(failed('open', error));
  }
}

/** Judges the packet in the first `length` bytes by a few octets, and copies what may concern somebody and is not known yet. */
function receive4(
  options: VrrpSocketOptions,
  known: KnownPackets<VrrpPacket>,
  bytes: Uint8Array,
  length: number,
): void {
  const vrid = lookAtIpv4(bytes, length);
  if (typeof vrid === 'string') {
    options.onRefused?.(vrid);
    return;
  }
  if (options.admit?.(vrid, ipv4Destination(bytes)) === false) return;
  let packet = known.find(vrid, bytes, length);
  if (packet === undefined) {
    const decoded = decodeIpv4(bytes.slice(0, length), 'verified');
    if (!decoded.ok) return;
    const { header, payload } = decoded.value;
    const { source, destination, ttl } = header;
    const { interface: name, family, ifindex } = options;
    packet = { kind: 'packet', interface: name, family, bytes: payload, source, destination, ttl, ifindex };
    known.keep(vrid, bytes, length, packet);
  }
  options.onPacket(packet);
}

function receive6(
  options: VrrpSocketOptions,
  known: KnownPackets<VrrpPacket>,
  reader: RawReader,
  length: number,
): void {
  const vrid = lookAtIpv6Payload(reader.bytes, length);
  if (typeof vrid === 'string') {
    options.onRefused?.(vrid);
    return;
  }
  const destination = admittedBy(options);
  if (destination === undefined || options.admit?.(vrid, 0) === false) return;
  const ttl = reader.hopLimit() ?? 255;
  let packet = known.find(vrid, reader.bytes, length, reader.source6);
  if (packet?.ttl !== ttl) {
    const { interface: name, family, ifindex } = options;
    const source = addressFromBytes(reader.source6);
    const bytes = reader.bytes.slice(0, length);
    packet = { kind: 'packet', interface: name, family, bytes, source, destination, ttl, ifindex };
    known.keep(vrid, reader.bytes, length, packet, reader.source6);
  }
  options.onPacket(packet);
}

const cookieOf = (socket: Socket): Buffer => {
  const cookie = Buffer.alloc(8);
  socket.getOption(levels.socket, socketOptions.cookie, cookie, cookie.length);
  return cookie;
};

/** Hears packets and returns how to take what waits: in one go, or (IPv4 without koffi) one for each turn of the event loop. */
async function hear(socket: Socket, options: VrrpSocketOptions): Promise<Outcome<() => void>> {
  const { family } = options;
  const reader = await openRawReader(cookieOf(socket));
  const known = createKnownPackets<VrrpPacket>(family === 'inet' ? 'ipv4' : 'none');
  if (!reader.ok || socket.wrap === undefined) {
    if (family === 'inet6') return reader.ok ? fail(failed('recvmsg', 'raw-socket has changed')) : reader;
    socket.on('message', buffer => receive4(options, known, buffer, buffer.length));
    return succeed(() => {});
  }
  const { value } = reader;
  const taken = (length: number): boolean => {
    if (family === 'inet') receive4(options, known, value.bytes, length);
    else receive6(options, known, value, length);
    return open.has(socket);
  };
  const drain = (most: number): number => {
    if (!open.has(socket)) return 0;
    const count = value.drain(taken, most);
    if (value.error !== undefined && open.has(socket)) options.onError?.(rawFault('receive', value.error));
    return count;
  };
  // As many as there were the last time, and twice as many while more come: asking an empty socket costs as much as a packet. What is
  // left there makes the next turn of the event loop come back.
  let expected = 1;
  socket.wrap.removeAllListeners('recvReady');
  socket.wrap.on('recvReady', () => {
    const count = drain(expected);
    expected = Math.max(1, Math.min(count < expected ? count : 2 * expected, mostAtOnce));
  });
  return succeed(() => void drain(mostWaiting));
}

/** Without koffi: raw-socket's own send, in the next turn of the event loop. */
const slowSender = (socket: Socket, failing: (error: Error) => void): RawSender => ({
  send(packet, destination) {
    socket.send(Buffer.from(packet), 0, packet.length, destination, error => {
      if (error !== null) failing(error);
    });
    return succeed(undefined);
  },
  close() {},
});

/** Faults: `native-missing` (raw-socket, or koffi on IPv6), `not-permitted`, `socket-failed`. */
export async function openVrrpSocket(options: VrrpSocketOptions): Promise<Outcome<VrrpSocket>> {
  if (options.family === 'inet6' && admittedBy(options) === undefined) {
    return fail(failed('filter', 'an IPv6 unicast socket needs its source address'));
  }
  let raw: typeof import('raw-socket');
  try {
    const module = await import('raw-socket');
    raw = (module as unknown as { default?: typeof module }).default ?? module;
  } catch (error) {
    return fail(nativeMissing('raw-socket', error));
  }
  const configured = await openConfigured(raw, options);
  if (!configured.ok) return configured;
  const socket = configured.value;
  const fast = await openRawSender(options);
  if (!fast.ok && fast.fault.code !== 'native-missing') {
    socket.close();
    return fast;
  }
  open.add(socket);
  const heard = await hear(socket, options);
  if (!heard.ok) {
    open.delete(socket);
    socket.close();
    return heard;
  }
  socket.on('error', error => {
    if (open.has(socket)) options.onError?.(failed('receive', error));
  });
  // raw-socket closes itself when polling fails.
  socket.on('close', () => {
    if (open.delete(socket)) options.onGone?.();
  });
  const report = (error: Error) => {
    if (open.has(socket)) options.onError?.(failed('send', error));
  };
  const sender = fast.ok ? fast.value : slowSender(socket, report);
  const end = () => {
    sender.close();
    socket.close();
  };
  return succeed({
    send: sender.send,
    drain: heard.value,
    close() {
      if (!open.delete(socket)) return sender.close();
      if (fast.ok) end();
      else setTimeout(end, lingering);
    },
  });
}
