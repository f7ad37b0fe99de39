// A file as physical lines, each with what may be done to it: laid out anew, only moved, or nothing at all.
// Spec: keepalived.conf(5): conditions, definitions, loops and includes are matters of whole physical lines.

import { trimBlanksEnd } from './mapped.ts';
import { type PieceKind, type PieceReader, Pieces } from './pieces.ts';
import type { SourceFile } from './source.ts';
import { longestPortableLine } from './tape.ts';

/** A word or brace of a line; `gap` is what stands between it and the one before. */
export interface Item {
  readonly kind: 'word' | 'open' | 'close';
  readonly gap: string;
  readonly text: string;
}

/**
 * `plain`: words and braces that mean the same however they are broken into lines. `condition`: `@ID ...`, one line for ever,
 * its words one blank apart. `fixed`: may be indented, nothing else. `frozen`: every byte stays. `comment`: a comment alone.
 */
export type LineKind = 'plain' | 'condition' | 'fixed' | 'frozen' | 'comment';

export interface PhysicalLine {
  readonly kind: LineKind;
  /** Empty lines stood before it. */
  readonly blankBefore: boolean;
  /** What the file has before the text, for frozen lines. */
  readonly indent: string;
  /** The whole line without blanks around it, comment included. */
  readonly text: string;
  readonly items: readonly Item[];
  /** The comment at the end of a plain line or condition, or the one of a comment line. */
  readonly comment: string | undefined;
}

/** Lines are laid out anew only up to this length: with indentation and brace they still fit keepalived's buffer. */
const longestLaidOut = longestPortableLine - 122;

/** Hands every line that holds anything to `take`, in order; none is kept. */
export function readLines(file: SourceFile, take: (line: PhysicalLine) => void): void {
  const pieces = new Pieces(file);
  const lines = new LineReader(file.text, constantNames(pieces), take);
  pieces.read(lines);
  lines.finish();
}

/** Collects pieces up to the next line end. */
class LineReader implements PieceReader {
  private readonly file: string;
  private readonly known: ReadonlySet<string>;
  private readonly take: (line: PhysicalLine) => void;
  private items: Item[] = [];
  /** The first piece, and what stands before it. */
  private first: PieceKind | undefined;
  private leading = '';
  private start = 0;
  private end = 0;
  private comment: string | undefined;
  /** It holds an include, a loop or the first line of a definition. */
  private whole = false;
  /** It holds what must stay as it is, byte for byte. */
  private frozen = false;

  constructor(file: string, known: ReadonlySet<string>, take: (line: PhysicalLine) => void) {
    this.file = file;
    this.known = known;
    this.take = take;
  }

  piece(kind: PieceKind, more: boolean, from: number, start: number, end: number): void {
    const leading = this.file.slice(from, start);
    if (leading.includes('\n')) this.finish();
    if (this.first === undefined) {
      this.first = kind;
      this.leading = leading;
      this.start = start;
    }
    this.end = end;
    const text = this.file.slice(start, end);
    this.comment = undefined;
    switch (kind) {
      case 'statement':
        this.items.push({ kind: 'word', gap: leading, text });
        return;
      case 'open':
      case 'close':
        this.items.push({ kind, gap: leading, text });
        return;
      case 'comment':
        this.comment = trimBlanksEnd(text);
        return;
      case 'include':
      case 'loop':
        this.whole = true;
        return;
      case 'definition':
        if (more) this.frozen = true;
        else this.whole = true;
        return;
      case 'dropped':
        this.frozen = true;
        return;
    }
  }

  finish(): void {
    const { first, items, leading, comment, whole, frozen, known } = this;
    if (first === undefined) return;
    const written = this.file.slice(this.start, this.end);
    const kind = frozen ? 'frozen' : kindOf(first, items, whole, written, known);
    const lineEnd = leading.lastIndexOf('\n');
    this.take({
      kind,
      blankBefore: lineEnd >= 0 && leading.indexOf('\n') < lineEnd,
      indent: leading.slice(lineEnd + 1),
      text: kind === 'frozen' ? written : trimBlanksEnd(written),
      items,
      comment,
    });
    this.items = [];
    this.first = undefined;
    this.whole = false;
    this.frozen = false;
  }
}

/** Without any of these a word is only a word; nearly every line is so. */
const remarkable = /['"\\$@~]|incl/;

function kindOf(
  first: PieceKind,
  items: readonly Item[],
  whole: boolean,
  written: string,
  known: ReadonlySet<string>,
): LineKind {
  const ordinary = !remarkable.test(written);
  // An open quote takes up everything to the end of the line, blanks included.
  if (!ordinary && items.some(({ text }) => text.startsWith('"') && !isMovable(text))) return 'frozen';
  if (items.length === 0) return first === 'comment' ? 'comment' : 'fixed';
  if (whole || written.length > longestLaidOut) return 'fixed';
  if (ordinary) return 'plain';
  if (items.some(item => item.kind === 'word' && !isMovable(item.text))) return 'fixed';
  if (!items.every(({ text }) => refersToConstants(text, known))) return 'fixed';
  if (items.some((item, at) => endsAtBrace(item, items[at + 1]))) return 'fixed';
  if (items[0]!.text.startsWith('@')) return 'condition';
  // A run of words that comes to stand at the start of a line must not become a directive there.
  const starts = items.filter(
    (item, at) => item.kind === 'word' && (at === 0 || items[at - 1]!.kind !== 'word'),
  );
  return starts.some(({ text }) => /^(?:[@~]|incl)|\$/.test(text)) ? 'fixed' : 'plain';
}

/** `$NAME` directly before a brace is no reference, and would become one before a blank. */
const endsAtBrace = ({ kind, text }: Item, next: Item | undefined): boolean =>
  kind === 'word' && next !== undefined && next.kind !== 'word' && next.gap === '' && /\$\w+$/.test(text);

/** Blanks around the word mean nothing. Single quotes and backslashes mean something to scripts, which split the line again. */
function isMovable(text: string): boolean {
  if (text.startsWith('"')) return /^"(?:\\[\s\S]|[^"\\])*"$/.test(text);
  return !/['\\]/.test(text);
}

const reference = /\$(?:([A-Za-z_]\w*)(?=[ \t\v\f\r,)]|$)|\{([A-Za-z_]\w*)\})/g;

/** Every `$` of the word refers to a definition that is known to be harmless. */
function refersToConstants(text: string, known: ReadonlySet<string>): boolean {
  if (!text.includes('$')) return true;
  let harmless = true;
  const rest = text.replace(reference, (_, bare: string | undefined, braced: string | undefined) => {
    if (!known.has(bare ?? braced!)) harmless = false;
    return '';
  });
  return harmless && !rest.includes('$');
}

const definition = /^(?:@\S*[ \t]+)*\$([A-Za-z_]\w*)=[ \t]*(.*)$/s;
const constantValue = /^[\w.:/,%+-]+(?: [\w.:/,%+-]+)*$/;

/** Names whose every definition is one line of ordinary words. An include may redefine any of them, so then there are none. */
function constantNames(pieces: Pieces): ReadonlySet<string> {
  if (!pieces.anySpecial) return new Set();
  const { text } = pieces.file;
  const harmless = new Set<string>();
  const harmful = new Set<string>();
  let included = false;
  let name = '';
  pieces.read({
    piece: (kind, more, _from, start, end) => {
      if (kind === 'include') included = true;
      else if (kind === 'loop') {
        for (const [word] of text.slice(start, end).matchAll(/[A-Za-z_]\w*/g)) harmful.add(word);
      } else if (kind === 'definition' && more) harmful.add(name);
      else if (kind === 'definition') {
        const [, defined = '', value = ''] = definition.exec(text.slice(start, end)) ?? [];
        name = defined;
        (constantValue.test(value) ? harmless : harmful).add(name);
      }
    },
  });
  for (const each of harmful) harmless.delete(each);
  return included ? new Set() : harmless;
}
