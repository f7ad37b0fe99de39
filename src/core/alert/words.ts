// What the alert machine says to people. Spec: syslog(3) levels; each line carries the fields of the event it is about.

import { inSeconds } from '../time.ts';
import type { AlertLog } from './events.ts';
import type { AlertEvent } from './model.ts';
import { type Delivery, deliveriesOf, nameOf, type OutletKind, paceOf } from './outlets/index.ts';
import type { Batch, Lane } from './state.ts';

/** The outlet tells programs this line from the one of the event itself. */
const line = (
  level: AlertLog['level'],
  outlet: OutletKind,
  message: string,
  { fields }: AlertEvent,
): AlertLog => ({ kind: 'log', level, message, fields: { ...fields, outlet } });

const forWhat = ({ name, to }: AlertEvent): string => `for ${to} of ${name}`;

export const failed = (delivery: Delivery, event: AlertEvent, detail: string): AlertLog =>
  line('warning', delivery.outlet, `${nameOf(delivery)} ${forWhat(event)} ${detail}`, event);

export const noLongerAwaited = (delivery: Delivery, { event, overtaken }: Batch): AlertLog => {
  const next = overtaken?.by ?? 'the next state';
  return line(
    'info',
    delivery.outlet,
    `${nameOf(delivery)} ${forWhat(event)} still runs: ${next} no longer waits for it`,
    event,
  );
};

/** Why something that runs is ended: its time is over. */
export const outOfTime = ({ outlet }: Lane, { overtaken }: Batch): string =>
  `${inSeconds(paceOf(outlet).overtaken)} s after ${overtaken?.by ?? 'the next event'}`;

/** Or too many later states run beside it. */
export const tooMany = ({ outlet }: Lane): string => `while ${paceOf(outlet).mostBeside} later states run`;

export const cancelled = (delivery: Delivery, { event }: Batch, why: string): AlertLog =>
  line(
    'warning',
    delivery.outlet,
    `${nameOf(delivery)} ${forWhat(event)} still runs ${why}: ending it and all it started`,
    event,
  );

/** An event for which nothing was started. */
export function dropped({ outlet }: Lane, event: AlertEvent, why: string): AlertLog {
  const names = deliveriesOf(outlet, event).map(nameOf).join(', ');
  return line('warning', outlet, `${names} ${forWhat(event)} not run: ${why}`, event);
}

export const leftAtStop = (delivery: Delivery, event: AlertEvent): AlertLog =>
  line(
    'warning',
    delivery.outlet,
    `${nameOf(delivery)} ${forWhat(event)} still runs at the stop and is ended`,
    event,
  );
