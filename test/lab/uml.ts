// Boots a kernel with IPVS and runs one program in it: User-Mode-Linux on the machine's own file system.
// Spec: Debian's user-mode-linux package (kernel-parameters: init, root, mem, umid) and test/lab/guest-init.sh.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labFolder, root } from './bundle.mjs';
import { umlPreload } from './preload.ts';
import { collectLines, type LabEvent, readResult, scriptFolder } from './protocol.ts';

/** Milliseconds that a program may take where nothing else is said: ten times what the longest takes on an idle machine. */
export const labTime = 1_800_000;

export interface KernelRun {
  /** Entry of the program: a TypeScript file of test/, relative to the project. */
  readonly script: string;
  /** The program's argument: any JSON value. */
  readonly args?: unknown;
  readonly memory?: string;
  /** Milliseconds until the kernel is killed; `labTime` unless told. */
  readonly timeout?: number;
  /** Called for each event the program tells while it runs. */
  readonly onEvent?: (event: LabEvent) => void;
}

export interface KernelResult {
  /** Exit status of the program; undefined when it did not come to an end. */
  readonly status: number | undefined;
  /** What the program returned. */
  readonly result: unknown;
  /** Everything the kernel and the program wrote. */
  readonly console: string;
  readonly timedOut: boolean;
}

/** Boots a kernel of its own (several may run side by side), runs the program, and returns what it left. */
export async function bootKernel(run: KernelRun): Promise<KernelResult> {
  const folder = labFolder();
  // A folder of its own for the kernel's control socket: the name of a socket must stay short.
  const control = mkdtempSync(join(tmpdir(), 'uml-'));
  try {
    await scriptFolder(folder, run.script, run.args);
    const child = spawn(
      'linux.uml',
      [
        'rootfstype=hostfs',
        'rw',
        `init=${join(root, 'test', 'lab', 'guest-init.sh')}`,
        `mem=${run.memory ?? '1024M'}`,
        'quiet',
        'con=null',
        'con0=fd:0,fd:1',
        `uml_dir=${control}`,
        'umid=guest',
        `LAB_DIR=${folder}`,
        `LAB_ROOT=${root}`,
        `LAB_NODE=${process.execPath}`,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        env: { ...process.env, ...umlPreload(), TMPDIR: '/dev/shm' },
      },
    );
    const pid = child.pid;
    const killAll = () => {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // The group is gone: nothing is left to kill.
      }
    };
    process.once('exit', killAll);
    const lines = collectLines(child, run.onEvent);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killAll();
    }, run.timeout ?? labTime);
    await new Promise<void>((done, fail) => {
      child.once('error', fail);
      child.once('close', () => done());
    });
    clearTimeout(timer);
    process.removeListener('exit', killAll);
    killAll();
    return { ...readResult(folder), console: lines.join('\n'), timedOut };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(control, { recursive: true, force: true });
  }
}
