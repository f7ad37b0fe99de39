// After something that instances track has changed: their faults, their priorities, and who must leave or may come back.
// Spec: keepalived.conf(5) tracking; a group is in FAULT while any of its members has a reason.

import { equal } from '../equal.ts';
import { noteChange } from '../news.ts';
import { microseconds, zero } from '../time.ts';
import { alarmAt, setAlarm } from './alarms.ts';
import { settleGroup } from './group.ts';
import { notifyEvent } from './notify.ts';
import type { GroupState, InstanceState } from './state.ts';
import { dispatch, type Occurrence } from './table.ts';
import { shifted } from './timers.ts';
import { awaitedScripts, faultsOf, priorityOf } from './tracking.ts';
import { masterDownOfInstance } from './transition.ts';
import { groupOf, instancesOf, membersOf, type Turn, tell } from './turn.ts';

/** A running master down timer moves with the priority, as if it had been armed with the new one. */
export function rearm(turn: Turn, instance: InstanceState, change: () => void): void {
  const before = masterDownOfInstance(instance);
  change();
  const timer = alarmAt(turn.machine, 'timer', instance.serial);
  if (instance.state !== 'BACKUP' || timer === undefined) return;
  const by = microseconds(masterDownOfInstance(instance) - before);
  if (by !== zero) setAlarm(turn.machine, 'timer', instance.serial, shifted(timer, by, turn.now));
}

function reprioritise(turn: Turn, instance: InstanceState, explained: boolean): void {
  const next = priorityOf(turn.machine, instance);
  const before = instance.effectivePriority;
  if (next === before) return;
  noteChange(turn.machine.news, instance.key);
  rearm(turn, instance, () => {
    instance.effectivePriority = next;
  });
  if (instance.state === 'INIT') return;
  if (!explained) tell(turn, 'info', instance, `priority ${before} -> ${next}`);
  if (instance.config.notifyPriorityChanges)
    notifyEvent(turn, instance, instance.state === 'MASTER' ? 'MASTER_PRIORITY' : 'BACKUP_PRIORITY', {
      from: instance.state,
      cause: `priority ${before} -> ${next}`,
    });
}

/** What the members of a group mean for each other: the first with a fault, the first script that one of them waits for. */
interface GroupHealth {
  readonly faulty: InstanceState | undefined;
  readonly script: string | undefined;
}

function groupHealthOf(turn: Turn, group: GroupState): GroupHealth {
  const members = membersOf(turn.machine, group);
  return {
    faulty: members.find(member => member.faults.length > 0),
    script: members.find(member => member.awaited.length > 0)?.awaited[0],
  };
}

function healthOf(instance: InstanceState, health: GroupHealth | undefined): Occurrence {
  const [own] = instance.faults;
  if (own !== undefined)
    return {
      event: 'fail',
      cause: instance.faults.map(fault => fault.text).join('; '),
      farewells: own.from === 'tracking' ? 2 : 1,
    };
  const faulty = health?.faulty;
  if (faulty !== undefined) {
    const cause = `${faulty.config.name} of sync group ${instance.group} is in FAULT: ${faulty.faults[0]?.text}`;
    return { event: 'fail', cause, farewells: 1 };
  }
  const script = instance.awaited[0] ?? health?.script;
  if (script !== undefined) return { event: 'wait', script };
  return { event: 'heal' };
}

/**
 * Recomputes these instances from what is known now and moves them, with their groups, where that leads. `explained`: serials whose
 * change of priority has its line already.
 */
export function settle(
  turn: Turn,
  touched: readonly InstanceState[],
  explained: ReadonlySet<number> = new Set(),
): void {
  const { machine } = turn;
  for (const instance of touched) {
    const faults = faultsOf(machine, instance);
    if (!equal(faults, instance.faults)) noteChange(machine.news, instance.key);
    instance.faults = faults;
    instance.awaited = awaitedScripts(machine, instance);
    reprioritise(turn, instance, explained.has(instance.serial));
  }
  const groups = new Map<GroupState, GroupHealth>();
  for (const instance of touched) {
    const group = groupOf(machine, instance);
    if (group !== undefined && !groups.has(group)) groups.set(group, groupHealthOf(turn, group));
  }
  const serials = touched.map(({ serial }) => serial);
  const affected = instancesOf(machine, [...serials, ...[...groups.keys()].flatMap(group => group.members)]);
  for (const instance of affected) {
    const group = groupOf(machine, instance);
    dispatch(turn, instance, healthOf(instance, group === undefined ? undefined : groups.get(group)));
  }
  for (const group of groups.keys()) settleGroup(turn, group);
}
