// The VRRP machine of one daemon: all instances, groups, tracking scripts; inputs in, effects out.
// Spec: RFC 9568 section 6.4, keepalived.conf(5).

import { equal } from '../equal.ts';
import { after, earliest, type Instant, zero } from '../time.ts';
import { burstDeadline, runBursts } from './bursts.ts';
import type { SyncGroupConfig, VrrpConfig } from './config.ts';
import type { Input, StepResult, VrrpInterface } from './events.ts';
import { followBackup, settleGroup } from './group.ts';
import { settle } from './health.ts';
import { queueDeadline, runQueues } from './pacing.ts';
import { ownerPriority } from './priority.ts';
import { receive } from './reception.ts';
import { reload, reloadGroups, reloadScripts } from './reload.ts';
import { dueScript, runScript, takeResult } from './scripts.ts';
import { type InstanceState, newInstance, type VrrpMachine } from './state.ts';
import { dispatch } from './table.ts';
import { silenceLimit } from './timers.ts';
import { enterBackup, masterDownOfInstance, releaseEffect } from './transition.ts';
import { settleTransports } from './transports.ts';
import { beginTurn, endTurn, say, type Turn } from './turn.ts';

/** A machine that has not started; tell it the interfaces, then `start`. */
export function createVrrp(config: VrrpConfig): VrrpMachine {
  return {
    config,
    phase: 'created',
    delayedUntil: undefined,
    interfaces: new Map(),
    instances: new Map(),
    groups: new Map(),
    scripts: new Map(),
    transports: new Map(),
    strangers: new Set(),
    queues: new Map(),
  };
}

/** A group starts as MASTER only when all its members are owners that want it; otherwise none of them does. */
function calmGroup(turn: Turn, group: SyncGroupConfig): void {
  const members = group.members.flatMap(name => turn.instances.get(name) ?? []);
  const willing = members.every(
    member => member.wanted === 'MASTER' && member.basePriority === ownerPriority,
  );
  if (!willing) for (const member of members) member.wanted = 'BACKUP';
}

/** A group resumes only as a whole. */
function resumable(turn: Turn, resume: readonly string[]): ReadonlySet<string> {
  const names = new Set(resume);
  for (const { members } of turn.config.groups) {
    if (members.every(member => names.has(member))) continue;
    for (const member of members) names.delete(member);
  }
  return names;
}

function start(turn: Turn, resume: readonly string[]): void {
  turn.phase = 'running';
  const { startupDelay, instances, groups, scripts } = turn.config;
  const resuming = resumable(turn, resume);
  if (startupDelay > zero) turn.delayedUntil = after(turn.now, startupDelay);
  for (const config of instances) {
    const instance = turn.instances.put(newInstance(config, turn.now));
    if (resuming.has(config.name)) {
      instance.resuming = true;
      instance.notified = 'MASTER';
    }
    // A predecessor that was killed may have left its addresses behind.
    else turn.effects.push(releaseEffect(instance));
  }
  reloadGroups(turn, groups);
  for (const group of groups) calmGroup(turn, group);
  for (const group of turn.groups.values()) {
    if (group.config.members.every(member => resuming.has(member))) group.notified = 'MASTER';
  }
  reloadScripts(turn, scripts);
  settle(turn);
  // What could not resume at once (a fault, a script to wait for) starts like everything else.
  for (const instance of turn.instances.all()) {
    if (!instance.resuming) continue;
    instance.resuming = false;
    instance.notified = undefined;
    turn.effects.push(releaseEffect(instance));
  }
  settleTransports(turn);
}

function meetInterface(turn: Turn, name: string, found: VrrpInterface | undefined): void {
  if (equal(turn.interfaces.get(name), found)) return;
  const interfaces = new Map(turn.interfaces);
  if (found === undefined) interfaces.delete(name);
  else interfaces.set(name, found);
  turn.interfaces = interfaces;
  if (turn.phase !== 'running') return;
  settle(turn);
  settleTransports(turn);
}

function takeScriptResult(turn: Turn, input: Extract<Input, { readonly kind: 'script-result' }>): void {
  const script = turn.scripts.get(input.name);
  if (script === undefined || !script.running) return;
  if (takeResult(turn, script, input.success, input.detail)) settle(turn);
}

function configure(turn: Turn, config: VrrpConfig): void {
  if (turn.phase === 'created') {
    turn.config = config;
    return;
  }
  reload(turn, config);
  settle(turn);
  settleTransports(turn);
}

function stop(turn: Turn): void {
  const running = turn.phase === 'running';
  turn.phase = 'stopped';
  turn.delayedUntil = undefined;
  if (!running) return;
  for (const instance of turn.instances.all()) {
    dispatch(turn, instance, { event: 'stop', cause: 'the daemon stops' });
  }
  for (const group of turn.groups.values()) settleGroup(turn, group);
  turn.queues = new Map();
  for (const script of turn.scripts.values()) script.nextRun = undefined;
  settleTransports(turn);
}

/** timer_expired_backup: we slept so long that somebody else must be master by now. */
function sleptThrough(turn: Turn, instance: Readonly<InstanceState>): boolean {
  const { timerExpiredBackup, version, advertInterval } = instance.config;
  if (timerExpiredBackup === undefined || instance.state !== 'MASTER') return false;
  if (instance.advertisedAt === undefined) return false;
  return turn.now - instance.advertisedAt > silenceLimit(version, timerExpiredBackup, advertInterval);
}

/** Before anything else of a step: the adverts that waited meanwhile are to be heard as a BACKUP hears them. */
function yieldAfterSleep(turn: Turn): void {
  for (const peeked of turn.instances.peek()) {
    if (!sleptThrough(turn, peeked)) continue;
    const instance = turn.instances.get(peeked.config.name);
    // A member of its group may have taken it along already.
    if (instance?.state !== 'MASTER') continue;
    instance.wanted = 'BACKUP';
    const cause = 'the process was not scheduled for too long (timer_expired_backup)';
    enterBackup(turn, instance, cause, masterDownOfInstance(instance), 0);
    followBackup(turn, instance);
  }
}

const isDue = (at: Instant | undefined, now: Instant): boolean => at !== undefined && at <= now;

/** Everything whose time has come; after this no deadline lies in the past. */
function runDue(turn: Turn): void {
  const { now } = turn;
  if (isDue(turn.delayedUntil, now)) {
    turn.delayedUntil = undefined;
    say(turn, 'info', 'the startup delay is over');
  }
  for (const peeked of turn.instances.peek()) {
    if (!isDue(earliest(peeked.timer, burstDeadline(peeked)), now)) continue;
    const instance = turn.instances.get(peeked.config.name);
    if (instance === undefined) continue;
    if (isDue(instance.timer, now)) dispatch(turn, instance, { event: 'expire' });
    if (isDue(burstDeadline(instance), now)) runBursts(turn, instance);
  }
  runQueues(turn);
  for (const script of turn.scripts.values()) {
    if (dueScript(script, now)) runScript(turn, script);
  }
}

function heed(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'start':
      if (turn.phase === 'created') start(turn, input.resume ?? []);
      return;
    case 'wake':
      return;
    case 'packet':
      receive(turn, input);
      return;
    case 'interface':
      meetInterface(turn, input.name, input.interface);
      return;
    case 'address-lost': {
      const instance = turn.instances.get(input.instance);
      if (instance !== undefined) dispatch(turn, instance, { event: 'lost', what: input.what });
      return;
    }
    case 'script-result':
      takeScriptResult(turn, input);
      return;
    case 'configure':
      configure(turn, input.config);
      return;
    case 'stop':
      stop(turn);
      return;
  }
}

/**
 * One input. The effects are to be performed in their order. What is due at `now` is done as well, after the input:
 * an advert that waited in the queue with an expired timer still counts. Never throws for what the wire or kernel say.
 */
export function step(machine: VrrpMachine, input: Input, now: Instant): StepResult<VrrpMachine> {
  if (machine.phase === 'stopped') return { state: machine, effects: [] };
  const turn = beginTurn(machine, now);
  if (turn.phase === 'running') yieldAfterSleep(turn);
  heed(turn, input);
  if (turn.phase === 'running') runDue(turn);
  return { state: endTurn(turn), effects: turn.effects };
}

/** When the machine next wants a `wake`; undefined: never. May change after every step. */
export function deadline(machine: VrrpMachine): Instant | undefined {
  let least = earliest(machine.delayedUntil, queueDeadline(machine.queues));
  for (const instance of machine.instances.values())
    least = earliest(least, instance.timer, burstDeadline(instance));
  for (const script of machine.scripts.values()) least = earliest(least, script.nextRun);
  return least;
}
