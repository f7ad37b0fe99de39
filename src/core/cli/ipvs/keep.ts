// `vs apply --watch`: keeps the table as a file says, tells each drift, and reads the file again when it changes.
// Spec: ipvs/plan.ts; the kernel gives no notice of changes, so the table is looked at again and again.

import type { Outcome } from '../../fault.ts';
import { type IpvsClient, type Operation, plan, type Service } from '../../ipvs/index.ts';
import { carryOutJudged } from './judge-plan.ts';
import type { Shown } from './present.ts';

/** What keeping needs of its surroundings; tests give tables and a clock of their own. */
export interface Keeping {
  readonly client: Pick<IpvsClient, 'observe' | 'apply' | 'knows' | 'daemons'>;
  /** Changes whenever the file does; undefined while it is not there. */
  identity(): string | undefined;
  read(): Promise<Outcome<readonly Service[]>>;
  readonly prune: boolean;
  readonly dryRun: boolean;
  /** Waits until the next look; false when it is time to end. */
  pause(failures: number): Promise<boolean>;
  show(shown: Shown): Promise<void>;
  /** A line for people: why something was not done. */
  complain(line: string): void;
}

/** What was said last, so that a state that lasts is told once. */
interface Told {
  complaint: string | undefined;
  /** The operations that were refused, or with `dryRun` only shown. */
  left: string | undefined;
}

const keyOf = (operations: readonly Operation[]): string => JSON.stringify(operations);

/** The file again, if it changed. What cannot be read or holds no service leaves what was wanted before. */
async function reread(keeping: Keeping, before: readonly Service[], told: Told): Promise<readonly Service[]> {
  const complain = (text: string, places: readonly string[] = []) => {
    const complaint = [...places, text].join('\n');
    if (told.complaint !== complaint) {
      for (const place of places) keeping.complain(place);
      keeping.complain(`${text}; the table is kept as the file said before`);
    }
    told.complaint = complaint;
    return before;
  };
  const read = await keeping.read();
  if (!read.ok) return complain(read.fault.message, read.fault.details);
  if (read.value.length === 0 && before.length > 0) return complain('the file has no services any more');
  told.complaint = undefined;
  return read.value;
}

/** One look: the drift, told and mended. True when something went wrong. */
async function look(keeping: Keeping, desired: readonly Service[], told: Told): Promise<boolean> {
  const { client, prune, dryRun } = keeping;
  const observed = await client.observe({ counters: false });
  if (!observed.ok) {
    if (told.complaint !== observed.fault.message) keeping.complain(observed.fault.message);
    told.complaint = observed.fault.message;
    return true;
  }
  const operations = plan(observed.value, desired, { prune });
  if (operations.length === 0) {
    told.left = undefined;
    return false;
  }
  const key = keyOf(operations);
  if (dryRun && told.left === key) return false;
  const shown = await carryOutJudged(client, observed.value, operations, dryRun);
  if (!shown.ok) {
    if (told.complaint !== shown.fault.message) keeping.complain(shown.fault.message);
    told.complaint = shown.fault.message;
    return true;
  }
  const refused = (shown.value.exit ?? 0) !== 0;
  // What is refused again and again is tried again, and told once.
  if (told.left !== key) await keeping.show(shown.value);
  told.left = dryRun || refused ? key : undefined;
  return refused;
}

/** Runs until `pause` says that it is over. `first` is what the file said when the command began. */
export async function keep(keeping: Keeping, first: readonly Service[], identity?: string): Promise<void> {
  const told: Told = { complaint: undefined, left: undefined };
  let desired = first;
  let seen = identity;
  let failures = 0;
  do {
    const now = keeping.identity();
    if (now !== seen) {
      desired = await reread(keeping, desired, told);
      seen = now;
    }
    failures = (await look(keeping, desired, told)) ? failures + 1 : 0;
  } while (await keeping.pause(failures));
}
