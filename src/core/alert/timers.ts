// When a lane has something to do without being asked: the next start, the end of what was overtaken.
// Spec: outlets/outlet.ts Pace.

import { arm, nextDeadline } from '../agenda.ts';
import { after, earliest, type Instant } from '../time.ts';
import type { EventKind } from './model.ts';
import { paceOf } from './outlets/index.ts';
import type { Alerts, Lane } from './state.ts';

type Due = (lane: Lane, stopping: boolean) => Instant | undefined;

/** When the next event that waits starts, whatever still runs. */
const starts = {
  state({ outlet, current }, stopping) {
    const { order, orderAtStop } = paceOf(outlet);
    return current?.overtaken && after(current.overtaken.at, stopping ? orderAtStop : order);
  },
  // Never two at once: what hangs is cancelled first.
  occurrence({ outlet, current, startedAt }) {
    const { overtaken, pause } = paceOf(outlet);
    if (current !== undefined) return current.overtaken && after(current.overtaken.at, overtaken);
    return startedAt === undefined ? undefined : after(startedAt, pause);
  },
} as const satisfies Record<EventKind, Due>;

export const startDue: Due = (lane, stopping) =>
  lane.waiting.length === 0 ? undefined : starts[lane.kind](lane, stopping);

/** When the oldest of those that run beside the newest is cancelled. */
export function cancelDue({ outlet, beside }: Lane): Instant | undefined {
  const overtaken = beside[0]?.overtaken;
  return overtaken && after(overtaken.at, paceOf(outlet).overtaken);
}

export function schedule({ agenda, stopping }: Alerts, lane: Lane): void {
  arm(agenda, lane.key, earliest(startDue(lane, stopping), cancelDue(lane)));
}

export const alertsDeadline = ({ agenda }: Alerts): Instant | undefined => nextDeadline(agenda);
