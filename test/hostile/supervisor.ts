// A daemon without children, started from what was built: everything about the supervisor that needs no namespace.
// LVSKIT_EXECUTABLE names another bin/run.js: an older one shows that a test fails there.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { executable as built, ensureBuilt } from '../lab/built.ts';

export const executable = process.env['LVSKIT_EXECUTABLE'] ?? built;
if (executable === built) ensureBuilt();

export const pause = (milliseconds: number) => new Promise<void>(done => setTimeout(done, milliseconds));

/** Waits until the condition holds; the patience is only how long a broken daemon is waited for. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    if (waited > 15_000) throw new Error(`waited in vain: ${what}`);
    await pause(5);
  }
}

export interface Stage {
  readonly folder: string;
  readonly pidFile: string;
  /** The daemon's options with pid files of this stage. */
  readonly options: readonly string[];
  clear(): void;
}

const nothingToDo = 'global_defs {\n}\n';

export function stage(configuration = nothingToDo): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'lvskit-hostile-'));
  const file = join(folder, 'keepalived.conf');
  const pidFile = join(folder, 'run', 'lvskit.pid');
  writeFileSync(file, configuration);
  const others = ['-r', join(folder, 'run', 'vrrp.pid'), '-c', join(folder, 'run', 'checkers.pid')];
  const options = ['run', '-f', file, '-p', pidFile, ...others];
  return { folder, pidFile, options, clear: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Daemon {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it wrote so far, when its stderr is a pipe that we read. */
  text(): string;
  readonly ended: Promise<number | string>;
  alive(): boolean;
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | string>;
}

type Stderr = 'pipe' | number;

export function startSupervisor(
  { options }: Stage,
  settings: { readonly stderr?: Stderr; readonly env?: NodeJS.ProcessEnv; readonly shell?: string } = {},
): Daemon {
  const command = [process.execPath, executable, ...options];
  // `exec`: the daemon is the process we know.
  const [program = '', ...args] =
    settings.shell === undefined
      ? command
      : ['/bin/sh', '-c', `${settings.shell}; exec "$@"`, 'sh', ...command];
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', settings.stderr ?? 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...settings.env },
  });
  const parts: Buffer[] = [];
  child.stderr?.on('data', part => parts.push(part));
  const ended = new Promise<number | string>(done => {
    child.once('exit', (code, signal) => done(code ?? signal ?? 'gone'));
  });
  const alive = () => child.exitCode === null && child.signalCode === null;
  return {
    child,
    pid: child.pid ?? 0,
    text: () => Buffer.concat(parts).toString(),
    ended,
    alive,
    stop() {
      if (alive()) child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Whether the process has a handler of its own for the signal, by its number. Before Node has one the kernel's default applies. */
export function handles(pid: number, signal: number): boolean {
  try {
    const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
    return (BigInt(`0x${caught}`) & (1n << BigInt(signal - 1))) !== 0n;
  } catch {
    return false;
  }
}
