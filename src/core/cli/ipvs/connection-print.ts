// Entries of the connection table as text in columns, JSON and YAML, each written before the next is read.
// Spec: layout.ts; schema lvskit/ipvs/1, connections.

import {
  type ConnectionEntry,
  isTemplate,
  markOf,
  parseConnection,
  type ReverseNames,
  schemaName,
} from '../../ipvs/index.ts';
import { type Endpoint, printEndpoint } from '../../net/index.ts';
import { printItems } from '../print-yaml.ts';
import { paint } from './columns.ts';
import { connectionRows } from './connection-rows.ts';
import { type Layout, Measure, type Row, type Shape, type SideBySide } from './layout.ts';
import { serviceWord } from './words.ts';

export interface EntryPrinter {
  /** What can be written now that there is this entry too. */
  add(entry: ConnectionEntry): string;
  /** What is left to write. */
  end(): string;
  /** The same as `add` of the entry in this line of the table, in a fraction of the time; undefined: it must be added. */
  row?(line: string): string | undefined;
}

function documentOf({ engine, ...entry }: ConnectionEntry) {
  const mark = markOf({ engine, ...entry });
  return {
    ...entry,
    protocol: entry.protocol.toLowerCase(),
    template: isTemplate({ engine, ...entry }),
    ...(mark === undefined ? {} : { fwmark: mark.mark }),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** `first` stands before the first item, `next` before each other; `none` is the document without any. */
function documentEntries(
  words: { readonly first: string; readonly next: string; readonly last: string; readonly none: string },
  item: (entry: ConnectionEntry) => string,
): EntryPrinter {
  let begun = false;
  return {
    add(entry) {
      const before = begun ? words.next : words.first;
      begun = true;
      return before + item(entry);
    },
    end: () => (begun ? words.last : words.none),
  };
}

const jsonHead = `{\n  "schema": ${JSON.stringify(schemaName)},\n  "connections": `;
const yamlHead = `schema: ${schemaName}\nconnections:`;

export const jsonEntries = (): EntryPrinter =>
  documentEntries(
    { first: `${jsonHead}[\n    `, next: ',\n    ', last: '\n  ]\n}\n', none: `${jsonHead}[]\n}\n` },
    entry => JSON.stringify(documentOf(entry), undefined, 2).replaceAll('\n', '\n    '),
  );

export const yamlEntries = (): EntryPrinter =>
  documentEntries({ first: `${yamlHead}\n`, next: '', last: '', none: `${yamlHead} []\n` }, entry =>
    printItems([documentOf(entry)], '  '),
  );

/** Entries that are held to measure the columns; the kernel tells them in the order of a hash, so they are like the others. */
const sampleSize = 1000;

const facts: Shape = {
  label: { head: 'PROTOCOL' },
  cells: [{ head: 'STATE' }, { head: 'EXPIRES', align: 'right' }],
  settingsAt: undefined,
};
const places = ['CLIENT', 'SERVICE', 'SERVER', 'ENGINE'] as const;
const wide: Shape = { ...facts, cells: [...facts.cells, ...places.map(head => ({ head }))] };

interface Cells {
  readonly facts: Row;
  readonly places: readonly string[];
}
const wideRow = ({ facts: { label, cells }, places }: Cells): Row => ({
  label,
  cells: [...cells, ...places],
  settings: '',
});

function cellsFor(names: ReverseNames | undefined): (entry: ConnectionEntry) => Cells {
  const word = (end: Endpoint) => {
    const name = names?.host(end.address);
    return name === undefined ? printEndpoint(end) : `${name}:${end.port}`;
  };
  return entry => {
    const mark = markOf(entry);
    return {
      facts: {
        label: entry.protocol.toLowerCase(),
        cells: [isTemplate(entry) ? 'template' : entry.state.toLowerCase(), `${entry.expires} s`],
        settings: '',
      },
      places: [
        word(entry.client),
        mark === undefined ? word(entry.virtual) : serviceWord(mark),
        word(entry.destination),
        entry.engine === undefined ? '' : `${entry.engine.name} ${entry.engine.data}`,
      ],
    };
  };
}

interface CellLayout {
  head(): string;
  line(cells: Cells): string;
  /** Where all cells stand side by side: their widths. */
  readonly sideBySide: SideBySide | undefined;
}

/** The ends below each other, behind the facts. */
function stacked(layout: Layout, engines: boolean): CellLayout {
  // EXPIRES is set to the right, so every line of facts ends where its column does.
  const stackAt = layout.line({ label: '', cells: ['', '0 s'], settings: '' }).length - 1 + 2;
  const stack = (line: string, ends: readonly string[], style = (text: string) => text) => {
    const behind = line.slice(0, -1);
    const below = `\n${' '.repeat(stackAt)}`;
    return `${behind}  ${ends
      .filter(end => end !== '')
      .map(end => style(end))
      .join(below)}\n`;
  };
  return {
    sideBySide: undefined,
    head: () => stack(layout.head(), engines ? places : places.slice(0, -1), paint().bold),
    line: cells => stack(layout.line(cells.facts), cells.places),
  };
}

function layoutFor(sample: readonly Cells[], width: number): CellLayout {
  const measure = new Measure(wide);
  for (const cells of sample) measure.add(wideRow(cells));
  if (measure.fits(width)) {
    const layout = measure.layout(width);
    const { sideBySide } = layout;
    return { sideBySide, head: () => layout.head(), line: cells => layout.line(wideRow(cells)) };
  }
  const narrow = new Measure(facts);
  for (const cells of sample) narrow.add(cells.facts);
  const engines = sample.some(({ places: [, , , engine] }) => engine !== '');
  return stacked(narrow.layout(Number.POSITIVE_INFINITY), engines);
}

/** One line per entry; where a terminal of `width` is too narrow, its ends below each other. `empty` where there is none. */
export function textEntries(
  names: ReverseNames | undefined,
  width: number,
  empty: string,
  sample = sampleSize,
): EntryPrinter {
  const cellsOf = cellsFor(names);
  let held: Cells[] = [];
  let layout: CellLayout | undefined;
  let rows: ((line: string) => string | undefined) | undefined;
  const release = (): string => {
    const chosen = layoutFor(held, width);
    const text = chosen.head() + held.map(cells => chosen.line(cells)).join('');
    layout = chosen;
    const { sideBySide } = chosen;
    if (names === undefined && sideBySide !== undefined)
      rows = connectionRows(sideBySide, line => {
        const entry = parseConnection(line);
        return entry === undefined ? undefined : chosen.line(cellsOf(entry));
      });
    held = [];
    return text;
  };
  return {
    add(entry) {
      const cells = cellsOf(entry);
      if (layout !== undefined) return layout.line(cells);
      held.push(cells);
      return held.length < sample ? '' : release();
    },
    row: line => rows?.(line),
    end() {
      if (layout !== undefined) return '';
      return held.length === 0 ? empty : release();
    },
  };
}
