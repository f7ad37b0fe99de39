// Reads what a kernel module offers as socket options: one system call per question, where netlink needs three.
// Behind it: getsockopt(2), ip(7) (IPPROTO_IP, to which netfilter modules such as IPVS add their own options), through koffi.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { nativeMissing } from './libc.ts';

export interface OptionReader {
  /** Asks at level IPPROTO_IP with `bytes`, which the kernel reads and fills. False where it refuses: the option, the length, or us. */
  read(option: number, bytes: Uint8Array): boolean;
  close(): void;
}

/** AF_INET, SOCK_DGRAM | SOCK_CLOEXEC; no datagram is ever sent. IPPROTO_IP. */
const internet = 2;
const datagramCloseOnExec = 2 | 0o2000000;
const ipLevel = 0;

interface Calls {
  socket(domain: number, type: number, protocol: number): number;
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array): number;
  close(fd: number): number;
}

/** Opens a socket in this network namespace. Faults: `native-missing`, `socket-failed`. */
export async function openOptionReader(): Promise<Outcome<OptionReader>> {
  let calls: Calls;
  try {
    const library = (await import('koffi')).default.load(null);
    calls = {
      socket: library.func('int socket(int, int, int)'),
      getsockopt: library.func('int getsockopt(int, int, int, void *, uint32_t *)'),
      close: library.func('int close(int)'),
    };
  } catch (error) {
    return fail(nativeMissing('koffi', error));
  }
  const fd = calls.socket(internet, datagramCloseOnExec, 0);
  if (fd < 0) {
    const fault: Fault = {
      code: 'socket-failed',
      message: 'an IPv4 socket cannot be opened',
      operation: 'socket',
    };
    return fail(fault);
  }
  const length = new Uint32Array(1);
  return succeed({
    read(option, bytes) {
      length[0] = bytes.length;
      return calls.getsockopt(fd, ipLevel, option, bytes, length) === 0;
    },
    close: () => void calls.close(fd),
  });
}
