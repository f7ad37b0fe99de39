// The expanded configuration as columns: statements and braces in order, each a window on the tokens of its text.
// Spec: nothing but layout; a statement costs twelve bytes here and becomes an object only when looked at.

import { type MappedLine, type Piece, type Span, type Surrounding, spanOf } from './mapped.ts';
import { type EventTape, eventCount } from './nesting.ts';
import { readable, type SourceFile } from './source.ts';
import { flag, shape, Tape, wordText } from './tape.ts';

/** A text with its tokens: a file as it is read at one place, or the collected lines that expansion made. */
export interface Unit {
  readonly tape: Tape;
  /** The text's bytes; offsets are those of the tape. */
  readonly bytes: Uint8Array;
  /** Whether no byte of the text is above 0x7f, so that latin1 is what it means. */
  readonly ascii: boolean;
  /** The bytes `[start, end)` as latin1. */
  slice(start: number, end: number): string;
  /** Where these bytes stand in a file. */
  span(start: number, end: number): Span;
  /** Innermost first: what surrounds the text at `start`. */
  surrounding(start: number): Surrounding | undefined;
  /** The pieces of the expanded line around `start` and where it begins; undefined for text as written. */
  pieces(start: number): { readonly pieces: readonly Piece[]; readonly lineStart: number } | undefined;
}

/** A file's own text. One file included twice gives two units with one tape. */
export function fileUnit(file: SourceFile, tape: Tape, includedFrom: Surrounding | undefined): Unit {
  return {
    tape,
    bytes: file.bytes,
    ascii: file.ascii,
    slice: (start, end) => file.text.slice(start, end),
    span: (start, end) => ({ file, start, end }),
    surrounding: () => includedFrom,
    pieces: () => undefined,
  };
}

/** The lines that expansion made, in one growing buffer, each with its pieces and surroundings. */
export class ExpandedUnit implements Unit {
  readonly tape = new Tape(64);
  readonly ascii = false;
  bytes: Buffer = Buffer.alloc(4_096);
  private used = 0;
  private readonly starts: number[] = [];
  private readonly lines: { readonly pieces: readonly Piece[]; readonly around: Surrounding | undefined }[] =
    [];

  /** Appends a line; its tokens are those of the tape from the returned index on. */
  add(line: MappedLine, around: Surrounding | undefined): number {
    const { length } = line.text;
    if (this.used + length + 2 > this.bytes.length) {
      const larger = Buffer.alloc((this.bytes.length + length) * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    const start = this.used;
    this.bytes.write(line.text, start, 'latin1');
    this.bytes[start + length] = 0x0a;
    this.used = start + length + 1;
    this.starts.push(start);
    this.lines.push({ pieces: line.pieces, around });
    const first = this.tape.count;
    this.tape.scan(this.bytes, start, start + length);
    return first;
  }

  slice(start: number, end: number): string {
    return this.bytes.toString('latin1', start, end);
  }

  span(start: number, end: number): Span {
    const { pieces, lineStart } = this.pieces(start);
    const span = spanOf(pieces, start - lineStart, end - lineStart);
    if (span === undefined) throw new RangeError('an expanded line without pieces');
    return span;
  }

  surrounding(start: number): Surrounding | undefined {
    return this.lines[this.lineAt(start)]!.around;
  }

  pieces(start: number): { readonly pieces: readonly Piece[]; readonly lineStart: number } {
    const line = this.lineAt(start);
    return { pieces: this.lines[line]!.pieces, lineStart: this.starts[line]! };
  }

  private lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Words by their bytes: one string object for each, found without making a new one. */
class KeywordCache {
  private readonly slots: (string | undefined)[] = new Array<string | undefined>(4_096).fill(undefined);

  find(unit: Unit, start: number, end: number): string {
    const { bytes } = unit;
    // Length and four bytes tell most keywords apart; a slot that two share is only filled anew.
    const length = end - start;
    const hash =
      length +
      bytes[start]! * 37 +
      bytes[end - 1]! * 131 +
      bytes[start + (length >> 1)]! * 17 +
      bytes[start + (length >> 2)]! * 257;
    const slot = hash & 4_095;
    const known = this.slots[slot];
    if (known !== undefined && known.length === end - start) {
      let at = 0;
      while (at < known.length && known.charCodeAt(at) === bytes[start + at]) at++;
      if (at === known.length) return known;
    }
    const word = readable(unit.slice(start, end));
    this.slots[slot] = word;
    return word;
  }
}

/** The growing list of events. */
export class Events implements EventTape {
  length = 0;
  counts = new Int32Array(1_024);
  units = new Int32Array(1_024);
  firsts = new Int32Array(1_024);
  readonly unitTable: Unit[] = [];
  private readonly keywords = new KeywordCache();

  /** Registers a text; events name it by the returned number. */
  addUnit(unit: Unit): number {
    this.unitTable.push(unit);
    return this.unitTable.length - 1;
  }

  /** Appends a statement of `count` words from token `first` on, or a brace (eventCount) at token `first`. */
  add(unit: number, first: number, count: number): void {
    const at = this.length;
    if (at === this.counts.length) this.resize(this.counts.length * 2);
    this.counts[at] = count;
    this.units[at] = unit;
    this.firsts[at] = first;
    this.length = at + 1;
  }

  /** Appends what the tokens `[from, to)` of one line say; returns the new length. */
  addTokens(unit: number, tape: Tape, from: number, to: number): number {
    let token = from;
    while (token < to) {
      const kind = tape.kinds[token]!;
      const first = token++;
      if ((kind & shape.brace) !== 0) {
        this.add(unit, first, (kind & shape.mask) === shape.open ? eventCount.open : eventCount.close);
        continue;
      }
      while (token < to && (tape.kinds[token]! & shape.brace) === 0) token++;
      this.add(unit, first, token - first);
    }
    return this.length;
  }

  unitOf(event: number): Unit {
    return this.unitTable[this.units[event]!]!;
  }

  /** Offset in its unit's text at which the event begins. */
  startOf(event: number): number {
    return this.unitOf(event).tape.starts[this.firsts[event]!]!;
  }

  endOf(event: number): number {
    const last = this.firsts[event]! + Math.max(this.counts[event]!, 1) - 1;
    return this.unitOf(event).tape.ends[last]!;
  }

  spanOf(event: number): Span {
    return this.unitOf(event).span(this.startOf(event), this.endOf(event));
  }

  /** Word `i` of a statement, latin1; `i` must be below its count. */
  wordOf(event: number, i: number): string {
    const unit = this.unitOf(event);
    const token = this.firsts[event]! + i;
    const { starts, ends, kinds } = unit.tape;
    return wordText(unit.slice(starts[token]!, ends[token]!), kinds[token]!);
  }

  /** The first word as text. The same few keywords come again and again: each is made once. */
  keywordOf(event: number): string {
    const unit = this.unitOf(event);
    const token = this.firsts[event]!;
    const { starts, ends, kinds } = unit.tape;
    if ((kinds[token]! & ~flag.first) !== shape.word) return readable(this.wordOf(event, 0));
    return this.keywords.find(unit, starts[token]!, ends[token]!);
  }

  indentOf(event: number): number {
    if (event >= this.length) return -1;
    const { tape } = this.unitOf(event);
    const token = this.firsts[event]!;
    // Text that expansion made has no layout of its own.
    if ((tape.kinds[token]! & flag.first) === 0 || this.unitOf(event).pieces(0) !== undefined) return -1;
    const { file, start } = this.spanOf(event);
    return start - file.lineStart(start);
  }

  sameFile(one: number, other: number): boolean {
    return this.units[one] === this.units[other];
  }

  /** Makes room for `more` events at once. */
  reserve(more: number): void {
    if (this.length + more > this.counts.length) this.resize(this.length + more);
  }

  private resize(size: number): void {
    const larger = (column: Int32Array) => {
      const copy = new Int32Array(size);
      copy.set(column);
      return copy;
    };
    this.counts = larger(this.counts);
    this.units = larger(this.units);
    this.firsts = larger(this.firsts);
  }
}
