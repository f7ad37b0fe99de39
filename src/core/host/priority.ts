// Scheduling: the VRRP process must run when its deadline comes, however busy the machine is.
// Spec: sched(7), sched_setscheduler(2). Nice values do not help: they count within one session or control group only.

import { loadLibc } from './libc.ts';

/** SCHED_RR; SCHED_RESET_ON_FORK: programs we start run at the ordinary priority. */
const roundRobin = 2;
const resetOnFork = 0x4000_0000;
/** The least real-time priority is above every ordinary process. */
const least = 1;

/** Moves the calling thread to SCHED_RR. False without koffi or the right to it (CAP_SYS_NICE): then nothing changes. */
export async function becomeRealTime(): Promise<boolean> {
  const libc = await loadLibc();
  if (!libc.ok) return false;
  const priority = Buffer.alloc(4);
  priority.writeInt32LE(least);
  return libc.value.sched_setscheduler(0, roundRobin | resetOnFork, priority) === 0;
}
