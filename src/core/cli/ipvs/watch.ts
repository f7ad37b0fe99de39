// `vs watch`: the table with rates, again and again: on a terminal a screen with keys, elsewhere one JSON object a line.
// Spec: watch-frame.ts, watch-screen.ts; console_codes(4) for the alternate screen.

import { type Outcome, succeed } from '../../fault.ts';
import { pauseFor } from '../../host/index.ts';
import { destinationKey, type IpvsClient, schemaName, serviceKey } from '../../ipvs/index.ts';
import { printYaml } from '../print-yaml.ts';
import { openIpvs } from './kernel.ts';
import { reportChanges } from './report.ts';
import { ordered } from './show.ts';
import { type Frame, nextFrame, type Row, type SortKey } from './watch-frame.ts';
import { press } from './watch-keys.ts';
import { type Chosen, drawing, lineCount, pageLines, screenText, topLine } from './watch-screen.ts';
import { serverWord, serviceWord } from './words.ts';

export interface WatchOptions {
  /** Seconds between looks, 0.1 at least. */
  readonly interval: number;
  readonly sort: SortKey;
  /** Looks until it ends by itself; undefined: until it is stopped. */
  readonly count: number | undefined;
  /** JSON lines even on a terminal. */
  readonly json?: boolean | undefined;
  /** YAML documents, each begun by `---`. */
  readonly yaml?: boolean | undefined;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** One line for programs: rates of everything that moves, and what changed since the line before. */
export function frameDocument(frame: Frame, time: string): unknown {
  const rates = (row: Row | undefined) => ({
    connectionsPerSecond: round(row?.rates.connections ?? 0),
    packetsPerSecond: round(row?.rates.packets ?? 0),
    bytesPerSecond: round(row?.rates.bytes ?? 0),
    activeConnections: row?.active ?? 0,
    inactiveConnections: row?.inactive ?? 0,
  });
  const { changes } = reportChanges(frame.changes, frame.services, new Map(), true).document as {
    changes: unknown;
  };
  return {
    schema: schemaName,
    time,
    changes,
    services: frame.services.map(service => {
      const key = serviceKey(service.id);
      return {
        service: serviceWord(service.id),
        ...rates(frame.rows.get(key)),
        servers: service.destinations.map(one => ({
          server: serverWord(one),
          weight: one.weight,
          ...rates(frame.rows.get(`${key} > ${destinationKey(one)}`)),
        })),
      };
    }),
  };
}

/** How a look is written where no screen is: an object a line, or a YAML document. */
const lineOf = (document: unknown, yaml: boolean): string =>
  yaml ? `---\n${printYaml(document)}` : `${JSON.stringify(document)}\n`;

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs until it is stopped by q, a signal, its count, a fault, or a reader who has seen enough. */
export async function watch(options: WatchOptions): Promise<Outcome<number>> {
  const kernel = await openIpvs();
  if (!kernel.ok) return kernel;
  const { stdin, stdout } = process;
  const screen = stdout.isTTY === true && options.json !== true && options.yaml !== true;
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  let chosen: Chosen = { sort: options.sort, top: 0 };
  let last: { readonly frame: Frame; readonly time: string } | undefined;
  const sizeNow = () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  const draw = () => {
    if (last !== undefined) stdout.write(drawing(screenText(last.frame, chosen, last.time, sizeNow())));
  };
  const onKeys = (bytes: Buffer) => {
    const size = sizeNow();
    const end = last === undefined ? 0 : topLine(Number.POSITIVE_INFINITY, lineCount(last.frame), size);
    const pressed = press(chosen, bytes.toString('latin1'), pageLines(size), end);
    chosen = pressed.chosen;
    if (pressed.quit) interrupt();
    draw();
  };
  for (const signal of stopSignals) process.once(signal, interrupt);
  // A closed pipe is how a reader says that it has enough.
  stdout.once('error', interrupt);
  if (screen) {
    stdout.write('\x1b[?1049h\x1b[?25l');
    stdout.on('resize', draw);
    if (stdin.isTTY === true) stdin.setRawMode(true).on('data', onKeys).resume();
  }
  try {
    return await loop(kernel.value.client, options, stop.signal, frame => {
      const time = new Date().toISOString();
      last = { frame, time };
      if (screen) draw();
      else stdout.write(lineOf(frameDocument(frame, time), options.yaml === true));
    });
  } finally {
    kernel.value.close();
    for (const signal of stopSignals) process.off(signal, interrupt);
    if (screen) {
      stdout.off('resize', draw);
      stdout.write('\x1b[?25h\x1b[?1049l');
      if (stdin.isTTY === true) stdin.setRawMode(false).off('data', onKeys).pause();
    }
  }
}

async function loop(
  client: IpvsClient,
  { interval, count }: WatchOptions,
  stop: AbortSignal,
  show: (frame: Frame) => void,
): Promise<Outcome<number>> {
  let frame: Frame | undefined;
  for (let seen = 1; !stop.aborted; seen++) {
    const services = await client.observe();
    if (!services.ok) return services;
    frame = nextFrame(frame, ordered(services.value), performance.now());
    show(frame);
    if (count !== undefined && seen >= count) break;
    await pauseFor(interval * 1000, stop);
  }
  return succeed(0);
}
