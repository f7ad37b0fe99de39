// `lvskit status`: asks the daemon and shows its answer: a screen, JSON, one line for monitoring, or again and again.
// Spec: docs/status.md; exit 0 healthy, 1 something is down, others by the table of exit codes.

import { type Status, statusJsonSchema } from '../../control/index.ts';
import { exitCodes, FaultError } from '../../fault.ts';
import { pauseFor } from '../../host/index.ts';
import { askStatus, socketOf } from '../control/ask.ts';
import { drawing } from '../ipvs/watch-screen.ts';
import { withDoctor } from './doctor.ts';
import { explanationOf } from './explain.ts';
import { pluginLine, unknownLine } from './plugin.ts';
import { screenOf } from './screen.ts';

export interface StatusOptions {
  readonly name: string | undefined;
  readonly socket: string | undefined;
  readonly instance: string | undefined;
  readonly json: boolean;
  readonly plugin: boolean;
  readonly watch: boolean;
  readonly all: boolean;
  /** The schema of the answer instead; no daemon is asked. */
  readonly schema: boolean;
}

const exitOfStatus = ({ problems }: Status): number =>
  problems.length === 0 ? exitCodes.ok : exitCodes.failure;

/** Piped text is not cut: 80 columns are for people. */
const widthOf = (): number => (process.stdout.isTTY ? (process.stdout.columns ?? 80) : 10_000);

function textOf(status: Status, { json, watch, name, all }: StatusOptions): string {
  if (json) return `${JSON.stringify(status, undefined, watch ? undefined : 2)}\n`;
  const width = widthOf();
  return name === undefined ? screenOf(status, { width, all }) : explanationOf(status, width);
}

/** Prints and resolves with the exit code; throws FaultError when no daemon answers. */
export async function showStatus(options: StatusOptions): Promise<number> {
  if (options.schema) {
    process.stdout.write(`${JSON.stringify(statusJsonSchema(), undefined, 2)}\n`);
    return exitCodes.ok;
  }
  const path = socketOf(options);
  if (options.watch) return watchStatus(path, options);
  const asked = await askStatus(path, options.name);
  if (options.plugin) {
    const { text, exit } = asked.ok ? pluginLine(asked.value) : unknownLine(asked.fault.message);
    process.stdout.write(text);
    return exit;
  }
  if (!asked.ok) throw new FaultError(asked.fault);
  const status = options.name === undefined ? await withDoctor(asked.value) : asked.value;
  process.stdout.write(textOf(status, options));
  return exitOfStatus(status);
}

/** Milliseconds between looks. */
const interval = 1_000;

/** Until a signal or the reader ends it. A daemon that is away for a while is said on the screen, and asked again. */
async function watchStatus(path: string, options: StatusOptions): Promise<number> {
  const { stdout } = process;
  const screen = stdout.isTTY === true && !options.json;
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  stdout.once('error', end);
  if (screen) stdout.write('\x1b[?1049h\x1b[?25l');
  let exit: number = exitCodes.ok;
  try {
    for (let first = true; !stop.signal.aborted; first = false) {
      const asked = await askStatus(path, options.name);
      // Before anything is shown, what is wrong is the caller's to hear.
      if (!asked.ok && (first || !screen)) throw new FaultError(asked.fault);
      const text = asked.ok ? textOf(asked.value, options) : `${asked.fault.message}\nAsking again.\n`;
      if (asked.ok) exit = exitOfStatus(asked.value);
      stdout.write(screen ? drawing(fitting(text)) : text);
      await pauseFor(interval, stop.signal);
    }
  } finally {
    if (screen) stdout.write('\x1b[?25h\x1b[?1049l');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
  }
  return exit;
}

/** As many lines as the terminal has. */
function fitting(text: string): string {
  const rows = process.stdout.rows ?? 24;
  const lines = text.trimEnd().split('\n');
  return lines.length <= rows
    ? lines.join('\n')
    : [...lines.slice(0, rows - 1), `... ${lines.length - rows + 1} more lines`].join('\n');
}
