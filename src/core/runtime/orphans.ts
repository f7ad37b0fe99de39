// Programs of a process of ours that was killed: nobody waits for them any more, and the next process would start them beside themselves.
// Spec: keepalived(8): scripts do not outlive the process that runs them (PR_SET_PDEATHSIG there).

import type { ChildName } from '../daemon/index.ts';
import { signalGroup, startOf } from '../host/index.ts';

export interface Orphans {
  /** A child says that a group has begun, or has ended. */
  heard(child: ChildName, pid: number, runs: boolean): void;
  /** The child is gone: what it has left is ended. Returns how many groups that are. */
  left(child: ChildName): number;
}

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 500;

export function createOrphans(): Orphans {
  const groups = new Map<ChildName, Map<number, string | undefined>>();
  return {
    heard(child, pid, runs) {
      let own = groups.get(child);
      if (own === undefined) {
        own = new Map();
        groups.set(child, own);
      }
      if (runs) own.set(pid, startOf(pid));
      else own.delete(pid);
    },
    left(child) {
      // A leader that has ended keeps its number as long as its group has members.
      const mine = [...(groups.get(child) ?? [])].filter(([pid, start]) => {
        const now = startOf(pid);
        return now === undefined || now === start;
      });
      groups.delete(child);
      const living = mine.filter(([pid]) => signalGroup(pid, 'SIGTERM'));
      if (living.length > 0)
        setTimeout(() => {
          for (const [pid] of living) signalGroup(pid, 'SIGKILL');
        }, grace);
      return living.length;
    },
  };
}
