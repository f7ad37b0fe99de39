// What every report is made from, and the counts at its end.
// Spec: LintResult of engine.ts; a report covers several configurations.

import type { Diagnostic, Severity } from '../../conf/index.ts';
import type { LintResult } from '../engine.ts';

export interface ReportOptions {
  /** Version of lvskit, for formats that name their tool. */
  readonly version: string;
  /** Where the tool is at home on the web; pages of rules are linked below it. */
  readonly homepage?: string;
  /** Escape sequences for a terminal. */
  readonly colour: boolean;
}

export type Reporter = (results: readonly LintResult[], options: ReportOptions) => string;

export const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

export const countOf = (results: readonly LintResult[], severity: Severity): number =>
  results.reduce((sum, { findings }) => sum + findings.filter(each => each.severity === severity).length, 0);

/** Every finding with the result it belongs to. */
export const everyFinding = (
  results: readonly LintResult[],
): readonly { readonly finding: Diagnostic; readonly result: LintResult }[] =>
  results.flatMap(result => result.findings.map(finding => ({ finding, result })));

/** Text for XML attributes; control characters that XML cannot hold are shown as blanks. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
