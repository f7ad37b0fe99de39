// The queue of notify scripts: one at a time and in order for each subject, so that a later state never overtakes an earlier one.
// Spec: keepalived.conf(5) notify*; keepalived itself starts them all at once (docs/differences.md).

import type { ScriptCommand } from '../script.ts';
import { after, earliest, type Instant, seconds } from '../time.ts';

/** After this long a script no longer holds up those behind it; it is left running. */
const patience = seconds(30);

interface Lane {
  readonly running: ScriptCommand;
  readonly ticket: number;
  /** When the next one is started although this one has not ended. */
  readonly overdueAt: Instant;
  readonly waiting: readonly ScriptCommand[];
}

export interface NotificationState {
  /** By subject: `INSTANCE VI_1`, `RS 10.0.0.1 80 tcp 10.0.0.9 80`. A subject with nothing running is absent. */
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly nextTicket: number;
}

export type NotificationInput =
  | { readonly kind: 'notify'; readonly subject: string; readonly commands: readonly ScriptCommand[] }
  | { readonly kind: 'ended'; readonly ticket: number; readonly detail: string; readonly success: boolean }
  | { readonly kind: 'wake' };

export type NotificationEffect =
  | { readonly kind: 'run-notify'; readonly ticket: number; readonly command: ScriptCommand }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning'; readonly message: string };

interface Step {
  readonly state: NotificationState;
  readonly effects: readonly NotificationEffect[];
}

export const noNotifications: NotificationState = { lanes: new Map(), nextTicket: 1 };

export const notificationDeadline = (state: NotificationState): Instant | undefined =>
  earliest(...[...state.lanes.values()].map(lane => (lane.waiting.length > 0 ? lane.overdueAt : undefined)));

export function stepNotifications(state: NotificationState, input: NotificationInput, now: Instant): Step {
  switch (input.kind) {
    case 'notify': {
      const lane = state.lanes.get(input.subject);
      if (lane === undefined) return startNext(state, input.subject, input.commands, now);
      const lanes = new Map(state.lanes);
      lanes.set(input.subject, { ...lane, waiting: [...lane.waiting, ...input.commands] });
      return { state: { ...state, lanes }, effects: [] };
    }
    case 'ended': {
      for (const [subject, lane] of state.lanes) {
        if (lane.ticket !== input.ticket) continue;
        const next = startNext(state, subject, lane.waiting, now);
        if (input.success) return next;
        const message = `Notify script ${lane.running.argv.join(' ')} ${input.detail}`;
        return { state: next.state, effects: [{ kind: 'log', level: 'warning', message }, ...next.effects] };
      }
      return { state, effects: [] };
    }
    case 'wake':
      return startOverdue(state, now);
  }
}

function startNext(
  state: NotificationState,
  subject: string,
  waiting: readonly ScriptCommand[],
  now: Instant,
): Step {
  const lanes = new Map(state.lanes);
  const [command, ...rest] = waiting;
  if (command === undefined) {
    lanes.delete(subject);
    return { state: { ...state, lanes }, effects: [] };
  }
  const ticket = state.nextTicket;
  lanes.set(subject, { running: command, ticket, overdueAt: after(now, patience), waiting: rest });
  return { state: { lanes, nextTicket: ticket + 1 }, effects: [{ kind: 'run-notify', ticket, command }] };
}

function startOverdue(state: NotificationState, now: Instant): Step {
  const effects: NotificationEffect[] = [];
  let next = state;
  for (const [subject, lane] of state.lanes) {
    if (lane.waiting.length === 0 || lane.overdueAt > now) continue;
    const message = `Notify script ${lane.running.argv.join(' ')} still runs after 30 s; starting the next for ${subject} beside it`;
    const started = startNext(next, subject, lane.waiting, now);
    next = started.state;
    effects.push({ kind: 'log', level: 'warning', message }, ...started.effects);
  }
  return { state: next, effects };
}
