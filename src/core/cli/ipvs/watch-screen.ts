// The screen of `vs watch` as text that fits its terminal: a line of keys, the table, and how much did not fit.
// Spec: columns.ts; console_codes(4) for what is not counted as width.

import { destinationKey, serviceKey } from '../../ipvs/index.ts';
import { columns } from './columns.ts';
import { amount } from './render.ts';
import { type Frame, type Row, type SortKey, sortServices, sparkline } from './watch-frame.ts';
import { serverWord, serviceWord } from './words.ts';

/** The key that sorts by it. */
export const sortLetters: Readonly<Record<string, SortKey>> = {
  a: 'address',
  c: 'connections',
  p: 'packets',
  b: 'bytes',
  t: 'active',
};

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const rate = (value: number): string => amount(BigInt(Math.round(value)), false);

/** Columns beside the word, in their order; where they do not fit, those with the greatest `spare` go first. */
const fields = [
  { head: 'WEIGHT', spare: 2, of: (_: Row | undefined, weight: string) => weight },
  { head: 'ACTIVE', spare: 0, of: (row: Row | undefined) => String(row?.active ?? 0) },
  { head: 'INACTIVE', spare: 3, of: (row: Row | undefined) => String(row?.inactive ?? 0) },
  { head: 'CONN/s', spare: 0, of: (row: Row | undefined) => rate(row?.rates.connections ?? 0) },
  { head: 'PKT/s', spare: 1, of: (row: Row | undefined) => rate(row?.rates.packets ?? 0) },
  { head: 'B/s', spare: 0, of: (row: Row | undefined) => rate(row?.rates.bytes ?? 0) },
] as const;

/** Below this a word no longer tells which address it is, below that a trend is none. */
const shortestWord = 24;
const shortestTrend = 4;
const gap = 2;

/** A long word with its middle left out: ends of addresses and ports tell them apart. */
export function elide(word: string, width: number): string {
  if (word.length <= width) return word;
  const head = Math.ceil((width - 1) / 3);
  return `${word.slice(0, head)}…${word.slice(head + 1 - width)}`;
}

const escapes = /(\x1b\[[0-9;]*m)/;

/** The first `width` characters; colours cost nothing and are ended. */
export function clip(line: string, width: number): string {
  let left = width;
  return line
    .split(escapes)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const shown = [...part].slice(0, Math.max(0, left)).join('');
      left -= [...part].length;
      return shown;
    })
    .join('');
}

/** The keys, as much of them as fits; how to quit always. */
function heading(sort: SortKey, time: string, width: number): string {
  const keys = Object.entries(sortLetters);
  const full = keys.map(([letter, key]) => (key === sort ? `[${letter} ${key}]` : `${letter} ${key}`));
  const letters = keys.map(([letter, key]) => (key === sort ? `[${letter}]` : letter));
  const wordings = [
    `${time.slice(11, 19)} UTC  ${full.join('  ')}  q quit`,
    `q quit  sort ${letters.join(' ')}  ${time.slice(11, 19)} UTC`,
    `q quit  sort ${letters.join(' ')}`,
  ];
  return wordings.find(wording => wording.length <= width) ?? 'q quit';
}

interface Line {
  readonly word: string;
  readonly weight: string;
  readonly row: Row | undefined;
}

/** The table in `width` columns: what can be spared goes, then words are elided; the trend takes the rest, the latest look at its end. */
function table(lines: readonly Line[], width: number): string {
  const all = fields.map(field => {
    const cells = lines.map(({ row, weight }) => field.of(row, weight));
    const wide = Math.max(field.head.length, ...cells.map(cell => cell.length));
    return { ...field, cells, wide: wide + gap };
  });
  const longest = Math.max('SERVICE / server'.length, ...lines.map(({ word }) => word.length));
  const sum = (some: typeof all) => some.reduce((total, { wide }) => total + wide, 0);
  let kept = all;
  for (const least of [3, 2, 1]) {
    if (sum(kept) + Math.min(longest, shortestWord) > width) kept = kept.filter(({ spare }) => spare < least);
  }
  const words = Math.max(
    1,
    Math.min(longest, Math.max(shortestWord, width - sum(kept) - gap - shortestTrend)),
  );
  const room = width - sum(kept) - words - gap;
  const trends = room >= shortestTrend;
  return columns(
    [
      { head: 'SERVICE / server' },
      ...kept.map(({ head }) => ({ head, align: 'right' as const })),
      ...(trends ? [{ head: 'TREND'.slice(0, room) }] : []),
    ],
    lines.map(({ word, row }, index) => [
      elide(word, words),
      ...kept.map(({ cells }) => cells[index] ?? ''),
      ...(trends ? [sparkline((row?.history ?? []).slice(-room))] : []),
    ]),
  );
}

/**
 * What draws a screen over the one before. Each line is cleared before it is written: behind one that is as wide as the terminal the cursor
 * still stands on the last character, and clearing would take it away.
 */
export function drawing(screen: string): string {
  const lines = screen.split('\n');
  const last = lines.pop() ?? '';
  return `\x1b[H${lines.map(line => `\x1b[K${line}\n`).join('')}\x1b[J${last}`;
}

/** Lines of the table without its heads: services and their servers. */
export const lineCount = ({ services }: Frame): number =>
  services.reduce((sum, { destinations }) => sum + 1 + destinations.length, 0);

/** Keys, an empty line and the heads of the table. */
const headLines = 3;

/** Lines of the table that a terminal shows at once where not all have room: the last line says which they are. */
export const pageLines = ({ rows }: ScreenSize): number => Math.max(1, rows - headLines - 1);

/** The first line to show, so that the end of the table stays at the end of the screen. */
export function topLine(wanted: number, count: number, size: ScreenSize): number {
  if (count + headLines <= size.rows) return 0;
  return Math.max(0, Math.min(wanted, count - pageLines(size)));
}

/** The lines from `first` on, `most` at most: a great table costs what is shown of it. */
function linesFrom(frame: Frame, sort: SortKey, first: number, most: number): Line[] {
  const lines: Line[] = [];
  let passed = 0;
  for (const service of sortServices(frame, sort)) {
    const before = passed;
    passed += 1 + service.destinations.length;
    if (passed <= first) continue;
    const key = serviceKey(service.id);
    if (before >= first) lines.push({ word: serviceWord(service.id), weight: '', row: frame.rows.get(key) });
    const servers = service.destinations.slice(Math.max(0, first - before - 1), first + most - before - 1);
    for (const one of servers)
      lines.push({
        word: `  ${serverWord(one)}`,
        weight: String(one.weight),
        row: frame.rows.get(`${key} > ${destinationKey(one)}`),
      });
    if (passed >= first + most) break;
  }
  return lines;
}

export interface Chosen {
  readonly sort: SortKey;
  /** The first line to show; more than there are means the end. */
  readonly top: number;
}

/** What the terminal shows, cut to its size. */
export function screenText(frame: Frame, { sort, top }: Chosen, time: string, size: ScreenSize): string {
  const count = lineCount(frame);
  const first = topLine(top, count, size);
  const all = count + headLines <= size.rows;
  const shown = all ? count : Math.min(count, pageLines(size));
  const body =
    count === 0 ? 'No services.' : table(linesFrom(frame, sort, first, shown), size.columns).trimEnd();
  const lines = [heading(sort, time, size.columns), '', ...body.split('\n')].slice(0, size.rows);
  if (!all && size.rows > 1)
    lines[size.rows - 1] = `lines ${first + 1}-${first + shown} of ${count}  arrows PgUp PgDn Home End`;
  return lines.map(line => clip(line, size.columns)).join('\n');
}
