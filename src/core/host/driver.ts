// Runs any pure machine: a mailbox, one timer at the least deadline, effects performed in order, lateness measured.
// Behind it: DESIGN "machines, not callbacks"; inputs are plain data, so they can be recorded and replayed.

import { between, type Duration, type Instant, zero } from '../time.ts';
import { createTimer, now } from './clock.ts';

/** A pure machine over plain data. */
export interface Machine<State, Input, Effect> {
  step(
    state: State,
    input: Input,
    now: Instant,
  ): { readonly state: State; readonly effects: readonly Effect[] };
  deadline(state: State): Instant | undefined;
  /** The input that says "a deadline passed"; a spurious one must be a no-op. */
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
  /** Called some milliseconds before an exact deadline: bring the code it will run into the caches. */
  prepare?(state: State): void;
}

export function drive<State, Input, Effect>(
  options: DriverOptions<State, Input, Effect>,
): Driver<State, Input> {
  const { machine, perform } = options;
  const mailbox: Input[] = [];
  let state = options.initial;
  let running = false;
  let stopped = false;
  let last: Duration = zero;
  let worst: Duration = zero;

  const timer = createTimer(
    () => {
      const due = machine.deadline(state);
      if (due !== undefined) {
        last = between(due, now());
        if (last > worst) worst = last;
      }
      post(machine.wake);
    },
    () => options.exact?.(state) ?? false,
    () => options.prepare?.(state),
  );

  function post(input: Input): void {
    if (stopped) return;
    mailbox.push(input);
    if (running) return;
    running = true;
    try {
      for (let next = mailbox.shift(); next !== undefined; next = mailbox.shift()) {
        const at = now();
        options.record?.(next, at);
        const stepped = machine.step(state, next, at);
        state = stepped.state;
        for (const effect of stepped.effects) perform(effect, post);
        if (stopped) return;
      }
    } finally {
      running = false;
    }
    timer.arm(machine.deadline(state));
  }

  return {
    post,
    get state() {
      return state;
    },
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
