// The inputs and effects of the alert machine: plain data, recordable. Effects are performed in the order of their array.
// Spec: model.ts for the event itself.

import type { Fields } from '../fields.ts';
import type { AlertEvent } from './model.ts';
import type { Delivery } from './outlets/index.ts';

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
