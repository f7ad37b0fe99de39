// One canonical style: four blanks a level, one statement a line, `{` behind its keyword, comments where they were.
// Behind it: keepalived.conf(5); what a line break may not change stands in format-lines.ts, the proof in format-proof.ts.

import type { Diagnostic } from './config.ts';
import { type Document, parseDocument } from './document.ts';
import { type Item, type PhysicalLine, physicalLines } from './format-lines.ts';
import { proveSame } from './format-proof.ts';
import { SourceFile } from './source.ts';
import { longestPortableLine } from './tape.ts';

export type Formatted =
  | { readonly kind: 'formatted'; readonly bytes: Buffer; readonly changed: boolean }
  /** The layout itself decides what the file means (its braces do not balance): it is left alone. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** The canonical form of one file, proven to be read as before; formatting it again changes nothing. */
export function formatFile(file: SourceFile): Formatted {
  const text = formatDocument(parseDocument(file));
  const bytes = Buffer.from(text, 'latin1');
  const changed = text !== file.text;
  const diagnostics = proveSame(file, changed ? new SourceFile(file.path, bytes) : file);
  return diagnostics.length > 0 ? { kind: 'refused', diagnostics } : { kind: 'formatted', bytes, changed };
}

/** A line of the result. */
interface Row {
  depth: number;
  text: string;
  comment: string | undefined;
  readonly kind: 'code' | 'comment' | 'frozen';
  readonly blankBefore: boolean;
  /** A `{` that follows may be put behind it. */
  readonly joinable: boolean;
  opens: boolean;
  readonly closes: boolean;
  /** Nesting behind this line. */
  after: number;
}

/** The text of a tree in the canonical style, one character per byte. Says nothing about its meaning: see formatFile. */
export function formatDocument(document: Document): string {
  const layout = new Layout();
  for (const line of physicalLines(document)) layout.add(line);
  const text = printRows(layout.rows);
  // Bytes that were part of a word must not become a byte order mark by coming to stand first.
  return document.mark + (document.mark === '' && text.startsWith('\xef\xbb\xbf') ? ' ' : '') + text;
}

class Layout {
  readonly rows: Row[] = [];
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

  private push(text: string, kind: Row['kind'], blankBefore: boolean, marks: Partial<Row> = {}): Row {
    const row: Row = {
      depth: this.depth,
      text,
      comment: undefined,
      kind,
      blankBefore,
      joinable: false,
      opens: false,
      closes: false,
      after: this.depth,
      ...marks,
    };
    this.rows.push(row);
    return row;
  }

  private plain({ items, comment, blankBefore }: PhysicalLine): void {
    let touched: Row | undefined;
    const blank = () => touched === undefined && blankBefore;
    for (let at = 0; at < items.length; at++) {
      const item = items[at]!;
      if (item.kind === 'open') touched = this.open(blank());
      else if (item.kind === 'close') {
        this.depth = Math.max(0, this.depth - 1);
        touched = this.push('}', 'code', blank(), { closes: true });
      } else {
        const from = at;
        while (items[at + 1]?.kind === 'word') at++;
        touched = this.push(joinItems(items.slice(from, at + 1)), 'code', blank(), { joinable: true });
      }
    }
    if (comment === undefined) return;
    if (touched !== undefined && touched.comment === undefined) touched.comment = comment;
    else this.push(comment, 'comment', false);
  }

  /** Behind its statement; comments between the two come to stand in the block. */
  private open(blankBefore: boolean): Row {
    let at = this.rows.length - 1;
    while (at >= 0 && this.rows[at]!.kind === 'comment') at--;
    const owner = this.rows[at];
    this.depth++;
    if (owner === undefined || !owner.joinable || owner.opens) {
      return this.push('{', 'code', blankBefore, { opens: true, depth: this.depth - 1 });
    }
    owner.text += ' {';
    owner.opens = true;
    owner.after = this.depth;
    for (const row of this.rows.slice(at + 1)) row.depth = row.after = this.depth;
    return owner;
  }

  private condition(line: PhysicalLine): void {
    const [{ text: id }] = line.items as readonly [Item, ...Item[]];
    if (this.alternatives === undefined || this.alternatives.ids.has(id)) {
      this.alternatives = { depth: this.depth, ids: new Set() };
    }
    this.alternatives.ids.add(id);
    this.depth = this.alternatives.depth;
    this.whole(line, joinItems(line.items)).comment = line.comment;
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
    const marks = { opens: opened > 0, closes: leading > 0 };
    const row = this.push(text, kind === 'frozen' ? 'frozen' : 'code', blankBefore, marks);
    this.depth += opened;
    row.after = this.depth;
    return row;
  }
}

/** One blank where there was any; words without a blank between them stay together, for scripts read them as one. */
function joinItems(items: readonly Item[]): string {
  let text = '';
  for (const [at, { gap, kind, text: word }] of items.entries()) {
    const brace = kind !== 'word' || items[at - 1]?.kind !== 'word';
    text += (at === 0 || (gap === '' && !brace) ? '' : ' ') + word;
  }
  return text;
}

function printRows(rows: readonly Row[]): string {
  const heads = blockHeads(rows);
  const lines: string[] = [];
  for (const [at, row] of rows.entries()) {
    if (at > 0 && isBlankBetween(rows[at - 1]!, row, heads.has(at))) lines.push('');
    const text = row.comment === undefined ? row.text : `${row.text} ${row.comment}`;
    const indent = row.kind === 'frozen' ? '' : ' '.repeat(4 * row.depth);
    lines.push(indent.length + text.length > longestPortableLine ? text : indent + text);
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Rows at which a root block begins: its statement, or the first of the comments directly above it. */
function blockHeads(rows: readonly Row[]): ReadonlySet<number> {
  const heads = new Set<number>();
  for (const [at, row] of rows.entries()) {
    if (row.depth > 0 || row.kind === 'comment' || row.text === '{') continue;
    if (!row.opens && rows[at + 1]?.text !== '{') continue;
    let head = at;
    while (head > 0 && !rows[head]!.blankBefore && isRootComment(rows[head - 1]!)) head--;
    heads.add(head);
  }
  return heads;
}

const isRootComment = (row: Row): boolean => row.kind === 'comment' && row.depth === 0;

function isBlankBetween(before: Row, row: Row, isHead: boolean): boolean {
  // An empty line ends a definition that a backslash would continue.
  if (/\\$/.test(before.comment ?? before.text)) return row.blankBefore;
  if (before.opens && before.after > before.depth) return false;
  if (row.closes || row.text === '{') return false;
  return row.blankBefore || isHead || (before.closes && before.after === 0);
}
