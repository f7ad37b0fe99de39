// The door of pool/: the machine, its inputs and effects, the desired IPVS table. Floor 3.
export type * from './config.ts';
export { portFor } from './desired.ts';
export type * from './events.ts';
export { desiredServices, emptyPool, type Pool, step } from './machine.ts';
