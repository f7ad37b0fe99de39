// The socket VRRP adverts are sent and heard on: protocol 112 on one interface, own IP headers both ways.
// Spec: raw(7), ip(7), ipv6(7), RFC 9568 section 5.1; npm raw-socket 1.8.1, koffi for the address of the IPv6 filter.

import type { Socket } from 'raw-socket';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { type Address, type Family, parseAddress } from '../net/index.ts';
import type { Instant } from '../time.ts';
import { advertHeader, decodeIpv4, encodeIpv4, encodeIpv6, ipProtocols } from '../wire/index.ts';
import { now } from './clock.ts';
import { loadLibc, nativeMissing } from './libc.ts';
import {
  adverts6Filter,
  ipOptions,
  ipv6Options,
  levels,
  membership4,
  membership6,
  socketOptions,
} from './socket-options.ts';

export interface VrrpPacket {
  /** The PDU, a copy of its own. */
  readonly bytes: Uint8Array;
  readonly source: Address;
  readonly destination: Address;
  /** IPv4: as received. IPv6: the least the filter lets through (255 unless `minHopLimit` says less). */
  readonly ttl: number;
  readonly ifindex: number;
  readonly at: Instant;
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
  onPacket(packet: VrrpPacket): void;
  /** A send failed after the call, or receiving did. The socket stays usable unless the interface is gone. */
  onError?(fault: Fault): void;
}

export interface VrrpSocket {
  /** Hands a PDU to the kernel in the next turn of the event loop. `ttl` defaults to 255 (unicast_ttl says otherwise). */
  send(bytes: Uint8Array, source: Address, destination: Address, ttl?: number): void;
  close(): void;
}

// A socket nobody refers to is collected and silently stops hearing.
const open = new Set<Socket>();

function failed(operation: string, error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  const denied = /not permitted|permission denied/i.test(text);
  return {
    code: denied ? 'not-permitted' : 'socket-failed',
    message: `VRRP socket: ${operation}: ${text}`,
    operation,
  };
}

const flag = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

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

/** Faults: `native-missing` (raw-socket, or koffi on IPv6), `not-permitted`, `socket-failed`. */
export async function openVrrpSocket(options: VrrpSocketOptions): Promise<Outcome<VrrpSocket>> {
  const { family, group, ifindex } = options;
  const admitted = group ?? options.source;
  if (family === 'inet6' && admitted === undefined) {
    return fail(failed('filter', 'an IPv6 unicast socket needs its source address'));
  }
  let raw: typeof import('raw-socket');
  try {
    const module = await import('raw-socket');
    raw = (module as unknown as { default?: typeof module }).default ?? module;
  } catch (error) {
    return fail(nativeMissing('raw-socket', error));
  }
  const minHopLimit = options.minHopLimit ?? (group === undefined ? 0 : 255);
  let socket: Socket | undefined;
  try {
    const addressFamily = family === 'inet' ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6;
    socket = raw.createSocket({ protocol: ipProtocols.vrrp, addressFamily, bufferSize: 65536 });
    const device = Buffer.from(`${options.interface}\0`);
    // First the filter: nothing may be queued before it stands.
    if (family === 'inet6' && admitted !== undefined) {
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
    if (family === 'inet') configure4(socket, options);
    else configure6(socket, options);
  } catch (error) {
    socket?.close();
    return fail(failed('open', error));
  }
  const held = socket;
  let closed = false;
  const report = (operation: string, error: unknown) => {
    if (!closed) options.onError?.(failed(operation, error));
  };
  held.on('message', (buffer, from) => {
    if (closed) return;
    const at = now();
    if (family === 'inet') {
      // raw-socket reuses its buffer for the next packet: copy before anybody keeps it.
      const packet = decodeIpv4(Uint8Array.from(buffer));
      if (!packet.ok) return report('receive', `an IPv4 packet is ${packet.cause}`);
      const { header, payload } = packet.value;
      const { source, destination, ttl } = header;
      options.onPacket({ bytes: payload, source, destination, ttl, ifindex, at });
      return;
    }
    const source = parseAddress(from.replace(/%.*$/, ''));
    if (source === undefined || admitted === undefined) return;
    const bytes = Uint8Array.from(buffer);
    options.onPacket({ bytes, source, destination: admitted, ttl: Math.max(minHopLimit, 1), ifindex, at });
  });
  held.on('error', error => report('receive', error));
  open.add(held);
  return succeed({
    send(bytes, source, destination, ttl = 255) {
      if (closed) return;
      const packet = Buffer.from(
        family === 'inet'
          ? encodeIpv4(advertHeader(source, destination, ttl), bytes)
          : encodeIpv6(
              { trafficClass: 0xc0, hopLimit: ttl, nextHeader: ipProtocols.vrrp, source, destination },
              bytes,
            ),
      );
      held.send(packet, 0, packet.length, destination, error => {
        if (error !== null) report('send', error);
      });
    },
    close() {
      if (closed) return;
      closed = true;
      open.delete(held);
      held.close();
    },
  });
}
