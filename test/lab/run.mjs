// Runs every gate and every test, names what failed, and closes with `N passed, N failed`. What `npm test` and CI call.
// --only WORD[,WORD] limits it to the named parts (types style arrows unused reached generated fast kernel).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failedFiles, namedTests, slowestTests } from './named-tests.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'lvskit-test-'));
const bin = name => join(root, 'node_modules', '.bin', name);

const gates = {
  types: [bin('tsc'), '--noEmit'],
  style: [bin('biome'), 'ci', '.'],
  arrows: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'src'],
  unused: [bin('knip')],
  reached: [process.execPath, join(root, 'test', 'lab', 'unrun-tests.mjs')],
  generated: [process.execPath, join(root, 'test', 'lab', 'man.mjs'), '--check'],
};
/** Suite -> projects of vitest.config.ts. */
const suites = { fast: ['fast'], kernel: ['waiting', 'kernel', 'timed'] };
const reports = [];

/** The end of what a lab wrote, where one of its tests failed: test/kernel/NAME.test.ts runs test/kernel/NAME-lab.ts. */
function sayLog(file) {
  const log = join(root, '.lab', 'logs', `${basename(file, '.test.ts')}-lab.log`);
  if (!existsSync(log)) return;
  const lines = readFileSync(log, 'utf8').split('\n');
  say(`log of ${file} (the last of ${lines.length} lines):`);
  for (const line of lines.slice(-150)) say(`  ${line}`);
}

const option = process.argv.indexOf('--only');
const only = option < 0 ? undefined : new Set(process.argv[option + 1]?.split(','));
const wanted = name => only === undefined || only.has(name);

let passed = 0;
/** Told again at the end: of a long log often only the end is kept. */
const failed = [];
const skipped = [];
const started = Date.now();
const say = text => process.stdout.write(`${text}\n`);
const run = ([command, ...args]) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

for (const [name, command] of Object.entries(gates)) {
  if (!wanted(name)) continue;
  const good = run(command);
  if (good) passed++;
  else failed.push(`gate ${name}`);
  say(`${good ? 'ok  ' : 'FAIL'} gate ${name}`);
}

for (const [suite, projects] of Object.entries(suites)) {
  if (!wanted(suite)) continue;
  const file = join(scratch, `${suite}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const chosen = projects.flatMap(project => ['--project', project]);
  const good = run([bin('vitest'), 'run', ...chosen, ...reporters]);
  let result;
  try {
    result = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    failed.push(`suite ${suite}: it did not finish`);
    say(`FAIL suite ${suite}: it did not finish`);
    continue;
  }
  passed += result.numPassedTests;
  reports.push(result);
  for (const name of failedFiles(result, root)) sayLog(name);
  const named = namedTests(result, root);
  failed.push(...named.failed);
  skipped.push(...named.skipped);
  if (!good && named.failed.length === 0) failed.push(`suite ${suite}: it failed outside of tests`);
  say(`${good ? 'ok  ' : 'FAIL'} suite ${suite}`);
}

rmSync(scratch, { recursive: true, force: true });
if (skipped.length > 0) say(`${skipped.length} skipped`);
// Only the tests of the corpus may be absent, and only where the corpus is.
if (skipped.length > 0 && process.env.CI !== undefined && process.env.LVSKIT_CORPUS !== undefined) {
  say('nothing may be skipped in CI: each skipped test counts as failed');
  failed.push(...skipped.map(name => `skipped: ${name}`));
}
for (const { took, name } of slowestTests(reports, root, 10))
  say(`slow: ${(took / 1000).toFixed(1).padStart(6)} s  ${name}`);
for (const name of failed) say(`failed: ${name}`);
say(`took ${Math.round((Date.now() - started) / 1000)} s`);
say(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
