// Two address owners (priority 255) for one virtual router: the one with the larger address defends itself, and at last yields.
// Spec: keepalived's owner conflict; RFC 9568 section 6.1 knows one owner only.

import { after, times } from '../time.ts';
import { alarmAt, setAlarm } from './alarms.ts';
import { basePriorityOf, ownerPriority } from './priority.ts';
import { report } from './report.ts';
import type { InstanceState } from './state.ts';
import { priorityOf } from './tracking.ts';
import type { Turn } from './turn.ts';
import type { Advert } from './verdict.ts';

/** The conflict is over, one way or the other: the configured priority counts again. */
export function endOwnerConflict(turn: Turn, instance: InstanceState): void {
  instance.ownerConflict = { stage: 'none' };
  setAlarm(turn.machine, 'owner', instance.serial, undefined);
  instance.basePriority = basePriorityOf(instance.config);
  instance.effectivePriority = priorityOf(turn.machine, instance);
}

/** The opponent kept silent for longer than its patience lasts: the next conflict starts anew. */
export function forgetDefence(_turn: Turn, instance: InstanceState): void {
  if (instance.ownerConflict.stage === 'defending') instance.ownerConflict = { stage: 'none' };
}

/** An owner that yielded takes its 255 back once its opponent has gone or given in. */
export function reclaim(turn: Turn, instance: InstanceState, advert: Advert): void {
  const conflict = instance.ownerConflict;
  if (conflict.stage !== 'yielded') return;
  if (advert.source === conflict.to && advert.priority === ownerPriority) return;
  endOwnerConflict(turn, instance);
}

/** An own advert went out: after two of them patience begins to count. */
export function countDefence(turn: Turn, instance: InstanceState, priority: number): void {
  const conflict = instance.ownerConflict;
  if (priority !== ownerPriority || conflict.stage !== 'defending' || conflict.left === 0) return;
  const left = conflict.left - 1;
  instance.ownerConflict = { ...conflict, left };
  if (left === 0) setAlarm(turn.machine, 'owner', instance.serial, after(turn.now, conflict.patience));
}

/** Another owner whose address is smaller adverts 255: defend, and yield when that has not helped. */
export function defendOwnership(turn: Turn, instance: InstanceState, advert: Advert): void {
  const conflict = instance.ownerConflict;
  const until = alarmAt(turn.machine, 'owner', instance.serial);
  const expired = until !== undefined && turn.now > until;
  if (conflict.stage !== 'defending' || expired) {
    const { advertInterval } = instance.config;
    const longest = advertInterval > advert.interval ? advertInterval : advert.interval;
    setAlarm(turn.machine, 'owner', instance.serial, undefined);
    instance.ownerConflict = { stage: 'defending', left: 2, patience: times(1.2, longest) };
    const text = `${advert.source} also claims to be the address owner (priority 255): correct one of the two`;
    report(turn, 'error', instance, 'owner', advert.source, text);
    return;
  }
  if (until === undefined) return;
  instance.ownerConflict = { stage: 'yielded', to: advert.source };
  setAlarm(turn.machine, 'owner', instance.serial, undefined);
  instance.basePriority = ownerPriority - 1;
  instance.effectivePriority = ownerPriority - 1;
  const text = `owner ${advert.source} does not give in: our priority falls to 254`;
  report(turn, 'error', instance, 'yield', advert.source, text);
}
