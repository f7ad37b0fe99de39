// How long a fault of a server may go unnoticed: from the moment it is there to the verdict, in the worst case.
// Spec: keepalived.conf(5) delay_loop, retry, delay_before_retry and the time-outs; health.ts is the schedule that this follows.

import { type Duration, plus, times, zero } from '../time.ts';
import type { CheckerConfig, CheckKind } from './config.ts';

/** The longest that a run can take whose server has stopped to answer: each phase that waits for the peer, one after the other. */
const slowestRun: {
  readonly [K in CheckKind['kind']]: (check: Extract<CheckKind, { readonly kind: K }>) => Duration;
} = {
  tcp: ({ target }) => target.timeout,
  // The connection, then the reply.
  http: ({ target }) => times(2, target.timeout),
  // The connection, the greeting, HELO and QUIT: a server that is dead does not get behind the first of them it fails.
  smtp: ({ target }) => times(2, target.timeout),
  misc: ({ timeout }) => timeout,
  dns: ({ target }) => target.timeout,
  udp: ({ target }) => target.timeout,
  ping: ({ target }) => target.timeout,
  file: () => zero,
  bfd: () => zero,
};

/** How many URLs a fault of one may have to wait for: one URL a run. */
const urlsOf = (check: CheckKind): number => (check.kind === 'http' ? Math.max(1, check.urls.length) : 1);

/** A fault that comes right behind a success: the wait for the next run, then each attempt with its time-out. */
export function worstDetection({ check, delayLoop, delayBeforeRetry, retry }: CheckerConfig): Duration {
  const slowest = (slowestRun[check.kind] as (check: CheckKind) => Duration)(check);
  const waits = times(urlsOf(check), delayLoop);
  const attempts = plus(times(retry + 1, slowest), times(retry, delayBeforeRetry));
  return plus(waits, attempts);
}
