// Does work in slices while no deadline is near: a rehearsal must not be what makes an advert late.
// Spec: a stretch lasts about a millisecond; between two the event loop turns and other processes run.

import { now } from '../host/index.ts';
import { after, between, type Instant, inMilliseconds, milliseconds } from '../time.ts';

/** Nothing is begun this short before a deadline. */
const margin = milliseconds(5);
const stretch = milliseconds(1);
/** With many instances there may never be time: then one slice all the same. */
const patience = milliseconds(100);
/** So many times as long as it has worked it leaves the processor to others. */
const rest = 3;
/** Until it is looked for time again, in milliseconds. */
const pause = 2;

/** Runs `work` to its end. `deadline`: the next one of the machine that must be punctual. The result stops it. */
export function workWhenIdle(work: Iterator<unknown>, deadline: () => Instant | undefined): () => void {
  let stopped = false;
  let worked = now();
  const turn = (): void => {
    if (stopped) return;
    const start = now();
    const due = deadline();
    const idle = due === undefined || between(start, due) > margin;
    if (!idle && between(worked, start) < patience) {
      setTimeout(turn, pause);
      return;
    }
    const until = idle ? after(start, stretch) : start;
    do {
      if (work.next().done === true) return;
      worked = now();
    } while (worked < until);
    // A process in real time holds up all others while it works: on a machine of one processor requests were lost (npm run demo).
    setTimeout(turn, Math.ceil(rest * inMilliseconds(between(start, worked))) + 1);
  };
  setImmediate(turn);
  return () => {
    stopped = true;
  };
}
