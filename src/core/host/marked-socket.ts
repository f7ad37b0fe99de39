// Sockets that Node cannot make: with a firewall mark, bound to an interface, or of ICMP; made by libc and handed to node:net or node:dgram.
// Spec: socket(7) SO_MARK (CAP_NET_ADMIN), SO_BINDTODEVICE; icmp(7) ping sockets and net.ipv4.ping_group_range; ip(7), ipv6(7) sockaddr.

import { readFileSync, writeFileSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../fault.ts';
import { type Address, anyAddress, familyOf } from '../net/index.ts';
import { errnoName } from './dial-failure.ts';
import { type Libc, loadLibc } from './libc.ts';
import { socketAddress } from './socket-options.ts';

export interface SocketMarks {
  readonly address: Address;
  readonly bindInterface: string | undefined;
  readonly mark: number;
}

export interface DatagramMarks extends SocketMarks {
  readonly bindAddress: Address | undefined;
  readonly bindPort: number | undefined;
}

export const needsOwnSocket = ({ bindInterface, mark }: SocketMarks): boolean =>
  bindInterface !== undefined || mark !== 0;

const domains = { inet: 2, inet6: 10 } as const;
/** Type and protocol. */
const kinds = {
  tcp: { inet: [1, 0], inet6: [1, 0] },
  udp: { inet: [2, 0], inet6: [2, 0] },
  icmp: { inet: [2, 1], inet6: [2, 58] },
} as const;
type Kind = keyof typeof kinds;
/** SOCK_CLOEXEC | SOCK_NONBLOCK. */
const flags = 0o2004000;
const solSocket = 1;
const soBindToDevice = 25;
const soMark = 36;

const broken = (libc: Libc, operation: string, fd: number): Outcome<number> => {
  const errno = errnoName(libc.errno());
  if (fd >= 0) libc.close(fd);
  return fail({
    code: errno === 'EPERM' || errno === 'EACCES' ? 'not-permitted' : 'socket-failed',
    message: `${operation}: ${errno}`,
    operation,
    errno,
  });
};

/** A descriptor that now belongs to the caller. Faults: `native-missing`, `not-permitted`, `socket-failed`. */
export const openTcpSocket = (marks: SocketMarks): Promise<Outcome<number>> => openMarked('tcp', marks);

/** The same, bound to the address and port that are asked for. */
export async function openDatagramSocket(
  kind: 'udp' | 'icmp',
  marks: DatagramMarks,
): Promise<Outcome<number>> {
  const opened = await openMarked(kind, marks);
  const { bindAddress, bindPort } = marks;
  if (!opened.ok || (bindAddress === undefined && bindPort === undefined)) return opened;
  const libc = await loadLibc();
  if (!libc.ok) return libc;
  const family = familyOf(marks.address);
  // A ping socket's port is its id: the kernel draws one.
  const place = socketAddress(bindAddress ?? anyAddress[family], 0);
  place.writeUInt16BE(kind === 'icmp' ? 0 : (bindPort ?? 0), 2);
  return libc.value.bind(opened.value, place, place.length) < 0
    ? broken(libc.value, 'bind', opened.value)
    : opened;
}

async function openMarked(
  kind: Kind,
  { address, bindInterface, mark }: SocketMarks,
): Promise<Outcome<number>> {
  const loaded = await loadLibc();
  if (!loaded.ok) return loaded;
  const libc = loaded.value;
  const family = familyOf(address);
  const [type, protocol] = kinds[kind][family];
  const open = () => libc.socket(domains[family], type | flags, protocol);
  let fd = open();
  if (fd < 0 && kind === 'icmp' && errnoName(libc.errno()) === 'EACCES' && allowPing()) fd = open();
  if (fd < 0) return broken(libc, kind === 'icmp' ? 'ping socket (net.ipv4.ping_group_range)' : 'socket', fd);
  if (mark !== 0) {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(mark);
    if (libc.setsockopt(fd, solSocket, soMark, value, value.length) < 0) return broken(libc, 'SO_MARK', fd);
  }
  if (bindInterface !== undefined) {
    const value = Buffer.from(`${bindInterface}\0`);
    if (libc.setsockopt(fd, solSocket, soBindToDevice, value, value.length) < 0)
      return broken(libc, `SO_BINDTODEVICE ${bindInterface}`, fd);
  }
  return succeed(fd);
}

const pingGroups = '/proc/sys/net/ipv4/ping_group_range';

/** Lets the group of this process ping, as keepalived does; whoever may stays in the range. False: that is not ours to say. */
function allowPing(): boolean {
  const gid = process.getgid?.() ?? 0;
  try {
    const [low = 1, high = 0] = readFileSync(pingGroups, 'latin1').trim().split(/\s+/).map(Number);
    const isEmpty = low > high;
    writeFileSync(pingGroups, isEmpty ? `${gid} ${gid}` : `${Math.min(low, gid)} ${Math.max(high, gid)}`);
    return true;
  } catch {
    return false;
  }
}
