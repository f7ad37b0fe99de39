// Groups of processes that another process of ours has started: which one a number means, and how it is ended.
// Spec: proc_pid_stat(5) field 22 (start time: a number is used again, a start time with it is not), kill(2) with a negative pid.

import { readdirSync, readFileSync } from 'node:fs';

/** The fields of its line from the third, its state, on; undefined: there is no such process. */
function fieldsOf(pid: number | string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before may hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** When it started, in clock ticks since boot: tells it from a later one of the same number. undefined: there is no such process. */
export function startOf(pid: number): number | undefined {
  const start = fieldsOf(pid)?.[19];
  return start === undefined ? undefined : Number(start);
}

/** Every process group of the host: by the number of its leader, when its members started. */
export function processGroups(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    const fields = fieldsOf(name);
    if (fields === undefined) continue;
    const group = Number(fields[2]);
    const starts = groups.get(group);
    if (starts === undefined) groups.set(group, [Number(fields[19])]);
    else starts.push(Number(fields[19]));
  }
  return groups;
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
