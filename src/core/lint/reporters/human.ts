// For people: each finding with its line, carets under the words, related places, and the counts at the end.
// Spec: the habits of compilers; ECMA-48 for the colours.

import type { Diagnostic, Place, Severity } from '../../conf/index.ts';
import { visible } from '../../visible.ts';
import type { LintResult } from '../engine.ts';
import { sourceLine } from '../finding-lines.ts';
import { countOf, type Reporter, severities } from './report.ts';

const codes = { error: 31, warning: 33, info: 36, faint: 2, bold: 1 } as const;
type Ink = keyof typeof codes;
type Paint = (ink: Ink, text: string) => string;

const at = ({ file, line, column }: Place) => `${visible(file)}:${line}:${column}`;

/** Tabs stay: they are what makes carets fit. */
const shown = (text: string) => text.split('\t').map(visible).join('\t');

/** The line of a place with carets under it; tabs stay tabs, so that the carets stand under the words. */
function excerpt(result: LintResult, place: Place, ink: Ink, paint: Paint): readonly string[] {
  const line = sourceLine(result.files, place);
  if (line === undefined) return [];
  const number = String(place.line).padStart(5);
  const gutter = paint('faint', `${' '.repeat(number.length)} |`);
  const before = shown(line.text.slice(0, line.from));
  const marked = shown(line.text.slice(line.from, line.to));
  const indent = before.replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, marked.length));
  const whole = `${before}${marked}${shown(line.text.slice(line.to))}`;
  const text = `${line.cutLeft ? '…' : ''}${whole}${line.cutRight ? '…' : ''}`;
  const under = `${line.cutLeft ? ' ' : ''}${indent}${paint(ink, carets)}`;
  return [`${paint('faint', `${number} |`)} ${text}`, `${gutter} ${under}`];
}

function render(finding: Diagnostic, result: LintResult, paint: Paint): string {
  const { severity, rule, message, place, related = [], fix } = finding;
  return [
    `${paint('bold', at(place))}: ${paint(severity, severity)}: ${visible(message)} ${paint('faint', `[${rule}]`)}`,
    ...excerpt(result, place, severity, paint),
    ...related.map(each => `      ${paint('faint', `${at(each.place)}: ${visible(each.message)}`)}`),
    ...(fix === undefined ? [] : [`      ${paint('faint', `--fix: ${visible(fix.message)}`)}`]),
  ].join('\n');
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
const words = { error: 'error', warning: 'warning', info: 'remark' } as const satisfies Record<
  Severity,
  string
>;

export const human: Reporter = (results, { colour }) => {
  const paint: Paint = (ink, text) => (colour ? `\u001b[${codes[ink]}m${text}\u001b[0m` : text);
  const blocks = results.flatMap(result => result.findings.map(finding => render(finding, result, paint)));
  const counts = severities.map(severity => [countOf(results, severity), words[severity]] as const);
  const silenced = results.reduce((sum, result) => sum + result.silenced, 0);
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => plural(count, word));
  const hushed = silenced === 0 ? '' : ` (${silenced} silenced by comments)`;
  const summary = `${plural(results.length, 'configuration')}: ${said.length === 0 ? 'no findings' : said.join(', ')}${hushed}`;
  return `${[...blocks, summary].join('\n\n')}\n`;
};
