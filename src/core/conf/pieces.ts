// One file as pieces in order: words, braces, comments and the lines of the macro language, each told as offsets.
// Spec: keepalived.conf(5); document.ts makes a tree of them, format-lines.ts lines. Between two pieces stand blanks and line ends only.

import { isBlank, trimBlanks, trimBlanksEnd } from './mapped.ts';
import { codeEnd, lineContinues } from './physical-line.ts';
import type { SourceFile } from './source.ts';
import { flag, shape, Tape } from './tape.ts';

/**
 * `statement`: a word. `include`: the keyword, then the pattern. `definition`: a physical line of one. `loop`: all of its line.
 * `comment`: up to the line end. `dropped`: a line no reader takes (NUL bytes, endless).
 */
export type PieceKind =
  | 'statement'
  | 'open'
  | 'close'
  | 'include'
  | 'definition'
  | 'loop'
  | 'comment'
  | 'dropped';

export interface PieceReader {
  /** The bytes `[start, end)`; what stands since the piece before begins at `from`. `more`: it continues that piece. */
  piece(kind: PieceKind, more: boolean, from: number, start: number, end: number): void;
}

/** The pieces of one file; they can be read any number of times. */
export class Pieces {
  readonly file: SourceFile;
  private readonly tape: Tape;
  private reader: PieceReader = { piece: () => {} };
  /** Everything before this offset has been told. */
  private at = 0;

  constructor(file: SourceFile) {
    this.file = file;
    this.tape = new Tape((file.size >> 3) + 64);
    this.tape.scan(file.bytes, file.bodyStart, file.size);
  }

  /** Whether any line may belong to the macro language. */
  get anySpecial(): boolean {
    const { kinds, count } = this.tape;
    for (let token = 0; token < count; token++) if ((kinds[token]! & flag.special) !== 0) return true;
    return false;
  }

  /** Tells the reader every piece; returns where the last one ends. */
  read(reader: PieceReader): number {
    const { tape, file } = this;
    this.reader = reader;
    this.at = file.bodyStart;
    let token = 0;
    while (token < tape.count) {
      const kind = tape.kinds[token]!;
      const start = tape.starts[token]!;
      if (start > this.at) this.trivia(start);
      if ((kind & flag.special) !== 0) token = this.special(token);
      else if ((kind & shape.brace) !== 0) {
        this.hand((kind & shape.mask) === shape.open ? 'open' : 'close', false, start, tape.ends[token]!);
        token++;
      } else token = this.statement(token);
    }
    this.trivia(file.size);
    return this.at;
  }

  private hand(kind: PieceKind, more: boolean, start: number, end: number): void {
    this.reader.piece(kind, more, this.at, start, end);
    this.at = end;
  }

  /** Comments and dropped lines between the last piece and `end`. */
  private trivia(end: number): void {
    const { bytes } = this.file;
    let at = this.at;
    while (at < end) {
      const code = bytes[at]!;
      if (code === 0x0a || isBlank(code)) {
        at++;
        continue;
      }
      const stop = Math.min(this.file.lineEnd(at), end);
      this.hand(code === 0x23 || code === 0x21 ? 'comment' : 'dropped', false, at, stop);
      at = stop;
    }
  }

  private statement(from: number): number {
    const { tape } = this;
    let token = from;
    do {
      this.hand('statement', token > from, tape.starts[token]!, tape.ends[token]!);
      token++;
    } while (token < tape.count && (tape.kinds[token]! & (flag.first | shape.brace)) === 0);
    return token;
  }

  /** Lines of the macro language; a condition before ordinary words leaves them a statement. */
  private special(token: number): number {
    const { file, tape } = this;
    const start = tape.starts[token]!;
    const end = file.lineEnd(start);
    const code = codeText(file.text, start, end);
    const body = code.replace(/^(?:@[^ \t\v\f\r]*[ \t]+)*/, '');
    if (/^\$[A-Za-z_][A-Za-z0-9_]*=/.test(body)) this.definition(start, code);
    else if (/^~(?:SEQx?|LST)[ \t]*\(/.test(body)) this.hand('loop', false, start, start + code.length);
    else if (/^include[rmwba]?[ \t]/.test(body)) {
      const keyword = code.length - body.length + /^[^ \t\v\f\r]+/.exec(body)![0].length;
      const pattern = keyword + /^[ \t]+/.exec(code.slice(keyword))![0].length;
      this.hand('include', false, start, start + keyword);
      this.hand('include', true, start + pattern, start + code.length);
    } else return this.statement(token);
    let next = token + 1;
    while (next < tape.count && tape.starts[next]! < this.at) next++;
    return next;
  }

  /** The line of a definition and those that continue it. */
  private definition(start: number, code: string): void {
    const { file } = this;
    let [begin, text, further] = [start, code, false];
    for (;;) {
      const end = file.lineEnd(begin);
      const more = lineContinues(file, begin, end);
      // A comment behind the code belongs to the line it continues; behind the last line it is a comment like any other.
      const whole = trimBlanksEnd(file.text.slice(begin, end));
      this.hand('definition', further, begin, begin + (more ? whole.length : text.length));
      further = true;
      const from = end + 1;
      const next = more && from < file.size ? file.text.slice(from, file.lineEnd(from)) : '';
      if (trimBlanks(next) === '') break;
      begin = from + next.indexOf(trimBlanks(next));
      text = codeText(file.text, begin, file.lineEnd(from));
      if (text === '' && !lineContinues(file, begin, file.lineEnd(from))) break;
    }
  }
}

/** The code of a line that begins at `start`, without comment and blanks after it. */
function codeText(text: string, start: number, end: number): string {
  const line = text.slice(start, end);
  let stop = codeEnd(line);
  while (stop > 0 && isBlank(line.charCodeAt(stop - 1))) stop--;
  return line.slice(0, stop);
}
