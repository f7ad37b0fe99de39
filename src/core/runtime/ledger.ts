// Performs record: the ownership ledger of this network namespace, so that a start after kill -9 of everything knows what was left.
// Spec: link/ledger.ts (its lines); FHS 3.0 section 3.15 (/run); flock(2).

import { bootId, type LockedFile, networkNamespace, openLocked } from '../host/index.ts';
import {
  compactLedger,
  isLedger,
  type LedgerEntry,
  ledgerLines,
  type Possession,
  replay,
} from '../link/index.ts';
import type { Performer } from './performer.ts';
import type { LogLine } from './transports.ts';

export interface RecordEffect {
  readonly kind: 'record';
  readonly entries: readonly LedgerEntry[];
}

export interface Ledger extends Performer<RecordEffect> {
  /** What a predecessor that was killed had put into the kernel. */
  readonly left: readonly Possession[];
  /** After an orderly end nothing is left: the file goes. */
  remove(): void;
}

/** Bytes after which it is written anew with what still counts. */
const longest = 256 * 1024;

const pathOf = (directory: string): string => `${directory}/vrrp-${networkNamespace()}.ledger`;

/** Without a file (no root, a read-only /run, another daemon of this network namespace) a daemon runs all the same and says what it lacks. */
export async function openLedger(log: (line: LogLine) => void, directory = '/run/lvskit'): Promise<Ledger> {
  const path = pathOf(directory);
  const opened = await openLocked(path);
  if (!opened.ok) {
    const message = `No ownership ledger: ${opened.fault.message}. What a killed daemon leaves must be removed by hand`;
    log({ level: 'warning', message });
    return { left: [], perform() {}, close() {}, remove() {} };
  }
  return keep(path, opened.value, log);
}

function keep(path: string, file: LockedFile, log: (line: LogLine) => void): Ledger {
  const boot = bootId();
  const before = file.read();
  const left = replay(before, boot);
  if (!isLedger(before)) {
    const message = `The ownership ledger ${path} is damaged: what a killed daemon left must be removed by hand`;
    log({ level: 'warning', message });
  }
  let failed = false;
  /** A full disk must not stop the daemon, and is reported once. */
  const attempt = (write: () => void): void => {
    try {
      write();
      failed = false;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!failed) log({ level: 'warning', message: `The ownership ledger cannot be written: ${reason}` });
      failed = true;
    }
  };
  attempt(() => file.replace(compactLedger(boot, left)));
  return {
    left,
    perform({ entries }) {
      attempt(() => {
        file.append(ledgerLines(entries));
        if (file.size() > longest) file.replace(compactLedger(boot, replay(file.read(), boot)));
      });
    },
    close: () => file.close(),
    remove: () => file.remove(),
  };
}
