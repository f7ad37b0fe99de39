// The alert machine: events in, deliveries out. In order for each subject, as long as nothing hangs; bounded whatever happens.
// Spec: keepalived.conf(5) notify*; keepalived starts everything at once (docs/differences.md).

import { takeDue } from '../agenda.ts';
import { after, type Instant, seconds } from '../time.ts';
import type { AlertEffect, AlertInput } from './events.ts';
import type { AlertEvent, EventKind } from './model.ts';
import { deliveriesOf, type OutletKind, outletKinds, paceOf } from './outlets/index.ts';
import { type Alerts, type Batch, forgetWhenDone, type Lane, laneFor, subjectOf } from './state.ts';
import { cancelDue, schedule, startDue } from './timers.ts';
import { cancelled, dropped, failed, leftAtStop, noLongerAwaited, outOfTime, tooMany } from './words.ts';

/** Between two lines about failures for one kind of occurrence. */
const quiet = seconds(60);

interface Turn {
  readonly alerts: Alerts;
  readonly now: Instant;
  readonly effects: AlertEffect[];
}

type InputOf<K extends AlertInput['kind']> = Extract<AlertInput, { readonly kind: K }>;

const handlers: { readonly [K in AlertInput['kind']]: (turn: Turn, input: InputOf<K>) => void } = {
  event(turn, { event }) {
    if (event.kind === 'state') subjectOf(turn.alerts, event.subject).last = event;
    for (const outlet of outletKinds) enqueue(turn, outlet, event);
  },
  ended,
  stop(turn) {
    turn.alerts.stopping = true;
    for (const lane of turn.alerts.lanes.values()) atStop[lane.kind](turn, lane);
  },
  wake(turn) {
    const key = takeDue(turn.alerts.agenda, turn.now);
    const lane = key === undefined ? undefined : turn.alerts.lanes.get(key);
    if (lane === undefined) return;
    const [start, cancel] = [startDue(lane, turn.alerts.stopping), cancelDue(lane)];
    if (start !== undefined && (cancel === undefined || start < cancel)) startNext(turn, lane);
    else cancelOldest(turn, lane, outOfTime);
    settled(turn, lane);
  },
};

/** One input, or for `wake` the one earliest deadline that has passed. Costs what its one subject costs. */
export function stepAlerts(alerts: Alerts, input: AlertInput, now: Instant): readonly AlertEffect[] {
  const turn: Turn = { alerts, now, effects: [] };
  (handlers[input.kind] as (turn: Turn, input: AlertInput) => void)(turn, input);
  return turn.effects;
}

function enqueue(turn: Turn, outlet: OutletKind, event: AlertEvent): void {
  if (deliveriesOf(outlet, event).length === 0) return;
  const lane = laneFor(turn.alerts, outlet, event);
  const { current, waiting } = lane;
  waiting.push(event);
  turn.alerts.waiting++;
  if (current !== undefined) current.overtaken ??= { at: turn.now, by: event.to };
  if (canStart(turn, lane)) startNext(turn, lane);
  else if (waiting.length > paceOf(outlet).mostWaiting) overtake[lane.kind](turn, lane, event.to);
  settled(turn, lane);
}

/** Nothing of it runs that the next event would wait for, and its pause is over. */
function canStart({ alerts, now }: Turn, lane: Lane): boolean {
  const due = startDue(lane, alerts.stopping);
  return due === undefined ? lane.current === undefined : due <= now;
}

/** One too many waits: the oldest will never be started. */
const overtake = {
  state(turn, lane, by) {
    const event = takeWaiting(turn, lane);
    if (event === undefined) return;
    lane.dropped++;
    turn.effects.push(dropped(lane, event, `overtaken by ${by}`));
  },
  // Somebody on the LAN decides how many there are: counted, not logged.
  occurrence(turn, lane) {
    if (takeWaiting(turn, lane) !== undefined) lane.dropped++;
  },
} as const satisfies Record<EventKind, (turn: Turn, lane: Lane, by: string) => void>;

const atStop = {
  state(turn, lane) {
    while (lane.waiting.length > 0) startNext(turn, lane);
    settled(turn, lane);
  },
  occurrence(turn, lane) {
    for (let event = takeWaiting(turn, lane); event !== undefined; event = takeWaiting(turn, lane))
      turn.effects.push(dropped(lane, event, 'the daemon stops'));
    settled(turn, lane);
  },
} as const satisfies Record<EventKind, (turn: Turn, lane: Lane) => void>;

function takeWaiting({ alerts }: Turn, lane: Lane): AlertEvent | undefined {
  const event = lane.waiting.shift();
  if (event !== undefined) alerts.waiting--;
  return event;
}

/** Starts the event that has waited longest; what still runs of the one before goes on beside it, or (occurrences) is cancelled. */
function startNext(turn: Turn, lane: Lane): void {
  makeWay[lane.kind](turn, lane);
  const event = takeWaiting(turn, lane);
  if (event === undefined) return;
  const batch: Batch = { event, running: new Map(), overtaken: undefined };
  for (const delivery of deliveriesOf(lane.outlet, event)) {
    const ticket = turn.alerts.nextTicket++;
    batch.running.set(ticket, delivery);
    turn.alerts.tickets.set(ticket, { lane, batch });
    turn.effects.push({ kind: 'deliver', ticket, delivery });
  }
  lane.current = batch;
  lane.startedAt = turn.now;
  const [next] = lane.waiting;
  if (next !== undefined) batch.overtaken = { at: turn.now, by: next.to };
}

const makeWay = {
  state(turn, lane) {
    const { current, beside, outlet } = lane;
    if (current === undefined) return;
    beside.push(current);
    lane.current = undefined;
    for (const delivery of current.running.values()) turn.effects.push(noLongerAwaited(delivery, current));
    if (beside.length > paceOf(outlet).mostBeside) cancelOldest(turn, lane, tooMany);
  },
  occurrence(turn, lane) {
    if (lane.current === undefined) return;
    cancel(turn, lane, lane.current, outOfTime);
    lane.current = undefined;
  },
} as const satisfies Record<EventKind, (turn: Turn, lane: Lane) => void>;

type Reason = (lane: Lane, batch: Batch) => string;

function cancelOldest(turn: Turn, lane: Lane, reason: Reason): void {
  const oldest = lane.beside.shift();
  if (oldest !== undefined) cancel(turn, lane, oldest, reason);
}

function cancel({ alerts, effects }: Turn, lane: Lane, batch: Batch, reason: Reason): void {
  const why = reason(lane, batch);
  for (const [ticket, delivery] of batch.running) {
    alerts.tickets.delete(ticket);
    effects.push(cancelled(delivery, batch, why), { kind: 'cancel', ticket });
  }
  batch.running.clear();
}

function ended(turn: Turn, { ticket, success, detail }: InputOf<'ended'>): void {
  const { tickets } = turn.alerts;
  const found = tickets.get(ticket);
  if (found === undefined) return;
  const { lane, batch } = found;
  const delivery = batch.running.get(ticket);
  tickets.delete(ticket);
  batch.running.delete(ticket);
  if (!success && delivery !== undefined && complains(turn, lane))
    turn.effects.push(failed(delivery, batch.event, detail));
  if (batch.running.size > 0) return;
  if (batch === lane.current) lane.current = undefined;
  else lane.beside.splice(lane.beside.indexOf(batch), 1);
  if (lane.waiting.length > 0 && canStart(turn, lane)) startNext(turn, lane);
  settled(turn, lane);
}

/** Every failure for a state is logged; of those for an occurrence, which others make happen, one a minute. */
function complains({ now }: Turn, lane: Lane): boolean {
  if (lane.kind === 'occurrence') {
    if (lane.complainedAt !== undefined && now < after(lane.complainedAt, quiet)) return false;
    lane.complainedAt = now;
  }
  return true;
}

/** A lane has changed: its deadline, and whether anybody still needs it. */
function settled({ alerts }: Turn, lane: Lane): void {
  schedule(alerts, lane);
  forgetWhenDone(alerts, lane.subject);
}

/** Whether nothing runs and nothing waits. */
export const alertsAtRest = ({ tickets, waiting }: Alerts): boolean => tickets.size + waiting === 0;

/** For the end of the process: a line for everything that still runs or is not started any more. */
export function unfinished({ lanes }: Alerts): readonly AlertEffect[] {
  const lines: AlertEffect[] = [];
  for (const lane of lanes.values()) {
    const { current, beside, waiting } = lane;
    for (const { event, running } of current === undefined ? beside : [...beside, current])
      for (const delivery of running.values()) lines.push(leftAtStop(delivery, event));
    for (const event of waiting) lines.push(dropped(lane, event, 'the daemon stops'));
  }
  return lines;
}

/** After a reload: subjects that the configuration does not name are forgotten, when what they have under way is over. */
export function keepSubjects(alerts: Alerts, named: ReadonlySet<string>): void {
  for (const [name, subject] of alerts.subjects) {
    subject.gone = !named.has(name);
    forgetWhenDone(alerts, name);
  }
}
