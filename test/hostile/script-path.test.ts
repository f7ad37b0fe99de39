// Who may write what root runs: each way to get at a program, with real files. Truth: keepalived.conf(5) enable_script_security, inode(7).
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProcessEnd, runProcess } from '../../src/core/host/process.ts';
import { inspectProgram } from '../../src/core/host/script-path.ts';
import { createPrograms } from '../../src/core/runtime/programs.ts';
import { runLvskit } from '../lab/built.ts';

const isRoot = process.getuid?.() === 0;
const root = { uid: 0, gid: 0, name: 'root', home: '/root' };
const daemon = { uid: 1, gid: 1, name: 'daemon', home: '/usr/sbin' };

let folder: string;
let script: string;
beforeEach(() => {
  // Not below /tmp: a folder that everybody may write is the matter here.
  folder = mkdtempSync('/run/lvskit-script-');
  chmodSync(folder, 0o755);
  script = join(folder, 'check.sh');
  writeFileSync(script, '#!/bin/sh\nexit 0\n');
  chmodSync(script, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const end = (path: string, secure: boolean, user?: string) =>
  new Promise<ProcessEnd>(done => {
    runProcess({ argv: [path], user, group: undefined, shell: false }, done, secure);
  });
const ran: ProcessEnd = { code: 0, signal: undefined, detail: undefined };

describe.runIf(isRoot)('a program of root', () => {
  it('that only root can change runs', async () => {
    expect(inspectProgram(script, root)).toMatchObject({
      asRoot: true,
      cannotRun: undefined,
      insecure: undefined,
    });
    expect(await end(script, true)).toEqual(ran);
  });

  it.each([
    ['everybody may write it', () => chmodSync(script, 0o777), 'check.sh has mode 0777, everybody'],
    ['another owns it', () => chownSync(script, 1, 0), 'check.sh (mode 0755) belongs to user 1'],
    [
      'a group may write it',
      () => {
        chownSync(script, 0, 1);
        chmodSync(script, 0o775);
      },
      'check.sh has mode 0775, group 1',
    ],
    ['everybody may write its folder', () => chmodSync(folder, 0o777), 'has mode 0777, everybody'],
    ['another owns its folder', () => chownSync(folder, 1, 0), 'belongs to user 1'],
  ])('does not run securely when %s, and runs as before otherwise', async (_, weaken, said) => {
    weaken();
    expect(inspectProgram(script, root).insecure).toContain(said);
    const refused = await end(script, true);
    expect(refused).toMatchObject({ code: undefined, signal: undefined });
    expect(refused.detail).toContain('enable_script_security');
    expect(refused.detail).toContain(said);
    expect(await end(script, false)).toEqual(ran);
    // Who has no rights to lose may run what he likes.
    expect(inspectProgram(script, daemon).insecure).toBeUndefined();
  });

  it('is judged by where links lead, and by who owns the link', () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const target = join(open, 'real.sh');
    writeFileSync(target, '#!/bin/sh\n');
    chmodSync(target, 0o755);
    const link = join(folder, 'link.sh');
    symlinkSync(target, link);
    expect(inspectProgram(link, root).insecure).toContain(`${open} has mode 0777`);
    chmodSync(open, 0o755);
    expect(inspectProgram(link, root).insecure).toBeUndefined();
    lchownSync(link, 1, 1);
    expect(inspectProgram(link, root).insecure).toContain(`${link} (mode 0777) belongs to user 1`);
  });

  it('in a folder with the sticky bit is safe when it is its own', () => {
    chmodSync(folder, 0o1777);
    expect(inspectProgram(script, root).insecure).toBeUndefined();
  });

  it('with set-user-ID of root has the rights of root, whoever runs it', () => {
    chmodSync(script, 0o4777);
    expect(inspectProgram(script, daemon)).toMatchObject({
      asRoot: true,
      insecure: expect.stringContaining('4777'),
    });
  });

  it('is told for each configuration anew', async () => {
    chmodSync(script, 0o777);
    const programs = createPrograms();
    const started = () =>
      new Promise<ProcessEnd>(done => {
        programs.start({ argv: [script], user: undefined, group: undefined, shell: false }, done);
      });
    expect(await started()).toEqual(ran);
    programs.demandSecurity(true);
    expect((await started()).code).toBeUndefined();
    programs.demandSecurity(false);
    expect(await started()).toEqual(ran);
    await programs.end();
  });
});

describe.runIf(isRoot)('a program that cannot be executed is not started', () => {
  it.each([
    ['not there', () => rmSync(script), undefined, 'does not exist'],
    ['without the permission', () => chmodSync(script, 0o644), undefined, 'is not executable by user root'],
    ['closed to its user', () => chmodSync(script, 0o700), 'daemon', 'is not executable by user daemon'],
    [
      'a folder',
      () => {
        rmSync(script);
        mkdirSync(script);
      },
      undefined,
      'is not a regular file',
    ],
    ['of nobody known', () => {}, 'no-such-user', 'no-such-user'],
  ] as const)('%s', async (_, spoil, user, said) => {
    spoil();
    expect(await end(script, false, user)).toEqual({
      code: undefined,
      signal: undefined,
      detail: expect.stringContaining(said),
    });
  });
});

describe.runIf(isRoot)('lvskit check script', () => {
  const anywhere = { cwd: '/' };

  it('prints each component and ends with 0 when it runs', async () => {
    const { stdout, code } = await runLvskit(['check', 'script', script, '--as', 'root'], anywhere);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^COMPONENT +KIND +MODE +OWNER +GROUP +VERDICT\n\/ +directory +0755 +root +root +only root/,
    );
    expect(stdout).toContain(`runs: ${script} as user root`);
  });

  it('names what is wrong and how to mend it, and ends with 1', async () => {
    chmodSync(script, 0o775);
    chownSync(script, 0, 1);
    const { stdout, code } = await runLvskit(['check', 'script', script, '--as', 'root'], anywhere);
    expect(code).toBe(1);
    expect(stdout).toContain('does not run where enable_script_security is set');
    expect(stdout).toContain(`group daemon may change it: chmod g-w ${script}`);
    const json = await runLvskit(['check', 'script', script, '--as', 'root', '--json'], anywhere);
    expect(JSON.parse(json.stdout)).toMatchObject({ runs: false, asRoot: true, user: 'root', real: script });
    const other = await runLvskit(['check', 'script', script, '--as', 'daemon'], anywhere);
    expect([other.code, other.stdout]).toEqual([0, expect.stringContaining('does not matter for this user')]);
  });

  it('says what is not there, and who is not known', async () => {
    const none = await runLvskit(['check', 'script', join(folder, 'none'), '--as', 'root'], anywhere);
    expect([none.code, none.stdout]).toEqual([1, expect.stringContaining('does not exist')]);
    const nobody = await runLvskit(['check', 'script', script, '--as', 'no-such-user'], anywhere);
    expect([nobody.stdout, nobody.stderr]).toEqual(['', expect.stringContaining('no-such-user')]);
    expect(nobody.code).not.toBe(0);
  });
});
