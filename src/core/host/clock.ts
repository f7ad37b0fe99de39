// The only clock: CLOCK_MONOTONIC as Instants, and one timer that never fires early.
// Spec: performance.now() (monotonic, sub-microsecond); libuv timers count whole milliseconds.

import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Instant, instant } from '../time.ts';

/** Microseconds since the process started. */
export const now = (): Instant => instant(performance.now() * 1_000);

/** Where that began, in microseconds of CLOCK_MONOTONIC: through it instants of two processes of one boot compare. */
export const clockOrigin = (): number => Math.round(Number(process.hrtime.bigint()) / 1_000 - now());

/** setTimeout cannot hold more than 2^31-1 ms; a longer wait is cut and continued. */
const longestWait = 2_147_483_647;

/** The tail of an exact wait that is polled instead of slept: libuv rounds a sleep up by one to two milliseconds. */
const precision = 3_000;
/** What may still be done before an exact deadline without endangering it. */
const preparation = 1_500;

/** Resolves after so many milliseconds, or when the signal aborts. */
export const pauseFor = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => {});

/** One re-armable timer. `arm(undefined)` disarms. */
export interface Timer {
  arm(deadline: Instant | undefined): void;
}

/**
 * Calls `fire` once at or after the armed deadline, never before it and never from within `arm`: the event loop has polled its sockets
 * since the deadline passed, so that a packet which waited in a socket is taken before the timer. With `exact`, the last three
 * milliseconds are polled on the event loop, which keeps sockets served and makes lateness some tens of microseconds instead of a
 * millisecond or two; `prepare` is called once when polling begins.
 */
export function createTimer(fire: () => void, exact: () => boolean, prepare: () => void = () => {}): Timer {
  let armed: Instant | undefined;
  let sleeping: NodeJS.Timeout | undefined;
  let polling: NodeJS.Immediate | undefined;
  let prepared = false;

  const clear = () => {
    if (sleeping !== undefined) clearTimeout(sleeping);
    if (polling !== undefined) clearImmediate(polling);
    sleeping = undefined;
    polling = undefined;
  };
  /** In the phase of the event loop that follows the polling of sockets. */
  const look = () => {
    polling = undefined;
    if (armed === undefined) return;
    if (between(now(), armed) > 0) return wait();
    armed = undefined;
    fire();
  };
  const wait = () => {
    sleeping = undefined;
    if (armed === undefined) return;
    const left = between(now(), armed);
    if (left <= 0) polling = setImmediate(look);
    else if (left <= precision && exact()) {
      if (!prepared && left > preparation) prepare();
      prepared = true;
      polling = setImmediate(look);
    } else {
      const slept = exact() ? Math.max(1, Math.floor((left - precision) / 1_000)) : Math.ceil(left / 1_000);
      sleeping = setTimeout(wait, Math.min(slept, longestWait));
    }
  };
  return {
    arm(deadline) {
      if (deadline === armed) return;
      const isLater = armed !== undefined && deadline !== undefined && deadline > armed;
      armed = deadline;
      prepared = false;
      // A deadline that is put off, as with each packet of a master, keeps its timer: it rings early, and looks again.
      if (isLater && sleeping !== undefined) return;
      clear();
      wait();
    },
  };
}

/** Runs the exact timer a few times, so that the first deadline that counts does not meet cold code. Takes some ten milliseconds. */
export async function rehearseTimer(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await new Promise<void>(resolve => {
      createTimer(resolve, () => true).arm(instant(now() + 1.2 * precision));
    });
  }
}
