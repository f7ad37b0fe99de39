// The door of link/: the mirror of interfaces, addresses, routes and rules; the plan that changes them; announcements. Floor 3.
export * from './announce.ts';
export * from './changes.ts';
export * from './keys.ts';
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
export * from './source.ts';
