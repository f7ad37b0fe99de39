// Bad input to the executable: one located error, the documented exit code, never a stack trace; with -t and without.
// Truth: docs/run.md and docs/faults.md (exit 5 refused, 6 missing file, 2 usage); exit codes as in keepalived(8).

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, runLvskit } from '../../lab/built.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-bad-input-'));
const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
const pidFiles = ['-p', 'daemon.pid', '-r', 'vrrp.pid', '-c', 'checkers.pid'];
const lvskit = (...args: string[]) => runLvskit(args, { cwd: folder });

/** Bytes of a generator with a fixed seed: the same junk in every run, NUL bytes included. */
function junk(length: number): Uint8Array {
  let state = 20_261_121;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

const instance =
  'vrrp_instance V {\n  interface lo\n  virtual_router_id 1\n  virtual_ipaddress {\n    10.0.0.1\n  }\n}\n';

beforeAll(() => {
  ensureBuilt();
  const seed = readFileSync(new URL('../../fixtures/seeds/003-direct-routing-master.conf', import.meta.url));
  write('truncated.conf', seed.subarray(0, 700));
  write('junk.conf', junk(20_000));
  write('line.conf', `global_defs {\n  router_id ${'x'.repeat(1_000_000)}\n}\n${instance}`);
  write('nul.conf', `${instance}global_defs {\n  router_id a\0b\n}\n`);
  write('include-missing.conf', `${instance}include nowhere.conf\n`);
  mkdirSync(join(folder, 'folder'));
  write('include-folder.conf', `${instance}include folder\n`);
  write('include-cycle.conf', `${instance}include include-cycle.conf\n`);
  write('interface.conf', instance.replace('lo', 'nosuch0'));
  write('empty.conf', '');
  write('comments.conf', '# nothing\n\n! yet\n');
  write('good.conf', `${instance}include nothing*.conf\n`);
  const password = ' authentication {\n auth_type PASS\n auth_pass muchtoolong\n }\n';
  write('cut.conf', instance.replace('{\n', `{\n${password}`));
  write('lost.conf', `${instance}${instance.replace('vrrp_instance', 'vrrp_instnce')}`);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noTrace = (text: string) => {
  expect(text).not.toMatch(/^\s+at /m);
  expect(text).not.toMatch(/\b(TypeError|RangeError|node:internal|internal fault)\b/);
};

describe('a refused file', () => {
  it.each([
    ['truncated.conf', '21:1', 'missing-brace'],
    ['junk.conf', '3:1', 'nul-byte'],
    ['line.conf', '2:1', 'line-too-long'],
    ['nul.conf', '9:3', 'nul-byte'],
    ['include-missing.conf', '8:1', 'include-skipped'],
    ['include-folder.conf', '8:1', 'include-skipped'],
    ['include-cycle.conf', '8:1', 'include-cycle'],
    ['interface.conf', '2:13', 'interface-missing'],
    ['empty.conf', '1:1', 'empty-configuration'],
    ['comments.conf', '1:1', 'empty-configuration'],
  ])('%s: one error at %s by rule %s, exit 5', async (file, place, rule) => {
    const [checked, started] = await Promise.all([
      lvskit('run', '-t', '-f', file),
      lvskit('run', '-f', file, ...pidFiles),
    ]);
    expect(started).toEqual(checked);
    expect(checked.code).toBe(5);
    expect(checked.stdout).toBe('');
    const [error = '', verdict, remedy, ...more] = checked.stderr.trimEnd().split('\n');
    expect(error).toMatch(/^[a-z-]+\.conf:\d+:\d+: error: .+ \[[a-z-]+\]$/);
    expect(error).toContain(`[${rule}]`);
    expect(error.startsWith(`${file}:${place}: error: `)).toBe(true);
    expect(verdict).toBe(`lvskit: ${file} is refused: 1 error`);
    expect(remedy).toMatch(/^ {2}Correct the lines named above/);
    expect(more).toEqual([]);
    expect(checked.stderr.length).toBeLessThan(1000);
    noTrace(checked.stderr);
  });
  it('is told in JSON events when the log is', async () => {
    const { code, stdout, stderr } = await lvskit('run', '--log-format', 'json', '-f', 'interface.conf');
    expect([code, stdout]).toEqual([5, '']);
    const events = stderr
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(events).toMatchObject([
      { level: 'error', rule: 'interface-missing', file: 'interface.conf', line: 2, column: 13 },
      { level: 'error', code: 'configuration-refused', exitCode: 5 },
    ]);
  });
});

describe('a main file that cannot be read', () => {
  it.each([
    ['nowhere.conf', 'there is no file nowhere.conf'],
    ['folder', 'folder is not read: it is a directory'],
  ])('%s: exit 6', async (file, message) => {
    const [checked, started] = await Promise.all([
      lvskit('run', '-t', '-f', file),
      lvskit('run', '-f', file, ...pidFiles),
    ]);
    expect(started).toEqual(checked);
    expect(checked).toEqual({
      code: 6,
      stdout: '',
      stderr: `lvskit: ${message}\n  Check the path and its permissions.\n`,
    });
  });
});

describe('a command line that is not understood', () => {
  it.each([
    [['run', '--frob'], 'unknown flag --frob'],
    [['run', '-t', '-f'], '--use-file needs a value'],
    [['run', '-P', '-C'], '--check does not go with --vrrp'],
  ])('%j: exit 2, one line and a hint', async (args, message) => {
    expect(await lvskit(...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `lvskit: ${message}\n  Run 'lvskit run --help' for usage.\n`,
    });
  });
});

describe('a file that keepalived -t refuses and keepalived starts with', () => {
  it.each(['text', 'json'])('ends -t with 5 and says that the daemon starts with it (%s)', async format => {
    const { code, stdout, stderr } = await lvskit('run', '-t', '--log-format', format, '-f', 'cut.conf');
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain('password-truncated');
    expect(stderr).toContain('the daemon starts with it');
  });

  it('has lost no block: that is an error, with which nothing starts', async () => {
    for (const words of [['-t'], []]) {
      const { code, stderr } = await lvskit('run', ...words, '-f', 'lost.conf', ...pidFiles);
      expect([code, stderr]).toEqual([5, expect.stringContaining('error: unknown keyword vrrp_instnce')]);
    }
  });
});

describe('a good file', () => {
  it('passes -t with exit 0, remarks on stderr and nothing on stdout', async () => {
    const { code, stdout, stderr } = await lvskit('run', '-t', '-f', 'good.conf');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('good.conf:8:1: info: no file matches nothing*.conf');
  });
});
