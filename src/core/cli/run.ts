// What `lvskit run` does with its flags: check only (-t), or supervise; and how a refused start is told.
// Spec: keepalived(8) -t and its exit codes; docs/run.md.

import { refusedByTest } from '../conf/index.ts';
import { exitCodeOf, exitCodes, type Fault, FaultError, remedyOf } from '../fault.ts';
import {
  daemonLogger,
  diagnosticEvent,
  type Loaded,
  type Loading,
  type LogOptions,
  loadForDaemon,
  printDiagnostic,
  type RunOptions,
} from '../runtime/index.ts';

/**
 * Resolves with the process exit code. With text logs a fault is thrown as FaultError, for the command's edge to print; with JSON logs it is
 * an event like every other.
 */
export async function runDaemon(options: RunOptions & { readonly test: boolean }): Promise<number> {
  try {
    const loading = loadForDaemon(options);
    tellFindings(loading, options);
    if (!loading.ok) throw new FaultError(loading.fault);
    if (options.test) return testVerdict(loading.value, options);
    // A check needs neither the processes nor their machines: reading them would cost more than a small file does.
    const { supervise } = await import('../runtime/supervise.ts');
    return await supervise(options, loading.value);
  } catch (error) {
    if (options.logFormat !== 'json' || !(error instanceof FaultError)) throw error;
    tellFault(error.fault, options);
    return exitCodeOf(error.fault);
  }
}

/** `keepalived -t` ends with 5 for findings that the daemon starts with: so does this, and says that it would. */
function testVerdict({ diagnostics }: Loaded, options: LogOptions): number {
  const refusing = diagnostics.filter(({ rule }) => refusedByTest.has(rule));
  if (refusing.length === 0) return exitCodes.ok;
  const count = refusing.length === 1 ? 'finding' : 'findings';
  const message = `keepalived -t refuses a file with ${refusing.length === 1 ? 'this' : 'these'} ${refusing.length} ${count}, and so does this test; the daemon starts with it`;
  if (options.logFormat === 'json') daemonLogger('supervisor', options).log({ level: 'error', message });
  else process.stderr.write(`lvskit: ${message}\n`);
  return exitCodes.configuration;
}

/** Errors of a refused file, or the warnings of a good one under -t; the supervisor logs the latter itself. */
function tellFindings(loading: Loading, options: LogOptions & { readonly test: boolean }): void {
  const findings = loading.ok ? (options.test ? loading.value.diagnostics : []) : loading.errors;
  if (options.logFormat === 'json') {
    const logger = daemonLogger('supervisor', options);
    for (const finding of findings) logger.log(diagnosticEvent(finding));
  } else if (findings.length > 0) {
    // A reader that is gone needs no findings, and its absence is no fault of ours.
    process.stderr.on('error', () => {});
    process.stderr.write(`${findings.map(printDiagnostic).join('\n')}\n`);
  }
}

function tellFault(fault: Fault, options: LogOptions): void {
  const { code, message, errno } = fault;
  daemonLogger('supervisor', options).log({
    level: 'error',
    message,
    fields: { code, errno, remedy: remedyOf(fault), exitCode: exitCodeOf(fault) },
  });
}
