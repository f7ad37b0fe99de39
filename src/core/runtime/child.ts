// What every child process of `lvskit run` shares: its channel to the supervisor, its signals, its flags and its logger.
// Spec: keepalived(8) processes; a child whose parent is gone stops in order, as if terminated.

import type { FromChild, ToChild } from '../daemon/index.ts';
import { exitCodeOf, exitCodes, type Fault, remedyOf } from '../fault.ts';
import type { LogFormat, Logger } from '../host/index.ts';
import { daemonLogger } from './logging.ts';

export interface Child {
  readonly logger: Logger;
  tell(message: FromChild): void;
  onMessage(listener: (message: ToChild) => void): void;
  /** Called once, for SIGTERM or when the supervisor is gone. */
  onStop(listener: () => void): void;
  /** Leaves the process as soon as what was written is out. */
  exit(code: number): void;
  /** Says what cannot be had and ends with the fault's exit code. */
  die(fault: Fault): never;
}

export function becomeChild(name: 'vrrp' | 'checker'): Child {
  process.title = `lvskit ${name}`;
  const args = process.argv.slice(2);
  const logFormat: LogFormat = args[args.indexOf('--log-format') + 1] === 'json' ? 'json' : 'text';
  const logger = daemonLogger(name, { logFormat, detail: args.includes('--log-detail') });

  // Not Node's exit code 1, which the supervisor takes for hopeless: after a fault of ours a fresh process may do.
  process.on('uncaughtException', error => {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    logger.log({ level: 'error', message: `Internal fault: ${message}` });
    if (process.env['DEBUG'] !== undefined && stack !== undefined)
      logger.log({ level: 'error', message: stack });
    process.exit(exitCodes.internal);
  });

  // The terminal sends these to the whole foreground group; the supervisor decides what they mean.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

  return {
    logger,
    tell(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage(listener) {
      process.on('message', message => listener(message as ToChild));
    },
    onStop(listener) {
      let stopping = false;
      const stop = () => {
        if (!stopping) listener();
        stopping = true;
      };
      process.on('SIGTERM', stop);
      process.on('disconnect', stop);
    },
    die(fault) {
      logger.log({ level: 'error', message: `${fault.message}. ${remedyOf(fault)}` });
      process.exit(exitCodeOf(fault));
    },
    exit(code) {
      process.exitCode = code;
      if (process.connected) process.disconnect();
      // Handles that are still open must not keep a finished child alive; pending stderr lines are synchronous.
      setImmediate(() => process.exit(code));
    },
  };
}
