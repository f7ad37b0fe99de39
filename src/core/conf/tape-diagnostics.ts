// What the scanner found wrong in a text, told for people.
// Spec: keepalived's reader: a line buffer of 1024 bytes, double quotes only, NUL ends a string.

import type { Diagnostic } from './config.ts';
import type { SourceFile } from './source.ts';
import type { Origin } from './statement.ts';
import { longestLine, longestPortableLine, type TapeProblem } from './tape.ts';

const remarks: Record<
  TapeProblem['kind'],
  (problem: TapeProblem) => Pick<Diagnostic, 'rule' | 'severity' | 'message'>
> = {
  'long-line': ({ start, end }) => ({
    rule: 'line-too-long',
    severity: 'warning',
    message: `the line has ${end - start} bytes; keepalived cuts at ${longestPortableLine} and takes the rest for a further line`,
  }),
  'endless-line': ({ start, end, count }) => ({
    rule: 'line-too-long',
    severity: 'error',
    message: `the line has ${end - start} bytes and is left out: the limit is ${longestLine}${more(count)}`,
  }),
  'nul-byte': ({ count }) => ({
    rule: 'nul-byte',
    severity: 'error',
    message: `the line holds a NUL byte and is left out: this is no text file, or one in UTF-16${more(count)}`,
  }),
  'unterminated-quote': () => ({
    rule: 'unterminated-quote',
    severity: 'error',
    message: 'the closing double quote is missing on this line',
  }),
  'single-quote': () => ({
    rule: 'single-quote',
    severity: 'warning',
    message:
      'single quotes do not keep { } # ! from keepalived, which splits the line there; use double quotes around all',
  }),
};

const more = (count: number): string => (count === 0 ? '' : ` (and ${count} more like it)`);

/** One diagnostic for each problem; `related` tells where the file was included. */
export function tapeDiagnostics(
  file: SourceFile,
  problems: readonly TapeProblem[],
  related: readonly Origin[],
): readonly Diagnostic[] {
  return problems.map(problem => ({
    ...remarks[problem.kind](problem),
    place: file.place(problem.start, problem.end),
    ...(related.length === 0 ? {} : { related }),
  }));
}

/** A file that begins with a UTF-8 byte order mark. */
export const byteOrderMark = (file: SourceFile): Diagnostic => ({
  rule: 'byte-order-mark',
  severity: 'warning',
  message:
    'the file begins with a UTF-8 byte order mark, which keepalived takes for a part of the first word',
  place: file.place(0, 3),
});
