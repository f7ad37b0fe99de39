// Programs of a process of ours that was killed: nobody waits for them any more, and the next process would start them beside themselves.
// Spec: keepalived(8): scripts do not outlive the process that runs them (PR_SET_PDEATHSIG there).

import type { ChildName } from '../daemon/index.ts';
import { processGroups, signalGroup, startOf } from '../host/index.ts';

export interface Orphans {
  /** The child runs, with this process id: nothing that started before it can be its program. */
  began(child: ChildName, pid: number | undefined): void;
  /** A child says that a group has begun, or has ended. */
  heard(child: ChildName, pid: number, runs: boolean): void;
  /** The child is gone: what it has left is ended. Returns how many groups that are. */
  left(child: ChildName): number;
}

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 500;

interface Family {
  /** When the child started. */
  readonly since: number;
  /** When the leader of each group that runs started; undefined: it had ended before we looked. */
  readonly groups: Map<number, number | undefined>;
}

export function createOrphans(): Orphans {
  const families = new Map<ChildName, Family>();
  return {
    began(child, pid) {
      const since = pid === undefined ? undefined : startOf(pid);
      families.set(child, { since: since ?? Number.POSITIVE_INFINITY, groups: new Map() });
    },
    heard(child, pid, runs) {
      const groups = families.get(child)?.groups;
      if (runs) groups?.set(pid, startOf(pid));
      else groups?.delete(pid);
    },
    left(child) {
      const family = families.get(child);
      families.delete(child);
      const ended = signalFamily(family, 'SIGTERM');
      if (ended > 0) setTimeout(() => signalFamily(family, 'SIGKILL'), grace);
      return ended;
    },
  };
}

/** Returns how many groups have got it. */
function signalFamily(family: Family | undefined, signal: 'SIGTERM' | 'SIGKILL'): number {
  if (family === undefined || family.groups.size === 0) return 0;
  const { since, groups } = family;
  const present = processGroups();
  let signalled = 0;
  for (const [leader, start] of groups) {
    const members = present.get(leader) ?? [];
    // Numbers are used again, and a child that strangers have taken over may name what it likes.
    const isOurs = members.length > 0 && members.every(member => member >= since);
    if (isOurs && isSame(leader, start) && signalGroup(leader, signal)) signalled++;
  }
  return signalled;
}

/** A leader that has ended keeps its number as long as its group has members. */
function isSame(leader: number, start: number | undefined): boolean {
  const now = startOf(leader);
  return now === undefined || start === undefined || now === start;
}
