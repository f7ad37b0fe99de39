// What a command's failure looks like: its places one a line, then one line, the remedy under it, the exit code of the fault catalogue.
// Spec: core/fault.ts; @oclif/core's ExitError and CLIError carry their exit code in `oclif.exit`.

import { exitCodeOf, exitCodes, FaultError, remedyOf } from '../fault.ts';
import { visible } from '../visible.ts';
import { type CommandLine, printUsage, usageOf } from './usage.ts';

interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number };
  readonly code?: string;
  readonly showHelp?: boolean;
}

const isOclif = (error: unknown): error is OclifError => error instanceof Error && 'oclif' in error;

/** The text for stderr; undefined for a mere exit request. Stack traces appear only when DEBUG is set. */
export function printFailure(error: unknown, line: CommandLine = {}): string | undefined {
  if (error instanceof FaultError) {
    const { fault } = error;
    const details = (fault.details ?? []).map(detail => `${visible(detail)}\n`).join('');
    const usage = fault.code === 'usage' && line.id !== undefined ? usageOf(line.id) : undefined;
    return `${details}lvskit: ${visible(fault.message)}\n  ${fault.remedy ?? usage ?? remedyOf(fault)}`;
  }
  if (isOclif(error)) {
    if (error.code === 'EEXIT') return undefined;
    const { message, remedy } = printUsage(error, line);
    return `lvskit: ${visible(message)}\n  ${visible(remedy ?? remedyOf({ code: 'usage', message }))}`;
  }
  if (error instanceof Error) {
    const stack = process.env['DEBUG'] === undefined ? '' : `\n${error.stack}`;
    return `lvskit: internal fault: ${error.message}\n  Set DEBUG=1 to see where, and report it.${stack}`;
  }
  return `lvskit: internal fault: ${String(error)}`;
}

/** The exit code: a fault's own, an oclif parse error's usage code, or 70 for a fault of ours. */
export function exitOf(error: unknown): number {
  if (error instanceof FaultError) return exitCodeOf(error.fault);
  if (isOclif(error)) return error.oclif?.exit ?? exitCodes.usage;
  return exitCodes.internal;
}
