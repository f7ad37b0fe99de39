// `lvskit fmt` as a program: what it prints, writes and returns.
// Truth: its own manual page; the difference is applied by patch(1)'s rules in unified-diff.test.ts.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuilt, executable, runLvskit } from '../../lab/built.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-fmt-'));
const fmt = (...args: string[]) => runLvskit(['fmt', ...args], { cwd: folder });
const sloppy = 'vrrp_instance V\n{\n state  MASTER }\n';
const tidy = 'vrrp_instance V {\n    state MASTER\n}\n';

beforeAll(() => {
  ensureBuilt();
  writeFileSync(join(folder, 'sloppy.conf'), sloppy);
  writeFileSync(join(folder, 'tidy.conf'), tidy);
  writeFileSync(join(folder, 'broken.conf'), 'vrrp_instance V {\n state MASTER\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('prints the canonical form', async () => {
  expect(await fmt('sloppy.conf')).toEqual({ code: 0, stdout: tidy, stderr: '' });
});

it('names with --check what would change, exit 1', async () => {
  expect(await fmt('--check', 'tidy.conf', 'sloppy.conf')).toEqual({
    code: 1,
    stdout: 'sloppy.conf\n',
    stderr: '',
  });
  expect(await fmt('--check', 'tidy.conf')).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('shows the difference', async () => {
  const { code, stdout } = await fmt('--diff', 'sloppy.conf');
  expect(code).toBe(0);
  expect(stdout).toBe(
    '--- sloppy.conf\n+++ sloppy.conf (formatted)\n@@ -1,3 +1,3 @@\n-vrrp_instance V\n-{\n- state  MASTER }\n+vrrp_instance V {\n+    state MASTER\n+}\n',
  );
  expect((await fmt('--diff', '--check', 'sloppy.conf')).code).toBe(1);
});

it('replaces a file behind a link and keeps its mode', async () => {
  const target = join(folder, 'target.conf');
  writeFileSync(target, sloppy);
  chmodSync(target, 0o640);
  symlinkSync('target.conf', join(folder, 'link.conf'));
  expect(await fmt('--write', 'link.conf')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(target, 'utf8')).toBe(tidy);
  expect(statSync(target).mode & 0o777).toBe(0o640);
});

it('leaves a file alone whose braces do not balance, with its cause, exit 5', async () => {
  expect((await fmt('broken.conf')).stdout).toBe(readFileSync(join(folder, 'broken.conf'), 'utf8'));
  const { code, stdout, stderr } = await fmt('--write', 'broken.conf');
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
  expect(stderr).toMatch(
    /^broken\.conf:1:1: error: .*\[missing-brace\]\nlvskit: broken\.conf is left as it is\n$/,
  );
});

it('goes on behind a file that is missing, exit 6', async () => {
  const { code, stdout, stderr } = await fmt('nowhere.conf', 'tidy.conf');
  expect({ code, stdout }).toEqual({ code: 6, stdout: tidy });
  expect(stderr).toContain('nowhere.conf does not exist');
});

it('waits for standard input that comes late', async () => {
  const run = promisify(execFile);
  const command = `(sleep 0.3; printf 'a  1\\n') | ${process.execPath} ${executable} fmt`;
  expect((await run('/bin/sh', ['-c', command], { cwd: folder })).stdout).toBe('a 1\n');
});

it('refuses to write standard input back, exit 2', async () => {
  expect(await fmt('--write')).toMatchObject({ code: 2, stdout: '' });
});
