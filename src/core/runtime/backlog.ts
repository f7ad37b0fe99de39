// Starts programs when nothing is due: fork and exec of one took 4 ms (measured), which 255 takeovers would wait for one after the other.
// Spec: README "The event loop turns between two deadlines"; first come, first served.

import { now } from '../host/index.ts';
import { after, between, type Instant, milliseconds } from '../time.ts';

/** Nothing is begun this short before a deadline. */
const margin = milliseconds(5);
/** What has waited so long is done whatever is due, one a turn of the event loop. */
const patience = milliseconds(250);
/** Until it is looked for time again, in milliseconds. */
const pause = 2;

export interface Backlog {
  /** Does it soon, never from within this call; the result withdraws it, when it was not done yet. */
  add(work: () => void): () => void;
  /** Drops what was not done. */
  close(): void;
}

/** `deadline`: the next one of the machine that must be punctual. */
export function createBacklog(deadline: () => Instant | undefined): Backlog {
  const jobs = new Map<number, { readonly work: () => void; readonly since: Instant }>();
  let [count, running] = [0, false];

  const turn = (): void => {
    const [first] = jobs;
    running = first !== undefined;
    if (first === undefined) return;
    const [number, { work, since }] = first;
    const [at, due] = [now(), deadline()];
    if (due !== undefined && between(at, due) <= margin && at < after(since, patience)) {
      setTimeout(turn, pause);
      return;
    }
    jobs.delete(number);
    setImmediate(turn);
    work();
  };
  return {
    add(work) {
      const number = count++;
      jobs.set(number, { work, since: now() });
      if (!running) setImmediate(turn);
      running = true;
      return () => void jobs.delete(number);
    },
    close: () => jobs.clear(),
  };
}
