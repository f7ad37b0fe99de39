// Notices the kernel dropped: npm netlink 0.3.0 ends the process with a C++ exception when recvmsg says ENOBUFS, so that answer is switched off
// and the socket's drop counter is read instead. Spec: netlink(7) NETLINK_NO_ENOBUFS, /proc/net/netlink (columns Eth Pid Drops Inode).

import { fail, type Outcome, succeed } from '../fault.ts';
import { rowOf, setterFor } from './netlink-options.ts';

/** NETLINK_NO_ENOBUFS. */
const noEnobufs = 5;

/** Switches ENOBUFS off; the function returned says whether messages were dropped since it was last asked. */
export async function watchOverruns(protocol: number, port: number): Promise<Outcome<() => boolean>> {
  const setter = await setterFor(protocol, port);
  if (!setter.ok) return setter;
  const row = setter.value === undefined ? undefined : rowOf(protocol, port);
  if (row === undefined || setter.value?.(noEnobufs) !== true) {
    return fail({
      code: 'socket-failed',
      message:
        'netlink: NETLINK_NO_ENOBUFS cannot be set, and without it a burst of notices ends the process',
      operation: 'setsockopt',
      remedy: '/proc must be mounted for this process.',
    });
  }
  let known = row.drops;
  return succeed(() => {
    const drops = rowOf(protocol, port)?.drops ?? known;
    const grown = drops !== known;
    known = drops;
    return grown;
  });
}
