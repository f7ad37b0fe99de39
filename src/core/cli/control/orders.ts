// What an operator asks a running daemon to do: reload, log more or less, run checks now. Spec: docs/status.md, methods.

import { logLevels } from '../../control/index.ts';
import { exitCodes, FaultError, unwrap } from '../../fault.ts';
import { visible } from '../../visible.ts';
import { askDaemon, askStatus, type DaemonOptions, socketOf } from './ask.ts';

/** Milliseconds: a great file is read, and each process takes it. */
const patience = 200_000;

interface Reloaded {
  readonly accepted: boolean;
  readonly cause: string;
  readonly findings: readonly string[];
}

/** Prints what came of it; 0 in force, 5 refused. */
export async function reloadDaemon(
  options: DaemonOptions & { readonly check: boolean; readonly json: boolean },
): Promise<number> {
  const path = socketOf(options);
  const params = options.check ? { check: true } : {};
  const outcome = unwrap(await askDaemon(path, 'reload', params, patience)) as Reloaded;
  if (options.json) process.stdout.write(`${JSON.stringify(outcome, undefined, 2)}\n`);
  else {
    // Findings come made visible, related places on lines of their own.
    process.stderr.write(outcome.findings.map(finding => `${finding}\n`).join(''));
    const head = options.check
      ? outcome.accepted
        ? 'The file is good; nothing was reloaded'
        : 'The file would be refused'
      : outcome.accepted
        ? 'Reloaded'
        : 'Not reloaded';
    (outcome.accepted ? process.stdout : process.stderr).write(`${head}: ${visible(causeOf(outcome))}\n`);
  }
  return outcome.accepted ? exitCodes.ok : exitCodes.configuration;
}

/** The findings are above: the first of them is not said twice. */
function causeOf({ cause, findings: [first] }: Reloaded): string {
  return first !== undefined && cause.endsWith(`; ${first}`) ? cause.slice(0, -first.length - 2) : cause;
}

/** Without a level prints the one in force, else sets it. */
export async function logLevel(
  options: DaemonOptions & { readonly level: string | undefined },
): Promise<number> {
  const path = socketOf(options);
  if (options.level === undefined) {
    process.stdout.write(`${unwrap(await askStatus(path, undefined)).daemon.logLevel}\n`);
    return exitCodes.ok;
  }
  const level = logLevels.find(each => each === options.level);
  if (level === undefined)
    throw new FaultError({
      code: 'usage',
      message: `a log level is one of ${logLevels.join(', ')} (got '${visible(options.level)}')`,
    });
  unwrap(await askDaemon(path, 'log level', { level }));
  process.stdout.write(`The daemon logs from ${level} on\n`);
  return exitCodes.ok;
}

/** Runs checks of a running daemon at once; says how many. */
export async function checkNow(
  options: DaemonOptions & { readonly name: string | undefined },
): Promise<number> {
  const { name } = options;
  const answer = unwrap(await askDaemon(socketOf(options), 'check now', name === undefined ? {} : { name }));
  const { checks } = answer as { readonly checks: number };
  process.stdout.write(
    checks === 0
      ? 'No check to run\n'
      : `${checks} ${checks === 1 ? 'check runs' : 'checks run'} now; lvskit status tells what comes of it\n`,
  );
  return exitCodes.ok;
}
