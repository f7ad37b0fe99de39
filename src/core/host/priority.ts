// Scheduling priority: the VRRP process must run when its deadline comes, the programs it starts need not.
// Behind it: setpriority(2); nice values are inherited, so a started program is set back.

import { constants, getPriority, setPriority } from 'node:os';

/** The most favourable nice value. Without the right to it (CAP_SYS_NICE) nothing changes. */
export function raisePriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Not permitted: the daemon works at the priority it has.
  }
}

/** Gives a process we have just started the ordinary priority. */
export function resetPriority(pid: number): void {
  try {
    if (getPriority() < 0) setPriority(pid, constants.priority.PRIORITY_NORMAL);
  } catch {
    // It has ended already.
  }
}
