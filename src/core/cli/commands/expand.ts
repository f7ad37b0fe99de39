// What `lvskit expand` does: reads a configuration with all it includes and prints what comes of it.
// Spec: conf/print-expanded.ts; keepalived(8) exit codes through the fault catalogue.

import { printExpanded, readConfiguration } from '../../conf/index.ts';
import { exitCodes, unwrap } from '../../fault.ts';
import { printDiagnostic } from '../../runtime/index.ts';
import { isLoss, readerOf, readInput } from './text-input.ts';

export interface ExpandOptions {
  /** `-` is standard input. */
  readonly path: string;
  /** Which `@ID` lines are kept; undefined: the host name's first part. */
  readonly configId: string | undefined;
  readonly origins: boolean;
}

/** Resolves with the exit code: 5 when something could not be read, which is told on stderr. Throws FaultError without a file. */
export async function runExpand({ path, configId, origins }: ExpandOptions): Promise<number> {
  const input = unwrap(await readInput(path));
  const options = configId === undefined ? {} : { configId };
  const { statements, diagnostics } = readConfiguration(input.name, readerOf(input), options);
  process.stdout.write(printExpanded(statements, { origins }));
  process.stderr.write(diagnostics.map(diagnostic => `${printDiagnostic(diagnostic)}\n`).join(''));
  return diagnostics.some(isLoss) ? exitCodes.configuration : exitCodes.ok;
}
