// The checker machine: schedule around one protocol's runs. The daemon holds thousands: a waiting checker holds no buffer and no socket.
// Spec: keepalived.conf(5) delay_loop, retry, delay_before_retry, warmup, alpha, log_all_failures, ha_suspend.

import { after, type Duration, type Instant, seconds } from '../time.ts';
import type { CheckerConfig } from './config.ts';
import { type DialogueInput, type Move, nothing, type Result } from './dialogue.ts';
import { begin, type Dialogue, proceed, usesProcess } from './dialogues.ts';
import type { CheckEffect, CheckInput } from './events.ts';
import { type Judged, judge, type Standing, standing } from './health.ts';
import { unsupportedCheck } from './unsupported.ts';

/** One checker. While a run is on, its dialogue may be changed in place: use only the state that the last step returned. */
export interface Checker {
  readonly config: CheckerConfig;
  readonly standing: Standing;
  /** Spread of the first run within the warmup. */
  readonly spread: Duration;
  /** dying: the process was told to end and still owes its `exited`. */
  readonly phase: 'waiting' | 'running' | 'dying' | 'suspended';
  /** Waiting: the next run. Running: the time limit. Dying: the earliest next run; not armed. */
  readonly due: Instant | undefined;
  /** When the last run began. */
  readonly started: Instant | undefined;
  readonly dialogue: Dialogue | undefined;
  /** Suspended while its process is still dying. */
  readonly suspending: boolean;
}

export interface CheckerStart {
  /** 0 <= spread <= config.warmup: what the first run is put off by. Chosen by the caller, best evenly over its checkers. */
  readonly spread: Duration;
  /** Overrules alpha: a state known from before. */
  readonly initiallyUp?: boolean;
}

export interface CheckerStep {
  readonly state: Checker;
  readonly effects: readonly CheckEffect[];
}

/** The first run comes this long after the start, plus the spread. */
const settling: Duration = seconds(1);

/**
 * A checker that waits for its first run: one second plus the spread from now. What `unsupportedCheck` names should be refused before;
 * a checker of that kind is never taken for up: its first run says why it cannot be done and fails, and so does every later one.
 */
export function createChecker(config: CheckerConfig, start: CheckerStart, now: Instant): Checker {
  return {
    config,
    standing: standing(config, start.initiallyUp ?? !config.alpha),
    spread: start.spread,
    phase: 'waiting',
    due: firstRun(start.spread, now),
    started: undefined,
    dialogue: undefined,
    suspending: false,
  };
}

const firstRun = (spread: Duration, now: Instant): Instant => after(after(now, settling), spread);

/** When `wake` is wanted; undefined while suspended or while a process dies. */
export const deadline = (state: Checker): Instant | undefined =>
  state.phase === 'waiting' || state.phase === 'running' ? state.due : undefined;

/** Same checks asked of the same place (`sameCheck`) with another schedule: what is known and what runs goes on. */
export function reconfigure(state: Checker, config: CheckerConfig): Checker {
  return { ...state, config };
}

export function step(state: Checker, input: CheckInput, now: Instant): CheckerStep {
  switch (input.kind) {
    case 'suspend':
      return suspend(state);
    case 'resume':
      return resume(state, now);
    default:
      break;
  }
  switch (state.phase) {
    case 'suspended':
      return { state, effects: nothing };
    case 'waiting':
      return input.kind === 'wake' && isDue(state, now) ? start(state, now) : { state, effects: nothing };
    case 'dying':
      return input.kind === 'exited' ? buried(state, now) : { state, effects: nothing };
    case 'running':
      return proceedRun(state, input, now);
  }
}

const isDue = ({ due }: Checker, now: Instant): boolean => due !== undefined && due <= now;

function start(state: Checker, now: Instant): CheckerStep {
  const missing = unsupportedCheck(state.config.check);
  if (missing !== undefined) return holdDown(state, missing, now);
  const move = begin(state.config, state.standing, now);
  const { dialogue, effects, deadline: due } = move;
  return { state: { ...state, phase: 'running', started: now, dialogue, due }, effects };
}

/** A run that cannot be done. Said once, also where the server was down before. */
function holdDown(state: Checker, missing: string, now: Instant): CheckerStep {
  const { config, standing: before } = state;
  const result: Result = { kind: 'failure', cause: missing };
  const judged = judge(config, before, result);
  const message = `${config.id}: ${missing}; the server is held down`;
  const announced: readonly CheckEffect[] = before.hasResult
    ? nothing
    : [{ kind: 'log', level: 'warning', message }];
  return {
    state: { ...state, standing: judged.standing, due: after(now, judged.delay) },
    effects: [...announced, ...report(state, judged, result)],
  };
}

function proceedRun(state: Checker, input: DialogueInput, now: Instant): CheckerStep {
  const { config, dialogue, due } = state;
  if (dialogue === undefined || due === undefined || (input.kind === 'wake' && due > now))
    return { state, effects: nothing };
  return follow(state, proceed(config, dialogue, input, now, due), input, now);
}

function follow(state: Checker, move: Move<Dialogue>, input: CheckInput, now: Instant): CheckerStep {
  if (!('result' in move)) {
    const { dialogue, effects, deadline: due } = move;
    if (dialogue === state.dialogue && due === state.due) return { state, effects };
    return { state: { ...state, dialogue, due }, effects };
  }
  const ended = ending(state, input);
  const judged = judge(state.config, state.standing, move.result);
  const from = usesProcess(state.config.check) ? (state.started ?? now) : now;
  const due = laterOf(after(from, judged.delay), now);
  return {
    state: {
      ...state,
      standing: judged.standing,
      phase: ended === 'kill' ? 'dying' : 'waiting',
      due,
      dialogue: undefined,
    },
    effects: [...endingEffects(ended), ...report(state, judged, move.result)],
  };
}

const laterOf = (a: Instant, b: Instant): Instant => (a < b ? b : a);

type Ending = 'close' | 'kill' | 'none';

/** What must be undone when a run is over: the connection always, the process when it has not ended by itself. */
function ending(state: Checker, input: CheckInput): Ending {
  if (!usesProcess(state.config.check)) return 'close';
  return input.kind === 'exited' ? 'none' : 'kill';
}

const endings = {
  close: [{ kind: 'close' }],
  kill: [{ kind: 'kill' }],
  none: [],
} as const satisfies Record<Ending, readonly CheckEffect[]>;

const endingEffects = (ended: Ending): readonly CheckEffect[] => endings[ended];

/** The verdict if anything changed, else the log line that is due. */
function report(before: Checker, { standing: now, changed, counted }: Judged, result: Result): CheckEffect[] {
  const { config } = before;
  const { cause } = result;
  if (changed) {
    return [{ kind: 'verdict', up: now.up, cause, weight: now.weight, first: !before.standing.hasResult }];
  }
  switch (result.kind) {
    case 'success':
      return [];
    case 'untried':
      return [
        {
          kind: 'log',
          level: 'warning',
          message: `${config.id}: could not check: ${cause}; next in due time`,
        },
      ];
    case 'failure': {
      if (!config.logAllFailures) return [];
      const attempts = counted ? ` (attempt ${now.attempts} of ${config.retry + 1})` : '';
      return [{ kind: 'log', level: 'info', message: `${config.id}: failed${attempts}: ${cause}` }];
    }
  }
}

/** The killed process is gone: the next run may come, at once if its time has passed. */
function buried(state: Checker, now: Instant): CheckerStep {
  if (state.suspending) {
    return { state: { ...state, phase: 'suspended', suspending: false, due: undefined }, effects: nothing };
  }
  return {
    state: { ...state, phase: 'waiting', due: laterOf(state.due ?? now, now) },
    effects: nothing,
  };
}

/** What is known stays; a run under way is broken off without a result. */
function suspend(state: Checker): CheckerStep {
  switch (state.phase) {
    case 'suspended':
      return { state, effects: nothing };
    case 'waiting':
      return { state: { ...state, phase: 'suspended', due: undefined }, effects: nothing };
    case 'dying':
      return { state: { ...state, suspending: true }, effects: nothing };
    case 'running': {
      const process = usesProcess(state.config.check);
      return {
        state: {
          ...state,
          phase: process ? 'dying' : 'suspended',
          suspending: process,
          due: undefined,
          dialogue: undefined,
        },
        effects: endings[process ? 'kill' : 'close'],
      };
    }
  }
}

function resume(state: Checker, now: Instant): CheckerStep {
  const due = firstRun(state.spread, now);
  if (state.phase === 'suspended') return { state: { ...state, phase: 'waiting', due }, effects: nothing };
  if (state.phase === 'dying' && state.suspending)
    return { state: { ...state, suspending: false, due }, effects: nothing };
  return { state, effects: nothing };
}
