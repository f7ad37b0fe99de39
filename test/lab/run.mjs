// Runs every gate and every test, and closes with `N passed, N failed`. What `npm test` and CI call.
// --only WORD[,WORD] limits it to the named parts (types style arrows unused generated fast kernel).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'lvskit-test-'));
const bin = name => join(root, 'node_modules', '.bin', name);

const gates = {
  types: [bin('tsc'), '--noEmit'],
  style: [bin('biome'), 'ci', '.'],
  arrows: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'src'],
  unused: [bin('knip')],
  generated: [process.execPath, join(root, 'test', 'lab', 'man.mjs'), '--check'],
};
const suites = ['fast', 'kernel'];

const option = process.argv.indexOf('--only');
const only = option < 0 ? undefined : new Set(process.argv[option + 1]?.split(','));
const wanted = name => only === undefined || only.has(name);

let passed = 0;
let failed = 0;
let skipped = 0;
const started = Date.now();
const say = text => process.stdout.write(`${text}\n`);
const run = ([command, ...args]) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

for (const [name, command] of Object.entries(gates)) {
  if (!wanted(name)) continue;
  const good = run(command);
  if (good) passed++;
  else failed++;
  say(`${good ? 'ok  ' : 'FAIL'} gate ${name}`);
}

for (const suite of suites) {
  if (!wanted(suite)) continue;
  const file = join(scratch, `${suite}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const good = run([bin('vitest'), 'run', '--project', suite, ...reporters]);
  let result;
  try {
    result = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    failed++;
    say(`FAIL suite ${suite}: it did not finish`);
    continue;
  }
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  skipped += result.numPendingTests + result.numTodoTests;
  if (!good && result.numFailedTests === 0) failed++;
  say(`${good ? 'ok  ' : 'FAIL'} suite ${suite}`);
}

rmSync(scratch, { recursive: true, force: true });
if (skipped > 0) say(`${skipped} skipped`);
// Only the tests of the corpus may be absent, and only where the corpus is.
if (skipped > 0 && process.env.CI !== undefined && process.env.LVSKIT_CORPUS !== undefined) {
  say('nothing may be skipped in CI: each skipped test counts as failed');
  failed += skipped;
}
say(`took ${Math.round((Date.now() - started) / 1000)} s`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
