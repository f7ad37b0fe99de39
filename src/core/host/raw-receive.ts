// Takes all packets that wait in a raw socket, one recvmsg(2) each, into memory that all sockets of the process share.
// Spec: recvmsg(2), cmsg(3), ipv6(7) IPV6_RECVHOPLIMIT, socket(7) SO_COOKIE; structures of a 64-bit Linux. recvmmsg(2) measured no faster.

import { readdirSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { fail, type Outcome, succeed } from '../fault.ts';
import { type Libc, loadLibc, type Memory } from './libc.ts';
import { ipv6Options, levels, socketOptions } from './socket-options.ts';

/** Packets taken in one go: then the event loop turns, so that a flood never holds up a timer. */
export const mostAtOnce = 256;
const dontWait = 0x40;
const truncated = 0x20;

/** No advert is longer (255 IPv6 addresses take 4,088 octets, jumbo frames 9,000). */
const packetSize = 16_384;
const controlSize = 128;
/** struct msghdr, struct iovec, struct sockaddr_in6, control messages, the packet. */
const at = { header: 0, vector: 56, name: 72, control: 104, packet: 104 + controlSize } as const;
const nameSize = 28;

export interface RawReader {
  /** The last packet; overwritten by the next. */
  readonly bytes: Uint8Array;
  /** Hop limit of the last packet, where IPV6_RECVHOPLIMIT is set. */
  hopLimit(): number | undefined;
  /** The 16 octets of the last IPv6 packet's source; overwritten by the next. */
  readonly source6: Uint8Array;
  /**
   * Calls `taken` for each packet that waits, `most` at most, until it returns false (the socket was closed meanwhile, and its
   * descriptor may be another file). How many there were: with fewer than `most` nothing waits any more, or an error ended it.
   */
  drain(taken: (length: number) => boolean, most: number): number;
  /** The name of the error that ended the last `drain`. */
  readonly error: string | undefined;
}

interface Shared {
  readonly memory: Memory;
  readonly view: DataView;
  readonly packet: Uint8Array;
}
let shared: Shared | undefined;

function prepare(libc: Libc): Shared {
  const memory = libc.memory(at.packet + packetSize);
  const { buffer, byteOffset, byteLength } = memory.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  const pointer = (offset: number, to: number) =>
    view.setBigUint64(offset, memory.address + BigInt(to), true);
  memory.bytes.fill(0);
  pointer(at.header, at.name);
  pointer(at.header + 16, at.vector);
  view.setBigUint64(at.header + 24, 1n, true);
  pointer(at.header + 32, at.control);
  pointer(at.vector, at.packet);
  view.setBigUint64(at.vector + 8, BigInt(packetSize), true);
  return { memory, view, packet: memory.bytes.subarray(at.packet) };
}

/** The descriptor behind a socket's cookie (SO_COOKIE): raw-socket keeps its own to itself. */
function descriptorOf(libc: Libc, cookie: Buffer): number | undefined {
  for (const name of readdirSync('/proc/self/fd')) {
    const value = Buffer.alloc(8);
    const read = libc.getsockopt(
      Number(name),
      levels.socket,
      socketOptions.cookie,
      value,
      new Uint32Array([8]),
    );
    if (read === 0 && value.equals(cookie)) return Number(name);
  }
  return undefined;
}

/** A reader of the socket with this cookie. Faults: `native-missing`, `socket-failed` (32-bit machines, no /proc). */
export async function openRawReader(cookie: Buffer): Promise<Outcome<RawReader>> {
  const libc = await loadLibc();
  if (!libc.ok) return libc;
  const unavailable = (reason: string) =>
    fail({ code: 'socket-failed', message: `recvmsg: ${reason}`, operation: 'recvmsg' });
  if (['arm', 'ia32', 'mips', 'mipsel'].includes(process.arch)) return unavailable('a 32-bit machine');
  let fd: number | undefined;
  try {
    fd = descriptorOf(libc.value, cookie);
  } catch {
    return unavailable('/proc cannot be read');
  }
  if (fd === undefined) return unavailable('the socket has no descriptor');
  shared ??= prepare(libc.value);
  return succeed(readerOf(libc.value, fd, shared));
}

function readerOf(libc: Libc, fd: number, { memory, view, packet }: Shared): RawReader {
  const { recvmsg } = libc;
  let error: string | undefined;
  return {
    get error() {
      return error;
    },
    bytes: packet,
    hopLimit() {
      const given = view.getUint32(at.header + 40, true);
      // One control message is asked for; cmsg_len, level and type stand before its data.
      if (given < 20 || view.getInt32(at.control + 8, true) !== levels.ipv6) return undefined;
      if (view.getInt32(at.control + 12, true) !== ipv6Options.hopLimit) return undefined;
      return view.getInt32(at.control + 16, true);
    },
    source6: memory.bytes.subarray(at.name + 8, at.name + 24),
    drain(taken, most) {
      error = undefined;
      for (let count = 0; count < most; ) {
        view.setUint32(at.header + 8, nameSize, true);
        view.setUint32(at.header + 40, controlSize, true);
        const length = Number(recvmsg(fd, memory.pointer, dontWait));
        if (length < 0) {
          const name = getSystemErrorName(-libc.errno());
          if (name === 'EINTR') continue;
          if (name !== 'EAGAIN') error = name;
          return count;
        }
        count++;
        // A longer packet is not an advert; what is there still says why it is refused.
        const whole = (view.getInt32(at.header + 48, true) & truncated) === 0;
        if (!taken(whole ? length : 0)) return count;
      }
      return most;
    },
  };
}
