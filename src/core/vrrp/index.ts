// VRRP: acceptance of adverts, election, leaving, sync groups, tracking, as one machine of plain data for all instances. Layer 3.
// Spec: RFC 9568, RFC 3768, keepalived.conf(5).
//
// Create: `createVrrp(config)`. Then `step(machine, input, now)` for one `interface` input each, then `start`. From then on one step
// for each packet, script result, change of the kernel, and `wake` when `deadline(machine)` has passed; it changes the machine in place
// and returns effects to be performed in their order. Answer `hold` with `held` when the kernel has the addresses, `run-script` with
// `script-result`. `stop` leaves; the effect `stopped` is the last. `recordOf` tells
// about one subject of the machine's news; `resumeOf` is what a successor needs.
// `judge(config, packet)` and `advertOf(config, priority)` need no running machine: lint compares configurations by them.
// Only daemon/ and simulate/ drive the machine; lint/ uses the pure functions; nobody else imports this module.

export { judge, type Packet, type Refusal, type Verdict } from './accept.ts';
export { advertOf } from './advert.ts';
export { deadline, takeoverIsNear } from './alarms.ts';
export type { AuthenticationState } from './authentication.ts';
export type * from './config.ts';
export type * from './events.ts';
export { identityOf, isUnicast } from './identity.ts';
export { step } from './machine.ts';
export { contribution, effectivePriority, ownerPriority } from './priority.ts';
export { resumeOf } from './resume.ts';
export { type Counters, createVrrp, type StrayCounters, type VrrpMachine } from './state.ts';
export * from './status.ts';
export { masterDownTime } from './timers.ts';
export { unsupported } from './unsupported.ts';
