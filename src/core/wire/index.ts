// The door of wire/: one file per packet format, bytes to value and back, checksums included. Floor 2.
// Decoders never throw: they give a Reading, the value or one named cause. Values that do not fit make encoders throw RangeError.
export * from './arp.ts';
export * from './checksum.ts';
export * from './dns.ts';
export * from './ethernet.ts';
export * from './first-look.ts';
export * from './icmp.ts';
export * from './ip.ts';
export * from './ndisc.ts';
export type { Reading } from './reading.ts';
export * from './vrrp.ts';
