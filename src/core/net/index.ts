// The door of net/: addresses, prefixes, MACs, ports, families; parse, print, compare. Floor 1.
export * from './address.ts';
export * from './endpoint.ts';
export * from './mac.ts';
export * from './prefix.ts';
