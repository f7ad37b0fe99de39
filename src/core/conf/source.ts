// One file's bytes: the text as one character per byte, lines found late, places.
// Spec: nothing but counting; bytes are kept as latin1 so that any file survives unchanged.

import { isAscii } from 'node:buffer';
import type { Place } from './config.ts';

const LF = 0x0a;

/** A file as read. `text` holds one character per byte (latin1), so offsets in it are byte offsets. */
export class SourceFile {
  readonly path: string;
  /** The bytes, followed by one line feed that is not part of the file: scanners stop there without counting. */
  readonly bytes: Buffer;
  /** Number of bytes of the file itself. */
  readonly size: number;
  readonly text: string;
  /** No byte is above 0x7f. */
  readonly ascii: boolean;
  /** Offsets at which lines begin, as far as anybody has asked. */
  private readonly starts: number[] = [0];
  private allStarts = false;

  constructor(path: string, content: Uint8Array) {
    this.path = path;
    this.size = content.length;
    this.bytes = Buffer.allocUnsafeSlow(content.length + 1);
    this.bytes.set(content);
    this.bytes[content.length] = LF;
    this.ascii = isAscii(this.bytes);
    this.text = this.bytes.toString('latin1', 0, content.length);
  }

  /** Offset behind a UTF-8 byte order mark, 0 without one. */
  get bodyStart(): number {
    return this.text.startsWith('\xef\xbb\xbf') ? 3 : 0;
  }

  /** Offset of the line feed that ends the line of byte `offset`; the size if there is none. */
  lineEnd(offset: number): number {
    return this.bytes.indexOf(LF, offset);
  }

  /** Offsets at which lines begin; a final line feed opens no further line. */
  get lineStarts(): readonly number[] {
    return this.startsTo(this.size);
  }

  /** Those up to byte `offset` at least: one finding near the top of a long file must not index all of it. */
  private startsTo(offset: number): readonly number[] {
    const { starts } = this;
    // The last one known lies beyond the offset, or there are no more: a long line is looked through once.
    for (let last = starts[starts.length - 1]!; last <= offset && !this.allStarts; ) {
      const next = this.bytes.indexOf(LF, last) + 1;
      this.allStarts = next >= this.size || next === 0;
      if (!this.allStarts) starts.push(next);
      last = next;
    }
    return starts;
  }

  /** Index (from 0) of the line that holds byte `offset`. */
  lineOf(offset: number): number {
    const starts = this.startsTo(offset);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where the line of byte `offset` begins. */
  lineStart(offset: number): number {
    return this.starts[this.lineOf(offset)]!;
  }

  /** The place of the bytes from `start` up to and excluding `end`. */
  place(start: number, end: number): Place {
    const first = this.lineOf(start);
    const last = this.lineOf(Math.max(start, end - 1));
    return {
      file: this.path,
      line: first + 1,
      column: start - this.starts[first]! + 1,
      endLine: last + 1,
      endColumn: end - this.starts[last]! + 1,
    };
  }
}

const decode = (text: string): string => {
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') && !text.includes('\xef\xbf\xbd') ? text : decoded;
};

/**
 * Bytes kept as latin1 shown as text: UTF-8 where valid, else unchanged. Each run of letters outside ASCII by itself, so that
 * a word reads the same alone and within its line.
 */
export function readable(text: string): string {
  // Plain ASCII needs no decoding; this is nearly every word there is.
  if (!/[\x80-\xff]/.test(text)) return text;
  return text.replace(/[\x80-\xff]+/g, decode);
}
