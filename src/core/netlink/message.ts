// Netlink messages: header, several messages per datagram, requests before they have a sequence number.
// Spec: linux/netlink.h, netlink(7). Why not the codec of npm `netlink`: src/core/netlink/index.ts.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import type { Duration } from '../time.ts';
import { littleEndian, viewOf } from './byte-order.ts';

/** NLMSG_HDRLEN. */
export const headerLength = 16;

/** NLMSG_ALIGN and NLA_ALIGN: both round up to four. */
export const align = (length: number): number => (length + 3) & ~3;

/** NLM_F_*: the same bit means different things for a get, a new and a delete request. */
export const messageFlags = {
  request: 0x1,
  multi: 0x2,
  ack: 0x4,
  echo: 0x8,
  dumpInterrupted: 0x10,
  dumpFiltered: 0x20,
  root: 0x100,
  match: 0x200,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
  /** In an NLMSG_ERROR: the request is not echoed in full. */
  capped: 0x100,
  /** In an NLMSG_ERROR or NLMSG_DONE: NLMSGERR_ATTR_* follow. */
  ackAttributes: 0x200,
} as const;

/** NLMSG_*: control types. */
export const controlTypes = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

/** NLMSG_MIN_TYPE: below it the control types. */
const firstFamilyType = 0x10;

/** Protocol numbers of socket(AF_NETLINK): NETLINK_ROUTE, NETLINK_GENERIC. */
export const protocols = { route: 0, generic: 16 } as const;
export type NetlinkProtocol = keyof typeof protocols;

/** One message as it stands in a datagram. */
export interface Message {
  /** nlmsg_type: a control type, an RTM_* or a generic family's number. */
  readonly type: number;
  /** NLM_F_* bits. */
  readonly flags: number;
  readonly sequence: number;
  /** nlmsg_pid: the port of the socket the message belongs to. */
  readonly port: number;
  /** What follows the header: the family's fixed header, then attributes. */
  readonly payload: Uint8Array;
}

/** A message of a datagram that was received: its payload is a view of its own only for who asks for one, and no property that `...` copies. */
export class ReceivedMessage implements Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly port: number;
  readonly datagram: Uint8Array;
  /** Where the payload begins and ends in the datagram. */
  readonly start: number;
  readonly end: number;

  /** `offset` and `length` of the message with its header, which fit the datagram. */
  constructor(datagram: Uint8Array, view: DataView, offset: number, length: number) {
    this.type = view.getUint16(offset + 4, littleEndian);
    this.flags = view.getUint16(offset + 6, littleEndian);
    this.sequence = view.getUint32(offset + 8, littleEndian);
    this.port = view.getUint32(offset + 12, littleEndian);
    this.datagram = datagram;
    this.start = offset + headerLength;
    this.end = offset + length;
  }

  get payload(): Uint8Array {
    return this.datagram.subarray(this.start, this.end);
  }
}

/** What the asker expects: only success or failure, one or more reply messages, a multi-part dump, or one that is given out as it comes. */
export type Answer = 'ack' | 'reply' | 'dump' | 'parts';

/** A socket holds one dump at a time. */
export const isDump = ({ answer }: Request): boolean => answer === 'dump' || answer === 'parts';

/** A request without the fields the dialogue fills in (sequence, NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP). */
export interface Request {
  /** Name for messages to people, in the kernel's words: `IPVS_CMD_NEW_DEST`, `RTM_NEWADDR`. */
  readonly operation: string;
  readonly type: number;
  /** Modifier bits only: create, exclusive, replace, append. */
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly answer: Answer;
  /** How long the kernel may stay silent; undefined = the dialogue's default. */
  readonly timeout?: Duration;
}

/** Fault for bytes that are no netlink message or attribute. */
export const malformed = (message: string): Fault => ({ code: 'netlink-malformed', message });

/** Writes a 16-byte header at `offset`. */
function putHeader(
  into: DataView,
  offset: number,
  { type, payload }: { readonly type: number; readonly payload: Uint8Array },
  flags: number,
  sequence: number,
  port: number,
): void {
  into.setUint32(offset, headerLength + payload.length, littleEndian);
  into.setUint16(offset + 4, type, littleEndian);
  into.setUint16(offset + 6, flags, littleEndian);
  into.setUint32(offset + 8, sequence, littleEndian);
  into.setUint32(offset + 12, port, littleEndian);
}

function sizeOf(messages: readonly { readonly payload: Uint8Array }[]): number {
  let size = 0;
  for (const { payload } of messages) size += align(headerLength + payload.length);
  return size;
}

/** One datagram of all messages in order, each padded to four bytes. */
export function encodeMessages(messages: readonly Message[]): Uint8Array {
  const bytes = new Uint8Array(sizeOf(messages));
  const view = viewOf(bytes);
  let offset = 0;
  for (const message of messages) {
    putHeader(view, offset, message, message.flags, message.sequence, message.port);
    bytes.set(message.payload, offset + headerLength);
    offset += align(headerLength + message.payload.length);
  }
  return bytes;
}

/** One datagram of requests, numbered from `sequence` on; only the last asks for an ack. */
export function encodeBatch(requests: readonly Request[], sequence: number): Uint8Array {
  const bytes = new Uint8Array(sizeOf(requests));
  const view = viewOf(bytes);
  let offset = 0;
  for (let position = 0; position < requests.length; position++) {
    const request = requests[position] as Request;
    const ack = position === requests.length - 1 ? messageFlags.ack : 0;
    putHeader(view, offset, request, request.flags | messageFlags.request | ack, sequence + position, 0);
    bytes.set(request.payload, offset + headerLength);
    offset += align(headerLength + request.payload.length);
  }
  return bytes;
}

/** The messages of a datagram; payloads share its memory. Fault `netlink-malformed` when lengths do not fit. */
export function decodeMessages(datagram: Uint8Array): Outcome<readonly ReceivedMessage[]> {
  const view = viewOf(datagram);
  const messages: ReceivedMessage[] = [];
  let offset = 0;
  while (offset < datagram.length) {
    const left = datagram.length - offset;
    if (left < headerLength) return fail(malformed(`netlink header needs 16 bytes, ${left} left`));
    const length = view.getUint32(offset, littleEndian);
    if (length < headerLength || length > left) {
      return fail(malformed(`netlink message of ${length} bytes in ${left}`));
    }
    messages.push(new ReceivedMessage(datagram, view, offset, length));
    offset += align(length);
  }
  return succeed(messages);
}

/** The message that begins at `offset` of a datagram whose lengths fit. */
export const messageAt = (datagram: Uint8Array, view: DataView, offset: number): ReceivedMessage =>
  new ReceivedMessage(datagram, view, offset, view.getUint32(offset, littleEndian));

/** Whether the datagram holds parts of the dump `sequence` and nothing else: told without making its messages. */
export function isPartsOnly(datagram: Uint8Array, sequence: number): boolean {
  const view = viewOf(datagram);
  let offset = 0;
  while (offset + headerLength <= datagram.length) {
    const length = view.getUint32(offset, littleEndian);
    if (length < headerLength || length > datagram.length - offset) return false;
    if (view.getUint16(offset + 4, littleEndian) < firstFamilyType) return false;
    if ((view.getUint16(offset + 6, littleEndian) & messageFlags.dumpInterrupted) !== 0) return false;
    if (view.getUint32(offset + 8, littleEndian) !== sequence) return false;
    offset += align(length);
  }
  return offset > 0 && offset >= datagram.length;
}
