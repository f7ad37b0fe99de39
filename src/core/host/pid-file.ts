// PID files: decimal pid and newline, mode 0644, never through a symbolic link; a live one means "already running".
// Spec: keepalived(8) -p -r -c, FHS 3.0 section 3.15.

import { closeSync, constants, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail, type Outcome, succeed } from '../fault.ts';

/** The pid in the file if that process is alive; undefined when there is no file, no number or no such process. */
export function livePid(path: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const pid = Number.parseInt(text, 10);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}

export function writePid(path: string, pid: number): Outcome<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const file = openSync(path, flags, 0o644);
    writeSync(file, `${pid}\n`);
    closeSync(file);
    return succeed(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail({
      code: 'file-unreadable',
      message: `pid file ${path} cannot be written: ${message}`,
      ...(code === undefined ? {} : { errno: code }),
      remedy: 'Give a writable path with -p, -r or -c.',
    });
  }
}

export function removePid(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already: nothing to remove.
  }
}
