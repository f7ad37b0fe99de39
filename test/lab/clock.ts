// The wall clock in milliseconds with microsecond steps, so that times of several processes and of tcpdump can be subtracted.
// Spec: Date (whole milliseconds, right) and performance.now (fine steps, own origin), joined at ticks of the first.

/** Ticks that are looked at. One is too few: a process that loses its processor between the two clocks is behind by that long. */
const ticks = 10;

/** Each look finds the origin too early, never too late: the latest one is right. */
const offset = (() => {
  let latest = Number.NEGATIVE_INFINITY;
  let tick = Date.now();
  for (let seen = 0; seen < ticks; ) {
    const next = Date.now();
    if (next === tick) continue;
    latest = Math.max(latest, next - performance.now());
    tick = next;
    seen++;
  }
  return latest;
})();

/** Milliseconds since 1970, with fractions. */
export function wallNow(): number {
  return offset + performance.now();
}

/**
 * Milliseconds after which something is taken for never coming. A hundred times what it takes on an idle machine, since nobody waits for
 * it in a test that passes: a busy machine is no fault of what is tested.
 */
export const patience = 300_000;

/** Waits that many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise(done => setTimeout(done, milliseconds));
}

/** Asks again and again until the answer is neither undefined nor false; throws with `what` when time is over. */
export async function waitFor<T>(
  what: string,
  timeout: number,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  every = 50,
): Promise<T> {
  const end = wallNow() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (wallNow() >= end) throw new Error(`not within ${timeout} ms: ${what}`);
    await pause(every);
  }
}
