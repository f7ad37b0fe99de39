// What the kernel says about a request: NLMSG_ERROR, NLMSG_DONE, extended acks, and names for errno values.
// Spec: linux/netlink.h struct nlmsgerr, NLMSGERR_ATTR_*; asm-generic/errno-base.h, asm-generic/errno.h.

import { type Fault, fail } from '../fault.ts';
import { readAttributes } from './attribute.ts';
import { littleEndian, viewOf } from './byte-order.ts';
import { align, headerLength, type Message, malformed, messageFlags } from './message.ts';

/** Linux errno numbers (all architectures Node runs on share these; MIPS and SPARC differ above 34). */
export const errnoNumbers = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  E2BIG: 7,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENODEV: 19,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  EPIPE: 32,
  EDOM: 33,
  ERANGE: 34,
  ENAMETOOLONG: 36,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  ELOOP: 40,
  ENOMSG: 42,
  ENODATA: 61,
  ENONET: 64,
  EPROTO: 71,
  EBADMSG: 74,
  EOVERFLOW: 75,
  EMSGSIZE: 90,
  EPROTOTYPE: 91,
  ENOPROTOOPT: 92,
  EPROTONOSUPPORT: 93,
  EOPNOTSUPP: 95,
  EPFNOSUPPORT: 96,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  EISCONN: 106,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  EALREADY: 114,
  EINPROGRESS: 115,
  ESTALE: 116,
  EDQUOT: 122,
} as const;

const names = new Map<number, string>(Object.entries(errnoNumbers).map(([name, number]) => [number, name]));

/** The symbolic name of a positive errno, or `E<number>` for one this table lacks. */
export const errnoName = (errno: number): string => names.get(errno) ?? `E${errno}`;

/** What an NLMSG_ERROR or NLMSG_DONE says: errno 0 is an ack. */
export interface KernelVerdict {
  /** Positive errno; 0 = success. */
  readonly errno: number;
  /** NLMSGERR_ATTR_MSG. */
  readonly text: string | undefined;
  /** NLMSGERR_ATTR_OFFS: byte offset into the request of what it objects to. */
  readonly offset: number | undefined;
}

/** NLMSGERR_ATTR_*. */
const verdictAttributes = { text: 1, offset: 2 } as const;

/**
 * The verdict of an NLMSG_ERROR (struct nlmsgerr, echoed request, NLMSGERR_ATTR_*) or of an NLMSG_DONE (int, NLMSGERR_ATTR_*).
 * Some kernels end a dump without the int: that is success.
 */
export function decodeVerdict(message: Message, kind: 'error' | 'done'): KernelVerdict | Fault {
  const { payload, flags } = message;
  const view = viewOf(payload);
  if (kind === 'done' && payload.length === 0) return { errno: 0, text: undefined, offset: undefined };
  if (payload.length < (kind === 'done' ? 4 : 4 + headerLength)) {
    return malformed(`netlink ${kind} message with ${payload.length} bytes`);
  }
  const errno = -view.getInt32(0, littleEndian);
  if (errno < 0) return malformed(`netlink ${kind} message with positive error ${-errno}`);
  let text: string | undefined;
  let offset: number | undefined;
  if ((flags & messageFlags.ackAttributes) !== 0) {
    let start = 4;
    if (kind === 'error') {
      // With NLM_F_CAPPED and in plain acks only the request's header is echoed.
      const echoed = (flags & messageFlags.capped) !== 0 ? headerLength : view.getUint32(4, littleEndian);
      start += align(echoed);
    }
    if (start > payload.length)
      return malformed('netlink error message ends before the request it answers does');
    const read = readAttributes(payload.subarray(start), 'extended ack', reader => {
      while (reader.next()) {
        if (reader.type === verdictAttributes.text) text = reader.text();
        else if (reader.type === verdictAttributes.offset) offset = reader.u32();
      }
    });
    if (!read.ok) return read.fault;
  }
  return { errno, text, offset };
}

/** The fault for a request the kernel refused. EPERM and EACCES become `not-permitted`. */
export function refusal(operation: string, verdict: KernelVerdict): { ok: false; fault: Fault } {
  const errno = errnoName(verdict.errno);
  const denied = errno === 'EPERM' || errno === 'EACCES';
  const words = denied ? `not permitted (${errno})` : errno;
  const reason =
    (verdict.text === undefined ? words : `${words}, ${verdict.text}`) +
    (verdict.offset === undefined ? '' : ` (attribute at byte ${verdict.offset})`);
  return fail({
    code: denied ? 'not-permitted' : 'netlink-refused',
    message: `${operation}: ${reason}`,
    operation,
    errno,
    ...(verdict.text === undefined ? {} : { kernelText: verdict.text }),
    ...(verdict.offset === undefined ? {} : { offset: verdict.offset }),
  });
}
