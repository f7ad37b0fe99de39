// Long listings: columns are measured once, then each line is written by itself. The look is that of columns.ts, whose tables hold every cell.
// Spec: columns.ts (test/property/layout.test.ts compares them); where a terminal is narrow, labels and settings get lines of their own.

import { type Column, paint } from './columns.ts';

/** What the columns are: a label, cells, and settings, which stand between the cells where there is room and below them elsewhere. */
export interface Shape {
  readonly label: Column;
  readonly cells: readonly Column[];
  /** Before which of the cells the settings stand; undefined: there are none. */
  readonly settingsAt: number | undefined;
}

export interface Row {
  readonly label: string;
  readonly cells: readonly string[];
  readonly settings: string;
}

const settingsHead = 'SETTINGS';
const gap = '  ';
const indent = '      ';

/** Characters of a text that take room. Names of hosts may be other than ASCII. */
export const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length;

const pad = (text: string, width: number, align: Column['align']): string => {
  const missing = width - widthOf(text);
  if (missing <= 0) return text;
  return align === 'right' ? ' '.repeat(missing) + text : text + ' '.repeat(missing);
};

/** The widths of what was seen. */
export class Measure {
  readonly #shape: Shape;
  readonly #cells: number[];
  #settings = widthOf(settingsHead);
  /** Widths of labels that occurred. */
  readonly #labels: boolean[] = [];

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#cells = shape.cells.map(({ head }) => widthOf(head));
    this.#labels[widthOf(shape.label.head)] = true;
  }

  add({ label, cells, settings }: Row): void {
    this.addLabel(widthOf(label));
    for (let index = 0; index < cells.length; index++) {
      const width = widthOf(cells[index] ?? '');
      if (width > (this.#cells[index] ?? 0)) this.#cells[index] = width;
    }
    if (settings !== '') this.#settings = Math.max(this.#settings, widthOf(settings));
  }

  addLabel(width: number): void {
    this.#labels[width] = true;
  }

  addCell(index: number, width: number): void {
    if (width > (this.#cells[index] ?? 0)) this.#cells[index] = width;
  }

  #cellsWidth(): number {
    return this.#cells.reduce((sum, one) => sum + gap.length + one, 0);
  }

  /** Whether everything has room side by side. */
  fits(width: number): boolean {
    const settings = this.#shape.settingsAt === undefined ? 0 : gap.length + this.#settings;
    return this.#labels.length - 1 + this.#cellsWidth() + settings <= width;
  }

  /** How lines are laid out on a terminal of this width. What turns out wider than all that was seen shifts the rest of its own line. */
  layout(width: number): Layout {
    if (this.fits(width))
      return new WideLayout(this.#shape, this.#labels.length - 1, this.#cells, this.#settings);
    const room = width - this.#cellsWidth();
    let label = 0;
    for (let one = 0; one <= room && one < this.#labels.length; one++)
      if (this.#labels[one] === true) label = one;
    return new NarrowLayout(this.#shape, label, this.#cells);
  }
}

export interface SideBySide {
  readonly label: number;
  readonly cells: readonly number[];
  readonly settings: number;
  readonly total: number;
}

export interface Layout {
  /** The widths where all columns stand side by side. */
  readonly sideBySide: SideBySide | undefined;
  /** The heads, in bold where colours are wanted. Ends with a newline, as each line. */
  head(): string;
  line(row: Row): string;
}

/** Everything side by side. */
class WideLayout implements Layout {
  readonly #shape: Shape;
  readonly #label: number;
  readonly #cells: readonly number[];
  readonly #settings: number;

  constructor(shape: Shape, label: number, cells: readonly number[], settings: number) {
    this.#shape = shape;
    this.#label = label;
    this.#cells = cells;
    this.#settings = settings;
  }

  get sideBySide(): SideBySide {
    const [label, cells, settings] = [this.#label, this.#cells, this.#settings];
    const total = cells.reduce((sum, one) => sum + gap.length + one, label + gap.length + settings);
    return { label, cells, settings, total };
  }

  head(): string {
    const { label, cells } = this.#shape;
    const heads = { label: label.head, cells: cells.map(({ head }) => head), settings: settingsHead };
    return this.#join(heads, paint().bold);
  }

  line(row: Row): string {
    return this.#join(row, undefined);
  }

  #join({ label, cells, settings }: Row, style: ((text: string) => string) | undefined): string {
    const { cells: heads, settingsAt } = this.#shape;
    const styled = (text: string, padded: string) =>
      style === undefined || text === '' ? padded : padded.replace(text, () => style(text));
    let text = styled(label, pad(label, this.#label, 'left'));
    for (let index = 0; index <= cells.length; index++) {
      if (index === settingsAt) text += gap + styled(settings, pad(settings, this.#settings, 'left'));
      const cell = cells[index];
      if (cell !== undefined)
        text += gap + styled(cell, pad(cell, this.#cells[index] ?? 0, heads[index]?.align));
    }
    return `${text.trimEnd()}\n`;
  }
}

/** Labels that leave the cells no room have lines of their own, and so have settings. */
class NarrowLayout implements Layout {
  readonly sideBySide = undefined;
  readonly #shape: Shape;
  readonly #label: number;
  readonly #cells: readonly number[];

  constructor(shape: Shape, label: number, cells: readonly number[]) {
    this.#shape = shape;
    this.#label = label;
    this.#cells = cells;
  }

  head(): string {
    const { label, cells } = this.#shape;
    return this.#join(
      { label: label.head, cells: cells.map(({ head }) => head), settings: '' },
      paint().bold,
    );
  }

  line(row: Row): string {
    return this.#join(row, undefined);
  }

  #join({ label, cells, settings }: Row, style: ((text: string) => string) | undefined): string {
    const { cells: heads } = this.#shape;
    const width = this.#label;
    const own = style === undefined ? label : style(label);
    const beside = widthOf(label) <= width;
    let text = beside ? own + ' '.repeat(width - widthOf(label)) : `${own}\n${' '.repeat(width)}`;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index] ?? '';
      const padded = pad(cell, this.#cells[index] ?? 0, heads[index]?.align);
      text += gap + (style === undefined || cell === '' ? padded : padded.replace(cell, () => style(cell)));
    }
    const lines = `${text.trimEnd()}\n`;
    return settings === '' ? lines : `${lines}${indent}${settings}\n`;
  }
}
