// Checks from the command line that are interrupted while a program of theirs runs: the program ends with them.
// Truth: the process table; the exit is that of a command that a signal ended.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ensureBuilt, executable } from '../lab/built.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-interrupted-'));
const waiting = 20_000;
beforeAll(ensureBuilt, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A program that says who it is, ignores what asks it to end where that is wanted, and sleeps. */
function sleeper(stubborn: boolean): { readonly program: string; readonly pidFile: string } {
  const program = join(folder, `sleeper-${++count}`);
  const pidFile = `${program}.pid`;
  const trap = stubborn ? "trap '' TERM INT HUP\n" : '';
  writeFileSync(
    program,
    `#!/bin/sh\n${trap}echo $$ >${pidFile}.new\nmv ${pidFile}.new ${pidFile}\nsleep 600\nsleep 600\n`,
  );
  chmodSync(program, 0o755);
  chmodSync(folder, 0o777);
  return { program, pidFile };
}

/** A zombie has ended; who reaps it is not our matter. */
function lives(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) [ZX] /.test(readFileSync(path, 'latin1'));
}

/** Exit code or signal of the command, and whether the program lives on. */
async function interrupt(args: readonly string[], pidFile: string, signal: NodeJS.Signals) {
  const child = spawn(process.execPath, [executable, ...args], { stdio: 'ignore' });
  const ended = new Promise(done => child.once('exit', (code, by) => done(by ?? code)));
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), waiting);
  const program = Number(readFileSync(pidFile, 'utf8'));
  expect(lives(program)).toBe(true);
  child.kill(signal);
  const how = await ended;
  try {
    await vi.waitFor(() => expect(lives(program)).toBe(false), waiting);
  } finally {
    if (lives(program)) process.kill(-program, 'SIGKILL');
  }
  return how;
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', signal => {
  it.each([
    ['a program', false],
    ['a program that ignores it', true],
  ])('ends check misc and %s', async (_, stubborn) => {
    const { program, pidFile } = sleeper(stubborn);
    expect(await interrupt(['check', 'misc', '-t', '300', '--', program], pidFile, signal)).toBe(signal);
  });

  it.each([[[] as string[]], [['--watch']]])('ends check config %j and its program', async more => {
    const { program, pidFile } = sleeper(true);
    const file = `${program}.conf`;
    const check = `MISC_CHECK {\nmisc_path ${program}\nmisc_timeout 300\n}`;
    writeFileSync(
      file,
      `virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.2 80 {\n${check}\n}\n}\n`,
    );
    const how = await interrupt(['check', 'config', file, ...more], pidFile, signal);
    expect(how).toBe(more.length === 0 ? 1 : 0);
  });
});
