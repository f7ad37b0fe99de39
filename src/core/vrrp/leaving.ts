// An orderly stop without a hole: after priority 0 a MASTER keeps its addresses until a successor is heard.
// Spec: RFC 9568 section 6.4.3 (Shutdown) and 6.1 (Skew_Time is below one interval). keepalived gives the addresses up at once.

import { createAgenda } from '../agenda.ts';
import { type Duration, printSeconds, seconds, zero } from '../time.ts';
import { sourceOf } from './advert.ts';
import { settleGroup } from './group.ts';
import type { InstanceState } from './state.ts';
import { enterLeaving, enterStop } from './transition.ts';
import { settleTransports } from './transports.ts';
import { groupOf, membersOf, type Turn } from './turn.ts';
import type { Advert } from './verdict.ts';

/** A successor waits for its skew time, which is less than one interval. Nobody waits longer than this for us. */
const longest = seconds(1);

/** The members of a sync group wait as one: as long as the slowest of them. */
function patienceOf(turn: Turn, instance: InstanceState): Duration {
  const group = groupOf(turn.machine, instance);
  const members = group === undefined ? [instance] : membersOf(turn.machine, group);
  const most = members.reduce<Duration>(
    (span, { config }) => (config.advertInterval > span ? config.advertInterval : span),
    zero,
  );
  return most < longest ? most : longest;
}

export const leave = (turn: Turn, instance: InstanceState, cause: string): void =>
  enterLeaving(turn, instance, cause, patienceOf(turn, instance));

/** Everybody leaves. What is only armed for a running machine is dropped. */
export function stop(turn: Turn, depart: (instance: InstanceState) => void): void {
  const { machine } = turn;
  machine.phase = 'leaving';
  machine.alarms = createAgenda();
  machine.queues.clear();
  for (const instance of machine.instances.values()) depart(instance);
  for (const group of machine.groups.values()) settleGroup(turn, group);
  finishWhenEmpty(turn);
}

function finishWhenEmpty(turn: Turn): void {
  const { machine } = turn;
  if (machine.phase !== 'leaving' || machine.leaving > 0) return;
  machine.phase = 'stopped';
  settleTransports(turn, machine.instances.values());
  turn.effects.push({ kind: 'stopped' });
}

/** The whole sync group gives its addresses up together: a successor takes them over together as well. */
function handOver(turn: Turn, instance: InstanceState, cause: string): void {
  const group = groupOf(turn.machine, instance);
  for (const member of group === undefined ? [instance] : membersOf(turn.machine, group)) {
    if (member.state !== 'LEAVING') continue;
    const whose = member === instance ? '' : ` (${instance.config.name} of its sync group)`;
    enterStop(turn, member, `${cause}${whose}`);
  }
  if (group !== undefined) settleGroup(turn, group);
  finishWhenEmpty(turn);
}

/** An accepted advert while leaving. Priority 0 is somebody else's end, and our own address is an echo. */
export function hearSuccessor(turn: Turn, instance: InstanceState, advert: Advert): void {
  if (advert.priority === 0 || advert.source === sourceOf(turn.machine, instance)) return;
  handOver(turn, instance, `${advert.source} has taken over with priority ${advert.priority}`);
}

export function leaveAlone(turn: Turn, instance: InstanceState): void {
  const waited = printSeconds(patienceOf(turn, instance));
  handOver(turn, instance, `nobody has taken over within ${waited} s`);
}
