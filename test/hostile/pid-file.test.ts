// PID files that name something, are taken by two at once, or are made under an odd umask. Truth: flock(2), umask(2), keepalived(8).
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type Daemon, type Stage, stage, startSupervisor, until } from './supervisor.ts';

let here: Stage;
afterEach(() => here.clear());

const started = (daemon: Daemon) => until('it has started', () => daemon.text().includes('Started with'));

it('a pid file that names another living process does not keep the daemon from starting', async () => {
  here = stage();
  const sleep = spawn('sleep', ['60']);
  mkdirSync(dirname(here.pidFile));
  writeFileSync(here.pidFile, `${sleep.pid}\n`);
  const daemon = startSupervisor(here);
  await started(daemon);
  sleep.kill();
  expect(daemon.text()).toContain(
    `PID file ${here.pidFile} named running process ${sleep.pid} (sleep), which is not a director; file replaced`,
  );
  expect(readFileSync(here.pidFile, 'latin1')).toBe(`${daemon.pid}\n`);
  expect(await daemon.stop()).toBe(0);
});

it('a second daemon says whom the pid file names and ends with 1', async () => {
  here = stage();
  const first = startSupervisor(here);
  await started(first);
  const second = startSupervisor(here);
  expect(await second.ended).toBe(1);
  expect(second.text()).toMatch(/PID file \S+ names running process \d+ \(/);
  expect(second.text()).toContain(`process ${first.pid} (`);
  // Its end takes nothing from the first.
  expect(readFileSync(here.pidFile, 'latin1')).toBe(`${first.pid}\n`);
  expect(await first.stop()).toBe(0);
});

it('a daemon without a lock is believed when it is older than the file that names it', async () => {
  here = stage();
  const other = stage();
  const older = startSupervisor(other);
  await started(older);
  mkdirSync(dirname(here.pidFile));
  writeFileSync(here.pidFile, `${older.pid}\n`);
  const second = startSupervisor(here);
  expect(await second.ended).toBe(1);
  // The number was another's when the file was written: the machine has started anew since.
  const longAgo = Date.now() / 1_000 - 86_400;
  utimesSync(here.pidFile, longAgo, longAgo);
  const third = startSupervisor(here);
  await started(third);
  expect(await third.stop()).toBe(0);
  expect(await older.stop()).toBe(0);
  other.clear();
});

it('of eight started at once exactly one runs', async () => {
  here = stage();
  const daemons = Array.from({ length: 8 }, () => startSupervisor(here));
  await until('all but one have ended', () => daemons.filter(daemon => daemon.alive()).length <= 1);
  const [survivor] = daemons.filter(daemon => daemon.alive());
  await until('it has started', () => survivor?.text().includes('Started with') ?? true);
  expect(readFileSync(here.pidFile, 'latin1')).toBe(`${survivor?.pid}\n`);
  const losers = daemons.filter(daemon => daemon !== survivor);
  expect(await Promise.all(losers.map(daemon => daemon.ended))).toEqual(losers.map(() => 1));
  expect(await survivor?.stop()).toBe(0);
});

it.each(['000', '077', '777'])('has fixed modes under umask %s', async umask => {
  here = stage();
  const folder = dirname(here.pidFile);
  const nested = { ...here, pidFile: join(folder, 'deep', 'lvskit.pid') };
  const options = here.options.map(word => (word === here.pidFile ? nested.pidFile : word));
  const daemon = startSupervisor({ ...nested, options }, { shell: `umask ${umask}` });
  await started(daemon);
  const modes = [folder, dirname(nested.pidFile), nested.pidFile].map(path => statSync(path).mode & 0o7777);
  expect(modes.map(mode => mode.toString(8))).toEqual(['755', '755', '644']);
  expect(await daemon.stop()).toBe(0);
});

it('does not follow a symbolic link', async () => {
  here = stage();
  const victim = join(here.folder, 'victim');
  writeFileSync(victim, 'precious');
  mkdirSync(dirname(here.pidFile));
  symlinkSync(victim, here.pidFile);
  const daemon = startSupervisor(here);
  expect(await daemon.ended).toBe(6);
  expect(readFileSync(victim, 'latin1')).toBe('precious');
  rmSync(here.pidFile);
});
