// Small tables for people: columns without frames, heads in bold, colours only on a terminal that wants them. Long ones: layout.ts.
// Spec: cli-table3 (its time grows with the square of the rows), chalk; https://no-color.org.

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
