// What the alert machine keeps: a lane for each subject, outlet and occurrence, what runs in it and what waits.
// Spec: README "A machine is plain data owned by its driver".

import { type Agenda, createAgenda } from '../agenda.ts';
import type { Instant } from '../time.ts';
import type { AlertEvent, EventKind } from './model.ts';
import type { Delivery, OutletKind } from './outlets/index.ts';

/** What was started for one event. */
export interface Batch {
  readonly event: AlertEvent;
  /** By ticket: what has not ended yet. Never empty while it is in a lane. */
  readonly running: Map<number, Delivery>;
  /** When the next event came, and which. */
  overtaken: { readonly at: Instant; readonly by: string } | undefined;
}

/** The events of one subject on their way through one outlet, in order: all its states, or one kind of occurrence. */
export interface Lane {
  readonly key: string;
  readonly subject: string;
  readonly outlet: OutletKind;
  readonly kind: EventKind;
  /** The newest that runs. */
  current: Batch | undefined;
  /** Older ones that run beside it, oldest first. */
  readonly beside: Batch[];
  /** Oldest first. */
  readonly waiting: AlertEvent[];
  /** When `current` or its predecessor started. */
  startedAt: Instant | undefined;
  /** Events that were overtaken before anything was started for them. */
  dropped: number;
  /** Occurrences: when a failure was last logged. */
  complainedAt: Instant | undefined;
}

export interface Subject {
  /** Its last state, whether or not an outlet had anything to do for it. */
  last: AlertEvent | undefined;
  readonly lanes: Set<Lane>;
  /** The configuration names it no longer: it is forgotten when nothing of it runs or waits. */
  gone: boolean;
}

/** Plain data, changed in place by `stepAlerts`. */
export interface Alerts {
  readonly subjects: Map<string, Subject>;
  readonly lanes: Map<string, Lane>;
  /** Where what has not ended belongs, by ticket. */
  readonly tickets: Map<number, { readonly lane: Lane; readonly batch: Batch }>;
  /** Deadlines of lanes, by key. */
  readonly agenda: Agenda<string>;
  /** How many events wait in all lanes. */
  waiting: number;
  nextTicket: number;
  stopping: boolean;
}

export const createAlerts = (): Alerts => ({
  subjects: new Map(),
  lanes: new Map(),
  tickets: new Map(),
  agenda: createAgenda(),
  waiting: 0,
  nextTicket: 1,
  stopping: false,
});

export function subjectOf(alerts: Alerts, name: string): Subject {
  const known = alerts.subjects.get(name);
  if (known !== undefined) return known;
  const subject: Subject = { last: undefined, lanes: new Set(), gone: false };
  alerts.subjects.set(name, subject);
  return subject;
}

/** The lane in which an event goes through an outlet. */
export function laneFor(alerts: Alerts, outlet: OutletKind, event: AlertEvent): Lane {
  const { kind, subject } = event;
  const key = [outlet, subject, kind === 'state' ? '' : event.to].join('\n');
  const known = alerts.lanes.get(key);
  if (known !== undefined) return known;
  const lane: Lane = {
    key,
    subject,
    outlet,
    kind,
    current: undefined,
    beside: [],
    waiting: [],
    startedAt: undefined,
    dropped: 0,
    complainedAt: undefined,
  };
  alerts.lanes.set(key, lane);
  subjectOf(alerts, subject).lanes.add(lane);
  return lane;
}

const isEmpty = ({ current, beside, waiting }: Lane): boolean =>
  current === undefined && beside.length === 0 && waiting.length === 0;

/** Forgets a subject that is gone, once all its lanes are empty. */
export function forgetWhenDone(alerts: Alerts, name: string): void {
  const subject = alerts.subjects.get(name);
  if (subject?.gone !== true) return;
  for (const lane of subject.lanes) if (!isEmpty(lane)) return;
  for (const { key } of subject.lanes) alerts.lanes.delete(key);
  alerts.subjects.delete(name);
}
