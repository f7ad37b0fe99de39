// Runs a lab program where it can run: on the machine itself in namespaces of its own, or in a kernel with IPVS.
// Spec: unshare(1), ip-netns(8), uml.ts.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { labFolder, root } from './bundle.mjs';
import { collectLines, type LabEvent, readResult, scriptFolder } from './protocol.ts';
import { bootKernel, type KernelResult, type KernelRun, labTime } from './uml.ts';

export { labTime };

/** Whether the machine's own kernel has IPVS, loading the module where that is possible. */
export function hasIpvs(): boolean {
  if (existsSync('/proc/net/ip_vs')) return true;
  spawnSync('modprobe', ['-q', 'ip_vs'], { stdio: 'ignore' });
  return existsSync('/proc/net/ip_vs');
}

/** Runs the program on a kernel with IPVS: the machine's own when it has it, else a booted one. */
export function runWithIpvs(run: KernelRun): Promise<KernelResult> {
  return hasIpvs() ? runOnMachine(run) : bootKernel(run);
}

/** Events as they come, where somebody wants to watch: LVSKIT_LAB_SHOW=1. */
const show = (event: LabEvent): void => {
  if (process.env['LVSKIT_LAB_SHOW'] !== undefined) console.log(JSON.stringify(event));
};

/** The lab's own log stays until its next run: test/lab/run.mjs shows it where a test of the lab failed. */
function keepLog(script: string, text: string): void {
  const folder = join(root, '.lab', 'logs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${basename(script, '.ts')}.log`), text);
}

/** What the program returned; throws with its console when it did not come to its end. */
export async function labResult<Result>(run: KernelRun, where = runWithIpvs): Promise<Result> {
  const { status, timedOut, console: text, result } = await where({ onEvent: show, ...run });
  keepLog(run.script, text);
  if (status !== 0) throw new Error(`the lab did not finish${timedOut ? ' in time' : ''}:\n${text}`);
  return result as Result;
}

/** Runs the program on the machine's kernel, in mount and network namespaces of its own, so that names of hosts never collide. */
export async function runOnMachine(run: KernelRun): Promise<KernelResult> {
  const folder = labFolder();
  try {
    await scriptFolder(folder, run.script, run.args);
    // Without a system log, keepalived's LOG_CONS writes each line to the machine's serial console: milliseconds in which its
    // processor does little else. A console that swallows keeps times true.
    const setUp =
      'mount --bind /dev/null /dev/console && mount -t tmpfs run /run && mkdir -p /run/netns /run/lock && ip link set lo up && exec "$0" "$1"';
    const child = spawn(
      'unshare',
      [
        '--mount',
        '--net',
        '--propagation',
        'private',
        'sh',
        '-c',
        setUp,
        process.execPath,
        join(folder, 'script.mjs'),
      ],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LAB_DIR: folder } },
    );
    const stop = () => child.kill('SIGTERM');
    process.once('exit', stop);
    const lines = collectLines(child, run.onEvent);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, run.timeout ?? labTime);
    const status = await new Promise<number | null>((done, fail) => {
      child.once('error', fail);
      child.once('close', done);
    });
    clearTimeout(timer);
    process.removeListener('exit', stop);
    writeFileSync(join(folder, 'status'), String(status ?? 1));
    return { ...readResult(folder), console: lines.join('\n'), timedOut };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
