// The supervisor machine: which child processes run, when a dead one is restarted, how a stop ends.
// Spec: keepalived(8) process model; restart delays as its calc_restart_delay (60 s rule, 0 1 2 4 .. 60 s).

import { exitCodes } from '../fault.ts';
import { after, between, type Duration, type Instant, seconds } from '../time.ts';

export type ChildName = 'vrrp' | 'checker';

/** What a child answers for: nothing yet, what a predecessor left that ended without removing it, or its own. */
type Estate = 'none' | 'left' | 'own';

type ChildState =
  | { readonly phase: 'absent' }
  | {
      readonly phase: 'running';
      readonly since: Instant;
      readonly quickDeaths: number;
      /** It has said that its configuration is in force. */
      readonly ready: boolean;
      /** The signal that it says it stops for, though we have not asked it. */
      readonly stoppingFor: string | undefined;
      /** Killed by us, so that a process with other rights takes its place. */
      readonly replaced?: true;
      readonly estate: Estate;
    }
  | {
      readonly phase: 'waiting';
      readonly at: Instant;
      readonly quickDeaths: number;
      readonly estate: Estate;
    }
  /** Started, or let run, though the daemon stops: it takes over what its predecessor left, then it is asked to end. Killed at that time. */
  | { readonly phase: 'relieving'; readonly at: Instant }
  /** Asked to end; at that time it is killed. */
  | { readonly phase: 'stopping'; readonly at: Instant };

/** Plain data, changed in place. */
export interface Supervisor {
  readonly children: Record<ChildName, ChildState>;
  /** Counts the configurations accepted. */
  generation: number;
  /** Set once a stop began: the exit code to end with. */
  ending: number | undefined;
  childWaitTime: Duration;
  /** What to log when the configuration is in force in all children. */
  announcement: string | undefined;
}

export type SupervisorInput =
  | { readonly kind: 'start'; readonly wanted: readonly ChildName[]; readonly announcement: string }
  /** A new configuration was accepted; children that have become necessary are started, the others get it. */
  | {
      readonly kind: 'reload';
      readonly wanted: readonly ChildName[];
      /** Children that have given up rights which the programs of this configuration may need. */
      readonly replaced: readonly ChildName[];
      readonly childWaitTime: Duration;
      readonly announcement: string;
    }
  /** The configuration of this generation is in force there; it may have been given a later one since. */
  | { readonly kind: 'ready'; readonly child: ChildName; readonly generation: number }
  /** The child says that it stops because of a signal. */
  | { readonly kind: 'stopping'; readonly child: ChildName; readonly signal: string }
  | {
      readonly kind: 'exited';
      readonly child: ChildName;
      readonly code: number | undefined;
      readonly signal: string | undefined;
      /** It was started with few rights and ended by itself before its configuration was in force: the next one starts with all. */
      readonly unfit?: boolean;
    }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'wake' };

export type SupervisorEffect =
  /** Start it and hand it the current configuration. */
  | { readonly kind: 'spawn'; readonly child: ChildName; readonly generation: number }
  /** Hand the running child the current configuration. */
  | { readonly kind: 'configure'; readonly child: ChildName; readonly generation: number }
  | { readonly kind: 'terminate'; readonly child: ChildName }
  | { readonly kind: 'kill'; readonly child: ChildName }
  | { readonly kind: 'finish'; readonly code: number }
  /** Every child has the configuration that was given last; or none will, because the daemon stops. */
  | { readonly kind: 'settled'; readonly inForce: true }
  | { readonly kind: 'settled'; readonly inForce: false; readonly cause: string }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string };

const childNames = ['vrrp', 'checker'] as const satisfies readonly ChildName[];

/** A child that lived this long is restarted at once. */
const healthyRun = seconds(60);

/** Exit codes that say what a restart cannot change. All others, 1 among them, may be gone with a fresh process. */
const permanent: ReadonlySet<number> = new Set([
  exitCodes.usage,
  exitCodes.unsupported,
  exitCodes.permission,
  exitCodes.configuration,
]);

export const createSupervisor = (childWaitTime: Duration): Supervisor => ({
  children: { vrrp: { phase: 'absent' }, checker: { phase: 'absent' } },
  generation: 1,
  ending: undefined,
  childWaitTime,
  announcement: undefined,
});

/** Delay before restart number `quickDeaths` (1 = first): 0, 1, 2, 4, 8, 16, 32, 60, 60 ... seconds. */
export function restartDelay(quickDeaths: number): Duration {
  if (quickDeaths <= 1) return seconds(0);
  return seconds(quickDeaths > 7 ? 60 : 2 ** (quickDeaths - 2));
}

/** The child with the earliest timer: there are two, so no agenda. */
function nextTimer(supervisor: Supervisor): { readonly name: ChildName; readonly at: Instant } | undefined {
  let next: { readonly name: ChildName; readonly at: Instant } | undefined;
  for (const name of childNames) {
    const child = supervisor.children[name];
    if (child.phase === 'absent' || child.phase === 'running') continue;
    if (next === undefined || child.at < next.at) next = { name, at: child.at };
  }
  return next;
}

/** When `stepSupervisor` must be called with `wake`. */
export const supervisorDeadline = (supervisor: Supervisor): Instant | undefined => nextTimer(supervisor)?.at;

/** Handles one input, changes the supervisor and returns what to do, in order. */
export function stepSupervisor(
  supervisor: Supervisor,
  input: SupervisorInput,
  now: Instant,
): SupervisorEffect[] {
  switch (input.kind) {
    case 'start':
      supervisor.announcement = input.announcement;
      return [...spawnAll(supervisor, input.wanted, now), ...announce(supervisor)];
    case 'reload':
      return reload(supervisor, input, now);
    case 'ready':
      // An answer about an earlier configuration says nothing of the one given since.
      return input.generation === supervisor.generation ? childReady(supervisor, input.child, now) : [];
    case 'stopping':
      return childStopping(supervisor, input);
    case 'stop':
      return beginStop(supervisor, 0, now, {
        kind: 'log',
        level: 'info',
        message: `Stopping (${input.reason})`,
      });
    case 'exited':
      return childExited(supervisor, input, now);
    case 'wake':
      return wake(supervisor, now);
  }
}

const running = (since: Instant, quickDeaths: number, estate: Estate): ChildState => ({
  phase: 'running',
  since,
  quickDeaths,
  ready: false,
  stoppingFor: undefined,
  estate,
});

/** What the next one finds when a child is gone that was not asked to end. */
const leftBy = ({ estate }: { readonly estate: Estate }): Estate => (estate === 'none' ? 'none' : 'left');

const spawn = ({ generation }: Supervisor, child: ChildName): SupervisorEffect => ({
  kind: 'spawn',
  child,
  generation,
});

function spawnAll(supervisor: Supervisor, wanted: readonly ChildName[], now: Instant): SupervisorEffect[] {
  for (const name of wanted) supervisor.children[name] = running(now, 0, 'none');
  return wanted.map(child => spawn(supervisor, child));
}

function reload(
  supervisor: Supervisor,
  input: SupervisorInput & { kind: 'reload' },
  now: Instant,
): SupervisorEffect[] {
  supervisor.childWaitTime = input.childWaitTime;
  if (supervisor.ending !== undefined)
    return [{ kind: 'settled', inForce: false, cause: 'The daemon stops' }];
  const { children } = supervisor;
  const generation = ++supervisor.generation;
  supervisor.announcement = input.announcement;
  const configured: ChildName[] = [];
  const replaced: ChildName[] = [];
  for (const name of childNames) {
    const child = children[name];
    if (child.phase !== 'running') continue;
    if (input.replaced.includes(name)) {
      children[name] = { ...child, ready: false, replaced: true };
      replaced.push(name);
    } else {
      children[name] = { ...child, ready: false };
      // One that is being replaced gets it at its start.
      if (child.replaced === undefined) configured.push(name);
    }
  }
  const wanted = input.wanted.filter(child => children[child].phase === 'absent');
  return [
    ...configured.map(child => ({ kind: 'configure', child, generation }) as const),
    ...replaced.flatMap(replace),
    ...spawnAll(supervisor, wanted, now),
    ...announce(supervisor),
  ];
}

/** Killed, not stopped: its successor resumes what it held, as after a crash, and no other router takes over. */
const replace = (child: ChildName): SupervisorEffect[] => [
  {
    kind: 'log',
    level: 'info',
    message: `Replacing the ${child} process, which has given up rights: the new configuration runs programs, or adverts come more often than each second`,
  },
  { kind: 'kill', child },
];

function childReady(supervisor: Supervisor, name: ChildName, now: Instant): SupervisorEffect[] {
  const child = supervisor.children[name];
  if (child.phase === 'relieving') return terminate(supervisor, name, now);
  if (child.phase !== 'running' || child.replaced === true) return [];
  supervisor.children[name] = { ...child, ready: true, estate: 'own' };
  return announce(supervisor);
}

/** Says once that the daemon has started or reloaded: when every child is up with the configuration it was given. */
function announce(supervisor: Supervisor): SupervisorEffect[] {
  const message = supervisor.announcement;
  const up = childNames.every(name => {
    const child = supervisor.children[name];
    return child.phase === 'absent' || (child.phase === 'running' && child.ready);
  });
  if (message === undefined || !up || supervisor.ending !== undefined) return [];
  supervisor.announcement = undefined;
  return [
    { kind: 'log', level: 'info', message },
    { kind: 'settled', inForce: true },
  ];
}

function childStopping(
  supervisor: Supervisor,
  { child: name, signal }: SupervisorInput & { kind: 'stopping' },
): SupervisorEffect[] {
  const child = supervisor.children[name];
  if (child.phase === 'running') supervisor.children[name] = { ...child, stoppingFor: signal };
  return [];
}

/** A director hands its addresses over before it takes its services down: the checker process is asked when the VRRP process has ended. */
const stopOrder = ['vrrp', 'checker'] as const satisfies readonly ChildName[];

/** Asks the first child that still runs to stop; without one the daemon ends. */
function stopNext(supervisor: Supervisor, now: Instant): SupervisorEffect[] {
  const { children, ending } = supervisor;
  if (ending === undefined) return [];
  const name = stopOrder.find(child => children[child].phase !== 'absent');
  if (name === undefined) return [{ kind: 'finish', code: ending }];
  const child = children[name];
  switch (child.phase) {
    case 'waiting':
      if (child.estate !== 'none') return relieve(supervisor, name, now);
      children[name] = { phase: 'absent' };
      return stopNext(supervisor, now);
    case 'running':
      // It was killed: its end is on its way.
      if (child.replaced === true) return [];
      if (child.estate !== 'left') return terminate(supervisor, name, now);
      // Asked to end before it has looked at what was left, it would leave that.
      children[name] = { phase: 'relieving', at: after(now, supervisor.childWaitTime) };
      return [];
    default:
      return [];
  }
}

function terminate(supervisor: Supervisor, child: ChildName, now: Instant): SupervisorEffect[] {
  supervisor.children[child] = { phase: 'stopping', at: after(now, supervisor.childWaitTime) };
  return [{ kind: 'terminate', child }];
}

/** A child that was killed or crashed handed nothing over and removed nothing: a successor does both before the daemon ends. */
function relieve(supervisor: Supervisor, child: ChildName, now: Instant): SupervisorEffect[] {
  supervisor.children[child] = { phase: 'relieving', at: after(now, supervisor.childWaitTime) };
  const message = `Starting the ${child} process once more, to hand over or remove what its predecessor left`;
  return [{ kind: 'log', level: 'info', message }, spawn(supervisor, child)];
}

function beginStop(
  supervisor: Supervisor,
  code: number,
  now: Instant,
  reason: SupervisorEffect & { readonly kind: 'log' },
): SupervisorEffect[] {
  if (supervisor.ending !== undefined) return [reason];
  supervisor.ending = code;
  const settled: SupervisorEffect[] =
    supervisor.announcement === undefined ? [] : [{ kind: 'settled', inForce: false, cause: reason.message }];
  supervisor.announcement = undefined;
  return [reason, ...settled, ...stopNext(supervisor, now)];
}

/** Signals by which the kernel or the C library ends a process for its own faults. */
const crashes: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
]);

/** How a child ended that was not asked to. */
function ending(
  { code, signal }: SupervisorInput & { kind: 'exited' },
  stoppingFor: string | undefined,
): string {
  const sender = stoppingFor ?? signal;
  if (sender !== undefined && crashes.has(sender)) return `crashed (${sender})`;
  if (sender !== undefined) return `was ended by ${sender} that did not come from the supervisor`;
  return code === undefined ? 'could not be started' : `ended with exit status ${code}`;
}

function gone(supervisor: Supervisor, name: ChildName, now: Instant): SupervisorEffect[] {
  supervisor.children[name] = { phase: 'absent' };
  return stopNext(supervisor, now);
}

function childExited(
  supervisor: Supervisor,
  input: SupervisorInput & { kind: 'exited' },
  now: Instant,
): SupervisorEffect[] {
  const { children } = supervisor;
  const name = input.child;
  const child = children[name];
  if (supervisor.ending !== undefined && child.phase === 'running' && child.replaced === true)
    return child.estate === 'none' ? gone(supervisor, name, now) : relieve(supervisor, name, now);
  if (supervisor.ending !== undefined || child.phase !== 'running') return gone(supervisor, name, now);
  if (child.replaced === true) {
    children[name] = running(now, 0, leftBy(child));
    return [spawn(supervisor, name)];
  }
  const how = `The ${name} process ${ending(input, child.stoppingFor)}`;
  // Before the exit code is looked at: a package that root may not read without CAP_DAC_OVERRIDE looks like a missing one.
  if (input.unfit === true) {
    children[name] = running(now, child.quickDeaths, leftBy(child));
    const message = `${how} before it was ready; starting it with all rights, in case it cannot do with few`;
    return [{ kind: 'log', level: 'warning', message }, spawn(supervisor, name)];
  }
  if (input.code !== undefined && permanent.has(input.code)) {
    children[name] = { phase: 'absent' };
    const message = `${how}; not restarting: permanent error`;
    return beginStop(supervisor, input.code, now, { kind: 'log', level: 'error', message });
  }
  const quickDeaths = between(child.since, now) >= healthyRun ? 0 : child.quickDeaths + 1;
  const delay = restartDelay(quickDeaths);
  const when = delay === 0 ? 'restarting' : `restarting in ${delay / 1_000_000} s`;
  const log: SupervisorEffect = { kind: 'log', level: 'error', message: `${how}; ${when}` };
  if (delay === 0) {
    children[name] = running(now, quickDeaths, leftBy(child));
    return [log, spawn(supervisor, name)];
  }
  children[name] = { phase: 'waiting', at: after(now, delay), quickDeaths, estate: leftBy(child) };
  return [log];
}

/** The one earliest timer that is due. */
function wake(supervisor: Supervisor, now: Instant): SupervisorEffect[] {
  const due = nextTimer(supervisor);
  if (due === undefined || due.at > now) return [];
  const { name } = due;
  const child = supervisor.children[name];
  if (child.phase === 'waiting') {
    supervisor.children[name] = running(now, child.quickDeaths, child.estate);
    return [spawn(supervisor, name)];
  }
  supervisor.children[name] = { phase: 'stopping', at: after(now, supervisor.childWaitTime) };
  const left =
    name === 'vrrp' ? ': addresses and routes that it held may be left; the next start removes them' : '';
  const message = `The ${name} process did not stop in time; killing it${left}`;
  supervisor.ending = exitCodes.failure;
  return [
    { kind: 'log', level: 'warning', message },
    { kind: 'kill', child: name },
  ];
}
