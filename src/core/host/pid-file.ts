// PID files: decimal pid and newline, mode 0644, never through a symbolic link; the daemon's is locked while it runs.
// Spec: keepalived(8) -p -r -c, FHS 3.0 section 3.15, flock(2), proc(5) stat cmdline.

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { loadLibc } from './libc.ts';

/** The daemon's own PID file, held against a second daemon. */
export interface PidFile {
  /** The program whose pid the file named although it is no daemon: `4711 (sleep)`. */
  readonly replaced: string | undefined;
  /** Removes the file and lets another daemon start. */
  release(): void;
}

/** LOCK_EX | LOCK_NB. */
const exclusively = 2 | 4;

const cannotWrite = (path: string, error: unknown): Outcome<never> => {
  const { code, message } = error as NodeJS.ErrnoException;
  return fail({
    code: 'file-unreadable',
    message: `PID file ${path} cannot be written: ${message}`,
    ...(code === undefined ? {} : { errno: code }),
    remedy: 'Give a writable path with -p, -r or -c.',
  });
};

/** Makes a directory and what is missing above it: mode 0755 whatever the umask is. */
export function makeDirectory(path: string): void {
  // The first one that was missing; undefined when all were there.
  const whole = resolve(path);
  const made = mkdirSync(whole, { recursive: true });
  if (made === undefined) return;
  for (let each = whole; each.length >= made.length; each = dirname(each)) chmodSync(each, 0o755);
}

function open(path: string, flags: number): number {
  makeDirectory(dirname(path));
  const file = openSync(path, flags | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o644);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error('not a regular file');
}

function fill(file: number, pid: number): void {
  fchmodSync(file, 0o644);
  ftruncateSync(file, 0);
  writeSync(file, `${pid}\n`, 0);
}

/** A child's PID file: written anew. */
export function writePid(path: string, pid: number): Outcome<void> {
  try {
    const file = open(path, constants.O_WRONLY);
    fill(file, pid);
    closeSync(file);
    return succeed(undefined);
  } catch (error) {
    return cannotWrite(path, error);
  }
}

export function removePid(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already: nothing to remove.
  }
}

/**
 * Takes the daemon's PID file for this process, unless another daemon has it: one that holds its lock, or one that the file names and that
 * is what it says (an lvskit or keepalived older than the file). Any other process whose number the file holds got it by chance.
 */
export async function claimPid(path: string): Promise<Outcome<PidFile>> {
  const libc = await loadLibc();
  try {
    // A file that its owner removes while we wait for its lock is not the one the next daemon finds.
    for (let attempt = 0; attempt < 5; attempt++) {
      const file = open(path, constants.O_RDWR);
      const locked = !libc.ok || libc.value.flock(file, exclusively) === 0;
      const named = describe(file);
      const daemon = named?.isDaemon === true && named.pid !== process.pid;
      if (!locked || daemon) {
        closeSync(file);
        return fail(alreadyRunning(path, named));
      }
      if (!isStill(path, file)) {
        closeSync(file);
        continue;
      }
      fill(file, process.pid);
      if (!libc.ok && !(await keeps(path, file))) {
        closeSync(file);
        return fail(alreadyRunning(path, undefined));
      }
      const replaced = named === undefined || named.pid === process.pid ? undefined : named.text;
      return succeed({ replaced, release: () => release(path, file) });
    }
    return fail(alreadyRunning(path, undefined));
  } catch (error) {
    return cannotWrite(path, error);
  }
}

const alreadyRunning = (path: string, named: Named | undefined): Fault => ({
  code: 'already-running',
  message:
    named === undefined
      ? `PID file ${path} is locked by a running daemon`
      : `PID file ${path} names running process ${named.text}`,
});

const isStill = (path: string, file: number): boolean => {
  try {
    const [there, ours] = [statSync(path), fstatSync(file)];
    return there.ino === ours.ino && there.dev === ours.dev;
  } catch {
    return false;
  }
};

/** Milliseconds that the last of two writers has to show itself where files cannot be locked. */
const settling = 100;

async function keeps(path: string, file: number): Promise<boolean> {
  await new Promise(done => setTimeout(done, settling));
  return isStill(path, file) && Number.parseInt(readFileSync(path, 'latin1'), 10) === process.pid;
}

function release(path: string, file: number): void {
  if (isStill(path, file)) removePid(path);
  closeSync(file);
}

interface Named {
  readonly pid: number;
  /** `4711 (sleep)`. */
  readonly text: string;
  readonly isDaemon: boolean;
}

/** The living process that the file names; undefined without a number, or without such a process. */
function describe(file: number): Named | undefined {
  const text = Buffer.alloc(32);
  readSync(file, text, 0, text.length, 0);
  const pid = Number.parseInt(text.toString('latin1'), 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const written = fstatSync(file).mtimeMs;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    const isDaemon = startedAt(stat) <= written + clockSlack && (isOurs(words) || /^keepalived/.test(name));
    return { pid, text: `${pid} (${name})`, isDaemon };
  } catch {
    return undefined;
  }
}

/** A process title, or Node with the path of our executable among its first words. */
const isOurs = ([title = '', ...rest]: readonly string[]): boolean =>
  /^lvskit\b/.test(title) || rest.slice(0, 4).some(word => /(?:^|\/)lvskit$|\/bin\/run\.js$/.test(word));

/** Milliseconds: the start time of a process is counted in hundredths of a second since boot, the file's by the wall clock. */
const clockSlack = 2_000;
/** USER_HZ. */
const ticks = 100;

/** Wall-clock milliseconds at which the process started. */
function startedAt(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const boot = /^btime (\d+)/m.exec(readFileSync('/proc/stat', 'latin1'));
  return Number(boot?.[1] ?? 0) * 1_000 + (Number(fields[19]) / ticks) * 1_000;
}
