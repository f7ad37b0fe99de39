// Sends whole IP packets at once, from a raw socket of its own: what is sent has left before the next effect is performed.
// Spec: raw(7) and ipv6(7) (IPPROTO_RAW: the header is the sender's), ip(7); npm raw-socket sends in the next turn of the event loop.

import { getSystemErrorName } from 'node:util';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import type { Address, Family } from '../net/index.ts';
import { type Libc, loadLibc } from './libc.ts';
import {
  flag,
  ipOptions,
  ipv6Options,
  levels,
  membership4,
  socketAddress,
  socketOptions,
} from './socket-options.ts';

const domains = { inet: 2, inet6: 10 } as const satisfies Record<Family, number>;
/** SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK. */
const rawType = 3 | 0o2004000;
/** IPPROTO_RAW: sends anything, hears nothing. */
const rawProtocol = 255;
const dontWait = 0x40;

export interface RawSender {
  /** The packet is with the interface, or the fault says why not. Synchronous, some ten microseconds. */
  send(packet: Uint8Array, destination: Address): Outcome<undefined>;
  close(): void;
}

export interface RawSenderOptions {
  readonly family: Family;
  readonly interface: string;
  readonly ifindex: number;
  readonly group: Address | undefined;
}

export function rawFault(operation: string, errno: string): Fault {
  const denied = errno === 'EPERM' || errno === 'EACCES';
  const code = denied ? 'not-permitted' : 'socket-failed';
  return { code, message: `VRRP socket: ${operation}: ${errno}`, operation, errno };
}

function configure(libc: Libc, fd: number, options: RawSenderOptions): Outcome<undefined> {
  const { family, group, ifindex } = options;
  const settings: [name: string, level: number, option: number, value: Buffer][] = [
    ['SO_BINDTODEVICE', levels.socket, socketOptions.bindToDevice, Buffer.from(`${options.interface}\0`)],
    // TC_PRIO_CONTROL: adverts pass before bulk traffic in the interface's queue.
    ['SO_PRIORITY', levels.socket, socketOptions.priority, flag(7)],
  ];
  if (group !== undefined) settings.push(['SO_DONTROUTE', levels.socket, socketOptions.dontRoute, flag(1)]);
  if (family === 'inet6')
    settings.push(
      ['IPV6_MULTICAST_LOOP', levels.ipv6, ipv6Options.multicastLoop, flag(0)],
      ['IPV6_MULTICAST_IF', levels.ipv6, ipv6Options.multicastInterface, flag(ifindex)],
    );
  else {
    settings.push(['IP_MULTICAST_LOOP', levels.ip, ipOptions.multicastLoop, flag(0)]);
    if (group !== undefined)
      settings.push([
        'IP_MULTICAST_IF',
        levels.ip,
        ipOptions.multicastInterface,
        membership4(group, ifindex),
      ]);
  }
  for (const [name, level, option, value] of settings) {
    if (libc.setsockopt(fd, level, option, value, value.length) < 0)
      return fail(rawFault(name, getSystemErrorName(-libc.errno())));
  }
  return succeed(undefined);
}

/** Faults: `native-missing`, `not-permitted`, `socket-failed`. */
export async function openRawSender(options: RawSenderOptions): Promise<Outcome<RawSender>> {
  const loaded = await loadLibc();
  if (!loaded.ok) return loaded;
  const libc = loaded.value;
  let fd = libc.socket(domains[options.family], rawType, rawProtocol);
  if (fd < 0) return fail(rawFault('socket', getSystemErrorName(-libc.errno())));
  const configured = configure(libc, fd, options);
  if (!configured.ok) {
    libc.close(fd);
    return configured;
  }
  const addresses = new Map<Address, Buffer>();
  const addressOf = (destination: Address): Buffer => {
    const known = addresses.get(destination);
    if (known !== undefined) return known;
    // Peers are few; a reload may change them for ever.
    if (addresses.size >= 64) addresses.clear();
    const made = socketAddress(destination, options.ifindex);
    addresses.set(destination, made);
    return made;
  };
  return succeed({
    send(packet, destination) {
      // After close the number may belong to another file.
      if (fd < 0) return fail(rawFault('send', 'EBADF'));
      const to = addressOf(destination);
      const sent = Number(libc.sendto(fd, packet, packet.length, dontWait, to, to.length));
      return sent < 0 ? fail(rawFault('send', getSystemErrorName(-libc.errno()))) : succeed(undefined);
    },
    close() {
      if (fd >= 0) libc.close(fd);
      fd = -1;
    },
  });
}
