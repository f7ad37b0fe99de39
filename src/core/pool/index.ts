// pool/: which real servers the kernel should hold now. Create one machine with `createPool`, give it the configuration and then each
// verdict through `stepPool`; effects come back in order: log, notify, changed. `changed` names one real server, whose part of the table
// `desiredDestinations` tells, or a whole virtual server (`desiredServices`). For daemon/: nothing else may judge a quorum, and nothing here
// knows what the kernel holds or how checks run.
export type * from './config.ts';
export type { DesiredDestination } from './desired.ts';
export type * from './events.ts';
export { desiredDestinations, desiredServices, servicesWhenHealthy, stepPool } from './machine.ts';
export { servicesOfFile } from './overrides.ts';
export { portFor } from './port.ts';
export { unlikeSettings } from './shared.ts';
export { createPool, type Pool } from './state.ts';
export * from './status.ts';
