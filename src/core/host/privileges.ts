// Starting a process with fewer rights than ours: what is dropped before exec(2) is dropped for every thread.
// Spec: capabilities(7) (bounding set: root gains nothing else by exec), prctl(2) PR_SET_NO_NEW_PRIVS, setpriv(1) of util-linux.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

/** CAP_* without its prefix, as setpriv(1) writes it. */
export type Capability = 'net_admin' | 'net_raw' | 'net_broadcast' | 'net_bind_service' | 'sys_nice';

/** By absolute path: the caller's PATH is not root's. Undefined where util-linux is missing. */
export const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path));

/** A program and the words before those of the process that it becomes. */
export interface Launcher {
  readonly program: string;
  readonly words: readonly string[];
}

/**
 * What starts a process with at most these capabilities and with no_new_privs set; the process number stays. Undefined where that cannot be
 * done: not root, no setpriv, or one that knows less (busybox).
 */
export async function launcherWith(capabilities: readonly Capability[]): Promise<Launcher | undefined> {
  if (setpriv === undefined || process.getuid?.() !== 0) return undefined;
  const set = ['-all', ...capabilities.map(name => `+${name}`)].join(',');
  const words = [`--bounding-set=${set}`, '--inh-caps=-all', '--no-new-privs', '--'];
  const launcher: Launcher = { program: setpriv, words };
  return (await works(launcher)) ? launcher : undefined;
}

/** Milliseconds for a program that does nothing. */
const trial = 2_000;

const works = ({ program, words }: Launcher): Promise<boolean> =>
  new Promise(resolve => {
    const nothing = [...words, program, '--version'];
    execFile(program, nothing, { timeout: trial, env: {} }, error => resolve(error === null));
  });
