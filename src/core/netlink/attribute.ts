// Netlink attributes (type, length, value; nested): a writer into one growing buffer, a reader that cannot forget errors.
// Behind it: linux/netlink.h struct nlattr, NLA_F_NESTED, NLA_F_NET_BYTEORDER.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
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

/** Writes a payload: first the family's fixed header with `raw`, then attributes. Throws RangeError when one exceeds 65535 bytes. */
export class AttributeWriter {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = Buffer.alloc(Math.max(16, capacity));
    this.#view = viewOf(this.#bytes);
  }

  // Callers take the offset into a variable first: reserving may replace #bytes and #view.
  /** Room for `count` more bytes, zeroed up to the next multiple of four; returns where they start. */
  #reserve(count: number): number {
    const start = this.#length;
    const needed = align(start + count);
    if (needed > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = viewOf(grown);
    }
    this.#length = needed;
    return start;
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

  /** UTF-8 with a final NUL (NLA_NUL_STRING). */
  text(type: number, value: string): this {
    const size = Buffer.byteLength(value);
    const at = this.#header(type, size + 1);
    this.#bytes.write(value, at);
    return this;
  }

  /** A nested attribute. `flagged: false` leaves NLA_F_NESTED out, for families older than the bit. */
  nested(type: number, build: (inner: this) => void, flagged = true): this {
    const start = this.#header(type | (flagged ? nestedFlag : 0), 0) - attributeHeader;
    build(this);
    const length = this.#length - start;
    if (length > longest) throw new RangeError(`netlink attribute ${type} of ${length} bytes`);
    this.#view.setUint16(start, length, littleEndian);
    return this;
  }

  /** The payload written so far. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
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
  /** Where the attributes this reader walks end: nested readers share the bytes, since views of them are dear. */
  readonly #limit: number;
  #next: number;
  #start = 0;
  #end = 0;
  /** Type of the attribute the reader stands on, without flag bits. */
  type = 0;

  constructor(
    data: Uint8Array,
    what: string,
    sticky: Sticky,
    within: { readonly view: DataView; readonly from: number; readonly to: number } = {
      view: viewOf(data),
      from: 0,
      to: data.length,
    },
  ) {
    this.#data = data;
    this.#view = within.view;
    this.#what = what;
    this.#sticky = sticky;
    this.#next = within.from;
    this.#limit = within.to;
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

  u32Pair(): readonly [number, number] {
    if (!this.#sized(8)) return [0, 0];
    return [
      this.#view.getUint32(this.#start, littleEndian),
      this.#view.getUint32(this.#start + 4, littleEndian),
    ];
  }

  /** The value's bytes, sharing the datagram's memory; with `size`, exactly that many. */
  bytes(size?: number): Uint8Array {
    if (size !== undefined && !this.#sized(size)) return new Uint8Array(size);
    return this.#data.subarray(this.#start, this.#end);
  }

  /** Text up to the first NUL or the end: the kernel pads some names with several. */
  text(): string {
    const bytes = this.#data.subarray(this.#start, this.#end);
    const nul = bytes.indexOf(0);
    return Buffer.from(bytes.buffer, bytes.byteOffset, nul < 0 ? bytes.length : nul).toString('utf8');
  }

  /** Walks the attributes inside this one; their faults end this walk too. */
  nested<T>(read: (inner: AttributeReader) => T): T {
    const within = { view: this.#view, from: this.#start, to: this.#end };
    return read(new AttributeReader(this.#data, this.#what, this.#sticky, within));
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
