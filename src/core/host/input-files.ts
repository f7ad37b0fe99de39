// What commands read: files and directories by name, standard input, the file that is nearest upwards.
// Spec: open(2), readdir(3), stat(2). Errors are Node's, with their errno: the command says what it was about.

import { type BigIntStats, existsSync, fstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The text of a file; undefined where it cannot be read. */
export function textAt(path: string, encoding: BufferEncoding = 'utf8'): string | undefined {
  try {
    return readFileSync(path, encoding);
  } catch {
    return undefined;
  }
}

export const isThere = (path: string): boolean => existsSync(path);

/** Changes with every writing of the file and with every other file in its place; undefined where there is none. */
export function fileIdentity(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? undefined : identityOf(stat);
}

const identityOf = ({ dev, ino, size, mtimeNs }: BigIntStats): string => `${dev}:${ino}:${size}:${mtimeNs}`;

/** The same without waiting: a file system that hangs keeps nobody. */
export async function fileIdentityLater(path: string): Promise<string | undefined> {
  try {
    return identityOf(await stat(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

/** The whole file. */
export const readBytes = (path: string): Buffer => readFileSync(path);

/** All bytes of standard input, read as a stream: a pipe that another program made non-blocking answers a plain read with EAGAIN. EISDIR for a directory. */
export async function readInputToEnd(): Promise<Buffer> {
  if (fstatSync(0).isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const isDirectory = (path: string): boolean => statSync(path).isDirectory();

/** The names in a directory; none where it cannot be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Regular files with this ending in the directory and those below it, sorted. */
export const filesBelow = (directory: string, ending: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => join(directory, name))
    .filter(path => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .sort();

/** Mode bits and owner; undefined where there is no such file. */
export function permissionsOf(
  path: string,
): { readonly mode: number; readonly uid: number; readonly gid: number } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
}

/** The nearest file of that name, from `directory` upwards. */
export function nearestFile(directory: string, name: string): string | undefined {
  for (let at = resolve(directory); ; at = dirname(at)) {
    const path = join(at, name);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}
