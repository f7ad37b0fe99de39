// The event that is made known, as plain data: one record for the log, status and every outlet.
// Spec: keepalived.conf(5) notify*, quorum_up, quorum_down, notify_fifo, smtp_alert.

import type { Fields } from '../fields.ts';
import type { ScriptCommand } from '../script.ts';
import type { Instant } from '../time.ts';

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
