// The supervisor machine: which child processes run, when a dead one is restarted, how a stop ends.
// Spec: keepalived(8) process model; restart delays as its calc_restart_delay (60 s rule, 0 1 2 4 .. 60 s).

import { after, between, type Duration, earliest, type Instant, seconds } from '../time.ts';

export type ChildName = 'vrrp' | 'checker';

type ChildState =
  | { readonly phase: 'absent' }
  | { readonly phase: 'running'; readonly since: Instant; readonly quickDeaths: number }
  | { readonly phase: 'waiting'; readonly restartAt: Instant; readonly quickDeaths: number }
  | { readonly phase: 'stopping'; readonly killAt: Instant };

export interface SupervisorState {
  readonly children: Readonly<Record<ChildName, ChildState>>;
  /** Set once a stop began: the exit code to end with. */
  readonly ending: number | undefined;
  readonly childWaitTime: Duration;
}

export type SupervisorInput =
  | { readonly kind: 'start'; readonly wanted: readonly ChildName[] }
  /** A new configuration was accepted; children that have become necessary are started, the others told. */
  | { readonly kind: 'reload'; readonly wanted: readonly ChildName[]; readonly childWaitTime: Duration }
  | {
      readonly kind: 'exited';
      readonly child: ChildName;
      readonly code: number | undefined;
      readonly signal: string | undefined;
    }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'wake' };

export type SupervisorEffect =
  | { readonly kind: 'spawn'; readonly child: ChildName }
  /** Hand the running child the current configuration. */
  | { readonly kind: 'configure'; readonly child: ChildName }
  | { readonly kind: 'terminate'; readonly child: ChildName }
  | { readonly kind: 'kill'; readonly child: ChildName }
  | { readonly kind: 'finish'; readonly code: number }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string };

interface Step {
  readonly state: SupervisorState;
  readonly effects: readonly SupervisorEffect[];
}

const childNames = ['vrrp', 'checker'] as const satisfies readonly ChildName[];

/** A child that lived this long is restarted at once. */
const healthyRun = seconds(60);

/** Exit codes that a restart cannot mend: fatal error, configuration error, missing permission or IPVS support. */
const hopeless: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);

export const createSupervisor = (childWaitTime: Duration): SupervisorState => ({
  children: { vrrp: { phase: 'absent' }, checker: { phase: 'absent' } },
  ending: undefined,
  childWaitTime,
});

/** Delay before restart number `quickDeaths` (1 = first): 0, 1, 2, 4, 8, 16, 32, 60, 60 ... seconds. */
export function restartDelay(quickDeaths: number): Duration {
  if (quickDeaths <= 1) return seconds(0);
  return seconds(quickDeaths > 7 ? 60 : 2 ** (quickDeaths - 2));
}

/** When `step` must be called with `wake` at the latest. */
export const supervisorDeadline = (state: SupervisorState): Instant | undefined =>
  earliest(
    ...childNames.map(name => {
      const child = state.children[name];
      if (child.phase === 'waiting') return child.restartAt;
      return child.phase === 'stopping' ? child.killAt : undefined;
    }),
  );

export function stepSupervisor(state: SupervisorState, input: SupervisorInput, now: Instant): Step {
  switch (input.kind) {
    case 'start':
      return spawnAll(state, input.wanted, now, []);
    case 'reload': {
      const told = childNames
        .filter(child => state.children[child].phase === 'running')
        .map(child => ({ kind: 'configure', child }) as const);
      const wanted = input.wanted.filter(child => state.children[child].phase === 'absent');
      return spawnAll({ ...state, childWaitTime: input.childWaitTime }, wanted, now, told);
    }
    case 'stop':
      return beginStop(state, 0, now, [
        { kind: 'log', level: 'info', message: `Stopping (${input.reason})` },
      ]);
    case 'exited':
      return childExited(state, input, now);
    case 'wake':
      return wake(state, now);
  }
}

const withChild = (state: SupervisorState, name: ChildName, child: ChildState): SupervisorState => ({
  ...state,
  children: { ...state.children, [name]: child },
});

function spawnAll(
  state: SupervisorState,
  wanted: readonly ChildName[],
  now: Instant,
  before: readonly SupervisorEffect[],
): Step {
  let next = state;
  for (const name of wanted) next = withChild(next, name, { phase: 'running', since: now, quickDeaths: 0 });
  return { state: next, effects: [...before, ...wanted.map(child => ({ kind: 'spawn', child }) as const)] };
}

/** A director hands its addresses over before it takes its services down: the checker process is asked when the VRRP process has ended. */
const stopOrder = ['vrrp', 'checker'] as const satisfies readonly ChildName[];

/** Asks the first child that still runs to stop. */
function stopNext(state: SupervisorState, now: Instant, before: readonly SupervisorEffect[]): Step {
  const name = stopOrder.find(child => state.children[child].phase !== 'absent');
  if (name === undefined || state.children[name].phase !== 'running') return finishWhenAlone(state, before);
  const stopping = withChild(state, name, { phase: 'stopping', killAt: after(now, state.childWaitTime) });
  return { state: stopping, effects: [...before, { kind: 'terminate', child: name }] };
}

/** Begins to stop the children; ends at once when none is left. */
function beginStop(
  state: SupervisorState,
  code: number,
  now: Instant,
  before: readonly SupervisorEffect[],
): Step {
  if (state.ending !== undefined) return { state, effects: before };
  let next: SupervisorState = { ...state, ending: code };
  for (const name of childNames) {
    if (state.children[name].phase === 'waiting') next = withChild(next, name, { phase: 'absent' });
  }
  return stopNext(next, now, before);
}

function finishWhenAlone(state: SupervisorState, effects: readonly SupervisorEffect[]): Step {
  const alone = childNames.every(name => state.children[name].phase === 'absent');
  return state.ending !== undefined && alone
    ? { state, effects: [...effects, { kind: 'finish', code: state.ending }] }
    : { state, effects };
}

function childExited(
  state: SupervisorState,
  input: SupervisorInput & { kind: 'exited' },
  now: Instant,
): Step {
  const name = input.child;
  const child = state.children[name];
  const how = input.signal === undefined ? `exit status ${input.code ?? 0}` : `signal ${input.signal}`;
  if (state.ending !== undefined || child.phase !== 'running') {
    return stopNext(withChild(state, name, { phase: 'absent' }), now, []);
  }
  if (input.code !== undefined && hopeless.has(input.code)) {
    const message = `The ${name} process ended with ${how}, which a restart cannot mend; stopping`;
    return beginStop(withChild(state, name, { phase: 'absent' }), input.code, now, [
      { kind: 'log', level: 'error', message },
    ]);
  }
  const quickDeaths = between(child.since, now) >= healthyRun ? 0 : child.quickDeaths + 1;
  const delay = restartDelay(quickDeaths);
  const restartAt = after(now, delay);
  const when = delay === 0 ? 'now' : `in ${delay / 1_000_000} s`;
  const message = `The ${name} process died (${how}); restarting it ${when}`;
  const waiting = withChild(state, name, { phase: 'waiting', restartAt, quickDeaths });
  const log: SupervisorEffect = { kind: 'log', level: 'error', message };
  if (delay > 0) return { state: waiting, effects: [log] };
  const restarted = wake(waiting, now);
  return { state: restarted.state, effects: [log, ...restarted.effects] };
}

function wake(state: SupervisorState, now: Instant): Step {
  const effects: SupervisorEffect[] = [];
  let next = state;
  for (const name of childNames) {
    const child = state.children[name];
    if (child.phase === 'waiting' && child.restartAt <= now) {
      next = withChild(next, name, { phase: 'running', since: now, quickDeaths: child.quickDeaths });
      effects.push({ kind: 'spawn', child: name });
    } else if (child.phase === 'stopping' && child.killAt <= now) {
      effects.push({
        kind: 'log',
        level: 'warning',
        message: `The ${name} process did not stop in time; killing it`,
      });
      effects.push({ kind: 'kill', child: name });
      next = withChild(next, name, { phase: 'stopping', killAt: after(now, state.childWaitTime) });
    }
  }
  return { state: next, effects };
}
