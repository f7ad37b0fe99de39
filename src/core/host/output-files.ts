// What a command leaves behind: files it writes anew, links, and what stands in their places before.
// Spec: open(2) O_EXCL, symlink(2), lstat(2).

import { lstatSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';

/** Nothing, a device or pipe, or a file with this text. */
export type Place =
  | { readonly kind: 'nothing' | 'stream' }
  | { readonly kind: 'file'; readonly text: string };

/** What is at the path. Throws a system error, EISDIR for a directory. */
export function placeAt(path: string): Place {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'nothing' };
  if (stat.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  return stat.isFile() ? { kind: 'file', text: readFileSync(path, 'utf8') } : { kind: 'stream' };
}

/** `new`: fails with EEXIST where something is there already. Throws a system error. */
export const writeBytes = (path: string, bytes: string | Uint8Array, as: 'new' | 'any' = 'any'): void =>
  writeFileSync(path, bytes, { flag: as === 'new' ? 'wx' : 'w' });

export const removeFile = (path: string): void => rmSync(path, { force: true });

/** The target of the symbolic link; '' for anything else that has the name; undefined where nothing has it. */
export function linkAt(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isSymbolicLink() ? readlinkSync(path) : '';
}

/** Puts a symbolic link in the place of whatever file is there. Throws a system error. */
export function placeLink(target: string, link: string): void {
  removeFile(link);
  symlinkSync(target, link);
}
