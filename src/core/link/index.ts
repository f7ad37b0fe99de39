// The door of link/: the mirror of interfaces, addresses, routes and rules; the plan that changes them; announcements. Floor 3.
export * from './announce.ts';
export * from './lower.ts';
export * from './mirror.ts';
export type * from './model.ts';
export * from './plan.ts';
export * from './source.ts';
