// The event that is made known, and the inputs and effects of the alert machine: plain data, recordable.
// Spec: keepalived.conf(5) notify*, quorum_up, quorum_down, notify_fifo, smtp_alert.

import type { Fields } from '../fields.ts';
import type { ScriptCommand } from '../script.ts';
import type { Instant } from '../time.ts';
import type { Delivery } from './outlets/index.ts';

/**
 * `state`: the subject is something else now; a later one overtakes an earlier one. `occurrence`: something happened (an advert of lower
 * priority, another priority) that changes no state; it may come 20,000 times in a second and never holds up a state.
 */
export type EventKind = 'state' | 'occurrence';

/** Everything any outlet needs: each takes what concerns it. */
export interface AlertEvent {
  readonly kind: EventKind;
  /** Whose it is, and in whose order it stands: `INSTANCE VI_1`, `VS 10.0.0.1:80`. */
  readonly subject: string;
  /** What people call it: `VI_1`, `real server 10.0.1.1:80 of [10.0.0.1]:tcp:80`. */
  readonly name: string;
  readonly from: string;
  /** The state, or the name of the occurrence. */
  readonly to: string;
  /** Why: a clause without full stop. */
  readonly cause: string;
  readonly at: Instant;
  /** In keepalived's order: the state's own program, then the generic one with its arguments appended. */
  readonly commands: readonly ScriptCommand[];
  /** The line of the notify FIFOs, without its end. */
  readonly line: string;
  /** undefined: nobody asked for mail. */
  readonly mail: Mail | undefined;
  /** The same fields as its log line has. */
  readonly fields: Fields;
}

export interface Mail {
  /** Without the router's name before it. */
  readonly subject: string;
  readonly body: string;
}

export type AlertInput =
  | { readonly kind: 'event'; readonly event: AlertEvent }
  /** What `deliver` asked for is over; `detail`: `exited with status 1`. */
  | {
      readonly kind: 'ended';
      readonly ticket: number;
      readonly success: boolean;
      readonly detail: string;
    }
  /** The daemon stops: states that wait start at once, occurrences that wait are dropped. */
  | { readonly kind: 'stop' }
  /** The one earliest deadline, if it has passed. */
  | { readonly kind: 'wake' };

export type AlertEffect =
  /** Let the outlet do it; answer with `ended`. */
  | { readonly kind: 'deliver'; readonly ticket: number; readonly delivery: Delivery }
  /** End it with its whole process group; nobody waits for its `ended` any more. */
  | { readonly kind: 'cancel'; readonly ticket: number }
  | AlertLog;

export interface AlertLog {
  readonly kind: 'log';
  readonly level: 'info' | 'warning';
  readonly message: string;
  readonly fields: Fields;
}
