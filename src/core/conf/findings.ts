// Collects what a reading finds, each mistake once, with the includes and loops around it.
// Spec: the Diagnostic contract in config.ts.

import type { Diagnostic, Severity } from './config.ts';
import { type MappedLine, placeOf, type Span, type Surrounding, spanOf, surroundingsOf } from './mapped.ts';
import { readable, type SourceFile } from './source.ts';
import type { TapeProblem } from './tape.ts';
import { byteOrderMark, tapeDiagnostics } from './tape-diagnostics.ts';

export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  /** Each pass of a loop finds the same mistake again. */
  private readonly told = new Set<string>();

  report(
    rule: string,
    severity: Severity,
    message: string,
    span: Span,
    around: Surrounding | undefined,
  ): void {
    const key = `${rule}:${span.file.path}:${span.start}:${message}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const related = surroundingsOf(around);
    this.diagnostics.push({
      rule,
      severity,
      message: readable(message),
      place: placeOf(span),
      ...(related.length === 0 ? {} : { related }),
    });
  }

  /** Reports a whole line. */
  reportLine(
    rule: string,
    severity: Severity,
    message: string,
    line: MappedLine,
    around: Surrounding | undefined,
  ): void {
    const span = spanOf(line.pieces, 0, line.text.length);
    if (span !== undefined) this.report(rule, severity, message, span, around);
  }

  /** What the scanner found in a file when it was first read. */
  reportFile(
    file: SourceFile,
    problems: readonly TapeProblem[],
    includedFrom: Surrounding | undefined,
  ): void {
    if (file.bodyStart > 0) this.diagnostics.push(byteOrderMark(file));
    this.diagnostics.push(...tapeDiagnostics(file, problems, surroundingsOf(includedFrom)));
  }

  /** What the scanner found in a line that expansion made, told at the line's references. */
  reportExpanded(kind: TapeProblem['kind'], span: Span, around: Surrounding | undefined): void {
    const key = `${kind}:${span.file.path}:${span.start}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const found = { kind, start: span.start, end: span.end, count: 0 };
    this.diagnostics.push(...tapeDiagnostics(span.file, [found], surroundingsOf(around)));
  }
}
