// Processes in a host of the lab: started in its namespace, log in a file, whole tree killed or stopped, none left at the end.
// Spec: nsenter(1), setsid(2), proc(5) stat.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { patience } from './clock.ts';
import { whenDone } from './program.ts';

export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves with the exit status, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** What it wrote so far. */
  log(): string;
  alive(): boolean;
  /** SIGKILL to the process and all its descendants, with no chance for a child to hear of its parent's death and say farewell. */
  killTree(): void;
  /** SIGTERM, then waits for the end; throws when it is not over in time. */
  stop(timeout?: number): Promise<number | string>;
}

let folder: string | undefined;

/** A folder of this program's own on the lab's /run. */
export function labRun(): string {
  folder ??= mkdtempSync('/run/lab-');
  return folder;
}

/** Runs a command in a host to its end and returns what it wrote; throws with its error output when it fails. */
export function runIn(host: string, command: string, ...args: string[]): string {
  return execFileSync('nsenter', [`--net=/run/netns/${host}`, command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });
}

let count = 0;

/** Starts a program in a host, as leader of a session of its own. */
export function startIn(
  host: string,
  name: string,
  command: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly ipc?: boolean } = {},
): Running {
  const path = join(labRun(), `${host}-${name}-${++count}.log`);
  const log = openSync(path, 'a');
  const child = spawn('nsenter', [`--net=/run/netns/${host}`, command, ...args], {
    detached: true,
    stdio: options.ipc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started in ${host}`);
  const ended = new Promise<number | string>(done => {
    child.once('exit', (status, signal) => done(status ?? signal ?? 'gone'));
  });
  const alive = () => child.exitCode === null && child.signalCode === null;
  const killTree = () => {
    if (!alive()) return;
    const tree = [pid, ...descendants(pid)];
    for (const one of tree) signalOne(one, 'SIGSTOP');
    for (const one of tree.reverse()) signalOne(one, 'SIGKILL');
  };
  whenDone(killTree);
  return {
    name: `${host}/${name}`,
    pid,
    child,
    ended,
    log: () => readFileSync(path, 'utf8'),
    alive,
    killTree,
    async stop(timeout = patience) {
      if (alive()) signalOne(pid, 'SIGTERM');
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, fail) => {
        timer = setTimeout(
          () => fail(new Error(`${host}/${name} did not end within ${timeout} ms of SIGTERM`)),
          timeout,
        );
      });
      try {
        return await Promise.race([ended, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/** All processes below one, nearest first. Read before anything is killed: orphans change their parent. */
function descendants(top: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // A process that ended while the list was read.
    }
  }
  const found: number[] = [];
  const queue = [top];
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    const below = children.get(pid) ?? [];
    found.push(...below);
    queue.push(...below);
  }
  return found;
}
