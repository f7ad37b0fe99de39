// Decides whether the test kernel needs help on this processor, and builds that help once: wide-xstate.c says what it is.
// Spec: proc(5), cpuinfo; gcc(1).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';

/** The environment linux.uml needs here: empty except on processors with AMX. Throws when the compiler is missing there. */
export function umlPreload(): Record<string, string> {
  if (!/\bamx_tile\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))) return {};
  const source = join(root, 'test', 'lab', 'wide-xstate.c');
  const library = join(root, '.lab', 'wide-xstate.so');
  if (!existsSync(library) || statSync(library).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(join(root, '.lab'), { recursive: true });
    const made = `${library}.${process.pid}`;
    execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-Wall', '-o', made, source], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    renameSync(made, library);
  }
  return { LD_PRELOAD: library };
}
