// Replaces a file's content at once: a reader sees the old or the new text, never half of one.
// Spec: rename(2); symbolic links are followed, mode and owner are kept; what is not a regular file is written in place.

import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, type Outcome, succeed } from '../fault.ts';
import { unwritableFile } from './file-faults.ts';

/** Fails with `file-unreadable` when the file or its directory may not be written; the old content is then untouched. */
export function replaceFile(path: string, content: Uint8Array): Outcome<undefined> {
  let draft: string | undefined;
  try {
    const target = realpathSync(path);
    const stat = statSync(target);
    // A device or pipe in the place of a file is written to, never replaced.
    if (!stat.isFile()) {
      writeFileSync(target, content);
      return succeed(undefined);
    }
    const { mode, uid, gid } = stat;
    draft = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
    const file = openSync(draft, 'wx', 0o600);
    try {
      for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
      const draftOwner = statSync(draft);
      if (draftOwner.uid !== uid || draftOwner.gid !== gid) fchownSync(file, uid, gid);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, target);
    return succeed(undefined);
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true });
    return fail(unwritableFile(path, error, (error as NodeJS.ErrnoException).syscall ?? 'rename'));
  }
}
