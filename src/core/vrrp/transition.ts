// Entering each state of one instance: what is sent, held, released, announced, armed and told, in keepalived's order.
// Spec: RFC 9568 section 6.4; groups are not considered here (group.ts).

import { after, type Duration, type Instant, plus } from '../time.ts';
import { sendAdvert } from './advert.ts';
import { announceMaster, announceSource, cancelBursts } from './bursts.ts';
import type { Effect, LogLevel, VrrpState } from './events.ts';
import { notifyInstance } from './notify.ts';
import { basePriorityOf, ownerPriority } from './priority.ts';
import type { InstanceState } from './state.ts';
import { leastSkew, masterDownTime, skewTime } from './timers.ts';
import { priorityOf } from './tracking.ts';
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
const clockStart = (turn: Turn): Instant => turn.delayedUntil ?? turn.now;

function change(turn: Turn, instance: InstanceState, state: VrrpState, cause: string): void {
  const { name } = instance.config;
  // A FAULT that only another configuration can end is an error.
  const hopeless = instance.faults.some(fault => fault.from === 'configuration');
  const level: LogLevel = state !== 'FAULT' ? 'info' : hopeless ? 'error' : 'warning';
  say(turn, level, `${name}: ${instance.state} -> ${state}: ${cause}`, { instance: name, cause });
  instance.state = state;
  instance.since = turn.now;
  instance.cause = cause;
  instance.complaints = [];
  instance.preemptUntil = undefined;
  instance.rival = undefined;
  instance.comparedSender = undefined;
}

type Holding = Extract<Effect, { readonly kind: 'release' }>;

export function releaseEffect({ config }: Readonly<InstanceState>): Holding {
  return {
    kind: 'release',
    instance: config.name,
    interface: config.interface,
    addresses: [...config.addresses, ...config.excludedAddresses],
    routes: config.routes,
    rules: config.rules,
  };
}

export function hold(turn: Turn, instance: InstanceState, formerly?: string): void {
  turn.effects.push({
    ...releaseEffect(instance),
    kind: 'hold',
    ...(formerly === undefined || formerly === instance.config.name ? {} : { formerly }),
  });
  instance.held = true;
}

/** Gives up what only a MASTER has. `farewells`: how many adverts of priority 0 precede it. */
function leaveMaster(turn: Turn, instance: InstanceState, farewells: number): void {
  for (let i = 0; i < farewells; i++) sendAdvert(turn, instance, 0);
  turn.effects.push(releaseEffect(instance));
  instance.held = false;
  cancelBursts(turn, instance);
  instance.counters.release_master++;
}

export function enterMaster(turn: Turn, instance: InstanceState, cause: string): void {
  // Having yielded to another owner ends here: an owner that is MASTER says 255.
  instance.ownerConflict = { stage: 'none' };
  instance.basePriority = basePriorityOf(instance.config);
  instance.effectivePriority = priorityOf(turn, instance);
  change(turn, instance, 'MASTER', cause);
  instance.wanted = 'MASTER';
  instance.master = undefined;
  // A master keeps its own time (RFC 9568 section 6.4.2), whatever it learnt before.
  instance.masterInterval = instance.config.advertInterval;
  instance.timer = after(turn.now, instance.config.advertInterval);
  instance.counters.become_master++;
  sendAdvert(turn, instance, instance.effectivePriority);
  hold(turn, instance);
  announceMaster(turn, instance);
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
  instance.timer = after(clockStart(turn), timer);
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

/** The first timer of an instance that starts or starts over. */
export function startBackup(turn: Turn, instance: InstanceState, cause: string): void {
  const { config } = instance;
  const owner = instance.basePriority === ownerPriority;
  const least = plus(instance.masterInterval, leastSkew(config.version, instance.masterInterval));
  if (instance.wanted === 'MASTER' && owner) {
    // Only passes through BACKUP: keepalived's first notification of an owner is MASTER,
    // unless vrrp_startup_delay keeps it there.
    toBackup(turn, instance, cause, 1 as Duration, 0);
    if (turn.delayedUntil !== undefined) notifyInstance(turn, instance);
    return;
  }
  const timer = instance.wanted === 'MASTER' ? least : masterDownOfInstance(instance);
  enterBackup(turn, instance, cause, timer, 0);
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
  instance.timer = undefined;
  instance.master = undefined;
  instance.masterInterval = instance.config.advertInterval;
  notifyInstance(turn, instance);
}

export function enterStop(turn: Turn, instance: InstanceState, cause: string): void {
  const wasMaster = instance.state === 'MASTER';
  change(turn, instance, 'STOP', cause);
  if (wasMaster) leaveMaster(turn, instance, 1);
  instance.timer = undefined;
  notifyInstance(turn, instance);
}
