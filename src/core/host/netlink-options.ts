// Options of netlink sockets that npm netlink cannot set: by the socket's descriptor, through koffi.
// Spec: netlink(7) SOL_NETLINK; /proc/net/netlink (columns Eth Pid Drops Inode), /proc/self/fd.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Outcome, succeed } from '../fault.ts';
import { loadLibc } from './libc.ts';

export const solNetlink = 270;

/** NETLINK_CAP_ACK (an error echoes only the request's header) and NETLINK_EXT_ACK (the kernel says in words what it objects to). */
export const wordyAnswers = [10, 11] as const;

/** The int 1, as setsockopt takes it. */
export const switchedOn = new Uint8Array(new Uint32Array([1]).buffer);

interface Row {
  readonly drops: number;
  readonly inode: string;
}

/** The socket's line: sk, protocol, port, groups, rmem, wmem, dump, locks, drops, inode. */
export function rowOf(protocol: number, port: number): Row | undefined {
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

/** Switches an option of SOL_NETLINK on; whether the kernel took it. */
type Setter = (option: number) => boolean;

/** For the socket with this port; undefined where /proc does not tell its descriptor. Fault `native-missing` without koffi. */
export async function setterFor(protocol: number, port: number): Promise<Outcome<Setter | undefined>> {
  const libc = await loadLibc();
  if (!libc.ok) return libc;
  const { setsockopt } = libc.value;
  let fd: number | undefined;
  try {
    const row = rowOf(protocol, port);
    fd = row === undefined ? undefined : descriptorOf(row.inode);
  } catch {
    // /proc is not mounted.
  }
  if (fd === undefined) return succeed(undefined);
  const descriptor = fd;
  return succeed(option => setsockopt(descriptor, solNetlink, option, switchedOn, switchedOn.length) === 0);
}
