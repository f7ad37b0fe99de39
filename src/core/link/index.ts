// The door of link/: the mirror of interfaces, addresses, routes and rules; the plan that changes them; announcements. Floor 3.
export * from './announce.ts';
export * from './changes.ts';
export { type Completed, complete } from './complete.ts';
export { type Heard, hear, rehear } from './hear.ts';
export {
  createHoldings,
  disown,
  type Holdings,
  inherit,
  interestOf,
  type OwnerId,
  type Possession,
  possessionsOf,
  staticOwnerId,
  type Target,
  type Wanted,
  want,
} from './holdings.ts';
export * from './keys.ts';
export { compactLedger, type LedgerEntry, ledgerHead, ledgerLines, replay } from './ledger.ts';
export * from './lower.ts';
export {
  addressesOn,
  applyNews,
  createMirror,
  holdsAddress,
  type Interest,
  interfaceNamed,
  isSecondary,
  type Mirror as LinkMirror,
  neededParts,
  reread,
  setInterest,
  startReading,
} from './mirror.ts';
export type * from './model.ts';
export * from './observe.ts';
export * from './plan.ts';
export {
  type Hindrance,
  type OwnerTargets,
  type Settled,
  settle,
  type TicketedOperation,
} from './settle.ts';
export * from './source.ts';
