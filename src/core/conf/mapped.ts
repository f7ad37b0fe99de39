// A line under expansion: its text and, piece by piece, where each stretch of it was written.
// Spec: keepalived.conf(5), definitions; a place names the reference, the origins name the definition.

import type { Place } from './config.ts';
import type { SourceFile } from './source.ts';
import type { Origin } from './statement.ts';

/** A stretch of bytes in a file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** One reference that put text here: `$name` at `at`, itself inside the text of `outer`. */
export interface Expansion {
  readonly name: string;
  readonly at: Span;
  readonly outer: Expansion | undefined;
}

/** `length` characters of the line, written at `span`; `exact`: character by character, else all of it stands for the span. */
export interface Piece {
  readonly length: number;
  readonly span: Span;
  readonly exact: boolean;
  readonly expansion: Expansion | undefined;
}

/** A loop around a line or an include around a file; places are computed when someone looks. */
export interface Surrounding {
  readonly message: string;
  readonly span: Span;
  readonly outer: Surrounding | undefined;
}

export interface MappedLine {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export const emptyLine: MappedLine = { text: '', pieces: [] };

/** The text of a span, mapped onto itself. */
export function mapSpan(span: Span): MappedLine {
  const length = span.end - span.start;
  if (length <= 0) return emptyLine;
  return {
    text: span.file.text.slice(span.start, span.end),
    pieces: [{ length, span, exact: true, expansion: undefined }],
  };
}

function cutPiece(piece: Piece, from: number, to: number): Piece {
  if (from === 0 && to === piece.length) return piece;
  if (!piece.exact) return { ...piece, length: to - from };
  const { file, start } = piece.span;
  return { ...piece, length: to - from, span: { file, start: start + from, end: start + to } };
}

/** `line` from character `from` up to and excluding `to`. */
export function sliceLine(line: MappedLine, from: number, to = line.text.length): MappedLine {
  if (from === 0 && to === line.text.length) return line;
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of line.pieces) {
    const start = Math.max(from - at, 0);
    const stop = Math.min(to - at, piece.length);
    if (start < stop) pieces.push(cutPiece(piece, start, stop));
    at += piece.length;
    if (at >= to) break;
  }
  return { text: line.text.slice(from, to), pieces };
}

/** Without the white space around it. */
export function trimLine(line: MappedLine): MappedLine {
  const { text } = line;
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return sliceLine(line, from, to);
}

/** Not `String.trim`: it would cut the byte 0xa0, which ends many letters in UTF-8. */
export function trimBlanks(text: string): string {
  let from = 0;
  while (from < text.length && isBlank(text.charCodeAt(from))) from++;
  return trimBlanksEnd(text.slice(from));
}

export function trimBlanksEnd(text: string): string {
  let to = text.length;
  while (to > 0 && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(0, to);
}

/** Space, tab, vertical tab, form feed, carriage return. */
export const isBlank = (code: number): boolean =>
  code === 0x20 || code === 0x09 || (code >= 0x0b && code <= 0x0d);

/** Where text written at `span` through `expansion` stands in the file: the outermost reference. */
function standing(piece: Piece, from: number, to: number): Span {
  let { expansion } = piece;
  if (expansion === undefined) return cutPiece(piece, from, to).span;
  while (expansion.outer !== undefined) expansion = expansion.outer;
  return expansion.at;
}

/** The span of the characters `[from, to)` of a line: from where their first piece stands to where their last one does. */
export function spanOf(pieces: readonly Piece[], from: number, to: number): Span | undefined {
  let found: Span | undefined;
  let at = 0;
  for (const piece of pieces) {
    const start = Math.max(from - at, 0);
    const stop = Math.min(to - at, piece.length);
    // An empty stretch (the end of a line, say) takes the piece it touches.
    if (start < stop || (from === to && start === stop && found === undefined)) {
      const span = standing(piece, start, stop);
      if (found === undefined) found = span;
      else if (span.file === found.file && span.end > found.end) found = { ...found, end: span.end };
    }
    at += piece.length;
    if (at >= to && found !== undefined) break;
  }
  return found;
}

/** The definitions that the characters `[from, to)` come from, innermost first; of several pieces the first expanded one. */
export function definitionsOf(pieces: readonly Piece[], from: number, to: number): readonly Origin[] {
  let at = 0;
  for (const piece of pieces) {
    const start = Math.max(from - at, 0);
    const stop = Math.min(to - at, piece.length);
    if (start < stop && piece.expansion !== undefined) {
      const origins = [origin(piece.expansion.name, cutPiece(piece, start, stop).span)];
      for (let inner = piece.expansion; inner.outer !== undefined; inner = inner.outer) {
        origins.push(origin(inner.outer.name, inner.at));
      }
      return origins;
    }
    at += piece.length;
    if (at >= to) break;
  }
  return [];
}

const origin = (name: string, span: Span): Origin => ({
  message: `in the definition of $${name}`,
  place: placeOf(span),
});

export const placeOf = (span: Span): Place => span.file.place(span.start, span.end);

/** Loops and includes around a line, innermost first. */
export function surroundingsOf(surrounding: Surrounding | undefined): readonly Origin[] {
  const origins: Origin[] = [];
  for (let around = surrounding; around !== undefined; around = around.outer) {
    origins.push({ message: around.message, place: placeOf(around.span) });
  }
  return origins;
}
