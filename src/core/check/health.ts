// What a checker knows of its server and when it looks again: retries, alpha, the walk through the URLs of HTTP checks.
// Spec: keepalived.conf(5) retry, delay_before_retry, delay_loop, alpha, fast_recovery, misc_dynamic.

import { type Duration, zero } from '../time.ts';
import type { CheckerConfig } from './config.ts';
import type { Result } from './dialogue.ts';

export interface Standing {
  readonly up: boolean;
  /** Weight asked for by misc_dynamic; undefined = the configured one. */
  readonly weight: number | undefined;
  /** Failures in a row that were not yet enough. Starts at the limit: the very first failure counts at once. */
  readonly attempts: number;
  /** A complete pass or a failure happened since the checker was created. */
  readonly hasResult: boolean;
  /** Which URL comes next; 0 for checks without URLs. */
  readonly url: number;
  /** This URL made the server fail: it alone is polled until it succeeds, then the whole list starts again. */
  readonly urlFailed: boolean;
}

export const standing = (config: CheckerConfig, up: boolean): Standing => ({
  up,
  weight: undefined,
  attempts: config.retry,
  hasResult: false,
  url: 0,
  urlFailed: false,
});

export interface Judged {
  readonly standing: Standing;
  /** Up, down or weight changed. */
  readonly changed: boolean;
  /** The failure was one attempt of several and did not decide. */
  readonly counted: boolean;
  /** Until the next run; counted from the end of this one, for programs from its beginning. */
  readonly delay: Duration;
}

const atLeast = (a: Duration, b: Duration): Duration => (a < b ? b : a);

/** What a run's result makes of the standing. */
export function judge(config: CheckerConfig, before: Standing, result: Result): Judged {
  switch (result.kind) {
    case 'untried':
      return { standing: before, changed: false, counted: false, delay: config.delayLoop };
    case 'failure':
      return judgeFailure(config, before);
    case 'success':
      return judgeSuccess(config, before, result.weight);
  }
}

function judgeFailure(config: CheckerConfig, before: Standing): Judged {
  const { retry, delayBeforeRetry, delayLoop, check } = config;
  if (before.up && before.attempts < retry) {
    const standing = { ...before, attempts: before.attempts + 1, hasResult: true };
    return { standing, changed: false, counted: true, delay: delayBeforeRetry };
  }
  const isHttp = check.kind === 'http';
  return {
    standing: { ...before, up: false, attempts: 0, hasResult: true, urlFailed: isHttp },
    changed: before.up,
    counted: false,
    delay: isHttp ? atLeast(delayBeforeRetry, delayLoop) : delayLoop,
  };
}

function judgeSuccess(config: CheckerConfig, before: Standing, weight: number | undefined): Judged {
  const { check, delayLoop, retry } = config;
  if (check.kind === 'http') {
    const url = before.urlFailed ? 0 : before.url + 1;
    if (before.urlFailed || url < check.urls.length) {
      const hurried = check.fastRecovery && (!before.hasResult || !before.up);
      return {
        standing: { ...before, url, urlFailed: false, attempts: before.hasResult ? 0 : retry },
        changed: false,
        counted: false,
        delay: hurried ? zero : delayLoop,
      };
    }
  }
  const changed = !before.up || before.weight !== weight;
  // The steady case allocates nothing: the same standing goes on.
  if (!changed && before.hasResult && before.attempts === 0 && before.url === 0)
    return { standing: before, changed, counted: false, delay: delayLoop };
  return {
    standing: { up: true, weight, attempts: 0, hasResult: true, url: 0, urlFailed: false },
    changed,
    counted: false,
    delay: delayLoop,
  };
}
