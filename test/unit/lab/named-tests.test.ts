// Names of failed tests out of a report that vitest itself wrote about files made to fail.
// Truth: what stands in those files.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { labFolder, root } from '../../lab/bundle.mjs';
import { failedFiles, namedTests, slowestTests } from '../../lab/named-tests.mjs';

const folder = labFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'vitest.config.mjs': 'export default {};',
  'inside.test.mjs': `
    describe('outer', () => {
      describe('inner', () => {
        it('is wrong\\n  in two lines', () => { throw new Error('no'); });
        it('is right', () => {});
        it.skip('is left out', () => {});
      });
    });`,
  'hook.test.mjs': `
    beforeAll(() => { throw new Error('the lab did not finish'); });
    it('is never reached', () => {});`,
  'broken.test.mjs': `throw new Error('broken');`,
};

it('names each failed and each skipped test, and a file that failed as a whole', () => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules', '.bin', 'vitest');
  const words = ['run', '--globals', '--root', folder, '--reporter=json', `--outputFile=${report}`];
  const { status } = spawnSync(vitest, words, { cwd: folder, stdio: 'ignore' });
  expect(status).toBe(1);
  const { failed, skipped } = namedTests(JSON.parse(readFileSync(report, 'utf8')), folder);
  expect(failed.sort()).toEqual([
    'broken.test.mjs: broken',
    'hook.test.mjs: the lab did not finish',
    'inside.test.mjs > outer > inner > is wrong in two lines',
  ]);
  expect(skipped).toContain('inside.test.mjs > outer > inner > is left out');
});

it('lists the slowest tests, and what a file took beside its tests, slowest first', () => {
  const test = (title: string, duration: number) => ({
    ancestorTitles: [],
    title,
    duration,
    status: 'passed',
  });
  const one = { name: '/p/a.test.ts', status: 'failed', startTime: 0, endTime: 5000 };
  const report = { testResults: [{ ...one, assertionResults: [test('quick', 10), test('slow', 3000)] }] };
  expect(slowestTests([report], '/p', 2)).toEqual([
    { took: 3000, name: 'a.test.ts > slow' },
    { took: 1990, name: 'a.test.ts > set-up' },
  ]);
  expect(failedFiles(report, '/p')).toEqual(['a.test.ts']);
});
