// TCP sockets with a firewall mark or bound to an interface, made by libc and handed to node:net as descriptors.
// Spec: socket(7) SO_MARK (CAP_NET_ADMIN), SO_BINDTODEVICE; node:net knows neither option.

import { fail, type Outcome, succeed } from '../fault.ts';
import { type Address, familyOf } from '../net/index.ts';
import { errnoName } from './dial-failure.ts';
import { loadLibc } from './libc.ts';

export interface SocketMarks {
  readonly address: Address;
  readonly bindInterface: string | undefined;
  readonly mark: number;
}

export const needsOwnSocket = ({ bindInterface, mark }: SocketMarks): boolean =>
  bindInterface !== undefined || mark !== 0;

const domains = { inet: 2, inet6: 10 } as const;
const streamSocket = 1;
/** SOCK_CLOEXEC | SOCK_NONBLOCK. */
const flags = 0o2004000;
const solSocket = 1;
const soBindToDevice = 25;
const soMark = 36;

/** A descriptor that now belongs to the caller. Faults: `native-missing`, `not-permitted`, `socket-failed`. */
export async function openTcpSocket({ address, bindInterface, mark }: SocketMarks): Promise<Outcome<number>> {
  const loaded = await loadLibc();
  if (!loaded.ok) return loaded;
  const libc = loaded.value;
  const failed = (operation: string, fd: number): Outcome<number> => {
    const errno = errnoName(libc.errno());
    if (fd >= 0) libc.close(fd);
    return fail({
      code: errno === 'EPERM' || errno === 'EACCES' ? 'not-permitted' : 'socket-failed',
      message: `${operation}: ${errno}`,
      operation,
      errno,
    });
  };
  const fd = libc.socket(domains[familyOf(address)], streamSocket | flags, 0);
  if (fd < 0) return failed('socket', fd);
  if (mark !== 0) {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(mark);
    if (libc.setsockopt(fd, solSocket, soMark, value, value.length) < 0) return failed('SO_MARK', fd);
  }
  if (bindInterface !== undefined) {
    const value = Buffer.from(`${bindInterface}\0`);
    if (libc.setsockopt(fd, solSocket, soBindToDevice, value, value.length) < 0)
      return failed(`SO_BINDTODEVICE ${bindInterface}`, fd);
  }
  return succeed(fd);
}
