// How much memory a process has.
// Spec: proc(5) status: VmRSS in kilobytes, whatever the size of a page is.

import { readFileSync } from 'node:fs';

/** Resident bytes; undefined: no such process. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    return undefined;
  }
}
