// Log lines to a descriptor that may be slow, full or gone: never blocks, never fails, holds a bounded queue and counts what it drops.
// Spec: pipe(7) O_NONBLOCK and PIPE_BUF, open(2) of /proc/self/fd/N (a description of its own), write(2) EAGAIN EPIPE ENOSPC.

import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

/** Where lines go. */
export interface Output {
  write(line: string): void;
  /** Resolves when nothing is queued, or after so many milliseconds. */
  drained(patience: number): Promise<void>;
}

export interface OutputOptions {
  /** What is queued at most while the reader is slow. */
  readonly lines: number;
  readonly bytes: number;
  /** Writes some of the bytes and returns their number; throws errno exceptions. */
  readonly writeSome: (bytes: Uint8Array) => number;
  /** The line that says how many were lost. */
  readonly dropped: (count: number) => string;
}

/** Milliseconds until a slow reader is tried again, and one that is gone or full. */
const again = { slow: 20, broken: 1_000 } as const;

/** A queue in front of `writeSome`: what does not fit is dropped, and said when lines flow again. */
export function createOutput({ lines, bytes, writeSome, dropped }: OutputOptions): Output {
  const queue: Uint8Array[] = [];
  let queued = 0;
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  const idle: (() => void)[] = [];

  /** Writes what fits; the milliseconds to wait when something is left. */
  const flow = (): number | undefined => {
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      let written: number;
      try {
        written = writeSome(head);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return again.slow;
        // Nobody reads, or nothing fits: these lines are lost, the next ones may not be.
        lost += queue.length;
        queue.length = 0;
        queued = 0;
        return again.broken;
      }
      queued -= written;
      if (written < head.length) queue[0] = head.subarray(written);
      else queue.shift();
      if (queue.length === 0 && lost > 0) {
        enqueue(dropped(lost));
        lost = 0;
      }
    }
    return undefined;
  };
  const enqueue = (line: string) => {
    const encoded = Buffer.from(line);
    queue.push(encoded);
    queued += encoded.length;
  };
  const run = () => {
    timer = undefined;
    const wait = flow();
    if (wait !== undefined) timer = setTimeout(run, wait).unref();
    if (queue.length === 0) for (const done of idle.splice(0)) done();
  };
  return {
    write(line) {
      if (queue.length >= lines || queued + line.length > bytes) {
        lost++;
        return;
      }
      // While a broken reader is waited for, lines are counted only: each try would cost a system call.
      if (timer !== undefined && queue.length === 0) {
        lost++;
        return;
      }
      enqueue(line);
      if (timer === undefined) run();
    },
    drained(patience) {
      if (queue.length === 0) return Promise.resolve();
      return new Promise(resolve => {
        setTimeout(resolve, patience);
        idle.push(resolve);
      });
    },
  };
}

/** Some thousand lines: what a burst may leave while a reader is busy. */
const bounds = { lines: 2_000, bytes: 512 * 1_024 } as const;

/**
 * Standard error of this process. A pipe or a terminal is opened once more, without blocking: the flag must not change for others that
 * share the descriptor. Regular files and devices do not block and are written as they are.
 */
export function openStandardError(dropped: (count: number) => string): Output {
  const fd = nonBlocking(2);
  return createOutput({ ...bounds, dropped, writeSome: chunk => writeSync(fd, chunk) });
}

/** Keeps the one socket object that made a descriptor non-blocking. */
let holder: Socket | undefined;

function nonBlocking(fd: number): number {
  try {
    const stat = fstatSync(fd);
    if (stat.isFile() || (stat.isCharacterDevice() && !isatty(fd))) return fd;
    if (!stat.isSocket()) {
      const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
      return openSync(`/proc/self/fd/${fd}`, flags);
    }
  } catch {
    // Another user's terminal or pipe cannot be opened again.
  }
  try {
    // libuv sets O_NONBLOCK on what it takes over; nothing is read or written through the object.
    holder ??= new Socket({ fd, readable: false, writable: true });
    holder.on('error', () => {});
    holder.unref();
  } catch {
    // A terminal of another user: written as it is.
  }
  return fd;
}
