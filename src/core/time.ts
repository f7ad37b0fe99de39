// Instants and durations: whole microseconds on a monotonic clock (keepalived's TIMER_HZ is 1 000 000).
// Floor 0: imports nothing. Units live in these types; a bare number is never a time.

declare const instantBrand: unique symbol;
declare const durationBrand: unique symbol;

/** Microseconds since an arbitrary origin of a monotonic clock. Comparable only within one process and boot. */
export type Instant = number & { readonly [instantBrand]: true };

/** A span in microseconds. */
export type Duration = number & { readonly [durationBrand]: true };

export const instant = (microseconds: number): Instant => microseconds as Instant;
export const microseconds = (n: number): Duration => Math.round(n) as Duration;
export const milliseconds = (n: number): Duration => Math.round(n * 1_000) as Duration;
export const seconds = (n: number): Duration => Math.round(n * 1_000_000) as Duration;

export const zero = 0 as Duration;

export const after = (start: Instant, span: Duration): Instant => (start + span) as Instant;
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;
export const plus = (a: Duration, b: Duration): Duration => (a + b) as Duration;
export const times = (n: number, span: Duration): Duration => Math.round(n * span) as Duration;

export const inSeconds = (span: Duration): number => span / 1_000_000;
export const inMilliseconds = (span: Duration): number => span / 1_000;

/** The earliest of the given deadlines; undefined when none is armed. */
export function earliest(...deadlines: readonly (Instant | undefined)[]): Instant | undefined {
  let least: Instant | undefined;
  for (const deadline of deadlines) {
    if (deadline !== undefined && (least === undefined || deadline < least)) least = deadline;
  }
  return least;
}

/** Seconds with as many decimals as needed, at most six: `1`, `0.05`, `3.609375`. */
export function printSeconds(span: Duration): string {
  return String(Number((span / 1_000_000).toFixed(6)));
}
