// alert/: makes events known. Create one machine for a process with `createAlerts` and hand it each event, in order, through `stepAlerts`;
// effects come back in order: deliver (answer with `ended`), cancel, log. Wake it at `alertsDeadline`. Before the last states of a stop
// give it `stop`; when `alertsAtRest`, or when time is up, `unfinished` says what is lost. `keepSubjects` after a reload;
// `alertRecord` is what status shows. For daemon/: who has an event makes a value of it; nothing here knows a protocol, starts a
// program or opens a file: the runtime has a performer for each outlet of the table in outlets/.
export type * from './events.ts';
export { alertsAtRest, keepSubjects, stepAlerts, unfinished } from './machine.ts';
export type * from './model.ts';
export type { Delivery, OutletKind } from './outlets/index.ts';
export { type Alerts, createAlerts } from './state.ts';
export { type AlertRecord, alertRecord } from './status.ts';
export { alertsDeadline } from './timers.ts';
