// What is known of one subject's events: its last state, and what runs or waits for it. Spec: README "Everything can answer why".

import type { Instant } from '../time.ts';
import type { Alerts } from './state.ts';

export interface AlertRecord {
  /** undefined: it has had none yet. */
  readonly last:
    | { readonly from: string; readonly to: string; readonly cause: string; readonly at: Instant }
    | undefined;
  /** Deliveries under way, those that were overtaken included. */
  readonly running: number;
  /** Events for which nothing was started yet. */
  readonly waiting: number;
  /** States for which nothing was ever started, because later ones came first. */
  readonly dropped: number;
  /** Occurrences that were counted only. */
  readonly suppressed: number;
}

export function alertRecord(alerts: Alerts, name: string): AlertRecord {
  const subject = alerts.subjects.get(name);
  const event = subject?.last;
  let [running, waiting] = [0, 0];
  const dropped = { state: 0, occurrence: 0 };
  for (const lane of subject?.lanes ?? []) {
    for (const batch of lane.beside) running += batch.running.size;
    running += lane.current?.running.size ?? 0;
    waiting += lane.waiting.length;
    dropped[lane.kind] += lane.dropped;
  }
  const last = event && { from: event.from, to: event.to, cause: event.cause, at: event.at };
  return { last, running, waiting, dropped: dropped.state, suppressed: dropped.occurrence };
}
