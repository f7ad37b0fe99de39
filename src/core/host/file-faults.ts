// What a system error about a file means, in words: the one place where errno becomes a sentence.
// Spec: errno(3); libuv's names and texts (util.getSystemErrorMap).

import { getSystemErrorMap } from 'node:util';
import type { Fault } from '../fault.ts';

/** libuv's texts, by name: `ENOSPC` -> `no space left on device`. */
let texts: ReadonlyMap<string, string> | undefined;

function textOf(errno: string): string | undefined {
  // Made at the first fault: most commands have none.
  texts ??= new Map(getSystemErrorMap().values());
  return texts.get(errno);
}

/** What an operator must read in another way than errno(3) says it. */
const plainer: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ENOENT: 'its directory does not exist',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  EDQUOT: 'the disk quota is used up',
};

/** `no space left on device (ENOSPC)`; an unknown name stays as it is. */
export const errnoText = (errno: string): string => {
  const text = plainer[errno] ?? textOf(errno);
  return text === undefined ? errno : `${text} (${errno})`;
};

const errnoOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? 'EIO';

/** A file that cannot be read: `name` is what messages call it. */
export function unreadableFile(name: string, error: unknown): Fault {
  const errno = errnoOf(error);
  const message =
    errno === 'ENOENT' ? `${name} does not exist` : `${name} cannot be read: ${errnoText(errno)}`;
  return { code: 'file-unreadable', message, operation: 'open', errno };
}

/** A file that cannot be written. */
export function unwritableFile(name: string, error: unknown, operation = 'write'): Fault {
  const errno = errnoOf(error);
  return {
    code: 'file-unreadable',
    message: `${name} cannot be written: ${errnoText(errno)}`,
    operation,
    errno,
    remedy: 'Give another path, or make room and permissions for this one.',
  };
}
