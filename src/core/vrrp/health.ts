// After anything that instances track has changed: faults, priorities, and who must leave or may resume.
// Spec: keepalived.conf(5) tracking; a group is in FAULT while any of its members has a reason.

import { settleGroup } from './group.ts';
import { notifyEvent } from './notify.ts';
import type { InstanceState } from './state.ts';
import { dispatch, type Occurrence } from './table.ts';
import { shifted } from './timers.ts';
import { awaitedScripts, faultsOf, priorityOf } from './tracking.ts';
import { masterDownOfInstance } from './transition.ts';
import { groupOf, membersOf, type Turn, tell } from './turn.ts';

/** A running master down timer moves with the priority, as if it had been armed with the new one. */
export function rearm(turn: Turn, instance: InstanceState, change: () => void): void {
  const before = masterDownOfInstance(instance);
  change();
  if (instance.state !== 'BACKUP' || instance.timer === undefined) return;
  const by = masterDownOfInstance(instance) - before;
  if (by !== 0) instance.timer = shifted(instance.timer, by as typeof instance.masterInterval, turn.now);
}

function reprioritise(turn: Turn, instance: InstanceState): void {
  const next = priorityOf(turn, instance);
  const before = instance.effectivePriority;
  if (next === before) return;
  rearm(turn, instance, () => {
    instance.effectivePriority = next;
  });
  if (instance.state === 'INIT') return;
  tell(turn, 'info', instance, `priority ${before} -> ${next}`);
  if (instance.config.notifyPriorityChanges)
    notifyEvent(
      turn,
      instance.config,
      instance.state === 'MASTER' ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY',
      next,
    );
}

function healthOf(turn: Turn, instance: InstanceState): Occurrence {
  const group = groupOf(turn, instance);
  const others = group === undefined ? [] : membersOf(turn, group).filter(member => member !== instance);
  const [own] = instance.faults;
  if (own !== undefined)
    return {
      event: 'fail',
      cause: instance.faults.map(fault => fault.text).join('; '),
      farewells: own.from === 'tracking' ? 2 : 1,
    };
  const faulty = others.find(member => member.faults.length > 0);
  if (faulty !== undefined) {
    const cause = `${faulty.config.name} of sync group ${group?.config.name} is in FAULT: ${faulty.faults[0]?.text}`;
    return { event: 'fail', cause, farewells: 1 };
  }
  const [script] = [instance, ...others].flatMap(member => member.awaited);
  if (script !== undefined) return { event: 'wait', cause: `waits for the first result of script ${script}` };
  return { event: 'heal' };
}

/** Recomputes every instance from what is known now and moves it, then its group, where that leads. */
export function settle(turn: Turn): void {
  const instances = turn.instances.all();
  for (const instance of instances) {
    instance.faults = faultsOf(turn, instance);
    instance.awaited = awaitedScripts(turn, instance);
    reprioritise(turn, instance);
  }
  for (const instance of instances) dispatch(turn, instance, healthOf(turn, instance));
  for (const group of turn.groups.values()) settleGroup(turn, group);
}
