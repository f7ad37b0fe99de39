// The source lines of findings: what an excerpt shows and what a fingerprint is made of.
// Behind it: places count bytes from 1 (conf/config.ts); lines are shown as UTF-8 where they are.

import type { Place, SourceFile } from '../conf/index.ts';

export interface SourceLine {
  /** The text up to the line break. */
  readonly text: string;
  /** The stretch of the place within it, in characters from 0; `to` is at least one behind `from`. */
  readonly from: number;
  readonly to: number;
}

const isUtf8 = (bytes: string): string => {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? bytes : text;
};

/** The first line of a place; undefined for a file that was not read, or a line it does not have. */
export function sourceLine(files: readonly SourceFile[], place: Place): SourceLine | undefined {
  const file = files.find(({ path }) => path === place.file);
  const start = file?.lineStarts[place.line - 1];
  if (file === undefined || start === undefined || start >= file.size) return undefined;
  const raw = file.text.slice(start, file.lineEnd(start)).replace(/\r$/, '');
  const stop = place.endLine === place.line ? place.endColumn - 1 : raw.length;
  const before = isUtf8(raw.slice(0, place.column - 1));
  const marked = isUtf8(raw.slice(place.column - 1, stop));
  return {
    text: isUtf8(raw),
    from: before.length,
    to: before.length + Math.max(1, marked.length),
  };
}
