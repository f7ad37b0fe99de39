// The agreement table: keepalived's verdict and lines against ours, over a directory of real files with oracle.tsv.
// Truth: keepalived 2.2.7 -t (oracle/NNNN.txt). A line of its cascade counts as told when its one cause is told.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Diagnostic, readConfiguration, type Statement } from '../../src/core/conf/index.ts';
import { createReader } from '../../src/core/host/index.ts';
import { lint } from '../../src/core/lint/index.ts';

interface Row {
  readonly id: string;
  readonly verdict: string;
  readonly errors: number;
  readonly findings: number;
  /** Lines keepalived reports: told at the same line, by a cause around or before it, or not at all. */
  readonly same: number;
  readonly caused: number;
  readonly missed: readonly { readonly line: number; readonly text: string }[];
  /** Errors of ours in a file keepalived accepts. */
  readonly refused: readonly string[];
}

/** keepalived's messages with their lines; those of the machine (scripts, users, interfaces) are not about the text. */
function oracleLines(text: string): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  for (const line of text.split('\n')) {
    const match = /\((?:[^()]*: )?Line (\d+)\) (.*)$/.exec(line);
    if (match !== null && !lines.has(Number(match[1]))) lines.set(Number(match[1]), match[2] ?? '');
  }
  return lines;
}

/** The lines from a statement's first to its block's last, for each statement that a finding is about. */
function rangesOf(findings: readonly Diagnostic[], statements: readonly Statement[], last: number) {
  const ranges: { readonly from: number; readonly to: number }[] = [];
  const visit = (list: readonly Statement[]) => {
    for (const statement of list) {
      const { line } = statement.place();
      const { block } = statement;
      if (block === undefined) continue;
      const told = findings.some(({ place, rule }) => place.line === line && rule !== 'not-acted-on');
      if (told) ranges.push({ from: line, to: statement.closePlace?.line ?? last });
      visit(block);
    }
  };
  visit(statements);
  return ranges;
}

/** Findings after which keepalived loses its place, so that whatever it says further down follows from them. */
const derailing: ReadonlySet<string> = new Set([
  ...[
    'missing-brace',
    'extra-brace',
    'unexpected-brace',
    'unterminated-quote',
    'line-too-long',
    'single-quote',
  ],
  ...['block-expected', 'block-unexpected', 'unknown-keyword'],
]);

function judge(corpus: string, fields: readonly string[]): Row {
  const [id = '', , , , , configId = '', verdict = ''] = fields;
  const path = join(corpus, 'conf', `${id}.conf`);
  const reader = createReader();
  const options = configId === '' ? {} : { configId };
  const { findings, files } = lint(path, reader, { ...options, target: '2.2.7' });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const { statements } = readConfiguration(path, reader, options);
  const ranges = rangesOf(findings, statements, files[0]?.lineStarts.length ?? 0);
  const derailed = Math.min(
    ...findings.filter(({ rule }) => derailing.has(rule)).map(({ place }) => place.line),
  );
  let same = 0;
  let caused = 0;
  const missed: { line: number; text: string }[] = [];
  const oracle = join(corpus, 'oracle', `${id}.txt`);
  for (const [line, text] of existsSync(oracle) ? oracleLines(readFileSync(oracle, 'utf8')) : []) {
    if (findings.some(({ place }) => place.line <= line && line <= place.endLine)) same++;
    else if (line >= derailed || ranges.some(({ from, to }) => from <= line && line <= to)) caused++;
    else missed.push({ line, text });
  }
  return {
    id,
    verdict,
    errors: errors.length,
    findings: findings.length,
    same,
    caused,
    missed,
    refused:
      verdict === 'error'
        ? []
        : errors.map(({ place, rule, message }) => `${place.line}: ${message} [${rule}]`),
  };
}

const { values } = parseArgs({
  options: { missed: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const corpus = process.env['LVSKIT_CORPUS'];
if (corpus === undefined || !existsSync(join(corpus, 'oracle.tsv'))) {
  console.log('LVSKIT_CORPUS names no directory with oracle.tsv: nothing compared');
} else {
  const lines = readFileSync(join(corpus, 'oracle.tsv'), 'utf8').trim().split('\n').slice(1);
  const rows = lines.map(line => judge(corpus, line.split('\t')));
  const verdicts = [...new Set(rows.map(({ verdict }) => verdict))].sort();
  console.table(
    verdicts.map(verdict => {
      const mine = rows.filter(row => row.verdict === verdict);
      const sum = (of: (row: Row) => number) => mine.reduce((total, row) => total + of(row), 0);
      return {
        verdict,
        files: mine.length,
        'with errors': mine.filter(row => row.errors > 0).length,
        'with findings': mine.filter(row => row.findings > 0).length,
        'lines told here': sum(row => row.same),
        'by their cause': sum(row => row.caused),
        missed: sum(row => row.missed.length),
      };
    }),
  );
  const refused = rows.filter(row => row.refused.length > 0);
  console.log(`${refused.length} files that keepalived accepts have an error here:`);
  for (const { id, refused: why } of refused) console.log(`  ${id}:${why.join('; ')}`);
  if (values.missed) {
    for (const { id, missed } of rows)
      for (const { line, text } of missed) console.log(`missed ${id}:${line} ${text}`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
