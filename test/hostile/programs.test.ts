// Programs of the configuration: what they get from us, what they do to us, how they end. Truth: proc(5), wait(2), keepalived's umask 0177.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProcessEnd, runProcess } from '../../src/core/host/process.ts';
import { createOrphans } from '../../src/core/runtime/orphans.ts';
import { createPrograms, ownersIn } from '../../src/core/runtime/programs.ts';
import { living } from './seen.ts';
import { pause, until } from './supervisor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvskit-programs-'));
  chmodSync(folder, 0o777);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sh = (script: string, user?: string, group?: string) => ({
  argv: ['/bin/sh', '-c', script],
  user,
  group,
  shell: false,
});
const ending = (command: ReturnType<typeof sh>) =>
  new Promise<ProcessEnd>(done => {
    runProcess(command, done);
  });
const written = (name: string) => readFileSync(join(folder, name), 'latin1');
const isRoot = process.getuid?.() === 0;

/** A number of seconds to sleep that nobody else sleeps. */
let count = 0;
const oddSleep = () => `${86_400 + ++count}.${process.pid}`;

describe('what a program gets', () => {
  it('an environment of its own: nothing of the caller but language and time zone', async () => {
    const before = { ...process.env };
    const planted = {
      SECRETTOKEN: 'x',
      NODE_OPTIONS: '',
      LD_PRELOAD: '',
      BASH_ENV: '/x',
      IFS: 'x',
      TZ: 'UTC',
    };
    Object.assign(process.env, planted, { LC_ALL: 'C', PATH: `/nowhere:${before['PATH']}` });
    try {
      expect(await ending(sh(`cat /proc/self/environ >'${folder}/env'`))).toMatchObject({ code: 0 });
    } finally {
      for (const name of Object.keys(process.env)) delete process.env[name];
      Object.assign(process.env, before);
    }
    const names = written('env')
      .split('\0')
      .filter(Boolean)
      .map(line => line.split('=')[0]);
    const allowed = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'TZ', 'PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names.filter(name => !allowed.includes(name ?? '') && !/^(?:LANG|LC_)/.test(name ?? ''))).toEqual(
      [],
    );
    expect(written('env')).toContain('PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\0');
  });

  it.runIf(isRoot)('home and name of its account', async () => {
    await ending(sh(`echo "$HOME $USER $LOGNAME" >'${folder}/home'`, 'daemon'));
    expect(written('home')).toBe('/usr/sbin daemon daemon\n');
  });

  it('umask 0177, as from keepalived, and leaves ours alone', async () => {
    const before = process.umask();
    expect(await ending(sh(`umask >'${folder}/umask'`))).toMatchObject({ code: 0 });
    expect(written('umask')).toBe('0177\n');
    expect(process.umask()).toBe(before);
  });

  it('its own limit of descriptors, not the one that Node raises for itself', async () => {
    // The first program may have started before the library for it was loaded.
    await ending(sh('true'));
    await ending(sh(`sleep 0.2; ulimit -Sn >'${folder}/limit'`));
    expect(Number(written('limit'))).toBeLessThanOrEqual(1_024);
  });

  it('odd arguments as they are, with another user too', async () => {
    const odd = ['$HOME', "it's", '--', '-x', '', 'two words', '*', '\\'];
    const script = `for word; do printf '%s|' "$word"; done >'${folder}/words'`;
    for (const user of isRoot ? [undefined, 'nobody'] : [undefined]) {
      rmSync(join(folder, 'words'), { force: true });
      const command = { ...sh(script, user), argv: ['/bin/sh', '-c', script, 'sh', ...odd] };
      expect(await ending(command)).toMatchObject({ code: 0 });
      expect(written('words')).toBe(`${odd.join('|')}|`);
    }
  });
});

describe('how it ends', () => {
  it('a child that ignores TERM does not outlive a leader that obeys it', async () => {
    const long = oddSleep();
    // The child ignores TERM through exec; the leader dies of it.
    const script = `(trap '' TERM; exec sleep ${long}) & wait`;
    const end = await new Promise<ProcessEnd>(done => {
      const program = runProcess(sh(script), done);
      void until('the child sleeps', () => living(long).some(pid => ignoresTerm(pid))).then(() =>
        program.terminate(),
      );
    });
    expect(end.signal).toBe('SIGTERM');
    await until('the child is gone', () => living(long).length === 0);
  });

  it('what a program leaves in the background when it ends by itself is left alone', async () => {
    const long = oddSleep();
    expect(await ending(sh(`sleep ${long} & exit 0`))).toMatchObject({ code: 0 });
    await until('it sleeps', () => living(long).length === 1);
    for (const pid of living(long)) process.kill(pid, 'SIGKILL');
  });

  it('all programs end with the process that started them, deaf ones too', async () => {
    const programs = createPrograms();
    const long = oddSleep();
    let ended = 0;
    for (const script of [`exec sleep ${long}`, `trap '' TERM; sleep ${long}; sleep ${long}`]) {
      programs.start(sh(script), () => ended++);
    }
    await until('both sleep', () => living(long).length === 2);
    await programs.end();
    await until('both are gone', () => living(long).length === 0);
    await until('both ends were told', () => ended === 2);
    const refused = await new Promise<ProcessEnd>(done => {
      programs.start(sh(`: >'${folder}/late'`), done);
    });
    expect(refused.detail).toBe('the daemon is stopping');
    expect(existsSync(join(folder, 'late'))).toBe(false);
  });
});

describe('what a process that was killed has left', () => {
  it('ends with its whole group, deaf ones too; what ended before is not touched', async () => {
    const orphans = createOrphans();
    orphans.began('vrrp', process.pid);
    const programs = createPrograms((pid, runs) => orphans.heard('vrrp', pid, runs));
    const long = oddSleep();
    for (const script of [`exec sleep ${long}`, `trap '' TERM; sleep ${long}; sleep ${long}`, 'exit 0'])
      programs.start(sh(script), () => {});
    await until('both sleep', () => living(long).length === 2);
    expect(orphans.left('vrrp')).toBeGreaterThanOrEqual(2);
    await until('all are gone', () => living(long).length === 0);
    expect(orphans.left('vrrp')).toBe(0);
  });

  it('is not what was there before the process', async () => {
    const long = oddSleep();
    const other = runProcess(sh(`exec sleep ${long}`), () => {});
    await until('it sleeps', () => living(long).length === 1);
    // Start times have hundredths of a second.
    await pause(30);
    const child = runProcess(sh(`exec sleep ${long}`), () => {});
    await until('both sleep', () => living(long).length === 2);
    const orphans = createOrphans();
    orphans.began('vrrp', child.pid);
    // A process that strangers have taken over names another's group.
    orphans.heard('vrrp', other.pid ?? 0, true);
    expect(orphans.left('vrrp')).toBe(0);
    await pause(30);
    expect(living(long)).toHaveLength(2);
    for (const program of [other, child]) program.destroy();
    await until('both are gone', () => living(long).length === 0);
  });

  it('is told by its start time from another process that has got its number', async () => {
    const orphans = createOrphans();
    const long = oddSleep();
    const program = runProcess(sh(`exec sleep ${long}`), () => {});
    await until('it sleeps', () => living(long).length === 1);
    orphans.began('vrrp', process.pid);
    // As if it had not begun yet when the supervisor looked: whoever has the number later is somebody else.
    orphans.heard('vrrp', 2 ** 22 + 1, true);
    expect(orphans.left('vrrp')).toBe(0);
    expect(living(long)).toHaveLength(1);
    program.destroy();
    await until('it is gone', () => living(long).length === 0);
  });
});

/** SIGTERM is 15. */
const ignoresTerm = (pid: number): boolean => {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & (1n << 14n)) !== 0n;
  } catch {
    return false;
  }
};

it('finds the accounts of every command of a configuration, each once', () => {
  const command = (user: string | undefined) => ({
    argv: ['/bin/true'],
    user,
    group: undefined,
    shell: false,
  });
  const configuration = {
    vrrp: {
      scripts: new Map([['a', { command: command('one') }]]),
      instances: [{ notify: [command('two')] }],
    },
    checkers: [{ command: command('one') }, { command: command(undefined) }],
    bytes: new Uint8Array(4),
  };
  const users = ownersIn(configuration).map(({ user }) => user);
  expect(new Set(users)).toEqual(new Set(['one', 'two', undefined]));
  expect(users).toHaveLength(3);
});
