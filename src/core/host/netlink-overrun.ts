// Notices the kernel dropped: npm netlink 0.3.0 ends the process with a C++ exception when recvmsg says ENOBUFS, so that answer is switched off
// and the socket's drop counter is read instead. Behind it: netlink(7) NETLINK_NO_ENOBUFS, /proc/net/netlink (columns Eth Pid Drops Inode).

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fail, type Outcome, succeed } from '../fault.ts';

/** SOL_NETLINK, NETLINK_NO_ENOBUFS. */
const solNetlink = 270;
const noEnobufs = 5;

interface Row {
  readonly drops: number;
  readonly inode: string;
}

/** The socket's line: sk, protocol, port, groups, rmem, wmem, dump, locks, drops, inode. */
function rowOf(protocol: number, port: number): Row | undefined {
  for (const line of readFileSync('/proc/self/net/netlink', 'utf8').split('\n')) {
    const [, eth, pid, , , , , , drops, inode] = line.trim().split(/\s+/);
    if (Number(eth) !== protocol || Number(pid) !== port || inode === undefined) continue;
    return { drops: Number(drops), inode };
  }
  return undefined;
}

/** The descriptor of a socket's inode; npm netlink does not tell it. */
function descriptorOf(inode: string): number | undefined {
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${name}`) === `socket:[${inode}]`) return Number(name);
    } catch {
      // The descriptor readdir itself used is gone by now.
    }
  }
  return undefined;
}

type SetOption = (fd: number, level: number, option: number, value: Uint8Array, length: number) => number;

/** Switches ENOBUFS off; the function returned says whether messages were dropped since it was last asked. */
export async function watchOverruns(protocol: number, port: number): Promise<Outcome<() => boolean>> {
  let setOption: SetOption;
  try {
    const loaded = await import('koffi');
    const koffi = loaded.default ?? loaded;
    setOption = koffi.load('libc.so.6').func('int setsockopt(int, int, int, const uint8_t *, uint32_t)');
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return fail({
      code: 'native-missing',
      message: `the package koffi cannot be loaded: ${reason}`,
      operation: 'koffi',
    });
  }
  const row = rowOf(protocol, port);
  const fd = row === undefined ? undefined : descriptorOf(row.inode);
  const on = Uint8Array.from(new Uint8Array(new Uint32Array([1]).buffer));
  if (row === undefined || fd === undefined || setOption(fd, solNetlink, noEnobufs, on, 4) !== 0) {
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
