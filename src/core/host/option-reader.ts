// Reads what a kernel module offers as socket options: one system call per question, where netlink needs three.
// Spec: getsockopt(2), ip(7) (IPPROTO_IP, to which netfilter modules such as IPVS add their own options), through koffi.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { loadLibc } from './libc.ts';

export interface OptionReader {
  /**
   * Asks at level IPPROTO_IP with the first `length` of `bytes`, which the kernel reads and fills. False where it refuses: the option, the
   * length, or us.
   */
  read(option: number, bytes: Uint8Array, length: number): boolean;
  close(): void;
}

/** AF_INET, SOCK_DGRAM | SOCK_CLOEXEC; no datagram is ever sent. IPPROTO_IP. */
const internet = 2;
const datagramCloseOnExec = 2 | 0o2000000;
const ipLevel = 0;

/** Opens a socket in this network namespace. Faults: `native-missing`, `socket-failed`. */
export async function openOptionReader(): Promise<Outcome<OptionReader>> {
  const loaded = await loadLibc();
  if (!loaded.ok) return loaded;
  const calls = loaded.value;
  const fd = calls.socket(internet, datagramCloseOnExec, 0);
  if (fd < 0) {
    const fault: Fault = {
      code: 'socket-failed',
      message: 'an IPv4 socket cannot be opened',
      operation: 'socket',
    };
    return fail(fault);
  }
  const lengthOf = new Uint32Array(1);
  return succeed({
    read(option, bytes, length) {
      lengthOf[0] = length;
      return calls.getsockopt(fd, ipLevel, option, bytes, lengthOf) === 0;
    },
    close: () => void calls.close(fd),
  });
}
