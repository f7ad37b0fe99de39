// What `lvskit run` does with its flags: check only (-t), or supervise.
// Behind it: keepalived(8) -t and its exit codes.

import { exitCodes, unwrap } from '../fault.ts';
import { loadForDaemon, printDiagnostic } from './configuration.ts';
import { type RunOptions, supervise } from './supervise.ts';

/** Resolves with the process exit code; throws FaultError when the configuration is refused. */
export async function runDaemon(options: RunOptions & { readonly test: boolean }): Promise<number> {
  if (!options.test) return supervise(options);
  const { diagnostics } = unwrap(loadForDaemon(options));
  for (const diagnostic of diagnostics) process.stderr.write(`${printDiagnostic(diagnostic)}\n`);
  return exitCodes.ok;
}
