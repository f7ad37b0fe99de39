// What a command's failure looks like: one line, the remedy under it, the exit code of the fault catalogue.
// Spec: core/fault.ts; @oclif/core's ExitError and CLIError carry their exit code in `oclif.exit`.

import { exitCodeOf, exitCodes, FaultError, remedyOf } from '../fault.ts';
import { visible } from '../visible.ts';

interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number };
  readonly code?: string;
  readonly showHelp?: boolean;
}

const isOclif = (error: unknown): error is OclifError => error instanceof Error && 'oclif' in error;

/** oclif's text as one line, without its own hint and its headings; topics are separated by blanks here. */
function usageMessage({ message }: Error): string {
  const lines = message
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/^See more help with|^The following errors? occurred:?$/.test(line));
  const told = lines.join('; ').replace(/^command (\S+) not found$/, (_, id: string) => {
    return `there is no command "${id.replaceAll(':', ' ')}"`;
  });
  return told
    .replaceAll('=true cannot', ' cannot')
    .replace(/^Parsing (--\S+); /, '$1: ')
    .replace(/:; (\S+) {2,}/, ': $1: ');
}

/** The text for stderr; undefined for a mere exit request. Stack traces appear only when DEBUG is set. */
export function printFailure(error: unknown): string | undefined {
  if (error instanceof FaultError) {
    const { fault } = error;
    return `lvskit: ${visible(fault.message)}\n  ${remedyOf(fault)}`;
  }
  if (isOclif(error)) {
    if (error.code === 'EEXIT') return undefined;
    return `lvskit: ${visible(usageMessage(error))}\n  ${remedyOf({ code: 'usage', message: error.message })}`;
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
