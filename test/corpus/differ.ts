// Random mistakes, one in each file: keepalived -t beside the linter, line by line, and who refuses what the other takes.
// Truth: keepalived 2.2.7 of the machine, asked by oracle.ts; what may differ stands in differences.ts.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { readConfiguration } from '../../src/core/conf/index.ts';
import { createReader } from '../../src/core/host/index.ts';
import { lint } from '../../src/core/lint/index.ts';
import { oneBlock } from '../fuzz/grammar.ts';
import { stricterRules } from './differences.ts';
import { type Judgement, judge, messagesOf } from './judge.ts';
import { mutate, mutations, placesOf, seeded } from './mutate.ts';
import { type Answer, askKeepalived, type Question } from './oracle.ts';
import { probes } from './probes.ts';
import { type Base, surroundingsOf } from './surroundings.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    mutation: { type: 'string' },
    all: { type: 'boolean', default: false },
    probe: { type: 'boolean', default: false },
    compose: { type: 'boolean', default: false },
    keyword: { type: 'string', default: '' },
    show: { type: 'string', default: '3' },
  },
});
function bases(): readonly Base[] {
  const found: Base[] = ['../../test/fixtures/seeds', '../../test/corpus/own']
    .map(folder => join(import.meta.dirname, folder))
    .flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
    .filter(path => path.endsWith('.conf'))
    .map(path => ({ path, text: readFileSync(path, 'latin1'), configId: undefined }));
  const corpus = process.env['LVSKIT_CORPUS'];
  if (corpus === undefined || !existsSync(join(corpus, 'oracle.tsv'))) return found;
  for (const row of readFileSync(join(corpus, 'oracle.tsv'), 'utf8').trim().split('\n').slice(1)) {
    const [id = '', , , , , configId = '', verdict = ''] = row.split('\t');
    const path = join(corpus, 'conf', `${id}.conf`);
    const text = readFileSync(path, 'latin1');
    if (
      (verdict === 'error' && !values.all) ||
      text.length > 20_000 ||
      /^\s*include/m.test(text) ||
      text.includes('net_namespace')
    )
      continue;
    found.push({ path, text, configId: configId === '' ? undefined : configId });
  }
  return found;
}

const random = seeded(Number(values.seed));
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const reader = createReader();
const sources = bases();

const mutants: (Question & { readonly base: string; readonly mutation: string; readonly line: number })[] =
  [];
const wanted =
  values.probe || values.mutation === undefined
    ? mutations
    : mutations.filter(({ name }) => name === values.mutation);
if (values.probe) {
  for (const { variant, keyword, text, line } of probes()) {
    if (!new RegExp(values.keyword).test(keyword) || (values.mutation ?? variant) !== variant) continue;
    const name = String(mutants.length).padStart(5, '0');
    mutants.push({ name, text, configId: undefined, base: keyword, mutation: variant, line });
  }
}
if (values.compose) {
  const texts = fc.sample(oneBlock, { numRuns: Number(values.count), seed: Number(values.seed) });
  for (const [index, text] of texts.entries()) {
    const name = String(index).padStart(5, '0');
    const base = text.toString().split('\n')[0] ?? '';
    mutants.push({
      name,
      text: text.toString('latin1'),
      configId: 'id',
      base,
      mutation: 'composed',
      line: 1,
    });
  }
}
while (!values.probe && !values.compose && mutants.length < Number(values.count)) {
  const base = pick(sources);
  const mutation = pick(wanted);
  const places = placesOf(base.text, mutation);
  if (places.length === 0) continue;
  const { text, line } = mutate(base.text, mutation, pick(places), random);
  const name = String(mutants.length).padStart(5, '0');
  mutants.push({ name, text, configId: base.configId, base: base.path, mutation: mutation.name, line });
}

const surroundings =
  values.probe || values.compose
    ? { interfaces: ['eth0', 'eth1', 'eth2'], scripts: [], users: [] }
    : surroundingsOf(sources);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'lvskit-differ-'));
const answers = askKeepalived(
  mutants.map(({ name, text, configId }) => ({ name, text, configId })),
  surroundings,
  folder,
);

const groups = new Map<string, string[]>();
const note = (kind: string, example: string) => {
  const known = groups.get(kind);
  if (known === undefined) groups.set(kind, [example]);
  else known.push(example);
};
let [same, caused, looped] = [0, 0, 0];
for (const { name, base, mutation, line, configId } of mutants) {
  const path = join(folder, 'ask', `${name}.conf`);
  const answer = answers.get(name) as Answer;
  // 124, 137: it looped; 139: it crashed. What the linter says stands alone then.
  if (answer.exit > 100) {
    looped++;
    continue;
  }
  const options = configId === undefined ? {} : { configId };
  const { findings, files } = lint(path, reader, { ...options, target: '2.2.7' });
  const { statements } = readConfiguration(path, reader, options);
  const judged: Judgement = judge(findings, statements, files[0]?.lineStarts.length ?? 0, answer.output);
  same += judged.same;
  caused += judged.caused;
  const where = `${name} ${values.probe || values.compose ? base : base.slice(-9)} ${mutation}:${line}`;
  for (const message of judged.unexplained) {
    const shape = message.text.replace(/'[^']*'|\d+|\([^)]*\)/g, '~');
    note(`missed: ${shape}`, `${where} at ${message.line ?? '-'}: ${message.text}`);
  }
  // Exit 6 hides 5: what keepalived says of scripts is no complaint about the text.
  if (messagesOf(answer.output).every(({ text }) => text.startsWith('SECURITY VIOLATION'))) {
    for (const { severity, rule, message, place } of findings) {
      if (severity === 'error' && !stricterRules.has(rule))
        note(`refused: ${rule}`, `${where} at ${place.line}: ${message}`);
    }
  }
}
console.log(
  `${mutants.length} files with one mistake: ${same} lines told, ${caused} by their cause, ${looped} without an answer`,
);
for (const [kind, examples] of [...groups].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`${examples.length} ${kind}`);
  for (const example of examples.slice(0, Number(values.show))) console.log(`    ${example}`);
}
if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
if (groups.size > 0) process.exitCode = 1;
