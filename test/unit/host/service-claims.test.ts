// Whose a service is: a locked list of names. Truth: flock(2); util-linux flock(1) holds the lock in another process.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unwrap } from '../../../src/core/fault.ts';
import { claimServices, isClaimed } from '../../../src/core/host/index.ts';

let folder: string;
let holder: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
});
afterEach(() => {
  holder?.kill();
  rmSync(folder, { recursive: true, force: true });
});
const file = () => join(folder, readdirSync(folder)[0] ?? '');

it('knows nobody without a file', async () => {
  expect(await isClaimed('tcp 10.0.0.1 80', folder)).toBe(false);
});

it('knows whole names while the daemon runs, after each reload, and none after its end', async () => {
  const claims = unwrap(await claimServices(folder));
  claims.replace(['tcp 10.0.0.1 80', 'fwm inet 5']);
  expect(await isClaimed('tcp 10.0.0.1 80', folder)).toBe(true);
  expect(await isClaimed('fwm inet 5', folder)).toBe(true);
  expect(await isClaimed('tcp 10.0.0.1 8', folder)).toBe(false);
  claims.replace(['fwm inet 5']);
  expect(await isClaimed('tcp 10.0.0.1 80', folder)).toBe(false);
  claims.remove();
  expect(await isClaimed('fwm inet 5', folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

it('takes what a killed daemon left for nothing', async () => {
  const claims = unwrap(await claimServices(folder));
  claims.replace(['tcp 10.0.0.1 80']);
  const path = file();
  claims.remove();
  holder = spawn(
    'flock',
    ['-x', path, 'sh', '-c', `echo "tcp 10.0.0.1 80" >${path}; echo ready; exec sleep 60`],
    {
      detached: true,
    },
  );
  await new Promise(done => holder?.stdout?.once('data', done));
  expect(await isClaimed('tcp 10.0.0.1 80', folder)).toBe(true);
  const { pid } = holder;
  if (pid === undefined) throw new Error('no process');
  const ended = new Promise(done => holder?.once('close', done));
  process.kill(-pid, 'SIGKILL');
  await ended;
  expect(await isClaimed('tcp 10.0.0.1 80', folder)).toBe(false);
});

it('is one daemon’s at a time', async () => {
  const claims = unwrap(await claimServices(folder));
  expect(await claimServices(folder)).toMatchObject({ ok: false, fault: { code: 'file-unreadable' } });
  claims.remove();
  unwrap(await claimServices(folder)).remove();
});
