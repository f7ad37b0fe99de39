// The door of vrrp/: the machine, its inputs and effects, its status, its simulator. Floor 3.
export { accept, judge, type Packet, type Refusal, refusals, type Verdict } from './accept.ts';
export { advertOf, isUnicast } from './advert.ts';
export type * from './config.ts';
export * from './events.ts';
export { createVrrp, deadline, step } from './machine.ts';
export * from './simulator.ts';
export type { Counters, VrrpMachine } from './state.ts';
export * from './status.ts';
export { unsupported } from './unsupported.ts';
