// timer_expired_backup: a MASTER that slept so long that somebody else must be master by now yields before it does anything else.
// Spec: keepalived.conf(5) timer_expired_backup; silenceLimit in timers.ts.

import { between } from '../time.ts';
import { followBackup } from './group.ts';
import type { InstanceState } from './state.ts';
import { silenceLimit } from './timers.ts';
import { enterBackup, masterDownOfInstance } from './transition.ts';
import type { Turn } from './turn.ts';

function sleptThrough(turn: Turn, instance: InstanceState): boolean {
  const { timerExpiredBackup, version, advertInterval } = instance.config;
  if (timerExpiredBackup === undefined || instance.state !== 'MASTER') return false;
  if (instance.advertisedAt === undefined) return false;
  const limit = silenceLimit(version, timerExpiredBackup, advertInterval);
  return between(instance.advertisedAt, turn.now) > limit;
}

/** Before an alarm or a packet of the instance: the adverts that waited meanwhile are to be heard as a BACKUP hears them. */
export function yieldAfterSleep(turn: Turn, instance: InstanceState): void {
  if (!sleptThrough(turn, instance)) return;
  instance.wanted = 'BACKUP';
  const cause = 'the process was not scheduled for too long (timer_expired_backup)';
  enterBackup(turn, instance, cause, masterDownOfInstance(instance), 0);
  followBackup(turn, instance);
}
