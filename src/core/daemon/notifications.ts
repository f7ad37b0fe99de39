// The queue of notify scripts: one at a time and in order for each subject, so that a later state never overtakes an earlier one.
// Spec: keepalived.conf(5) notify*; keepalived itself starts them all at once (docs/differences.md).

import { type Agenda, arm, createAgenda, nextDeadline, takeDue } from '../agenda.ts';
import type { ScriptCommand } from '../script.ts';
import { after, type Instant, seconds } from '../time.ts';

/** After this long a script no longer holds up those after it; it is left running. */
const patience = seconds(30);

/** More than this many scripts of one subject do not wait: the oldest are dropped. */
const mostWaiting = 32;

interface Lane {
  running: ScriptCommand;
  ticket: number;
  /** When the next one is started although this one has not ended. */
  overdueAt: Instant;
  readonly waiting: ScriptCommand[];
}

/** Plain data, changed in place by `stepNotifications`. */
export interface Notifications {
  /** By subject: `INSTANCE VI_1`, `RS 10.0.0.1 80 tcp 10.0.0.9 80`. A subject with nothing running is absent. */
  readonly lanes: Map<string, Lane>;
  /** Whose script runs under each ticket that still counts. */
  readonly subjects: Map<number, string>;
  /** Lanes in which somebody waits. */
  readonly agenda: Agenda<string>;
  nextTicket: number;
}

export type NotificationInput =
  | { readonly kind: 'notify'; readonly subject: string; readonly commands: readonly ScriptCommand[] }
  | { readonly kind: 'ended'; readonly ticket: number; readonly detail: string; readonly success: boolean }
  | { readonly kind: 'wake' };

export type NotificationEffect =
  | { readonly kind: 'run-notify'; readonly ticket: number; readonly command: ScriptCommand }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning'; readonly message: string };

export const createNotifications = (): Notifications => ({
  lanes: new Map(),
  subjects: new Map(),
  agenda: createAgenda(),
  nextTicket: 1,
});

export const notificationDeadline = ({ agenda }: Notifications): Instant | undefined => nextDeadline(agenda);

export function stepNotifications(
  notifications: Notifications,
  input: NotificationInput,
  now: Instant,
): readonly NotificationEffect[] {
  switch (input.kind) {
    case 'notify':
      return enqueue(notifications, input.subject, input.commands, now);
    case 'ended':
      return scriptEnded(notifications, input, now);
    case 'wake': {
      const subject = takeDue(notifications.agenda, now);
      return subject === undefined ? [] : startBeside(notifications, subject, now);
    }
  }
}

function enqueue(
  notifications: Notifications,
  subject: string,
  commands: readonly ScriptCommand[],
  now: Instant,
): NotificationEffect[] {
  if (commands.length === 0) return [];
  const lane = notifications.lanes.get(subject);
  if (lane === undefined) {
    const [first, ...waiting] = commands;
    return first === undefined
      ? []
      : [...start(notifications, subject, first, waiting, now), ...dropOldest(subject, waiting)];
  }
  lane.waiting.push(...commands);
  arm(notifications.agenda, subject, lane.overdueAt);
  return dropOldest(subject, lane.waiting);
}

function dropOldest(subject: string, waiting: ScriptCommand[]): NotificationEffect[] {
  const dropped = waiting.splice(0, waiting.length - mostWaiting);
  const [oldest] = dropped;
  if (oldest === undefined) return [];
  const message = `Notify scripts of ${subject}: more than ${mostWaiting} wait; dropped the oldest ${dropped.length}, beginning with ${oldest.argv.join(' ')}`;
  return [{ kind: 'log', level: 'warning', message }];
}

function start(
  notifications: Notifications,
  subject: string,
  command: ScriptCommand,
  waiting: ScriptCommand[],
  now: Instant,
): NotificationEffect[] {
  const ticket = notifications.nextTicket++;
  const lane: Lane = { running: command, ticket, overdueAt: after(now, patience), waiting };
  notifications.lanes.set(subject, lane);
  notifications.subjects.set(ticket, subject);
  arm(notifications.agenda, subject, waiting.length > 0 ? lane.overdueAt : undefined);
  return [{ kind: 'run-notify', ticket, command }];
}

/** The running script no longer counts: the next one starts, or the lane goes. */
function startNext(
  notifications: Notifications,
  subject: string,
  lane: Lane,
  now: Instant,
): NotificationEffect[] {
  notifications.subjects.delete(lane.ticket);
  const next = lane.waiting.shift();
  if (next !== undefined) return start(notifications, subject, next, lane.waiting, now);
  notifications.lanes.delete(subject);
  arm(notifications.agenda, subject, undefined);
  return [];
}

function scriptEnded(
  notifications: Notifications,
  { ticket, success, detail }: Extract<NotificationInput, { readonly kind: 'ended' }>,
  now: Instant,
): NotificationEffect[] {
  const subject = notifications.subjects.get(ticket);
  const lane = subject === undefined ? undefined : notifications.lanes.get(subject);
  if (subject === undefined || lane === undefined) return [];
  const message = `Notify script ${lane.running.argv.join(' ')} ${detail}`;
  const effects = startNext(notifications, subject, lane, now);
  return success ? effects : [{ kind: 'log', level: 'warning', message }, ...effects];
}

function startBeside(notifications: Notifications, subject: string, now: Instant): NotificationEffect[] {
  const lane = notifications.lanes.get(subject);
  if (lane === undefined) return [];
  const message = `Notify script ${lane.running.argv.join(' ')} still runs after 30 s; starting the next for ${subject} beside it`;
  return [{ kind: 'log', level: 'warning', message }, ...startNext(notifications, subject, lane, now)];
}

/** For the end of the daemon: a line for each subject whose scripts still run or will not be run. */
export const unfinished = ({ lanes }: Notifications): string[] =>
  [...lanes].map(([subject, { running, waiting }]) => {
    const left = waiting.map(({ argv }) => argv.join(' ')).join(', ');
    const rest = left === '' ? '' : `; not run any more: ${left}`;
    return `Notify script ${running.argv.join(' ')} for ${subject} still runs at the stop and is ended${rest}`;
  });
