// `vs apply`, `vs diff`, `vs restore`: makes the kernel hold what a file says, with the fewest changes.
// Spec: ipvs/plan.ts; exit codes: 0 nothing to do or done, 1 drift (diff) or refused (apply), 2 usage.

import { exitCodes, type Outcome, succeed } from '../../fault.ts';
import { plan } from '../../ipvs/index.ts';
import { type Shown, withIpvs } from './present.ts';
import { carryOut } from './report.ts';
import { readTable, type TableFormat } from './table-file.ts';

export interface ApplyOptions {
  /** `-` is standard input. */
  readonly file: string;
  readonly format: TableFormat | undefined;
  /** Remove services that the file does not have. */
  readonly prune: boolean;
  readonly dryRun: boolean;
}

/** Plans the way from the kernel's table to the file's, and goes it unless `dryRun`. The file is read before the kernel is asked. */
export async function applyFile({ file, format, prune, dryRun }: ApplyOptions): Promise<Outcome<Shown>> {
  const desired = await readTable(file, format);
  if (!desired.ok) return desired;
  return withIpvs(async client => {
    const observed = await client.observe({ counters: false });
    if (!observed.ok) return observed;
    return carryOut(client, observed.value, plan(observed.value, desired.value, { prune }), dryRun);
  });
}

/** The same plan, only shown; exit code 1 when it is not empty. */
export async function diffFile(options: Omit<ApplyOptions, 'dryRun'>): Promise<Outcome<Shown>> {
  const planned = await applyFile({ ...options, dryRun: true });
  if (!planned.ok) return planned;
  const { changes } = planned.value.document as { readonly changes: readonly unknown[] };
  return succeed({
    ...planned.value,
    exit: changes.length > 0 ? exitCodes.failure : exitCodes.ok,
    text: () => (changes.length > 0 ? planned.value.text() : 'No drift.\n'),
  });
}
