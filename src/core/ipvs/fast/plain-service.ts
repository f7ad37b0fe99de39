// Reads one service of a dump without allocating: an IPv4 service by address with a scheduler and no other setting.
// Spec: linux/ip_vs.h IPVS_SVC_ATTR_*. Any other service, and a malformed message, is left to the general decoder (requests.ts).

import {
  align,
  genericHeaderLength,
  littleEndian,
  type ReceivedMessage,
  viewOf,
} from '../../netlink/index.ts';
import { commandAttributes, familyNumbers, serviceAttributes, settableFlags } from '../constants.ts';

/** NLA_HDRLEN, and NLA_TYPE_MASK. */
const attributeHeader = 4;
const typeMask = 0x3fff;

/** A scheduler's name as it stands in an attribute, and as text. */
export interface SchedulerName {
  readonly bytes: Uint8Array;
  readonly text: string;
}

export class PlainServiceReader {
  /** In network order as a signed number. */
  address = 0;
  port = 0;
  /** IPPROTO_*. */
  protocol = 0;
  /** Index in `schedulers`. */
  scheduler = 0;
  /** The names met so far. */
  readonly schedulers: SchedulerName[] = [];
  #view = viewOf(new Uint8Array(0));

  /** Takes the service of a message into the fields; false where it is not plain. */
  read(message: ReceivedMessage): boolean {
    const { datagram } = message;
    // The messages of a dump share the memory they were received in.
    if (this.#view.buffer !== datagram.buffer) this.#view = new DataView(datagram.buffer);
    const view = this.#view;
    const start = datagram.byteOffset + message.start + genericHeaderLength;
    const end = datagram.byteOffset + message.end;
    if (end - start < attributeHeader) return false;
    const length = view.getUint16(start, littleEndian);
    const type = view.getUint16(start + 2, littleEndian) & typeMask;
    // Nothing beside the service may stand in the message.
    if (type !== commandAttributes.service || length > end - start || start + align(length) < end)
      return false;
    return this.#readAttributes(start + attributeHeader, start + length);
  }

  #readAttributes(from: number, end: number): boolean {
    const view = this.#view;
    const { family, protocol, address, port, scheduler, flags } = serviceAttributes;
    /** A bit for each of the six that were there. */
    let found = 0;
    let at = from;
    while (at < end) {
      if (end - at < attributeHeader) return false;
      const length = view.getUint16(at, littleEndian);
      if (length < attributeHeader || length > end - at) return false;
      const type = view.getUint16(at + 2, littleEndian) & typeMask;
      const value = at + attributeHeader;
      const size = length - attributeHeader;
      at += align(length);
      if (type === serviceAttributes.fwmark || type === serviceAttributes.engine) return false;
      if (type === family) {
        if (size !== 2 || view.getUint16(value, littleEndian) !== familyNumbers.inet) return false;
      } else if (type === protocol) {
        if (size !== 2) return false;
        this.protocol = view.getUint16(value, littleEndian);
      } else if (type === address) {
        if (size < 4) return false;
        this.address = view.getInt32(value, false);
      } else if (type === port) {
        if (size !== 2) return false;
        this.port = view.getUint16(value, false);
      } else if (type === scheduler) {
        this.scheduler = this.#schedulerAt(value, value + size);
        if (this.scheduler < 0) return false;
      } else if (type === flags) {
        if (size !== 8 || (view.getUint32(value, littleEndian) & settableFlags) !== 0) return false;
      } else continue;
      found |= 1 << type;
    }
    const all =
      (1 << family) | (1 << protocol) | (1 << address) | (1 << port) | (1 << scheduler) | (1 << flags);
    return found === all && (this.protocol === 6 || this.protocol === 17 || this.protocol === 132);
  }

  /** The index of the name between two places, up to its NUL; -1 for one that is not ASCII. */
  #schedulerAt(from: number, to: number): number {
    for (let index = 0; index < this.schedulers.length; index++)
      if (this.#isNamed((this.schedulers[index] as SchedulerName).bytes, from, to)) return index;
    let text = '';
    for (let at = from; at < to; at++) {
      const code = this.#view.getUint8(at);
      if (code === 0) break;
      if (code > 126) return -1;
      text += String.fromCharCode(code);
    }
    return this.schedulers.push({ bytes: Buffer.from(text), text }) - 1;
  }

  #isNamed(name: Uint8Array, from: number, to: number): boolean {
    const view = this.#view;
    const end = from + name.length;
    if (end > to || (end < to && view.getUint8(end) !== 0)) return false;
    for (let index = 0; index < name.length; index++)
      if (view.getUint8(from + index) !== name[index]) return false;
    return true;
  }
}
