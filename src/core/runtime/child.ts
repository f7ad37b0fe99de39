// What every child process of `lvskit run` shares: its channel to the supervisor, its signals, its flags and its logger.
// Spec: keepalived(8) processes; a child whose parent is gone stops in order, as if terminated.

import {
  type Configure,
  type FromChild,
  type NumberedConfigure,
  type Order,
  readToChild,
} from '../daemon/index.ts';
import { exitCodeOf, type Fault, remedyOf } from '../fault.ts';
import { forgetAccounts, type LogFormat, type Logger, learnAccounts } from '../host/index.ts';
import { daemonLogger, logDrained, setLogLevel } from './logging.ts';
import { createPrograms, ownersIn, type Programs } from './programs.ts';
import { surviveSurroundings } from './surroundings.ts';

export interface Child {
  readonly logger: Logger;
  /** What it starts ends with it. */
  readonly programs: Programs;
  /** `sent`: the message is with the kernel, or there is nobody to take it. */
  tell(message: FromChild, sent?: () => void): void;
  /** Tells that the configuration which was handed on last is in force. */
  inForce(kind: 'ready' | 'configured'): void;
  /** Configurations, when the accounts that their programs run as are known, and orders, in the order of arrival. */
  onMessage(configured: (message: Configure) => void, ordered: (order: Order) => void): void;
  /** Called once, for SIGTERM or when the supervisor is gone. */
  onStop(listener: () => void): void;
  /** Ends its programs and leaves the process when what was logged is out. */
  exit(code: number): void;
  /** Says what cannot be had and ends with the fault's exit code. */
  die(fault: Fault): never;
}

/** Milliseconds that a slow reader of the log gets at the end. */
const lastWords = 200;

export function becomeChild(name: 'vrrp' | 'checker'): Child {
  process.title = `lvskit ${name}`;
  const args = process.argv.slice(2);
  const logFormat: LogFormat = args[args.indexOf('--log-format') + 1] === 'json' ? 'json' : 'text';
  const logger = daemonLogger(name, { logFormat, detail: args.includes('--log-detail') });

  const tell = (message: FromChild, sent: () => void = () => {}) => {
    if (process.connected) process.send?.(message, undefined, undefined, sent);
  };
  let generation = 0;
  const programs = createPrograms((pid, runs) => tell({ kind: 'program', pid, runs }));

  surviveSurroundings(logger);
  // Whatever ends this process: nothing that it started may go on.
  process.on('exit', () => programs.destroy());
  // The terminal sends these to the whole foreground group; the supervisor decides what they mean.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

  const leave = async (code: number) => {
    process.exitCode = code;
    await programs.end();
    await logDrained(lastWords);
    if (process.connected) process.disconnect();
    // Handles that are still open must not keep a finished child alive.
    setImmediate(() => process.exit(code));
  };
  return {
    logger,
    programs,
    tell,
    inForce: kind => tell({ kind, generation }),
    onMessage(configured, ordered) {
      const take = (message: NumberedConfigure) => {
        ({ generation } = message);
        programs.demandSecurity(message.config.global.scriptSecurity);
        configured(message);
      };
      listenTo(logger, take, ordered);
    },
    onStop(listener) {
      let stopping = false;
      const stop = (signal?: string) => {
        if (stopping) return;
        stopping = true;
        if (signal !== undefined) tell({ kind: 'stopping', signal });
        listener();
      };
      process.on('SIGTERM', () => stop('SIGTERM'));
      process.on('disconnect', () => stop());
    },
    die(fault) {
      logger.log({ level: 'error', message: `${fault.message}. ${remedyOf(fault)}` });
      process.exit(exitCodeOf(fault));
    },
    exit: code => void leave(code),
  };
}

/** In the order of arrival; a configuration waits until the users and groups of its programs are known. What else arrives is logged once. */
function listenTo(
  logger: Logger,
  configured: (message: NumberedConfigure) => void,
  ordered: (order: Order) => void,
): void {
  let unknown = false;
  let before: Promise<void> = Promise.resolve();
  process.on('message', received => {
    const message = readToChild(received);
    if (message === undefined) {
      if (!unknown) logger.log({ level: 'error', message: 'Unknown message from the supervisor ignored' });
      unknown = true;
      return;
    }
    before = before.then(async () => {
      if (message.kind === 'log-level') return setLogLevel(message.level);
      // In a turn of its own: what it throws must end the process as every fault does, not reject a promise.
      if (message.kind !== 'configure') {
        setImmediate(ordered, message);
        return;
      }
      await learnAccounts(ownersIn(message.config));
      // Users may have changed with the configuration.
      forgetAccounts();
      setImmediate(configured, message);
    });
  });
}
