// Real programs: how they start, end and are ended. The truth is what wait(2) reports for /bin/sh.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/core/fault.ts';
import { loadLibc } from '../../../src/core/host/libc.ts';
import { type ProcessEnd, type RunningProcess, runProcess } from '../../../src/core/host/process.ts';

const command = (...argv: string[]) => ({ argv, user: undefined, group: undefined, shell: false });
const sh = (script: string) => command('/bin/sh', '-c', script);

const ending = (what: Parameters<typeof runProcess>[0], meanwhile?: (child: RunningProcess) => void) =>
  new Promise<ProcessEnd>(done => {
    const child = runProcess(what, done);
    meanwhile?.(child);
  });

describe('runProcess', () => {
  it.each([0, 1, 255])('tells exit code %i', async code => {
    expect(await ending(sh(`exit ${code}`))).toEqual({ code, signal: undefined, detail: undefined });
  });

  it('tells the signal that ended it', async () => {
    expect(await ending(sh('kill -9 $$'))).toEqual({ code: undefined, signal: 'SIGKILL', detail: undefined });
  });

  it('says why a program could not be started', async () => {
    expect((await ending(command('/no/such/program'))).detail).toBe('/no/such/program does not exist');
    expect((await ending(command('/etc/passwd'))).detail).toContain('/etc/passwd is not executable by user');
    const stranger = { ...command('/bin/true'), user: 'no-such-user' };
    expect((await ending(stranger)).detail).toBe('there is no user no-such-user');
    const group = { ...command('/bin/true'), user: 'root', group: 'no-such-group' };
    expect((await ending(group)).detail).toBe('there is no group no-such-group');
  });

  it.runIf(process.getuid?.() === 0)('runs as the named user and group', async () => {
    const script = '[ "$(id -un):$(id -gn):$(id -Gn)" = nobody:daemon:daemon ]';
    expect((await ending({ ...sh(script), user: 'nobody', group: 'daemon' })).code).toBe(0);
  });

  it('hands no descriptor down, however it was opened', async () => {
    const libc = unwrap(await loadLibc());
    // Without SOCK_CLOEXEC, as raw-socket opens its own.
    const fd = libc.socket(2, 1, 0);
    try {
      expect(fd).toBeGreaterThan(2);
      expect((await ending(sh(`[ ! -e /proc/$$/fd/${fd} ]`))).code).toBe(0);
    } finally {
      libc.close(fd);
    }
  });

  it('runs a file without interpreter line, and the shell form', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lvskit-process-'));
    const file = join(folder, 'check');
    writeFileSync(file, '[ "$1" = "two words" ] && exit 7\n');
    chmodSync(file, 0o755);
    chmodSync(folder, 0o755);
    try {
      expect((await ending(command(file, 'two words'))).code).toBe(7);
      const shell = { ...command(`${file} 'two words' || exit 9`), shell: true };
      expect((await ending(shell)).code).toBe(9);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('withholds the loader’s variables and leads its own process group', async () => {
    process.env['LD_LIBRARY_PATH'] = '/nowhere';
    try {
      const script =
        '[ -z "$LD_LIBRARY_PATH" ] || exit 3; [ "$(cut -d" " -f5 /proc/$$/stat)" = $$ ] || exit 4';
      expect((await ending(sh(script))).code).toBe(0);
    } finally {
      delete process.env['LD_LIBRARY_PATH'];
    }
  });

  it('inherits no descriptor but the null device', async () => {
    const script =
      'for fd in 0 1 2; do [ "$(readlink /proc/$$/fd/$fd)" = /dev/null ] || exit 3; done; ' +
      'fd=3; while [ $fd -lt 100 ]; do [ -e /proc/$$/fd/$fd ] && exit $fd; fd=$((fd + 1)); done; exit 0';
    expect((await ending(sh(script))).code).toBe(0);
  });

  it('ends a program with its children by SIGTERM', async () => {
    expect((await ending(sh('sleep 60 & wait'), child => child.terminate())).signal).toBe('SIGTERM');
  });

  it('kills what ignores SIGTERM after two seconds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lvskit-process-'));
    const deaf = join(folder, 'deaf');
    let asked = Number.NaN;
    const script = `trap "" TERM; : >'${deaf}'; while :; do sleep 0.1; done`;
    const end = await ending(sh(script), async child => {
      while (!existsSync(deaf)) await new Promise(done => setTimeout(done, 10));
      asked = performance.now();
      child.terminate();
    });
    rmSync(folder, { recursive: true });
    expect(end.signal).toBe('SIGKILL');
    // Not before; how long after is the machine's affair.
    expect(performance.now() - asked).toBeGreaterThan(1_990);
  });
});
