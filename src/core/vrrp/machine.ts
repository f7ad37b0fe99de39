// The VRRP machine of one daemon: all instances, groups, tracking scripts; inputs in, effects out.
// Spec: RFC 9568 section 6.4, keepalived.conf(5).

import { equal } from '../equal.ts';
import { noteChange, noteCount } from '../news.ts';
import { after, between, type Duration, type Instant, zero } from '../time.ts';
import { type Due, deadline, type InstanceAlarm, setAlarm, takeAlarm } from './alarms.ts';
import { addressesHeld, runBurst } from './bursts.ts';
import type { SyncGroupConfig } from './config.ts';
import type { Effect, Input, ResumedInstance, VrrpInterface } from './events.ts';
import { settle } from './health.ts';
import { indexInstances } from './indexes.ts';
import { stop } from './leaving.ts';
import { override } from './override.ts';
import { forgetDefence } from './owner.ts';
import { runQueue } from './pacing.ts';
import { ownerPriority } from './priority.ts';
import { receive } from './reception.ts';
import { reload, reloadGroups, reloadScripts } from './reload.ts';
import { takeUp } from './resume.ts';
import { runScript, takeResult } from './scripts.ts';
import { yieldAfterSleep } from './sleep.ts';
import { type InstanceState, newInstance, type VrrpMachine } from './state.ts';
import { noteEverything } from './status.ts';
import { dispatch } from './table.ts';
import { releaseEffect } from './transition.ts';
import { settleTransports } from './transports.ts';
import { instancesOf, say, type Turn } from './turn.ts';

type InputOf<K extends Input['kind']> = Extract<Input, { readonly kind: K }>;

/** A group starts as MASTER only when all its members are owners that want it; otherwise all start as BACKUP. */
function alignGroup(group: SyncGroupConfig, byName: ReadonlyMap<string, InstanceState>): void {
  const members = group.members.flatMap(name => byName.get(name) ?? []);
  const willing = members.every(
    member => member.wanted === 'MASTER' && member.basePriority === ownerPriority,
  );
  if (!willing) for (const member of members) member.wanted = 'BACKUP';
}

function start(turn: Turn, resume: readonly ResumedInstance[]): void {
  const { machine, now } = turn;
  const { config } = machine;
  machine.phase = 'running';
  if (config.startupDelay > zero) setAlarm(machine, 'startup', '', after(now, config.startupDelay));
  const instances = config.instances.map((each, place) =>
    newInstance(each, machine.nextSerial++, place, now),
  );
  for (const instance of instances) machine.instances.set(instance.serial, instance);
  const resuming = takeUp(instances, config.groups, resume);
  for (const instance of instances) {
    if (resuming.has(instance.serial)) {
      instance.resuming = true;
      instance.notified = 'MASTER';
    }
    // A predecessor that was killed may have left its addresses behind.
    else turn.effects.push(releaseEffect(instance));
  }
  reloadGroups(turn, config.groups);
  const byName = new Map(instances.map(instance => [instance.config.name, instance]));
  for (const group of config.groups) alignGroup(group, byName);
  for (const group of machine.groups.values()) {
    if (group.members.every(member => resuming.has(member))) group.notified = 'MASTER';
  }
  reloadScripts(turn, config.scripts);
  indexInstances(machine);
  settle(turn, instances);
  // What could not resume at once (a fault, a script to wait for) starts like everything else.
  for (const instance of instances) {
    if (!instance.resuming) continue;
    instance.resuming = false;
    instance.notified = undefined;
    turn.effects.push(releaseEffect(instance));
  }
  noteEverything(machine, []);
  settleTransports(turn, instances);
}

/** Only the list of addresses changed, as it does with each virtual address that we add ourselves. */
const sameButAddresses = (a: VrrpInterface | undefined, b: VrrpInterface | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.index === b.index &&
  a.up === b.up &&
  a.running === b.running &&
  a.multicast === b.multicast &&
  equal(a.primary, b.primary);

function interfaceChanged(turn: Turn, { name, interface: found }: InputOf<'interface'>): void {
  const { machine } = turn;
  const before = machine.interfaces.get(name);
  if (equal(before, found)) return;
  if (found === undefined) machine.interfaces.delete(name);
  else machine.interfaces.set(name, found);
  if (machine.phase !== 'running') return;
  const { interfaces, sources } = machine.indexes;
  const index = sameButAddresses(before, found) ? sources : interfaces;
  const touched = instancesOf(machine, index.get(name) ?? []);
  settle(turn, touched);
  settleTransports(turn, touched);
}

function takeScriptResult(turn: Turn, input: InputOf<'script-result'>): void {
  const { machine } = turn;
  const script = machine.scripts.get(input.name);
  if (script === undefined || !script.running) return;
  if (!takeResult(turn, script, input.success, input.detail)) return;
  settle(turn, instancesOf(machine, machine.indexes.scripts.get(input.name) ?? []));
}

type OfInstance = (turn: Turn, instance: InstanceState) => void;
const burst =
  (alarm: Extract<InstanceAlarm, 'delayed' | 'refresh' | 'lower'>): OfInstance =>
  (turn, instance) =>
    runBurst(turn, instance, alarm);
const expire: OfInstance = (turn, instance) => dispatch(turn, instance, { event: 'expire' });

const instanceAlarms = {
  timer: expire,
  leave: expire,
  preempt(_turn, instance) {
    instance.preempt = 'over';
  },
  delayed: burst('delayed'),
  refresh: burst('refresh'),
  lower: burst('lower'),
  owner: forgetDefence,
} as const satisfies Record<InstanceAlarm, OfInstance>;

/** An instance that has just yielded after a sleep has no alarm left that its MASTER had armed. */
function ringInstance(turn: Turn, alarm: InstanceAlarm, serial: number, late: Duration): void {
  const instance = turn.machine.instances.get(serial);
  if (instance === undefined) return;
  instance.lateness.last = late;
  if (late > instance.lateness.worst) instance.lateness.worst = late;
  noteCount(turn.machine.news, instance.key);
  const { state } = instance;
  yieldAfterSleep(turn, instance);
  if (instance.state === state) instanceAlarms[alarm](turn, instance);
}

function ring(turn: Turn, { alarm, key }: Due, late: Duration): void {
  switch (alarm) {
    case 'startup':
      say(turn, 'info', 'the startup delay is over');
      return;
    case 'queue':
      runQueue(turn, key);
      return;
    case 'script': {
      const script = turn.machine.scripts.get(key);
      if (script !== undefined) runScript(turn, script);
      return;
    }
    default:
      ringInstance(turn, alarm, key, late);
  }
}

function wake(turn: Turn): void {
  const at = deadline(turn.machine);
  const due = takeAlarm(turn.machine, turn.now);
  if (at !== undefined && due !== undefined) ring(turn, due, between(at, turn.now));
}

const handlers: { readonly [K in Input['kind']]: (turn: Turn, input: InputOf<K>) => void } = {
  start(turn, { resume }) {
    if (turn.machine.phase === 'created') start(turn, resume ?? []);
  },
  wake,
  packet: receive,
  interface: interfaceChanged,
  'address-lost'(turn, { owner, what }) {
    const instance = turn.machine.instances.get(owner);
    if (instance !== undefined) dispatch(turn, instance, { event: 'lost', what });
  },
  held(turn, { owner, targets }) {
    const instance = turn.machine.instances.get(owner);
    if (instance?.state === 'MASTER') addressesHeld(turn, instance, targets);
  },
  'script-result': takeScriptResult,
  unsent(turn, { owner, cause }) {
    const { machine, now } = turn;
    const instance = machine.instances.get(owner);
    if (instance === undefined) return;
    instance.counters.advert_unsent++;
    // What was known already is a count more; that adverts stay away is news.
    const isNew = instance.unsent === undefined || instance.unsent.cause !== cause;
    instance.unsent = { at: now, cause };
    (isNew ? noteChange : noteCount)(machine.news, instance.key);
  },
  override,
  configure(turn, { config }) {
    if (turn.machine.phase === 'created') turn.machine.config = config;
    else reload(turn, config);
  },
  stop(turn) {
    stop(turn, instance => dispatch(turn, instance, { event: 'stop', cause: 'the daemon stops' }));
  },
};

/** What a machine that leaves still takes in. */
const whileLeaving = {
  start: false,
  wake: true,
  packet: true,
  interface: true,
  'address-lost': false,
  held: false,
  'script-result': false,
  unsent: true,
  override: false,
  configure: false,
  stop: false,
} as const satisfies Record<Input['kind'], boolean>;

/**
 * One input changes the machine in place; `wake` handles the one earliest deadline that is due, a sync group moves as one. Perform the
 * effects in their order, then wake again while `deadline` is due. Never throws for what the wire or the kernel say.
 */
export function step(machine: VrrpMachine, input: Input, now: Instant): readonly Effect[] {
  if (machine.phase === 'stopped' || (machine.phase === 'leaving' && !whileLeaving[input.kind])) return [];
  const turn: Turn = { machine, now, effects: [] };
  const handler = handlers[input.kind] as (turn: Turn, input: Input) => void;
  handler(turn, input);
  return turn.effects;
}
