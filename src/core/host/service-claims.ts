// Which IPVS services a running daemon of this network namespace owns: a file with one of their names a line, locked while the daemon runs.
// Spec: flock(2); FHS 3.0 section 3.15 (/run). A lock ends with its process, so what a killed daemon leaves counts for nothing.

import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Outcome, succeed } from '../fault.ts';
import { loadLibc } from './libc.ts';
import { networkNamespace, openLocked } from './locked-file.ts';

export interface ServiceClaims {
  /** The names of all services that are owned from now on. Throws what the system says. */
  replace(names: readonly string[]): void;
  /** Nothing is owned any more; the file goes. */
  remove(): void;
}

const directory = '/run/lvskit';
const pathOf = (folder: string): string => `${folder}/services-${networkNamespace()}`;

/** LOCK_SH | LOCK_NB. */
const sharedAtOnce = 1 | 4;
/** Readers hold the lock for microseconds: so many attempts, milliseconds apart. */
const attempts = 5;
const between = 20;

/** For the daemon. Fault `file-unreadable` where the file cannot be opened or another daemon of this namespace holds it. */
export async function claimServices(folder = directory): Promise<Outcome<ServiceClaims>> {
  for (let attempt = 1; ; attempt++) {
    const opened = await openLocked(pathOf(folder));
    if (!opened.ok && attempt < attempts) {
      await setTimeout(between);
      continue;
    }
    if (!opened.ok) return opened;
    const file = opened.value;
    return succeed({
      replace: names => file.replace(names.map(name => `${name}\n`).join('')),
      remove: () => file.remove(),
    });
  }
}

/** For everybody else: whether a running daemon owns the service of this name. Without flock(2) the file alone decides. */
export async function isClaimed(name: string, folder = directory): Promise<boolean> {
  let file: number;
  try {
    file = openSync(pathOf(folder), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    // No file, or not for this user, who cannot change services either: no daemon is known.
    return false;
  }
  try {
    const libc = await loadLibc();
    if (libc.ok && libc.value.flock(file, sharedAtOnce) === 0) return false;
    return readFileSync(file, 'utf8').split('\n').includes(name);
  } finally {
    closeSync(file);
  }
}
