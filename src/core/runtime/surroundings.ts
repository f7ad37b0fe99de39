// What all three processes of the daemon do about what happens to them: signals without a meaning yet, warnings of Node, faults of their own.
// Spec: signal(7); keepalived(8) SIGNALS; Node's events uncaughtException and warning.

import { exitCodes } from '../fault.ts';
import { type LogEvent, type Logger, survive } from '../host/index.ts';

/** Called once by each process before anything else. */
export function surviveSurroundings(logger: Logger): void {
  survive((signal, times) => logger.log(harmlessSignal(signal, times)));
  // Node would write these to process.stderr, which ends the process when nobody reads it.
  process.removeAllListeners('warning');
  process.on('warning', ({ message }) => logger.log({ level: 'debug', message: `Node: ${message}` }));
  // Not Node's exit code 1: a fault of ours has its own.
  process.on('uncaughtException', error => {
    internalFault(logger, error);
    process.exit(exitCodes.internal);
  });
}

/** One line for a signal that ends other programs; keepalived's users send USR1 and USR2 for its dumps. */
function harmlessSignal(signal: string, times: number): LogEvent {
  const often = times === 1 ? '' : ` (${times} more times within a second)`;
  return { level: 'info', message: `${signal} ignored${often}: it has no meaning for lvskit yet` };
}

/** An exception that nobody expected: its stack goes to the log when DEBUG is set. */
function internalFault(logger: Logger, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  logger.log({ level: 'error', message: `Internal fault: ${message}` });
  if (process.env['DEBUG'] === undefined || stack === undefined) return;
  for (const line of stack.split('\n')) logger.log({ level: 'error', message: line });
}
