// `vs watch`: the table with rates, again and again: on a terminal a screen with keys, elsewhere one JSON object a line.
// Behind it: watch-frame.ts; console_codes(4) for the alternate screen.

import { setTimeout } from 'node:timers/promises';
import { type Outcome, succeed } from '../../fault.ts';
import {
  destinationKey,
  type IpvsClient,
  type ObservedService,
  schemaName,
  serviceKey,
} from '../../ipvs/index.ts';
import { columns } from './columns.ts';
import { openIpvs } from './kernel.ts';
import { amount } from './render.ts';
import { reportChanges } from './report.ts';
import { ordered } from './show.ts';
import { type Frame, nextFrame, type Row, type SortKey, sortServices, sparkline } from './watch-frame.ts';
import { serverWord, serviceWord } from './words.ts';

export interface WatchOptions {
  /** Seconds between looks. */
  readonly interval: number;
  readonly sort: SortKey;
  /** Looks until it ends by itself; undefined: until it is stopped. */
  readonly count: number | undefined;
  /** JSON lines even on a terminal. */
  readonly json: boolean;
}

const letters: Readonly<Record<string, SortKey>> = {
  a: 'address',
  c: 'connections',
  p: 'packets',
  b: 'bytes',
  t: 'active',
};

const round = (value: number): number => Math.round(value * 100) / 100;
const rate = (value: number): string => amount(BigInt(Math.round(value)), false);

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

/** The screen's text. */
export function frameText(frame: Frame, sort: SortKey, time: string): string {
  const cells = (word: string, weight: string, row: Row | undefined) => [
    word,
    weight,
    String(row?.active ?? 0),
    String(row?.inactive ?? 0),
    rate(row?.rates.connections ?? 0),
    rate(row?.rates.packets ?? 0),
    rate(row?.rates.bytes ?? 0),
    sparkline(row?.history ?? []),
  ];
  const rows = sortServices(frame, sort).flatMap((service: ObservedService) => {
    const key = serviceKey(service.id);
    return [
      cells(serviceWord(service.id), '', frame.rows.get(key)),
      ...service.destinations.map(one =>
        cells(`  ${serverWord(one)}`, String(one.weight), frame.rows.get(`${key} > ${destinationKey(one)}`)),
      ),
    ];
  });
  const right = (head: string) => ({ head, align: 'right' as const });
  const heads = [
    right('WEIGHT'),
    right('ACTIVE'),
    right('INACTIVE'),
    right('CONN/s'),
    right('PKT/s'),
    right('B/s'),
  ];
  const help = Object.entries(letters).map(([letter, key]) => `${letter} ${key}`);
  return `${time}  by ${sort}  (${help.join(', ')}, q quits)\n\n${columns([{ head: 'SERVICE / server' }, ...heads, { head: 'TREND' }], rows)}`;
}

/** Runs until it is stopped by q, a signal, its count or a fault. */
export async function watch(options: WatchOptions): Promise<Outcome<number>> {
  const kernel = await openIpvs();
  if (!kernel.ok) return kernel;
  const screen = process.stdout.isTTY === true && !options.json;
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  let sort = options.sort;
  let redraw: (() => void) | undefined;
  const onKeys = (bytes: Buffer) => {
    const letter = bytes.toString('latin1');
    if (letter === 'q' || letter === '\x03') interrupt();
    sort = letters[letter] ?? sort;
    redraw?.();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  if (screen) {
    process.stdout.write('\x1b[?1049h\x1b[?25l');
    if (process.stdin.isTTY === true) process.stdin.setRawMode(true).on('data', onKeys).resume();
  }
  try {
    return await loop(kernel.value.client, options, stop.signal, frame => {
      const time = new Date().toISOString();
      redraw = screen
        ? () => process.stdout.write(`\x1b[H\x1b[J${clip(frameText(frame, sort, time))}`)
        : undefined;
      if (screen) redraw?.();
      else process.stdout.write(`${JSON.stringify(frameDocument(frame, time))}\n`);
    });
  } finally {
    kernel.value.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    if (screen) {
      process.stdout.write('\x1b[?25h\x1b[?1049l');
      if (process.stdin.isTTY === true) process.stdin.setRawMode(false).off('data', onKeys).pause();
    }
  }
}

/** As many lines as the terminal has. */
const clip = (text: string): string =>
  text
    .split('\n')
    .slice(0, process.stdout.rows ?? 24)
    .join('\n');

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
    // Rejects only because of the signal, which ends the loop.
    await setTimeout(interval * 1000, undefined, { signal: stop }).catch(() => {});
  }
  return succeed(0);
}
