// Bytes -> tokens, flat: three columns of numbers instead of objects, so that 300,000 lines cost milliseconds.
// Spec: keepalived.conf(5): comments, double quotes, words, braces. Tokens never span lines; gaps are blanks and comments.

/** Token shapes: the low two bits of a kind; `brace` is set in both braces. */
export const shape = { word: 0, quoted: 1, open: 2, close: 3, brace: 2, mask: 3 } as const;

/** Flags of a token. */
export const flag = {
  /** First token of its line. */
  first: 4,
  /** Set on the first token: the line has `$`, begins with `@` or `~`, or with `incl`; it goes through the expansion. */
  special: 8,
  /** The word holds `\#` or `\!`, which stand for `#` and `!`. */
  escaped: 16,
  /** The closing `"` is missing; the token ends with the line. */
  unclosed: 32,
} as const;

/** keepalived's line buffer: longer lines are cut there by versions up to 2.2.7, and the rest taken for a further line. */
export const longestPortableLine = 1_022;
/** Beyond this a line is not configuration any more; it is dropped with one error. */
export const longestLine = 65_536;

/** What the scanner found wrong, with the bytes concerned; `count` more of the same kind followed and were left out. */
export interface TapeProblem {
  readonly kind: 'long-line' | 'endless-line' | 'nul-byte' | 'unterminated-quote' | 'single-quote';
  readonly start: number;
  readonly end: number;
  count: number;
}

const LF = 0x0a;
const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const SINGLE = 0x27;
const AT = 0x40;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Byte classes. `attend` needs a look inside a word; `quote`, `attend` and `end` do inside double quotes. */
const word = 0;
const blank = 1;
const end = 2;
const quote = 3;
const brace = 4;
const comment = 5;
const attend = 6;

const classes = new Uint8Array(256);
for (const byte of [0x20, 0x09, 0x0b, 0x0c, 0x0d]) classes[byte] = blank;
classes[LF] = end;
classes[0x22] = quote;
classes[OPEN] = brace;
classes[CLOSE] = brace;
classes[0x23] = comment;
classes[0x21] = comment;
for (const byte of [BACKSLASH, DOLLAR, SINGLE, 0]) classes[byte] = attend;

const isNameStart = (byte: number) =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;

/** The tokens of one text. Columns are longer than `count`; read only the first `count` entries. */
export class Tape {
  starts: Uint32Array;
  ends: Uint32Array;
  kinds: Uint8Array;
  count = 0;
  readonly problems: TapeProblem[] = [];

  constructor(expected: number) {
    this.starts = new Uint32Array(expected);
    this.ends = new Uint32Array(expected);
    this.kinds = new Uint8Array(expected);
  }

  /** Appends the tokens of `bytes[from, to)`; `bytes[to]` must be a line feed. Each byte is looked at a bounded number of times. */
  scan(bytes: Uint8Array, from: number, to: number): void {
    let { starts, ends, kinds, count } = this;
    let capacity = starts.length;
    let at = from;
    while (at < to) {
      const lineStart = at;
      const firstToken = count;
      let special = false;
      let nul = false;
      let unclosed = -1;
      // Bytes before this offset are inside single quotes, which protect braces and comment characters, or of the id of a condition.
      let protectedEnd = at;
      let conditions = true;
      for (;;) {
        let byte = bytes[at]!;
        // Indentation is mostly spaces, and a quarter of a file.
        while (byte === 0x20) byte = bytes[++at]!;
        let kind = classes[byte]!;
        if (kind === blank) {
          at++;
          continue;
        }
        if (kind === end) break;
        if (kind === comment && at >= protectedEnd) {
          // A comment holds nothing to look at except the end of its line.
          at++;
          while (bytes[at] !== LF) at++;
          break;
        }
        if (count === capacity) {
          capacity = capacity * 2 + 64;
          this.grow(capacity, count);
          ({ starts, ends, kinds } = this);
        }
        const tokenStart = at;
        let token = count === firstToken ? flag.first : 0;
        if (kind === quote) {
          conditions = false;
          token |= shape.quoted;
          at++;
          for (;;) {
            kind = classes[bytes[at]!]!;
            if (kind === quote) {
              at++;
              break;
            }
            if (kind === end) {
              unclosed = tokenStart;
              token |= flag.unclosed;
              break;
            }
            if (kind === attend) {
              const inner = bytes[at];
              // A pair keeps its quote from closing the word, whatever the second character is.
              if (inner === BACKSLASH && bytes[at + 1] !== LF) at++;
              else if (inner === DOLLAR) special = true;
              if (bytes[at] === 0) nul = true;
            }
            at++;
          }
        } else if (kind === brace && at >= protectedEnd) {
          conditions = false;
          token |= byte === OPEN ? shape.open : shape.close;
          at++;
        } else {
          if (byte === SINGLE && at >= protectedEnd) protectedEnd = this.protect(bytes, at);
          if (conditions && byte === AT) protectedEnd = idEnd(bytes, at);
          else conditions = false;
          for (;;) {
            while (kind === word) kind = classes[bytes[++at]!]!;
            if (kind === attend) {
              const inner = bytes[at];
              const next = bytes[at + 1];
              if (inner === DOLLAR) {
                special = true;
                if (next === OPEN) at = referenceEnd(bytes, at);
              } else if (inner === BACKSLASH && next !== undefined) {
                if (next === 0x23 || next === 0x21) {
                  token |= flag.escaped;
                  at++;
                } else if (next === 0x22 || next === BACKSLASH) at++;
              } else if (inner === 0) nul = true;
            } else if (!(at < protectedEnd && (kind === brace || kind === comment))) break;
            kind = classes[bytes[++at]!]!;
          }
        }
        starts[count] = tokenStart;
        ends[count] = at;
        kinds[count] = token;
        count++;
      }
      // `at` stands on the line feed.
      if (count > firstToken) {
        const begin = starts[firstToken]!;
        const first = bytes[begin]!;
        if (
          special ||
          first === AT ||
          first === 0x7e ||
          (first === 0x69 &&
            bytes[begin + 1] === 0x6e &&
            bytes[begin + 2] === 0x63 &&
            bytes[begin + 3] === 0x6c)
        ) {
          kinds[firstToken]! |= flag.special;
        }
        if (unclosed >= 0) this.report('unterminated-quote', unclosed, ends[count - 1]!);
        if (nul) {
          this.report('nul-byte', begin, at);
          count = firstToken;
        }
      }
      if (at - lineStart > longestPortableLine) {
        const length = at - lineStart;
        if (length > longestLine) {
          this.report('endless-line', lineStart, at);
          count = firstToken;
        } else this.report('long-line', lineStart, at);
      }
      at++;
    }
    this.count = count;
  }

  /** The end of a single-quoted stretch that begins at `at` and holds `{ } # !`, else `at`: nothing to protect. */
  private protect(bytes: Uint8Array, at: number): number {
    let stop = at + 1;
    let needed = false;
    for (let byte = bytes[stop]!; byte !== LF && byte !== SINGLE; byte = bytes[++stop]!) {
      const kind = classes[byte];
      if (kind === brace || kind === comment) needed = true;
    }
    if (!needed || bytes[stop] !== SINGLE) return at;
    this.report('single-quote', at, stop + 1);
    return stop;
  }

  private report(kind: TapeProblem['kind'], start: number, stop: number): void {
    // A binary file is one mistake, not thousands: further NUL bytes and endless lines are only counted.
    if (kind === 'nul-byte' || kind === 'endless-line') {
      const known = this.problems.find(problem => problem.kind === kind);
      if (known !== undefined) {
        known.count++;
        return;
      }
    }
    this.problems.push({ kind, start, end: stop, count: 0 });
  }

  private grow(capacity: number, used: number): void {
    const copy = <T extends Uint32Array | Uint8Array>(target: T, source: T): T => {
      target.set(source.subarray(0, used));
      return target;
    };
    this.starts = copy(new Uint32Array(capacity), this.starts);
    this.ends = copy(new Uint32Array(capacity), this.ends);
    this.kinds = copy(new Uint8Array(capacity), this.kinds);
  }
}

/** With `at` on the `@` of a condition: the end of its id, which may have braces in it. */
function idEnd(bytes: Uint8Array, at: number): number {
  let stop = at + 1;
  for (let kind = classes[bytes[stop]!]; kind === word || kind === brace; ) {
    kind = classes[bytes[++stop]!];
  }
  return stop;
}

/** With `at` on the `$` of `${NAME}` or `${NAME PARAMETER...}`: the offset of its last brace; else `at`. */
function referenceEnd(bytes: Uint8Array, at: number): number {
  if (!isNameStart(bytes[at + 2]!)) return at;
  let stop = at + 3;
  for (;;) {
    const byte = bytes[stop]!;
    if (byte === CLOSE) return stop;
    const kind = classes[byte]!;
    if (byte !== 0x20 && byte !== 0x09 && kind !== word) return at;
    stop++;
  }
}

/** The scanner's word without quotes and with `\#`, `\!` resolved, still latin1. */
export function wordText(text: string, kind: number): string {
  if ((kind & shape.mask) === shape.quoted) {
    return text.slice(1, (kind & flag.unclosed) === 0 ? text.length - 1 : text.length);
  }
  return (kind & flag.escaped) === 0 ? text : unescapeMarks(text);
}

/** `\#` and `\!` become `#` and `!`; other pairs stay as they are. */
export const unescapeMarks = (text: string): string =>
  text.replace(/\\([\s\S])/g, (pair, second) => (second === '#' || second === '!' ? second : pair));
