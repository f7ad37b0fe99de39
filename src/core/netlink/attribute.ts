// Netlink attributes (type, length, value; nested): a writer into one growing buffer, a reader that cannot forget errors.
// Spec: linux/netlink.h struct nlattr, NLA_F_NESTED, NLA_F_NET_BYTEORDER.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { type Address, putAddress } from '../net/index.ts';
import { littleEndian, viewOf } from './byte-order.ts';
import { align, malformed } from './message.ts';

/** NLA_HDRLEN. */
const attributeHeader = 4;
/** NLA_F_NESTED. */
const nestedFlag = 0x8000;
/** NLA_TYPE_MASK. */
const typeMask = 0x3fff;
/** nla_len is 16 bits wide. */
const longest = 0xffff;

/** Memory that payloads are cut from, one after the other: an allocation for each would cost more than writing it. */
interface Slab {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bytes given out; those behind are zero. */
  used: number;
}

const slabSize = 65_536;

function newSlab(size: number): Slab {
  const bytes = new Uint8Array(size);
  return { bytes, view: viewOf(bytes), used: 0 };
}

let current = newSlab(0);

/** Writes a payload: first the family's fixed header with `raw`, then attributes. Throws RangeError when one exceeds 65535 bytes. */
export class AttributeWriter {
  #slab: Slab;
  #bytes: Uint8Array;
  #view: DataView;
  /** Where the payload starts, where its room ends, and where the next attribute goes. */
  readonly #start: number;
  #end: number;
  #next: number;

  constructor(capacity = 256) {
    const room = align(capacity);
    if (current.used + room > current.bytes.length) current = newSlab(Math.max(slabSize, room));
    this.#slab = current;
    this.#bytes = current.bytes;
    this.#view = current.view;
    this.#start = current.used;
    this.#next = this.#start;
    this.#end = this.#start + room;
    current.used = this.#end;
  }

  // Callers take the offset into a variable first: reserving may replace #bytes and #view.
  /** Room for `count` more bytes, zeroed up to the next multiple of four; returns where they start. */
  #reserve(count: number): number {
    if (this.#next + align(count) > this.#end) this.#grow(count);
    const start = this.#next;
    this.#next += align(count);
    return start;
  }

  /** More room behind the payload, or a copy of it where there is more. */
  #grow(count: number): void {
    const written = this.#next - this.#start;
    const room = Math.max(align(written + align(count)), 2 * (this.#end - this.#start));
    const slab = this.#slab;
    if (slab.used === this.#end && this.#start + room <= slab.bytes.length) {
      this.#end = this.#start + room;
      slab.used = this.#end;
      return;
    }
    // Moving would change #start: the copy lies at the same place of a slab of its own.
    const moved = newSlab(this.#start + room);
    moved.bytes.set(this.#bytes.subarray(this.#start, this.#next), this.#start);
    moved.used = this.#start + room;
    this.#slab = moved;
    this.#bytes = moved.bytes;
    this.#view = moved.view;
    this.#end = moved.used;
  }

  #header(type: number, size: number): number {
    const length = attributeHeader + size;
    if (length > longest) throw new RangeError(`netlink attribute ${type} of ${length} bytes`);
    const start = this.#reserve(length);
    this.#view.setUint16(start, length, littleEndian);
    this.#view.setUint16(start + 2, type, littleEndian);
    return start + attributeHeader;
  }

  /** Bytes as they are, padded to four: a fixed header such as genlmsghdr or ifaddrmsg. */
  raw(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** struct genlmsghdr: command, version, two reserved bytes. */
  generic(command: number, version: number): this {
    const at = this.#reserve(4);
    this.#view.setUint8(at, command);
    this.#view.setUint8(at + 1, version);
    return this;
  }

  u8(type: number, value: number): this {
    const at = this.#header(type, 1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(type: number, value: number): this {
    const at = this.#header(type, 2);
    this.#view.setUint16(at, value, littleEndian);
    return this;
  }

  u32(type: number, value: number): this {
    const at = this.#header(type, 4);
    this.#view.setUint32(at, value, littleEndian);
    return this;
  }

  u64(type: number, value: bigint): this {
    const at = this.#header(type, 8);
    this.#view.setBigUint64(at, value, littleEndian);
    return this;
  }

  /** Network order: ports. */
  u16be(type: number, value: number): this {
    const at = this.#header(type, 2);
    this.#view.setUint16(at, value, false);
    return this;
  }

  /** Network order: IPv4 masks, tunnel ids. */
  u32be(type: number, value: number): this {
    const at = this.#header(type, 4);
    this.#view.setUint32(at, value, false);
    return this;
  }

  u64be(type: number, value: bigint): this {
    const at = this.#header(type, 8);
    this.#view.setBigUint64(at, value, false);
    return this;
  }

  /** Two u32 in a row: struct ip_vs_flags, struct nla_bitfield32 (value, selector). */
  u32Pair(type: number, first: number, second: number): this {
    const at = this.#header(type, 8);
    this.#view.setUint32(at, first, littleEndian);
    this.#view.setUint32(at + 4, second, littleEndian);
    return this;
  }

  /** An attribute without value: its presence says it. */
  flag(type: number): this {
    this.#header(type, 0);
    return this;
  }

  bytes(type: number, value: Uint8Array): this {
    const at = this.#header(type, value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** The network-order bytes of an address in a value of `size` bytes: 16 for union nf_inet_addr, where IPv4 takes the first four. */
  address(type: number, address: Address, size: number): this {
    const at = this.#header(type, size);
    putAddress(address, this.#bytes, at);
    return this;
  }

  /** UTF-8 with a final NUL (NLA_NUL_STRING). */
  text(type: number, value: string): this {
    const bytes = Buffer.from(value);
    const at = this.#header(type, bytes.length + 1);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** A nested attribute. `flagged: false` leaves NLA_F_NESTED out, for families older than the bit. */
  nested(type: number, build: (inner: this) => void, flagged = true): this {
    const start = this.#header(type | (flagged ? nestedFlag : 0), 0) - attributeHeader;
    build(this);
    const length = this.#next - start;
    if (length > longest) throw new RangeError(`netlink attribute ${type} of ${length} bytes`);
    this.#view.setUint16(start, length, littleEndian);
    return this;
  }

  /** The payload written so far; nothing may be written after. */
  finish(): Uint8Array {
    // What was reserved and not used was not written either.
    if (this.#slab.used === this.#end) this.#slab.used = this.#next;
    return this.#bytes.subarray(this.#start, this.#next);
  }
}

interface Sticky {
  fault: Fault | undefined;
}

/**
 * Walks attributes: `while (reader.next()) switch (reader.type) { ... }`. A wrong length leaves a fault behind that ends the walk and
 * that `readAttributes` reports, so a value read from a broken attribute never leaves it. Unknown types are simply not looked at.
 */
export class AttributeReader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #sticky: Sticky;
  readonly #what: string;
  /** Where the attributes end that are walked now: all of them, or those inside one. */
  #limit: number;
  #next = 0;
  #start = 0;
  #end = 0;
  /** Type of the attribute the reader stands on, without flag bits. */
  type = 0;

  constructor(data: Uint8Array, what: string, sticky: Sticky) {
    this.#data = data;
    this.#view = viewOf(data);
    this.#what = what;
    this.#sticky = sticky;
    this.#limit = data.length;
  }

  /** Stands on the next attribute; false at the end and after a fault. */
  next(): boolean {
    const left = this.#limit - this.#next;
    if (left <= 0 || this.#sticky.fault !== undefined) return false;
    if (left < attributeHeader) return this.refuse(`${left} bytes where an attribute header belongs`);
    const length = this.#view.getUint16(this.#next, littleEndian);
    if (length < attributeHeader || length > left)
      return this.refuse(`attribute of ${length} bytes in ${left}`);
    this.type = this.#view.getUint16(this.#next + 2, littleEndian) & typeMask;
    this.#start = this.#next + attributeHeader;
    this.#end = this.#next + length;
    this.#next += align(length);
    return true;
  }

  /** Reports a value the family does not allow; ends the walk. Returns false. */
  refuse(why: string): false {
    this.#sticky.fault ??= malformed(`${this.#what}: ${why}`);
    return false;
  }

  #sized(size: number): boolean {
    const length = this.#end - this.#start;
    return length === size || this.refuse(`attribute ${this.type} has ${length} bytes, not ${size}`);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  u8(): number {
    return this.#sized(1) ? this.#view.getUint8(this.#start) : 0;
  }
  u16(): number {
    return this.#sized(2) ? this.#view.getUint16(this.#start, littleEndian) : 0;
  }
  u32(): number {
    return this.#sized(4) ? this.#view.getUint32(this.#start, littleEndian) : 0;
  }
  s32(): number {
    return this.#sized(4) ? this.#view.getInt32(this.#start, littleEndian) : 0;
  }
  u64(): bigint {
    return this.#sized(8) ? this.#view.getBigUint64(this.#start, littleEndian) : 0n;
  }
  u16be(): number {
    return this.#sized(2) ? this.#view.getUint16(this.#start, false) : 0;
  }
  u32be(): number {
    return this.#sized(4) ? this.#view.getUint32(this.#start, false) : 0;
  }
  u64be(): bigint {
    return this.#sized(8) ? this.#view.getBigUint64(this.#start, false) : 0n;
  }

  /** The first of two u32 in a row: the value of struct ip_vs_flags, whose second is a mask. */
  u32First(): number {
    return this.#sized(8) ? this.#view.getUint32(this.#start, littleEndian) : 0;
  }

  /** The value's bytes, sharing the datagram's memory; with `size`, exactly that many. */
  bytes(size?: number): Uint8Array {
    if (size !== undefined && !this.#sized(size)) return new Uint8Array(size);
    return this.#data.subarray(this.#start, this.#end);
  }

  /** Text up to the first NUL or the end: the kernel pads some names with several. */
  text(): string {
    let text = '';
    for (let at = this.#start; at < this.#end; at++) {
      const code = this.#view.getUint8(at);
      if (code === 0) break;
      if (code > 127) return this.#wideText();
      text += String.fromCharCode(code);
    }
    return text;
  }

  #wideText(): string {
    const bytes = this.#data.subarray(this.#start, this.#end);
    const nul = bytes.indexOf(0);
    return Buffer.from(bytes.buffer, bytes.byteOffset, nul < 0 ? bytes.length : nul).toString('utf8');
  }

  /** Walks the attributes inside this one with the same reader, which then stands here again; their faults end this walk too. */
  nested<T>(read: (inner: AttributeReader) => T): T {
    const type = this.type;
    const start = this.#start;
    const end = this.#end;
    const next = this.#next;
    const limit = this.#limit;
    this.#next = start;
    this.#limit = end;
    const value = read(this);
    this.type = type;
    this.#start = start;
    this.#end = end;
    this.#next = next;
    this.#limit = limit;
    return value;
  }
}

/** What `read` makes of the attributes, or fault `netlink-malformed` naming `what`. The only way to get a reader. */
export function readAttributes<T>(
  data: Uint8Array,
  what: string,
  read: (reader: AttributeReader) => T,
): Outcome<T> {
  const sticky: Sticky = { fault: undefined };
  const value = read(new AttributeReader(data, what, sticky));
  return sticky.fault === undefined ? succeed(value) : fail(sticky.fault);
}
