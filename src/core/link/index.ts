// Links, addresses, routes and rules: what the kernel holds, what of it is ours, and the frames that announce it. Layer 3.
//
// `createMirror` and `createHoldings` give plain data that their owner keeps and these functions change in place. Fill the mirror with
// `reread` (dumps), then `applyNews` for each batch of notices; `setInterest(interestOf(...))` when the configuration changes.
// `want` and `disown` say what each owner (a serial) wants; ONE `settle` plans over all of them: append its ledger, send its operations as
// one batch, give each answer to `complete`. Give what `applyNews` returned to `hear`, what `reread` returned to `rehear`; settle again when
// they say `unsettled`, read the kernel when they say `reread`. Announce what `held` names, nothing else: the kernel said that it is there.
// `replay` the ledger of a killed predecessor into `inherit` before the first `settle`.
// Nobody but daemon/ and runtime/ changes a mirror or holdings.
export * from './announce.ts';
export * from './changes.ts';
export { type Completed, complete } from './complete.ts';
export { type Heard, hear, rehear } from './hear.ts';
export {
  askAgain,
  createHoldings,
  disown,
  type Holdings,
  inherit,
  interestOf,
  nameOf,
  type OwnerId,
  type Possession,
  possessionsOf,
  staticOwnerId,
  type Target,
  type Wanted,
  want,
} from './holdings.ts';
export * from './keys.ts';
export { compactLedger, isLedger, type LedgerEntry, ledgerHead, ledgerLines, replay } from './ledger.ts';
export * from './lower.ts';
export {
  addressesOn,
  applyNews,
  createMirror,
  holdsAddress,
  type Interest,
  interfaceNamed,
  type Mirror,
  neededParts,
  reread,
  setInterest,
} from './mirror.ts';
export type * from './model.ts';
export { settle } from './settle.ts';
export type { Hindrance, OwnerTargets, Settled, TicketedOperation } from './settling.ts';
export * from './source.ts';
export * from './status.ts';
