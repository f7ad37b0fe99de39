// The libc calls no package of ours offers, through koffi, loaded at first use.
// Spec: socket(2), sendto(2), packet(7); koffi knows no ssize_t, so results are `long`.

import { endianness } from 'node:os';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';

export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  sendto(fd: number, bytes: Uint8Array, length: number, flags: number, to: Uint8Array, size: number): number;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  /** `message` is the pointer of a struct msghdr in `memory`; every pointer inside leads there as well, never into a Buffer. */
  recvmsg(fd: number, message: unknown, flags: number): number;
  /** `length` is one u32, the size of `value` and then of what was written. */
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  close(fd: number): number;
  /** undefined where the C library is older than the call (glibc 2.34). */
  readonly close_range: ((first: number, last: number, flags: number) => number) | undefined;
  /** Thread 0 = the caller's; `parameters` is a struct sched_param. */
  sched_setscheduler(thread: number, policy: number, parameters: Uint8Array): number;
  /** `handler` is SIG_DFL (0) or SIG_IGN (1). */
  signal(signal: number, handler: bigint): bigint;
  flock(fd: number, operation: number): number;
  /** `limits` are struct rlimit64, or null. */
  prlimit64(pid: number, resource: number, set: Uint8Array | null, was: Uint8Array | null): number;
  /** errno of the last call. */
  errno(): number;
  /** A copy of the bytes at a fixed place; `address` is its pointer until `free`. */
  pin(bytes: Uint8Array): { readonly address: bigint; free(): void };
  /** Memory outside of V8's heap that never moves and is never freed: for structures that hold pointers. */
  memory(length: number): Memory;
}

export interface Memory {
  readonly pointer: unknown;
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

const signatures = {
  socket: 'int socket(int, int, int)',
  bind: 'int bind(int, const void *, uint32_t)',
  connect: 'int connect(int, const void *, uint32_t)',
  send: 'long send(int, const void *, size_t, int)',
  sendto: 'long sendto(int, const void *, size_t, int, const void *, int)',
  recv: 'long recv(int, _Out_ uint8_t *, size_t, int)',
  recvmsg: 'long recvmsg(int, void *, int)',
  getsockopt: 'int getsockopt(int, int, int, void *, uint32_t *)',
  setsockopt: 'int setsockopt(int, int, int, const void *, uint32_t)',
  close: 'int close(int)',
  close_range: 'int close_range(uint32_t, uint32_t, int)',
  sched_setscheduler: 'int sched_setscheduler(int, int, const void *)',
  signal: 'intptr_t signal(int, intptr_t)',
  flock: 'int flock(int, int)',
  prlimit64: 'int prlimit64(int, int, const void *, _Out_ void *)',
} as const satisfies Record<Exclude<keyof Libc, 'errno' | 'pin' | 'memory'>, string>;

let loaded: Libc | undefined;

/** `version`: the one to install where only one fits. */
export function nativeMissing(name: string, error: unknown, version?: string): Fault {
  const text = error instanceof Error ? error.message : String(error);
  // Node says so in several lines, of which the first is a path.
  const isForeign = text.includes('NODE_MODULE_VERSION');
  const reason = isForeign
    ? `it was built for another version of Node than ${process.version}`
    : (text.split('\n')[0] ?? '');
  const remedy = isForeign
    ? `npm rebuild ${name} with this version of Node.`
    : `On Linux: npm install ${name}${version === undefined ? '' : `@${version}`} beside lvskit.`;
  return {
    code: 'native-missing',
    message: `the package ${name} cannot be loaded: ${reason}`,
    operation: name,
    remedy,
  };
}

/** libc where it was loaded before, without waiting. */
export const libcIfLoaded = (): Libc | undefined => loaded;

/** libc of this process. Fault `native-missing` without koffi. */
export async function loadLibc(): Promise<Outcome<Libc>> {
  if (loaded !== undefined) return succeed(loaded);
  try {
    // The offsets written by the callers are little-endian; no big-endian Linux runs a supported Node but s390x.
    if (endianness() !== 'LE') throw new Error('big-endian machines are not supported');
    const koffi = (await import('koffi')).default;
    const library = koffi.load(null);
    const calls: Pick<Libc, 'errno' | 'pin' | 'memory'> = {
      errno: () => koffi.errno(),
      pin(bytes) {
        const place = koffi.alloc('uint8_t', bytes.length);
        koffi.encode(place, koffi.array('uint8_t', bytes.length), bytes);
        return { address: koffi.address(place), free: () => koffi.free(place) };
      },
      memory(length) {
        const pointer: unknown = koffi.alloc('uint8_t', length);
        return {
          pointer,
          address: koffi.address(pointer),
          bytes: new Uint8Array(koffi.view(pointer, length)),
        };
      },
    };
    const optional = (signature: string): unknown => {
      try {
        return library.func(signature);
      } catch {
        return undefined;
      }
    };
    // A call is declared when it is first wanted: declaring all of them would take longer than most commands use them.
    for (const [name, signature] of Object.entries(signatures)) {
      const declare = () => {
        const value: unknown = name === 'close_range' ? optional(signature) : library.func(signature);
        Object.defineProperty(calls, name, { value });
        return value;
      };
      Object.defineProperty(calls, name, { configurable: true, get: declare });
    }
    loaded = calls as Libc;
    return succeed(loaded);
  } catch (error) {
    return fail(nativeMissing('koffi', error));
  }
}

/** AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW. */
const rawSocket = [2, 3 | 0o2000000, 255] as const;

/** Whether this process may open a raw IPv4 socket here. */
export async function opensRawSocket(): Promise<boolean> {
  const libc = await loadLibc();
  if (!libc.ok) return false;
  const fd = libc.value.socket(...rawSocket);
  if (fd >= 0) libc.value.close(fd);
  return fd >= 0;
}
