// What a checker knows of its server and when it looks again: retries, alpha, the walk through the URLs of HTTP checks.
// Spec: keepalived.conf(5) retry, delay_before_retry, delay_loop, alpha, fast_recovery, misc_dynamic.

import { type Duration, type Instant, zero } from '../time.ts';
import type { CheckerConfig } from './config.ts';
import type { Result } from './dialogue.ts';

/** Changed in place by `judge`. */
export interface Standing {
  up: boolean;
  /** When `up` became what it is. */
  since: Instant;
  /** What the last verdict said, or why the checker began so. */
  cause: string;
  /** Weight asked for by misc_dynamic; undefined = the configured one. */
  weight: number | undefined;
  /** Failures in a row that were not yet enough. Starts at the limit: the very first failure counts at once. */
  attempts: number;
  /** A complete pass or a failure happened since the checker was created. */
  hasResult: boolean;
  /** Which URL comes next; 0 for checks without URLs. */
  url: number;
  /** This URL made the server fail: it alone is polled until it succeeds, then the whole list starts again. */
  urlFailed: boolean;
  /** What the last run found, whether it decided anything or not. */
  last: LastRun | undefined;
  readonly counters: Record<CheckCounter, number>;
}

/** One run that has ended. */
export interface LastRun {
  readonly result: 'success' | 'failure' | 'untried';
  readonly cause: string;
  readonly at: Instant;
  /** From its beginning to its result. */
  readonly latency: Duration;
  /** How long after it was due it began. */
  readonly lateness: Duration;
}

export const checkCounters = ['runs', 'successes', 'failures', 'untried'] as const;
export type CheckCounter = (typeof checkCounters)[number];

export const createStanding = (
  config: CheckerConfig,
  up: boolean,
  cause: string,
  now: Instant,
): Standing => ({
  up,
  since: now,
  cause,
  weight: undefined,
  attempts: config.retry,
  hasResult: false,
  url: 0,
  urlFailed: false,
  last: undefined,
  counters: { runs: 0, successes: 0, failures: 0, untried: 0 },
});

export interface Judged {
  /** Up, down or weight changed. */
  readonly changed: boolean;
  /** The failure was one attempt of several and did not decide. */
  readonly counted: boolean;
  /** Until the next run; counted from the end of this one, for programs from its beginning. */
  readonly delay: Duration;
}

const atLeast = (a: Duration, b: Duration): Duration => (a < b ? b : a);

const counterOf = {
  success: 'successes',
  failure: 'failures',
  untried: 'untried',
} as const satisfies Record<Result['kind'], CheckCounter>;

/** Keeps what a run found, before it is judged. */
export function keepRun(
  standing: Standing,
  { kind, cause }: Result,
  run: Pick<LastRun, 'at' | 'latency' | 'lateness'>,
): void {
  standing.last = { result: kind, cause, ...run };
  standing.counters.runs++;
  standing.counters[counterOf[kind]]++;
}

/** What a run's result makes of the standing. */
export function judge(config: CheckerConfig, standing: Standing, result: Result, now: Instant): Judged {
  switch (result.kind) {
    case 'untried':
      return { changed: false, counted: false, delay: config.delayLoop };
    case 'failure':
      return judgeFailure(config, standing, result.cause, now);
    case 'success':
      return judgeSuccess(config, standing, result, now);
  }
}

function judgeFailure(config: CheckerConfig, standing: Standing, cause: string, now: Instant): Judged {
  const { retry, delayBeforeRetry, delayLoop, check } = config;
  const first = !standing.hasResult;
  standing.hasResult = true;
  if (standing.up && standing.attempts < retry) {
    standing.attempts++;
    return { changed: false, counted: true, delay: delayBeforeRetry };
  }
  const isHttp = check.kind === 'http';
  const changed = standing.up;
  if (changed) standing.since = now;
  if (changed || first) standing.cause = cause;
  standing.up = false;
  standing.attempts = 0;
  standing.urlFailed = isHttp;
  return { changed, counted: false, delay: isHttp ? atLeast(delayBeforeRetry, delayLoop) : delayLoop };
}

function judgeSuccess(
  config: CheckerConfig,
  standing: Standing,
  { weight, cause }: Extract<Result, { readonly kind: 'success' }>,
  now: Instant,
): Judged {
  const { check, delayLoop, retry } = config;
  if (check.kind === 'http') {
    const url = standing.urlFailed ? 0 : standing.url + 1;
    if (standing.urlFailed || url < check.urls.length) {
      const hurried = check.fastRecovery && (!standing.hasResult || !standing.up);
      standing.url = url;
      standing.urlFailed = false;
      standing.attempts = standing.hasResult ? 0 : retry;
      return { changed: false, counted: false, delay: hurried ? zero : delayLoop };
    }
  }
  const changed = !standing.up || standing.weight !== weight;
  if (!standing.up) standing.since = now;
  if (changed || !standing.hasResult) standing.cause = cause;
  standing.up = true;
  standing.weight = weight;
  standing.attempts = 0;
  standing.hasResult = true;
  standing.url = 0;
  standing.urlFailed = false;
  return { changed, counted: false, delay: delayLoop };
}
