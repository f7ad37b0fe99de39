// The door of netlink/: messages, attributes, the generic and route families, the request/reply dialogue. Floor 2.
// Spec: netlink(7), linux/netlink.h, linux/genetlink.h.
//
// npm `netlink` carries the sockets (host/netlink-socket.ts) but not the codec: its parsers throw on malformed input and leave out
// extended acks, it allocates a buffer per attribute, and as an optional package it must not be needed to load
// this room. Its `dist/structs.js` needs no native part and is the second opinion in test/unit/netlink.
export { type AttributeReader, AttributeWriter, readAttributes } from './attribute.ts';
export { littleEndian, viewOf } from './byte-order.ts';
export * from './dialogue.ts';
export type * from './dialogue-types.ts';
export * from './generic.ts';
export * from './message.ts';
export * from './route.ts';
export { errnoName, errnoNumbers, type KernelVerdict } from './verdict.ts';
