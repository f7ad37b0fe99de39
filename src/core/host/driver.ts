// Runs any machine: a mailbox, one timer at the earliest deadline, effects performed in order, lateness measured.
// Spec: DESIGN "machines, not callbacks"; inputs are plain data, so they can be recorded and replayed.

import { between, type Duration, type Instant, milliseconds, zero } from '../time.ts';
import { createTimer, now } from './clock.ts';

/** A machine over plain data that its driver owns: a step changes `state` in place and returns what is to be done, in order. */
export interface Machine<State, Input, Effect> {
  step(state: State, input: Input, now: Instant): readonly Effect[];
  deadline(state: State): Instant | undefined;
  /** The input that handles the one earliest deadline, if it has passed; otherwise it must change nothing. */
  readonly wake: Input;
}

export interface Driver<State, Input> {
  /** Hands an input to the machine; inputs posted while effects run wait their turn. */
  post(input: Input): void;
  readonly state: State;
  /** How late wakes were: the last and the worst (now - deadline). */
  readonly lateness: { readonly last: Duration; readonly worst: Duration };
  /** Disarms the timer and drops what is queued. */
  stop(): void;
}

export interface DriverOptions<State, Input, Effect> {
  readonly machine: Machine<State, Input, Effect>;
  readonly initial: State;
  /** Performs one effect now; its outcome comes back later through `post`. */
  perform(effect: Effect, post: (input: Input) => void): void;
  /** Every input with its time, before the step: the flight recorder. */
  record?(input: Input, at: Instant): void;
  /** True while the next deadline must be met to better than a millisecond. */
  exact?(state: State): boolean;
  /** Takes what waits in the sockets: an advert that has come must count before a master down timer does. Called before exact deadlines. */
  drain?(): void;
  /** Called some milliseconds before an exact deadline: bring the code it will run into the caches. */
  prepare?(state: State): void;
}

/** Longest run of deadlines without a turn of the event loop. */
const longestRun = milliseconds(1);

/**
 * One input or one deadline a step. Before a deadline that must be met exactly the event loop turns once and sockets are drained, so that what
 * waits there is taken before the deadline, and what the step before has sent has left. Other deadlines that are due follow one another
 * for a millisecond at most. An exception in a step is a fault of lvskit and must end the process.
 */
export function drive<State, Input, Effect>(
  options: DriverOptions<State, Input, Effect>,
): Driver<State, Input> {
  const { machine, perform, initial: state } = options;
  const mailbox: Input[] = [];
  let running = false;
  let stopped = false;
  let last: Duration = zero;
  let worst: Duration = zero;

  const timer = createTimer(
    () => {
      if (options.exact?.(state) === true) options.drain?.();
      const due = machine.deadline(state);
      if (due !== undefined) {
        last = between(due, now());
        if (last > worst) worst = last;
      }
      const began = now();
      do handle(machine.wake);
      while (!stopped && isDueAgain(began));
      rearm();
    },
    () => options.exact?.(state) ?? false,
    () => options.prepare?.(state),
  );

  /** Another deadline has passed and may follow at once. */
  function isDueAgain(began: Instant): boolean {
    const due = machine.deadline(state);
    if (due === undefined || options.exact?.(state) === true) return false;
    const at = now();
    return due <= at && between(began, at) < longestRun;
  }

  /** Steps with the input and what its effects post. False when another step is under way: that one takes it. */
  function handle(input: Input): boolean {
    if (stopped) return false;
    mailbox.push(input);
    if (running) return false;
    running = true;
    for (let next = mailbox.shift(); next !== undefined; next = mailbox.shift()) {
      const at = now();
      options.record?.(next, at);
      const effects = machine.step(state, next, at);
      for (const effect of effects) perform(effect, post);
      if (stopped) return false;
    }
    running = false;
    return true;
  }

  function rearm(): void {
    if (!stopped) timer.arm(machine.deadline(state));
  }

  function post(input: Input): void {
    if (handle(input)) rearm();
  }

  return {
    post,
    state,
    get lateness() {
      return { last, worst };
    },
    stop() {
      stopped = true;
      mailbox.length = 0;
      timer.arm(undefined);
    },
  };
}
