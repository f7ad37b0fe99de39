// Whole VRRP processes on a simulated LAN: fake kernels, a virtual clock, one seed. Layer 6, never with host/.
//
// Describe a `Scenario`: nodes with their links and configurations, a network, actions in time (kill, start, stop, reload, link edits,
// foreign edits, refusals, overruns, partitions). `simulate(scenario, inspect?)` plays it at once and returns every effect, every change
// of a kernel and every change of state with its time, and the nodes as they are at the end. `holdersOf`, `mastersOf` and `gaps` read the
// events. Equal scenarios give equal events: a failure is replayed by its seed. The kernel alone: `createKernel`, `ask`, `editLink`, `dump`.
// From files to words: `fleetOf(members)` is the LAN that configurations describe, `standardTroubles(fleet, seed)` what is played on it,
// `outcomeOf(trouble, router, result)` what came of it.
// Not for the daemon: it runs the same processes on real sockets (runtime/).
export * from './fleet.ts';
export * from './history.ts';
export * from './kernel/index.ts';
export { simulate } from './lan.ts';
export * from './outcome.ts';
export type * from './scenario.ts';
export * from './standard.ts';
