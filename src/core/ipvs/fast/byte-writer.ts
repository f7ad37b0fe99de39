// Writes text as bytes into one reused buffer, so that printing a large table allocates nothing per line.
// Spec: the output of `ipvsadm -S`, `ipvsadm -L` and `vs export`, nearly all of it ASCII; test/unit/ipvs/sink.test.ts compares with strings.

/** Receives a full buffer. Returns true when the consumer has copied the chunk; the buffer is then reused. */
export type TakePiece = (piece: Uint8Array) => boolean;

const pieceSize = 65_536;
/** The longest of a form's lines, with room to spare: callers reserve no more at once. */
const longestForm = 512;
const [zero, dot, space] = [48, 46, 32];

/** The digits of 0..255 in three bytes each, and how many they are in the fourth. */
function digitsOfOctets(): Uint8Array {
  const digits = new Uint8Array(1024);
  for (let octet = 0; octet < 256; octet++) {
    const text = String(octet);
    for (let index = 0; index < text.length; index++) digits[octet * 4 + index] = text.charCodeAt(index);
    digits[octet * 4 + 3] = text.length;
  }
  return digits;
}

export class ByteSink {
  #bytes = Buffer.allocUnsafeSlow(pieceSize);
  /** Where the next byte goes. */
  #at = 0;
  readonly #octets = digitsOfOctets();
  readonly #take: TakePiece;

  constructor(take: TakePiece) {
    this.#take = take;
  }

  /** Makes room for one line; what is written until the next call must not exceed 512 bytes. */
  begin(): void {
    if (this.#at + longestForm > pieceSize) this.flush();
  }

  /** Any text, of any length. */
  text(text: string): void {
    if (text.length * 3 <= pieceSize - this.#at) {
      this.#at += this.#bytes.write(text, this.#at, 'utf8');
      return;
    }
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; ) {
      if (this.#at === pieceSize) this.flush();
      const count = Math.min(bytes.length - from, pieceSize - this.#at);
      bytes.copy(this.#bytes, this.#at, from, from + count);
      this.#at += count;
      from += count;
    }
  }

  /** A short constant of a form. */
  ascii(word: Uint8Array): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < word.length; index++) bytes[at++] = word[index] as number;
    this.#at = at;
  }

  /** A whole number in decimal, of 32 bits, signed or not. */
  number(value: number): void {
    const bytes = this.#bytes;
    let rest = value;
    if (rest < 0) {
      bytes[this.#at++] = 45;
      rest = -rest;
    }
    let digits = 1;
    for (let limit = 10; rest >= limit; limit *= 10) digits++;
    this.#at += digits;
    let at = this.#at;
    do {
      // Integer division by 10 via multiply-shift: `/` allocates a heap number in unoptimised code.
      const tenth = rest < 40_960 ? (rest * 52_429) >>> 19 : Math.floor(rest / 10);
      bytes[--at] = zero + rest - tenth * 10;
      rest = tenth;
    } while (rest > 0);
  }

  /** The same at the right end of a column. */
  right(value: number, width: number): void {
    let digits = value < 0 ? 2 : 1;
    const most = value < 0 ? -value : value;
    for (let limit = 10; most >= limit; limit *= 10) digits++;
    for (; digits < width; digits++) this.#bytes[this.#at++] = space;
    this.number(value);
  }

  /** A constant followed by a number. */
  field(label: Uint8Array, value: number): void {
    this.ascii(label);
    this.number(value);
  }

  /** The IPv4 address of this number in network order, signed or not. */
  address(address: number): void {
    const bytes = this.#bytes;
    const octets = this.#octets;
    let at = this.#at;
    for (let shift = 24; shift >= 0; shift -= 8) {
      const octet = ((address >> shift) & 255) << 2;
      bytes[at] = octets[octet] as number;
      bytes[at + 1] = octets[octet + 1] as number;
      bytes[at + 2] = octets[octet + 2] as number;
      at += octets[octet + 3] as number;
      bytes[at++] = dot;
    }
    this.#at = at - 1;
  }

  /** Where a column begins; give it to `pad`. */
  get column(): number {
    return this.#at;
  }

  /** Spaces until the column that began at `from` is `width` wide. */
  pad(from: number, width: number): void {
    for (let end = from + width; this.#at < end; ) this.#bytes[this.#at++] = space;
  }

  /** Hands what has been written so far to the consumer. */
  flush(): void {
    if (this.#at === 0) return;
    const { buffer, byteOffset } = this.#bytes;
    // No Buffer, whose slice() would be no copy.
    const piece = new Uint8Array(buffer, byteOffset, this.#at);
    if (!this.#take(piece)) this.#bytes = Buffer.allocUnsafeSlow(pieceSize);
    this.#at = 0;
  }
}
