// What the queue must know of a way by which events leave: what it takes of an event, and how long it may take.
// Spec: index.ts holds the table of outlets.

import type { Duration } from '../../time.ts';
import type { AlertEvent } from '../model.ts';

export interface Outlet<Content> {
  /** What it delivers of an event, all at once and in this order; empty: the event does not concern it. */
  contents(event: AlertEvent): readonly Content[];
  /** For the log: `Notify program /etc/x MASTER`. */
  nameOf(content: Content): string;
  readonly pace: Pace;
}

export interface Pace {
  /** How long the next state waits for what still runs of the one before; then it starts beside it. Zero: never. */
  readonly order: Duration;
  /** The same while the daemon stops. */
  readonly orderAtStop: Duration;
  /** How long what is overtaken may go on; then it is cancelled. */
  readonly overtaken: Duration;
  /** This many states may run beside the newest one; of more the oldest is cancelled. */
  readonly mostBeside: number;
  /** This many events wait; of more the oldest is dropped. */
  readonly mostWaiting: number;
  /** Between two starts for one kind of occurrence. */
  readonly pause: Duration;
}
