// The door of daemon/: pure composition of the rooms below into the processes of `lvskit run`. Floor 5.

export {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from './checker-process.ts';
export { checkerRecordOf, driftOf } from './checker-status.ts';
export * from './messages.ts';
export { rehearsal } from './rehearsal.ts';
export * from './supervisor.ts';
export { stepVrrpProcess } from './vrrp-process.ts';
export {
  createVrrpProcess,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from './vrrp-state.ts';
