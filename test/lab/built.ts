// The built executable for tests that spawn it: built anew only when a source is younger than what was built.
// Spec: test/lab/build.mjs; `npm test` has built before it runs any test.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const executable = join(root, 'bin', 'run.js');

const newest = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );

export function ensureBuilt(): void {
  const main = join(root, 'dist', 'main.js');
  if (existsSync(main) && statSync(main).mtimeMs >= newest(join(root, 'src'))) return;
  execFileSync(process.execPath, [join(root, 'test', 'lab', 'build.mjs')], { cwd: root, stdio: 'pipe' });
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lvskit ARGS...` to its end; a run that outlives `patience` (milliseconds) is ended and has no exit code. */
export function runLvskit(
  args: readonly string[],
  options: { readonly cwd: string; readonly patience?: number },
): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [executable, ...args], {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.on('data', chunk => err.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.patience ?? 10_000);
    child.on('close', code => {
      clearTimeout(timer);
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}
