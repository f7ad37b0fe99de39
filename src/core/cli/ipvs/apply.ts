// `vs apply`, `vs diff`, `vs restore`: makes the kernel hold what a file says, with the fewest changes.
// Spec: ipvs/plan.ts; the file and the whole plan are judged before the first write.

import { exitCodeOf, exitCodes, type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import { type IpvsClient, type ObservedService, type Operation, plan } from '../../ipvs/index.ts';
import { carryOutJudged } from './judge-plan.ts';
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
  /** Take a file without services for what is meant. */
  readonly allowEmpty?: boolean | undefined;
}

/** The way from the kernel's table to the file's. The file is read before the kernel is asked. */
async function planFile(
  { file, format, prune, allowEmpty }: Omit<ApplyOptions, 'dryRun'>,
  act: (client: IpvsClient, observed: ObservedService[], operations: Operation[]) => Promise<Outcome<Shown>>,
): Promise<Outcome<Shown>> {
  const desired = await readTable(file, format, allowEmpty === true);
  if (!desired.ok) return desired;
  return withIpvs(async client => {
    const observed = await client.observe({ counters: false });
    if (!observed.ok) return observed;
    return act(client, observed.value, plan(observed.value, desired.value, { prune }));
  });
}

/** Makes the table what the file says, unless `dryRun`; nothing is changed where the kernel would refuse a part. */
export const applyFile = (options: ApplyOptions): Promise<Outcome<Shown>> =>
  planFile(options, (client, observed, operations) =>
    carryOutJudged(client, observed, operations, options.dryRun),
  );

/** For `vs diff` 1 means that the table differs: a failure to compare has another exit code. */
const undecided = (fault: Fault): Fault =>
  exitCodeOf(fault) === exitCodes.failure ? { ...fault, exit: 'undecided' } : fault;

/** The same plan, only shown; exit code 1 when it is not empty. */
export async function diffFile(options: Omit<ApplyOptions, 'dryRun'>): Promise<Outcome<Shown>> {
  const planned = await planFile(options, async (client, observed, operations) =>
    carryOut(client, observed, operations, true),
  );
  if (!planned.ok) return fail(undecided(planned.fault));
  const { changes } = planned.value.document as { readonly changes: readonly unknown[] };
  return succeed({
    ...planned.value,
    exit: changes.length > 0 ? exitCodes.failure : exitCodes.ok,
    text: () => (changes.length > 0 ? planned.value.text() : 'No drift.\n'),
  });
}
