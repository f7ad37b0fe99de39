// The gate against test files that no project runs, on projects made for it.
// Truth: vitest's own list of the files it would run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { labFolder, root } from '../../lab/bundle.mjs';

const folder = labFolder();
afterAll(() => rmSync(folder, { recursive: true }));

function gate() {
  const script = join(root, 'test', 'lab', 'unrun-tests.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  return { status, stderr };
}

it('a test file outside of every project fails the gate and is named', () => {
  const project = "{ test: { name: 'fast', include: ['unit/**/*.test.mjs'] } }";
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default { test: { projects: [${project}] } };`);
  mkdirSync(join(folder, 'unit'));
  mkdirSync(join(folder, 'growth'));
  writeFileSync(join(folder, 'unit', 'a.test.mjs'), '');
  expect(gate()).toEqual({ status: 0, stderr: '' });
  writeFileSync(join(folder, 'growth', 'b.test.mjs'), '');
  writeFileSync(join(folder, 'unit', 'c.spec.mjs'), '');
  const { status, stderr } = gate();
  expect(status).toBe(1);
  expect(stderr.split('\n')).toEqual([
    'growth/b.test.mjs: no project of vitest.config.ts runs it',
    'unit/c.spec.mjs: no project of vitest.config.ts runs it',
    '',
  ]);
});
