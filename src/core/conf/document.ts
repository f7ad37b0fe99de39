// One file as a lossless tree: every byte is in a token or before one. For formatting, fixes and editors; nothing is expanded.
// Behind it: keepalived.conf(5); printing the tree (print.ts) gives the file back byte for byte, whatever is in it.

import { isBlank } from './mapped.ts';
import { codeEnd, lineContinues } from './physical-line.ts';
import type { SourceFile } from './source.ts';
import { flag, shape, Tape } from './tape.ts';

/** A token: `leading` is what stands before it (blanks and line ends only), `text` the token itself. Both latin1. */
export interface Token {
  readonly leading: string;
  readonly text: string;
}

/**
 * `statement`: words, maybe a block; a condition `@id` is its first word. `include`: the keyword and the pattern. `definition`: one
 * token per physical line. `loop`: one token. `comment`: one token up to the line end. `dropped`: a line no reader takes (NUL bytes,
 * endless). `brace`: one that opens or closes nothing that has a name.
 */
export type NodeKind = 'statement' | 'include' | 'definition' | 'loop' | 'comment' | 'dropped' | 'brace';

export interface Node {
  readonly kind: NodeKind;
  readonly tokens: readonly Token[];
  readonly block: Block | undefined;
}

export interface Block {
  /** Comments between the statement's words and its `{`. */
  readonly before: readonly Node[];
  readonly open: Token;
  readonly nodes: readonly Node[];
  /** Undefined when the file ends first. */
  readonly close: Token | undefined;
}

export interface Document {
  /** The byte order mark, or nothing. */
  readonly mark: string;
  readonly nodes: readonly Node[];
  /** What follows the last token: blanks and line ends. */
  readonly trailing: string;
}

/** Builds the tree of one file. Never throws; unbalanced braces become `brace` nodes or blocks without a close. */
export function parseDocument(file: SourceFile): Document {
  const tape = new Tape((file.size >> 3) + 64);
  tape.scan(file.bytes, file.bodyStart, file.size);
  return new Builder(file, tape).build();
}

interface OpenBlock {
  readonly nodes: Node[];
  readonly block: { before: Node[]; open: Token; nodes: Node[]; close: Token | undefined };
}

class Builder {
  private readonly file: SourceFile;
  private readonly tape: Tape;
  /** Everything before this offset is in the tree. */
  private at: number;
  private nodes: Node[] = [];
  private readonly stack: OpenBlock[] = [];

  constructor(file: SourceFile, tape: Tape) {
    this.file = file;
    this.tape = tape;
    this.at = file.bodyStart;
  }

  build(): Document {
    const { tape, file } = this;
    let token = 0;
    while (token < tape.count) {
      const kind = tape.kinds[token]!;
      this.trivia(tape.starts[token]!);
      if ((kind & flag.special) !== 0) token = this.special(token);
      else if ((kind & shape.mask) === shape.open) this.open(token++);
      else if ((kind & shape.mask) === shape.close) this.close(token++);
      else token = this.statement(token);
    }
    this.trivia(file.size);
    const trailing = file.text.slice(this.at);
    const { stack } = this;
    const root = stack.length > 0 ? stack[0]!.nodes : this.nodes;
    return { mark: file.text.slice(0, file.bodyStart), nodes: root, trailing };
  }

  /** The token that ends at `end`, with what stands before it. */
  private take(start: number, end: number): Token {
    const { text } = this.file;
    const token = { leading: text.slice(this.at, start), text: text.slice(start, end) };
    this.at = end;
    return token;
  }

  private push(kind: NodeKind, tokens: readonly Token[]): void {
    this.nodes.push({ kind, tokens, block: undefined });
  }

  /** Comments and dropped lines between the last token and `end`. */
  private trivia(end: number): void {
    const { text } = this.file;
    let at = this.at;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (code === 0x0a || isBlank(code)) {
        at++;
        continue;
      }
      const stop = Math.min(this.file.lineEnd(at), end);
      this.push(code === 0x23 || code === 0x21 ? 'comment' : 'dropped', [this.take(at, stop)]);
      at = stop;
    }
  }

  private statement(from: number): number {
    const { tape } = this;
    const tokens: Token[] = [];
    let token = from;
    do {
      tokens.push(this.take(tape.starts[token]!, tape.ends[token]!));
      token++;
    } while (token < tape.count && (tape.kinds[token]! & (flag.first | shape.brace)) === 0);
    this.push('statement', tokens);
    return token;
  }

  private open(token: number): void {
    const { nodes, tape } = this;
    const open = this.take(tape.starts[token]!, tape.ends[token]!);
    let owner = nodes.length - 1;
    while (owner >= 0 && nodes[owner]!.kind === 'comment') owner--;
    const statement = nodes[owner];
    if (statement?.kind !== 'statement' || statement.block !== undefined) {
      this.push('brace', [open]);
      return;
    }
    const block = { before: nodes.splice(owner + 1), open, nodes: [], close: undefined };
    nodes[owner] = { ...statement, block };
    this.stack.push({ nodes, block });
    this.nodes = block.nodes;
  }

  private close(token: number): void {
    const text = this.take(this.tape.starts[token]!, this.tape.ends[token]!);
    const open = this.stack.pop();
    if (open === undefined) {
      this.push('brace', [text]);
      return;
    }
    open.block.close = text;
    this.nodes = open.nodes;
  }

  /** Lines of the macro language; a condition before ordinary words leaves them a statement. */
  private special(token: number): number {
    const { file, tape } = this;
    const start = tape.starts[token]!;
    const end = file.lineEnd(start);
    const code = codeText(file.text, start, end);
    const body = code.replace(/^(?:@\S*[ \t]+)*/, '');
    if (/^\$[A-Za-z_][A-Za-z0-9_]*=/.test(body)) this.definition(start, code);
    else if (/^~(?:SEQx?|LST)[ \t]*\(/.test(body)) this.push('loop', [this.take(start, start + code.length)]);
    else if (/^include[rmwba]?[ \t]/.test(body)) {
      const keyword = code.length - body.length + /^\S+/.exec(body)![0].length;
      const pattern = keyword + /^[ \t]+/.exec(code.slice(keyword))![0].length;
      const first = this.take(start, start + keyword);
      this.push('include', [first, this.take(start + pattern, start + code.length)]);
    } else return this.statement(token);
    let next = token + 1;
    while (next < tape.count && tape.starts[next]! < this.at) next++;
    return next;
  }

  /** The line of a definition and those that continue it. */
  private definition(start: number, code: string): void {
    const { file } = this;
    const tokens: Token[] = [];
    let [begin, text] = [start, code];
    for (;;) {
      const end = file.lineEnd(begin);
      const more = lineContinues(file, begin, end);
      // A comment behind the code belongs to the line it continues; behind the last line it is a comment like any other.
      const whole = file.text.slice(begin, end).trimEnd();
      tokens.push(this.take(begin, begin + (more ? whole.length : text.length)));
      const from = end + 1;
      const next = more && from < file.size ? file.text.slice(from, file.lineEnd(from)) : '';
      if (next.trim() === '') break;
      begin = from + (next.length - next.trimStart().length);
      text = codeText(file.text, begin, file.lineEnd(from));
      if (text === '' && !lineContinues(file, begin, file.lineEnd(from))) break;
    }
    this.push('definition', tokens);
  }
}

/** The code of a line that begins at `start`, without comment and blanks after it. */
function codeText(text: string, start: number, end: number): string {
  const line = text.slice(start, end);
  let stop = codeEnd(line);
  while (stop > 0 && isBlank(line.charCodeAt(stop - 1))) stop--;
  return line.slice(0, stop);
}
