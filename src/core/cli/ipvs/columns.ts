// Tables for people: columns without frames, heads in bold, colours only on a terminal that wants them.
// Spec: cli-table3, chalk; https://no-color.org.

import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';

const noFrame = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Colours for this output: none when NO_COLOR is set or it is no terminal. */
export function paint(): ChalkInstance {
  const off = (process.env['NO_COLOR'] ?? '') !== '' || process.stdout.isTTY !== true;
  return off ? new Chalk({ level: 0 }) : new Chalk();
}

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

/** Lines of aligned columns, heads first; '' when there are no rows. Trailing blanks are cut. */
export function columns(heads: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const colour = paint();
  const table = new Table({
    head: heads.map(({ head }) => colour.bold(head)),
    colAligns: heads.map(({ align }) => align ?? 'left'),
    chars: noFrame,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(row => [...row]));
  return `${table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')}\n`;
}

/** Characters of a line that take room on a terminal. */
const shownLength = (line: string): number => [...line.replaceAll(/\x1b\[[0-9;]*m/g, '')].length;

/** Whether no line of a text is wider than a terminal of that width. */
export const fits = (text: string, width: number): boolean =>
  text.split('\n').every(line => shownLength(line) <= width);

export interface LabelledRow {
  readonly label: string;
  readonly cells: readonly string[];
  /** A line of its own below the row. */
  readonly below?: string;
}

/**
 * Columns behind a label, for a terminal too narrow for all labels and columns side by side: a label that leaves the columns no room has a
 * line of its own before them, and none is cut.
 */
export function labelled(
  label: Column,
  heads: readonly Column[],
  rows: readonly LabelledRow[],
  width: number,
): string {
  if (rows.length === 0) return '';
  const lines = columns(
    heads,
    rows.map(({ cells }) => cells),
  ).split('\n');
  const labels = [paint().bold(label.head), ...rows.map(row => row.label)];
  const room = width - Math.max(...lines.map(shownLength)) - noFrame.middle.length;
  const beside = (text: string) => shownLength(text) <= room;
  const indent = Math.max(0, ...labels.filter(beside).map(shownLength)) + noFrame.middle.length;
  const told = labels.flatMap((text, index) => {
    const line = lines[index] ?? '';
    const below = rows[index - 1]?.below ?? '';
    return [
      ...(beside(text)
        ? [`${text}${' '.repeat(indent - shownLength(text))}${line}`]
        : [text, `${' '.repeat(indent)}${line}`]),
      below,
    ];
  });
  return `${told
    .map(line => line.trimEnd())
    .filter(line => line !== '')
    .join('\n')}\n`;
}
