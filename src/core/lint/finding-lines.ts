// The source lines of findings: what an excerpt shows and what a fingerprint is made of.
// Spec: places count bytes from 1 (conf/config.ts); lines are shown as UTF-8 where they are.

import { isUtf8 } from 'node:buffer';
import type { Place, SourceFile } from '../conf/index.ts';

export interface SourceLine {
  /** The text up to the line break, or a part of it. */
  readonly text: string;
  /** Whether the line goes on to that side. */
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
  /** The stretch of the place within it, in characters from 0; `to` is at least one behind `from`. */
  readonly from: number;
  readonly to: number;
}

const asText = (bytes: string): string => {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? bytes : text;
};

/** Asked for each finding, and found out by reading the whole file. */
const encodings = new WeakMap<SourceFile, 'UTF-8' | 'ISO-8859-1'>();

/** How a consumer has to read the file for the columns of `textPlace` to fit. */
export function encodingOf(file: SourceFile): 'UTF-8' | 'ISO-8859-1' {
  const known = encodings.get(file);
  if (known !== undefined) return known;
  const encoding = isUtf8(file.bytes) ? 'UTF-8' : 'ISO-8859-1';
  encodings.set(file, encoding);
  return encoding;
}

/**
 * The place with its columns in UTF-16 units of the decoded text, as editors and code scanning count them: a byte order
 * mark is no character. A file that was not read keeps the columns it was given.
 */
export function textPlace(files: readonly SourceFile[], place: Place): Place {
  const file = files.find(({ path }) => path === place.file);
  if (file === undefined || (file.ascii && file.bodyStart === 0)) return place;
  const decode = encodingOf(file) === 'UTF-8' ? 'utf8' : 'latin1';
  const column = (line: number, bytes: number) => {
    const start = (file.lineStarts[line - 1] ?? 0) + (line === 1 ? file.bodyStart : 0);
    const stop = (file.lineStarts[line - 1] ?? 0) + bytes - 1;
    return file.bytes.toString(decode, start, Math.max(start, stop)).length + 1;
  };
  return {
    ...place,
    column: column(place.line, place.column),
    endColumn: column(place.endLine, place.endColumn),
  };
}

/** Bytes shown on each side of a place: a report of many findings on one long line must not repeat all of it. */
const context = 160;

/** The next offset at which a character of UTF-8 begins. */
function boundary(bytes: string, offset: number): number {
  let at = offset;
  while (at < offset + 3 && (bytes.charCodeAt(at) & 0xc0) === 0x80) at++;
  return at;
}

/** The first line of a place, or what surrounds it on a long one; undefined for a file or line that was not read. */
export function sourceLine(files: readonly SourceFile[], place: Place): SourceLine | undefined {
  const file = files.find(({ path }) => path === place.file);
  const start = file?.lineStarts[place.line - 1];
  if (file === undefined || start === undefined || start >= file.size) return undefined;
  const line = file.text.slice(start, file.lineEnd(start)).replace(/\r$/, '');
  const column = place.column - 1;
  const end = place.endLine === place.line ? place.endColumn - 1 : line.length;
  const stop = end > column + context ? boundary(line, column + context) : end;
  const left = column > context ? boundary(line, column - context) : 0;
  const right = line.length > stop + context ? boundary(line, stop + context) : line.length;
  const before = asText(line.slice(left, column));
  const marked = asText(line.slice(column, stop));
  return {
    text: asText(line.slice(left, right)),
    cutLeft: left > 0,
    cutRight: right < line.length,
    from: before.length,
    to: before.length + Math.max(1, marked.length),
  };
}
