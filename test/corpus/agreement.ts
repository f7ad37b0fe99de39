// The agreement table: keepalived's verdict and lines against ours, over a directory of real files with oracle.tsv.
// Truth: keepalived 2.2.7 -t (oracle/NNNN.txt). A line of its cascade counts as told when its one cause is told.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Diagnostic, readConfiguration } from '../../src/core/conf/index.ts';
import { createReader } from '../../src/core/host/index.ts';
import { lint } from '../../src/core/lint/index.ts';
import { askAbout } from './ask.ts';
import { kinds, stricterRules } from './differences.ts';
import { type Judgement, judge, messagesOf } from './judge.ts';

interface Row extends Judgement {
  readonly id: string;
  readonly verdict: string;
  readonly errors: number;
  readonly findings: number;
  /** Errors of ours in a file keepalived accepts, without those of rules that are documented to say more. */
  readonly refused: readonly string[];
  readonly stricter: readonly string[];
}

/** One line of a release's table of verdicts. */
interface Asked {
  readonly id: string;
  readonly configId: string;
  readonly verdict: string;
}

/** The releases whose verdicts are recorded, each in a table and a folder of its own. */
const releases = {
  '2.2.7': {
    table: 'oracle.tsv',
    folder: 'oracle',
    read: ([id = '', , , , , configId = '', verdict = '']: readonly string[]): Asked => ({
      id,
      configId,
      verdict,
    }),
  },
  '2.4.3': {
    table: 'oracle-2.4.3.tsv',
    folder: 'oracle-2.4.3',
    // Exit status 6 hides 5: what is said beside script security tells them apart.
    read: ([id = '', exit = '', , others = '', , configId = '']: readonly string[]): Asked => ({
      ...{ id, configId },
      verdict: Number(others) > 0 ? 'error' : exit === '6' ? 'security_only' : 'ok',
    }),
  },
} as const;
type Release = keyof typeof releases;

function rowOf(corpus: string, release: Release, { id, configId, verdict }: Asked): Row {
  const path = join(corpus, 'conf', `${id}.conf`);
  const reader = createReader();
  const options = configId === '' ? {} : { configId };
  const { findings, files } = lint(path, reader, { ...options, target: release });
  const errors = findings.filter(({ severity }) => severity === 'error');
  const { statements } = readConfiguration(path, reader, options);
  const text = readFileSync(path, 'latin1');
  // Without the namespace the test of 2.4.3 stops there and says nothing of the rest.
  const isAnswered =
    release !== '2.4.3' || verdict === 'error' || !/^\s*(?:@\S+\s+)?net_namespace/m.test(text);
  const oracle = join(corpus, releases[release].folder, `${id}.txt`);
  const output = existsSync(oracle) ? readFileSync(oracle, 'utf8') : '';
  // What keepalived tells of the machine may be the text's fault as well: both tell that line.
  const lines = new Set(messagesOf(output).map(({ line }) => line));
  const accepted =
    verdict === 'error' || verdict === 'unanswered' || !isAnswered
      ? []
      : errors.filter(({ place }) => !lines.has(place.line));
  const say = ({ place, rule, message }: Diagnostic) => `${place.line}: ${message} [${rule}]`;
  return {
    id,
    verdict: isAnswered ? verdict : 'unanswered',
    errors: errors.length,
    findings: findings.length,
    ...judge(findings, statements, files[0]?.lineStarts.length ?? 0, output),
    refused: accepted.filter(({ rule }) => !stricterRules.has(rule)).map(say),
    stricter: accepted.filter(({ rule }) => stricterRules.has(rule)).map(say),
  };
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, ask: { type: 'boolean', default: false } },
});
const corpus = process.env['LVSKIT_CORPUS'];
if (values.ask && corpus !== undefined) askAbout(corpus);
if (corpus === undefined || !existsSync(join(corpus, 'oracle.tsv'))) {
  console.log('LVSKIT_CORPUS names no directory with oracle.tsv: nothing compared');
} else {
  for (const release of Object.keys(releases) as Release[])
    if (existsSync(join(corpus, releases[release].table))) compare(corpus, release);
}

function compare(corpus: string, release: Release): void {
  const { table, read } = releases[release];
  console.log(`keepalived ${release}`);
  const lines = readFileSync(join(corpus, table), 'utf8').trim().split('\n').slice(1);
  const rows = lines.map(line => rowOf(corpus, release, read(line.split('\t'))));
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
        'told without a line': sum(row => row.concluded),
        documented: sum(row => row.documented.length),
        unexplained: sum(row => row.unexplained.length),
      };
    }),
  );
  console.log('Documented kinds of messages that the linter does not repeat (docs/differences.md):');
  for (const { name, why } of kinds) {
    const count = rows.flatMap(row => row.documented).filter(kind => kind === name).length;
    console.log(`  ${String(count).padStart(3)} ${name}: ${why}`);
  }
  const show = (title: string, of: (row: Row) => readonly string[]) => {
    const some = rows.filter(row => of(row).length > 0);
    console.log(`${title}: ${some.length}`);
    for (const row of some) console.log(`  ${row.id}: ${of(row).join('; ')}`);
  };
  show('Accepted by keepalived, an error here by a documented rule', row => row.stricter);
  show('Accepted by keepalived, an error here, unexplained', row => row.refused);
  show('Reported by keepalived, not here, unexplained', row =>
    row.unexplained.map(({ line, text }) => `${line ?? '-'} ${text}`),
  );
  if (values.json !== undefined)
    writeFileSync(`${values.json}-${release}`, `${JSON.stringify(rows, null, 2)}\n`);
  if (rows.some(row => row.refused.length + row.unexplained.length > 0)) process.exitCode = 1;
}
