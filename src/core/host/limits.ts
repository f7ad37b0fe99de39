// Limits that programs get back: Node raises its own number of descriptors to the hard limit when it starts.
// Spec: prlimit(2), getrlimit(2) RLIMIT_NOFILE; select(2) breaks above 1024.

import { loadLibc } from './libc.ts';

/** RLIMIT_NOFILE. */
const descriptors = 7;
/** The soft limit that kernel and service managers give. */
const soft = 1_024n;

/** Sets the soft limit of a process just started to what it would be without us. Without koffi it keeps ours. */
export async function restoreFileLimit(pid: number): Promise<void> {
  const libc = await loadLibc();
  if (!libc.ok) return;
  // struct rlimit64: soft, hard.
  const limits = Buffer.alloc(16);
  if (libc.value.prlimit64(pid, descriptors, null, limits) !== 0) return;
  const hard = limits.readBigUInt64LE(8);
  if (limits.readBigUInt64LE(0) <= soft || hard <= soft) return;
  limits.writeBigUInt64LE(soft, 0);
  libc.value.prlimit64(pid, descriptors, limits, null);
}
