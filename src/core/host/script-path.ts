// Whether a program may run as a user: who may change what is at its path, and whether that user may execute it.
// Spec: keepalived.conf(5) enable_script_security; path_resolution(7): every folder on the way decides; inode(7) sticky bit, set-user-ID.

import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { type Flaw, flawOf, flawSentence, type PathFacts } from '../script-security.ts';
import { type Account, groupsOf } from './accounts.ts';
import { programPath } from './environment.ts';

/** One component of a program's path. */
export interface PathComponent extends PathFacts {
  readonly path: string;
  /** Why others than root decide what is here; undefined: they do not. */
  readonly flaw: Flaw | undefined;
}

export interface ProgramPath {
  /** From `/` on, as given, then what links lead to. */
  readonly components: readonly PathComponent[];
  /** Where it really is; undefined: nothing is there. */
  readonly real: string | undefined;
  /** root's rights are in it: it runs as user or group 0, or has set-user-ID or set-group-ID of root. */
  readonly asRoot: boolean;
  /** Why it cannot be executed: a clause. */
  readonly cannotRun: string | undefined;
  /** Why it must not run where `enable_script_security` is set: a clause. */
  readonly insecure: string | undefined;
}

const kindOf = (stat: Stats): PathFacts['kind'] =>
  stat.isSymbolicLink() ? 'link' : stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : 'other';

/** `/`, `/a`, `/a/b`: the whole path last. */
function stepsOf(path: string): readonly string[] {
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The path that a name without a slash is found at, as the program's own PATH has it. */
function found(program: string): string {
  if (program.includes('/')) return program;
  const places = programPath.split(':').map(folder => `${folder}/${program}`);
  return places.find(place => statOf(realOf(place) ?? '')?.isFile() === true) ?? program;
}

/** Access control lists show in the group's bits: where these allow it, the kernel is asked by trying. */
function mayExecute({ mode, uid, gid }: Stats, account: Account, groups: readonly number[]): boolean {
  if (account.uid === 0) return (mode & 0o111) !== 0;
  if (account.uid === uid) return (mode & 0o100) !== 0;
  if ((mode & 0o010) !== 0) return true;
  return gid !== account.gid && !groups.includes(gid) && (mode & 0o001) !== 0;
}

/** What is to be said of the program when it runs as this account. Looks at each component once; reads no file. */
export function inspectProgram(program: string, account: Account): ProgramPath {
  const path = found(program);
  const real = realOf(path);
  const steps = [...new Set([...stepsOf(path), ...(real === undefined ? [] : stepsOf(real))])];
  const components = steps.flatMap((step): readonly PathComponent[] => {
    const stat = statOf(step);
    if (stat === undefined) return [];
    const facts = { kind: kindOf(stat), mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
    return [{ path: step, ...facts, flaw: flawOf(facts) }];
  });
  const target = real === undefined ? undefined : statOf(real);
  const cannotRun =
    target === undefined
      ? 'does not exist'
      : !target.isFile()
        ? 'is not a regular file'
        : mayExecute(target, account, groupsOf(account.name, account.gid))
          ? undefined
          : `is not executable by user ${account.name}`;
  const gains =
    target !== undefined &&
    ((target.mode & 0o4000 && target.uid === 0) || (target.mode & 0o2000 && target.gid === 0));
  const asRoot = account.uid === 0 || account.gid === 0 || Boolean(gains);
  const insecure = asRoot ? weaknessOf(components) : undefined;
  return { components, real, asRoot, cannotRun, insecure };
}

function weaknessOf(components: readonly PathComponent[]): string | undefined {
  for (const { flaw, path, mode, uid, gid } of components)
    if (flaw !== undefined) return flawSentence(flaw, path, mode, { owner: uid, group: gid });
  return undefined;
}
