// Entering each state of one instance: what is sent, held, released, announced, armed and notified, in order.
// Spec: RFC 9568 section 6.4; groups are not considered here (group.ts).

import { noteChange, noteTransition } from '../news.ts';
import { after, type Duration, type Instant, microseconds, plus } from '../time.ts';
import { sendAdvert } from './advert.ts';
import { alarmAt, cancelInstanceAlarms, setAlarm } from './alarms.ts';
import { announceSource, armBursts, cancelBursts } from './bursts.ts';
import type { Effect, LogLevel, VrrpState } from './events.ts';
import { notifyInstance } from './notify.ts';
import { endOwnerConflict } from './owner.ts';
import { ownerPriority } from './priority.ts';
import type { InstanceState } from './state.ts';
import { masterDownTime, skewTime } from './timers.ts';
import { say, type Turn } from './turn.ts';

/** An owner keeps its skew whatever it says on the wire. */
const skewPriority = (instance: Readonly<InstanceState>): number =>
  instance.basePriority === ownerPriority ? ownerPriority : instance.effectivePriority;

export const skewOfInstance = (instance: Readonly<InstanceState>): Duration =>
  skewTime(instance.config.version, skewPriority(instance), instance.masterInterval);

export const masterDownOfInstance = (instance: Readonly<InstanceState>): Duration =>
  masterDownTime(
    instance.config.version,
    skewPriority(instance),
    instance.masterInterval,
    instance.config.downTimerAdverts,
  );

/** While vrrp_startup_delay runs, timers count from its end. */
const clockStart = ({ machine, now }: Turn): Instant => alarmAt(machine, 'startup', '') ?? now;

function change(turn: Turn, instance: InstanceState, state: VrrpState, cause: string): void {
  const { name } = instance.config;
  const from = instance.state;
  // A FAULT that only another configuration can end is an error.
  const hopeless = instance.faults.some(fault => fault.from === 'configuration');
  const level: LogLevel = state !== 'FAULT' ? 'info' : hopeless ? 'error' : 'warning';
  say(turn, level, `${name}: ${from} -> ${state}: ${cause}`, { instance: name, from, to: state, cause });
  const { news } = turn.machine;
  noteChange(news, instance.key);
  // The record of a group tells how its members stand.
  if (instance.group !== undefined) noteChange(news, `group ${instance.group}`);
  noteTransition(news, { kind: 'instance', name, from, to: state, cause, at: turn.now });
  instance.former = from;
  instance.state = state;
  instance.since = turn.now;
  instance.cause = cause;
  instance.heldBack = false;
  endPreemptDelay(turn, instance);
  instance.rival = undefined;
  instance.contender = undefined;
  instance.comparedSender = undefined;
}

/** Whether a lower priority advert still counts: preempt_delay starts with the first one. */
export function withinPreemptDelay(turn: Turn, instance: InstanceState): boolean {
  const { preemptDelay } = instance.config;
  if (preemptDelay <= 0) return false;
  if (instance.preempt === 'idle') {
    instance.preempt = 'waiting';
    setAlarm(turn.machine, 'preempt', instance.serial, after(turn.now, preemptDelay));
  }
  const until = alarmAt(turn.machine, 'preempt', instance.serial);
  return until !== undefined && turn.now < until;
}

export function endPreemptDelay(turn: Turn, instance: InstanceState): void {
  if (instance.preempt === 'idle') return;
  instance.preempt = 'idle';
  setAlarm(turn.machine, 'preempt', instance.serial, undefined);
}

/** Arms the master down timer or the advert timer; undefined stops it. */
export const setTimer = (turn: Turn, instance: InstanceState, at: Instant | undefined): void =>
  setAlarm(turn.machine, 'timer', instance.serial, at);

type Holding = Extract<Effect, { readonly kind: 'release' }>;

export function releaseEffect({ config, serial }: Readonly<InstanceState>): Holding {
  return {
    kind: 'release',
    owner: serial,
    instance: config.name,
    interface: config.interface,
    addresses: [...config.addresses, ...config.excludedAddresses],
    routes: config.routes,
    rules: config.rules,
  };
}

export function hold(turn: Turn, instance: InstanceState): void {
  turn.effects.push({ ...releaseEffect(instance), kind: 'hold' });
  instance.held = true;
}

function release(turn: Turn, instance: InstanceState): void {
  turn.effects.push(releaseEffect(instance));
  instance.held = false;
  cancelBursts(turn, instance);
  instance.counters.release_master++;
}

/** Gives up what only a MASTER has. `farewells`: how many adverts of priority 0 precede it. */
function leaveMaster(turn: Turn, instance: InstanceState, farewells: number): void {
  for (let i = 0; i < farewells; i++) sendAdvert(turn, instance, 0);
  release(turn, instance);
}

export function enterMaster(turn: Turn, instance: InstanceState, cause: string): void {
  // Having yielded to another owner ends here: an owner that is MASTER says 255.
  endOwnerConflict(turn, instance);
  change(turn, instance, 'MASTER', cause);
  instance.wanted = 'MASTER';
  instance.master = undefined;
  // A master keeps its own time (RFC 9568 section 6.4.2), whatever it learnt before.
  instance.masterInterval = instance.config.advertInterval;
  setTimer(turn, instance, after(turn.now, instance.config.advertInterval));
  instance.counters.become_master++;
  sendAdvert(turn, instance, instance.effectivePriority);
  hold(turn, instance);
  armBursts(turn, instance);
  notifyInstance(turn, instance);
}

function toBackup(
  turn: Turn,
  instance: InstanceState,
  cause: string,
  timer: Duration,
  farewells: number,
): void {
  const wasMaster = instance.state === 'MASTER';
  change(turn, instance, 'BACKUP', cause);
  if (wasMaster) leaveMaster(turn, instance, farewells);
  setTimer(turn, instance, after(clockStart(turn), timer));
}

/** To BACKUP with a timer of the given length; a master says farewell only when nobody better is known. */
export function enterBackup(
  turn: Turn,
  instance: InstanceState,
  cause: string,
  timer: Duration,
  farewells: number,
): void {
  toBackup(turn, instance, cause, timer, farewells);
  notifyInstance(turn, instance);
}

/**
 * The first timer of an instance that starts or starts over: the whole master down time, whatever `state` says. A shorter one is over before a
 * busy MASTER has been heard, and two routers have the address for a moment.
 */
export function startBackup(turn: Turn, instance: InstanceState, cause: string): void {
  const owner = instance.basePriority === ownerPriority;
  if (instance.wanted === 'MASTER' && owner) {
    // Only passes through BACKUP: keepalived's first notification of an owner is MASTER,
    // unless vrrp_startup_delay keeps it there.
    toBackup(turn, instance, cause, microseconds(1), 0);
    if (alarmAt(turn.machine, 'startup', '') !== undefined) notifyInstance(turn, instance);
    return;
  }
  enterBackup(turn, instance, cause, masterDownOfInstance(instance), 0);
}

/** Back from FAULT: an owner waits one interval and its skew, everybody else the whole master down time. */
export function recoverBackup(turn: Turn, instance: InstanceState, cause: string): void {
  const owner = instance.basePriority === ownerPriority;
  instance.wanted = owner ? 'MASTER' : 'BACKUP';
  const timer = owner
    ? plus(instance.masterInterval, skewOfInstance(instance))
    : masterDownOfInstance(instance);
  announceSource(turn, instance);
  enterBackup(turn, instance, cause, timer, 0);
}

export function enterFault(turn: Turn, instance: InstanceState, cause: string, farewells: number): void {
  const wasMaster = instance.state === 'MASTER';
  change(turn, instance, 'FAULT', cause);
  if (wasMaster) leaveMaster(turn, instance, farewells);
  setTimer(turn, instance, undefined);
  instance.master = undefined;
  instance.masterInterval = instance.config.advertInterval;
  notifyInstance(turn, instance);
}

/** A MASTER that stops: it says so, and keeps its addresses until a successor is heard or `patience` is over. */
export function enterLeaving(turn: Turn, instance: InstanceState, cause: string, patience: Duration): void {
  change(turn, instance, 'LEAVING', cause);
  cancelInstanceAlarms(turn.machine, instance.serial);
  sendAdvert(turn, instance, 0);
  setAlarm(turn.machine, 'leave', instance.serial, after(turn.now, patience));
  turn.machine.leaving++;
}

export function enterStop(turn: Turn, instance: InstanceState, cause: string): void {
  const wasLeaving = instance.state === 'LEAVING';
  change(turn, instance, 'STOP', cause);
  cancelInstanceAlarms(turn.machine, instance.serial);
  if (wasLeaving) {
    release(turn, instance);
    turn.machine.leaving--;
  }
  notifyInstance(turn, instance);
}
