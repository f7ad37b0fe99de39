// Groups of processes that another process of ours has started: which one a number means, and how it is ended.
// Spec: proc_pid_stat(5) field 22 (start time: a number is used again, a start time with it is not), kill(2) with a negative pid.

import { readFileSync } from 'node:fs';

/** Tells a process from a later one of the same number; undefined: there is none. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Signals the whole group; false: it has nobody left. */
export function signalGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
