// A file that one process at a time appends to, and what names this boot and this network namespace.
// Spec: flock(2), open(2) O_NOFOLLOW, random(4) boot_id, namespaces(7).

import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fail, type Outcome, succeed } from '../fault.ts';
import { loadLibc } from './libc.ts';
import { makeDirectory } from './pid-file.ts';

/** Writes are synchronous; on a tmpfs as /run they take microseconds. They throw what the system says. */
export interface LockedFile {
  read(): string;
  size(): number;
  append(text: string): void;
  replace(text: string): void;
  /** Unlocks it and leaves it where it is. */
  close(): void;
  /** Unlocks and removes it. */
  remove(): void;
}

/** LOCK_EX | LOCK_NB. */
const exclusively = 2 | 4;

/** Mode 0600, never through a symbolic link. Fault `file-unreadable` when it cannot be opened or another process holds it. */
export async function openLocked(path: string): Promise<Outcome<LockedFile>> {
  const refuse = (reason: string) =>
    fail({ code: 'file-unreadable', message: `${path} cannot be used: ${reason}`, operation: 'open' });
  const libc = await loadLibc();
  let file: number;
  try {
    makeDirectory(dirname(path));
    const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
    file = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const usable = fstatSync(file).isFile();
  if (usable && (!libc.ok || libc.value.flock(file, exclusively) === 0)) return succeed(locked(path, file));
  closeSync(file);
  return refuse(usable ? 'another process has locked it' : 'it is not a regular file');
}

function locked(path: string, file: number): LockedFile {
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  const append = (text: string) => {
    if (isOpen) writeSync(file, text);
  };
  return {
    read() {
      const bytes = Buffer.alloc(fstatSync(file).size);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
    },
    size: () => fstatSync(file).size,
    append,
    replace(text) {
      ftruncateSync(file, 0);
      append(text);
    },
    close,
    remove() {
      try {
        if (isOpen) unlinkSync(path);
      } catch {
        // Gone already: nothing to remove.
      }
      close();
    },
  };
}

/** Another one after each boot: nothing in the kernel outlives it. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();

/** The number of the network namespace of this process. */
export const networkNamespace = (): number => statSync('/proc/self/ns/net').ino;
