// Names each test file that no project of vitest.config.ts runs, and fails when there is one.
// `node test/lab/unrun-tests.mjs [ROOT]`: the gate `reached` of `npm test`.
import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const root = realpathSync(process.argv[2] ?? repository);
// Any name that looks like a test counts, so that a wrong ending is noticed as well.
const isTest = name => /\.(test|spec)\.[cm]?[jt]sx?$/.test(name);

/** Files below a folder that look like tests; what is installed or built is not looked at. */
const testsBelow = folder =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (['node_modules', 'dist', '.git'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testsBelow(path);
    return isTest(entry.name) ? [path] : [];
  });

const written = testsBelow(root);
const listed = spawnSync(
  join(repository, 'node_modules', '.bin', 'vitest'),
  ['list', '--filesOnly', '--json', '--root', root],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);
if (listed.status !== 0) {
  process.stderr.write('vitest could not list its test files\n');
  process.exit(1);
}
const run = new Set(JSON.parse(listed.stdout).map(({ file }) => file));
const unrun = written.filter(file => !run.has(file)).sort();
for (const file of unrun)
  process.stderr.write(`${file.slice(root.length + 1)}: no project of vitest.config.ts runs it\n`);
if (written.length === 0) process.stderr.write(`no test file under ${root}\n`);
process.exit(unrun.length > 0 || written.length === 0 ? 1 : 0);
