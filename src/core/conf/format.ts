// One canonical style: four blanks a level, one statement a line, `{` behind its keyword, comments where they were.
// Spec: keepalived.conf(5); what a line break may not change stands in format-lines.ts, the proof in format-proof.ts.

import type { Diagnostic } from './config.ts';
import { type Item, type PhysicalLine, readLines } from './format-lines.ts';
import { proveSame } from './format-proof.ts';
import { SourceFile } from './source.ts';
import { longestPortableLine } from './tape.ts';

export type Formatted =
  | { readonly kind: 'formatted'; readonly bytes: Buffer; readonly changed: boolean }
  /** The layout itself decides what the file means (its braces do not balance): it is left alone. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** The canonical form of one file, proven to be read as before; formatting it again changes nothing. */
export function formatFile(file: SourceFile): Formatted {
  const text = formatText(file);
  const bytes = Buffer.from(text, 'latin1');
  const changed = text !== file.text;
  const diagnostics = proveSame(file, changed ? new SourceFile(file.path, bytes) : file);
  return diagnostics.length > 0 ? { kind: 'refused', diagnostics } : { kind: 'formatted', bytes, changed };
}

/** A line of the result. */
class Row {
  depth: number;
  text: string;
  comment: string | undefined = undefined;
  readonly kind: 'code' | 'comment' | 'frozen';
  readonly blankBefore: boolean;
  /** A `{` that follows may be put behind it. */
  joinable = false;
  opens = false;
  closes = false;
  /** Nesting behind this line. */
  after: number;

  constructor(depth: number, text: string, kind: Row['kind'], blankBefore: boolean) {
    this.depth = depth;
    this.after = depth;
    this.text = text;
    this.kind = kind;
    this.blankBefore = blankBefore;
  }
}

/** The text of a file in the canonical style, one character per byte. Says nothing about its meaning: see formatFile. */
function formatText(file: SourceFile): string {
  const layout = new Layout();
  readLines(file, line => layout.add(line));
  const text = layout.page.end();
  const mark = file.text.slice(0, file.bodyStart);
  // Bytes that were part of a word must not become a byte order mark by coming to stand first.
  return mark + (mark === '' && text.startsWith('\xef\xbb\xbf') ? ' ' : '') + text;
}

class Layout {
  readonly page = new Page();
  private depth = 0;
  /** Conditions on consecutive lines exclude each other: each continues from where the first began. */
  private alternatives: { readonly depth: number; readonly ids: Set<string> } | undefined;

  add(line: PhysicalLine): void {
    if (line.kind === 'condition') {
      this.condition(line);
      return;
    }
    if (line.kind !== 'comment') this.alternatives = undefined;
    if (line.kind === 'plain') this.plain(line);
    else if (line.kind === 'comment') this.push(line.comment!, 'comment', line.blankBefore);
    else this.whole(line, line.kind === 'frozen' ? line.indent + line.text : line.text);
  }

  private push(text: string, kind: Row['kind'], blankBefore: boolean): Row {
    const row = new Row(this.depth, text, kind, blankBefore);
    this.page.add(row);
    return row;
  }

  private plain({ items, comment, blankBefore }: PhysicalLine): void {
    let touched: Row | undefined;
    for (let at = 0; at < items.length; at++) {
      const blank: boolean = touched === undefined && blankBefore;
      const { kind } = items[at]!;
      if (kind === 'open') touched = this.open(blank);
      else if (kind === 'close') {
        this.depth = Math.max(0, this.depth - 1);
        touched = this.push('}', 'code', blank);
        touched.closes = true;
      } else {
        const from = at;
        while (at + 1 < items.length && items[at + 1]!.kind === 'word') at++;
        touched = this.push(joinItems(items, from, at + 1), 'code', blank);
        touched.joinable = true;
      }
    }
    if (comment === undefined) return;
    if (touched !== undefined && touched.comment === undefined) touched.comment = comment;
    else this.push(comment, 'comment', false);
  }

  /** Behind its statement; comments between the two come to stand in the block. */
  private open(blankBefore: boolean): Row {
    const owner = this.page.lastCode;
    this.depth++;
    if (owner === undefined || !owner.joinable || owner.opens) {
      const row = this.push('{', 'code', blankBefore);
      row.opens = true;
      row.depth--;
      return row;
    }
    owner.text += ' {';
    owner.opens = true;
    owner.after = this.depth;
    for (const row of this.page.remarks) row.depth = row.after = this.depth;
    return owner;
  }

  private condition(line: PhysicalLine): void {
    const [{ text: id }] = line.items as readonly [Item, ...Item[]];
    if (this.alternatives === undefined || this.alternatives.ids.has(id)) {
      this.alternatives = { depth: this.depth, ids: new Set() };
    }
    this.alternatives.ids.add(id);
    this.depth = this.alternatives.depth;
    this.whole(line, joinItems(line.items, 0, line.items.length)).comment = line.comment;
  }

  /** A line that stays one line, whatever braces it holds. */
  private whole({ kind, items, blankBefore }: PhysicalLine, text: string): Row {
    let opened = 0;
    let leading = 0;
    for (const item of items) {
      if (item.kind === 'open') opened++;
      else if (item.kind === 'close' && opened > 0) opened--;
      else if (item.kind === 'close') leading++;
    }
    this.depth = Math.max(0, this.depth - leading);
    const row = this.push(text, kind === 'frozen' ? 'frozen' : 'code', blankBefore);
    row.opens = opened > 0;
    row.closes = leading > 0;
    this.depth += opened;
    row.after = this.depth;
    return row;
  }
}

/** One blank where there was any; words without a blank between them stay together, for scripts read them as one. */
function joinItems(items: readonly Item[], from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) {
    const { gap, kind, text: word } = items[at]!;
    if (at === from) text = word;
    else {
      const brace = kind !== 'word' || items[at - 1]!.kind !== 'word';
      text += gap === '' && !brace ? word : ` ${word}`;
    }
  }
  return text;
}

/** Joined at once: one text of so many lines is cheaper than as many texts. */
const linesAtOnce = 4_096;

/**
 * Rows become text as soon as nothing that follows can change them: the last row of code may get a brace, and whether an empty
 * line stands before it, or before the comments above it, depends on that.
 */
class Page {
  /** The last row of code, not printed yet. */
  lastCode: Row | undefined;
  /** Comments behind it. */
  remarks: Row[] = [];
  /** Comments above it. */
  private above: Row[] = [];
  private printed: Row | undefined;
  private lines: string[] = [];
  private readonly parts: string[] = [];
  private readonly indents: string[] = [];

  add(row: Row): void {
    if (row.kind === 'comment') {
      this.remarks.push(row);
      return;
    }
    if (this.lastCode !== undefined) this.printCode(this.lastCode, this.remarks[0] ?? row);
    this.above = this.remarks;
    this.remarks = [];
    this.lastCode = row;
  }

  /** Prints what is left; the whole text. */
  end(): string {
    if (this.lastCode !== undefined) this.printCode(this.lastCode, this.remarks[0]);
    for (const row of this.remarks) this.print(row, false);
    this.flush();
    return this.parts.join('');
  }

  /** The row and the comments above it; a block of the root level begins with the first comment that directly belongs to it. */
  private printCode(row: Row, next: Row | undefined): void {
    const { above } = this;
    let head = -1;
    if (row.depth === 0 && !row.closes && row.text !== '{' && (row.opens || next?.text === '{')) {
      head = above.length;
      while (head > 0 && !(above[head] ?? row).blankBefore && isRootComment(above[head - 1]!)) head--;
    }
    for (let at = 0; at < above.length; at++) this.print(above[at]!, at === head);
    this.print(row, head === above.length);
  }

  private print(row: Row, isHead: boolean): void {
    const { printed, lines } = this;
    if (printed !== undefined && isBlankBetween(printed, row, isHead)) lines.push('');
    const text = row.comment === undefined ? row.text : `${row.text} ${row.comment}`;
    const indent = 4 * row.depth;
    if (row.kind === 'frozen' || indent + text.length > longestPortableLine) lines.push(text);
    else {
      this.indents[row.depth] ??= ' '.repeat(indent);
      lines.push(this.indents[row.depth]! + text);
    }
    this.printed = row;
    if (lines.length >= linesAtOnce) this.flush();
  }

  private flush(): void {
    if (this.lines.length > 0) this.parts.push(`${this.lines.join('\n')}\n`);
    this.lines = [];
  }
}

const isRootComment = (row: Row): boolean => row.kind === 'comment' && row.depth === 0;

function isBlankBetween(before: Row, row: Row, isHead: boolean): boolean {
  // An empty line ends a definition that a backslash would continue.
  if ((before.comment ?? before.text).endsWith('\\')) return row.blankBefore;
  if (before.opens && before.after > before.depth) return false;
  if (row.closes || row.text === '{') return false;
  return row.blankBefore || isHead || (before.closes && before.after === 0);
}
