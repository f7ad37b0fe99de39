// The checker machine: schedule around one protocol's runs. The daemon holds thousands: a waiting checker holds no buffer and no socket.
// Spec: keepalived.conf(5) delay_loop, retry, delay_before_retry, warmup, alpha, log_all_failures, ha_suspend.

import { after, between, type Duration, type Instant, inSeconds, seconds, times, zero } from '../time.ts';
import type { CheckerConfig, CheckKind } from './config.ts';
import { type DialogueInput, failed, type Move, nothing, type Result } from './dialogue.ts';
import type { CheckEffect, CheckInput } from './events.ts';
import { createStanding, type Judged, judge, keepRun, type Standing } from './health.ts';
import { type Dialogue, protocolOf, unsupportedCheck } from './protocols.ts';

/** One checker: plain data, owned by its driver and changed in place by `stepChecker`. */
export interface Checker {
  config: CheckerConfig;
  readonly standing: Standing;
  /** Spread of the first run within the warmup. */
  readonly spread: Duration;
  /** dying: the program was asked to end and still owes its `exited`. */
  phase: 'waiting' | 'running' | 'dying' | 'suspended';
  /** Waiting: the next run. Running: the time limit of the next input. Dying: the earliest next run; not armed. */
  due: Instant | undefined;
  /** When the last run began. */
  started: Instant | undefined;
  /** How long after it was due the last run began. */
  lateness: Duration;
  dialogue: Dialogue | undefined;
  /** Bytes this run has received. */
  received: number;
  /** Suspended while its process is still dying. */
  suspending: boolean;
}

export interface CheckerStart {
  /** 0 <= spread <= config.warmup: what the first run is put off by. Chosen by the caller, best evenly over its checkers. */
  readonly spread: Duration;
  /** Overrules alpha: a state known from before. */
  readonly initiallyUp?: boolean;
  /** Why it begins so. */
  readonly cause?: string;
}

/** The first run comes this long after the start, plus the spread. */
const settling: Duration = seconds(1);

/** A peer that drips is judged after so many times connect_timeout; each read alone may take one. */
const longestRun = 10;
/** A peer that never ends is judged after so many bytes. */
const mostBytes = 16 * 1024 * 1024;

/**
 * A checker that waits for its first run: one second plus the spread from now. What `unsupportedCheck` names should be refused before;
 * a checker of that kind never counts as up: its first run fails and says why, and so does every later one.
 */
export function createChecker(config: CheckerConfig, start: CheckerStart, now: Instant): Checker {
  const { initiallyUp } = start;
  const cause = start.cause ?? 'not checked yet';
  return {
    config,
    standing: createStanding(config, initiallyUp ?? !config.alpha, cause, now),
    spread: start.spread,
    phase: 'waiting',
    due: firstRun(start.spread, now),
    started: undefined,
    lateness: zero,
    dialogue: undefined,
    received: 0,
    suspending: false,
  };
}

const firstRun = (spread: Duration, now: Instant): Instant => after(after(now, settling), spread);

/** When `wake` is wanted; undefined while suspended or while a process dies. */
export const checkerDeadline = (checker: Checker): Instant | undefined =>
  checker.phase === 'waiting' || checker.phase === 'running' ? checker.due : undefined;

/** Same checks asked of the same place (`sameCheck`) with another schedule: what is known and what runs goes on. */
export function reconfigureChecker(checker: Checker, config: CheckerConfig): void {
  checker.config = config;
}

/**
 * A checker of the same server and keyword that asks in another way takes the place of `former`: it knows what that knew, and looks anew.
 * Nothing is carried of a walk through URLs or of a weight that the new one would not ask for.
 */
export function succeedChecker(
  former: Checker,
  config: CheckerConfig,
  spread: Duration,
  now: Instant,
): Checker {
  const { up, since, cause, weight, attempts, hasResult, last, counters } = former.standing;
  const checker = createChecker(config, { spread, initiallyUp: up }, now);
  const isDynamic = config.check.kind === 'misc' && config.check.dynamicWeight;
  Object.assign(checker.standing, {
    ...{ since, cause, hasResult, last, counters: { ...counters } },
    weight: isDynamic ? weight : undefined,
    attempts: Math.min(attempts, config.retry),
  });
  return checker;
}

export function stepChecker(checker: Checker, input: CheckInput, now: Instant): readonly CheckEffect[] {
  switch (input.kind) {
    case 'suspend':
      return suspend(checker);
    case 'resume':
      resume(checker, now);
      return nothing;
    case 'hurry':
      if (checker.phase === 'waiting') checker.due = now;
      return nothing;
    default:
      break;
  }
  switch (checker.phase) {
    case 'suspended':
      return nothing;
    case 'waiting':
      return input.kind === 'wake' && isDue(checker, now) ? start(checker, now) : nothing;
    case 'dying':
      if (input.kind === 'exited') released(checker, now);
      return nothing;
    case 'running':
      return proceedRun(checker, input, now);
  }
}

const isDue = ({ due }: Checker, now: Instant): boolean => due !== undefined && due <= now;

function start(checker: Checker, now: Instant): readonly CheckEffect[] {
  const { config, standing } = checker;
  const missing = unsupportedCheck(config.check);
  if (missing !== undefined) return holdDown(checker, missing, now);
  const { dialogue, effects, deadline } = protocolOf(config.check).begin(config.check, standing.url, now);
  checker.phase = 'running';
  checker.lateness = between(checker.due ?? now, now);
  checker.started = now;
  checker.dialogue = dialogue;
  checker.received = 0;
  checker.due = deadline;
  return effects;
}

/** A run that cannot be done: a failure like others. */
function holdDown(checker: Checker, missing: string, now: Instant): CheckEffect[] {
  const { config, standing } = checker;
  const result: Result = { kind: 'failure', cause: missing };
  const first = !standing.hasResult;
  keepRun(standing, result, { at: now, latency: zero, lateness: between(checker.due ?? now, now) });
  const judged = judge(config, standing, result, now);
  checker.due = after(now, judged.delay);
  return report(checker, judged, result, first);
}

/** When a run must be over, however lively its peer is; a program has its own time limit. */
const endOfRun = (check: CheckKind, started: Instant): Instant | undefined =>
  'target' in check ? after(started, times(longestRun, check.target.timeout)) : undefined;

function proceedRun(checker: Checker, input: DialogueInput, now: Instant): readonly CheckEffect[] {
  const { dialogue, due, started } = checker;
  const { check } = checker.config;
  if (dialogue === undefined || due === undefined || started === undefined) return nothing;
  if (input.kind === 'wake' && due > now) return nothing;
  if (input.kind === 'data') checker.received += input.bytes.length;
  const end = endOfRun(check, started);
  const excess = excessOf(checker, input, end, now);
  const move = excess ?? protocolOf(check).proceed(check, dialogue, input, now);
  if (move === undefined) return nothing;
  if ('result' in move) return finishRun(checker, move.result, input, now);
  checker.due = end === undefined || move.deadline < end ? move.deadline : end;
  return move.effects;
}

/** The failure of a run that takes too long or too much, or undefined. */
function excessOf(
  { config, received, started }: Checker,
  input: DialogueInput,
  end: Instant | undefined,
  now: Instant,
): Move {
  if (input.kind === 'data' && received > mostBytes) return failed(`more than ${mostBytes} bytes received`);
  if (input.kind !== 'wake' || end === undefined || end > now || started === undefined) return undefined;
  if (!('target' in config.check)) return undefined;
  return failed(
    `not over within ${inSeconds(times(longestRun, config.check.target.timeout))} s (ten times connect_timeout)`,
  );
}

function finishRun(
  checker: Checker,
  result: Result,
  input: CheckInput,
  now: Instant,
): readonly CheckEffect[] {
  const { config, standing } = checker;
  const first = !standing.hasResult;
  const before = standing.last;
  const latency = between(checker.started ?? now, now);
  keepRun(standing, result, { at: now, latency, lateness: checker.lateness });
  const judged = judge(config, standing, result, now);
  const program = protocolOf(config.check).uses === 'program';
  const from = program ? (checker.started ?? now) : now;
  // The connection is closed always, a process killed when it has not ended by itself.
  const ended = !program ? 'close' : input.kind === 'exited' ? 'none' : 'kill';
  checker.phase = ended === 'kill' ? 'dying' : 'waiting';
  checker.due = laterOf(after(from, judged.delay), now);
  checker.dialogue = undefined;
  const isRepeated =
    before?.result === 'untried' && result.kind === 'untried' && before.cause === result.cause;
  return isRepeated ? endings[ended] : [...endings[ended], ...report(checker, judged, result, first)];
}

const laterOf = (a: Instant, b: Instant): Instant => (a < b ? b : a);

const endings = {
  close: [{ kind: 'close' }],
  kill: [{ kind: 'kill' }],
  none: [],
} as const satisfies Record<string, readonly CheckEffect[]>;

/** The verdict if anything changed or a server that begins down (alpha) is found so, else the log line that is due. */
function report(
  { config, standing }: Checker,
  { changed, counted }: Judged,
  result: Result,
  first: boolean,
): CheckEffect[] {
  const { cause } = result;
  const isFirstFailure = first && result.kind === 'failure' && !standing.up;
  if (changed || isFirstFailure)
    return [{ kind: 'verdict', up: standing.up, cause, weight: standing.weight, first }];
  switch (result.kind) {
    case 'success':
      return [];
    case 'untried': {
      // Said once for each cause: it may last until somebody mends it.
      const message = `${config.id}: could not check, the server stays ${standing.up ? 'up' : 'down'}: ${cause}`;
      return [{ kind: 'log', level: 'warning', message }];
    }
    case 'failure': {
      if (!config.logAllFailures) return [];
      const attempts = counted ? ` (attempt ${standing.attempts} of ${config.retry + 1})` : '';
      return [{ kind: 'log', level: 'info', message: `${config.id}: failed${attempts}: ${cause}` }];
    }
  }
}

/** The killed process is gone: the next run may come, at once if its time has passed. */
function released(checker: Checker, now: Instant): void {
  if (checker.suspending) {
    checker.phase = 'suspended';
    checker.suspending = false;
    checker.due = undefined;
    return;
  }
  checker.phase = 'waiting';
  checker.due = laterOf(checker.due ?? now, now);
}

/** What is known stays; a run under way is broken off without a result. */
function suspend(checker: Checker): readonly CheckEffect[] {
  switch (checker.phase) {
    case 'suspended':
      return nothing;
    case 'waiting':
      checker.phase = 'suspended';
      checker.due = undefined;
      return nothing;
    case 'dying':
      checker.suspending = true;
      return nothing;
    case 'running': {
      const program = protocolOf(checker.config.check).uses === 'program';
      checker.phase = program ? 'dying' : 'suspended';
      checker.suspending = program;
      checker.due = undefined;
      checker.dialogue = undefined;
      return endings[program ? 'kill' : 'close'];
    }
  }
}

function resume(checker: Checker, now: Instant): void {
  if (checker.phase === 'suspended') checker.phase = 'waiting';
  else if (checker.phase === 'dying' && checker.suspending) checker.suspending = false;
  else return;
  checker.due = firstRun(checker.spread, now);
}
