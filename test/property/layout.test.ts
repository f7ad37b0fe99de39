// Lines that are laid out one by one are those of a table that holds every cell.
// Truth: cli-table3 through columns.ts, which held long listings before; arithmetic where a terminal is narrow.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, fits } from '../../src/core/cli/ipvs/columns.ts';
import { Measure, type Row, type Shape } from '../../src/core/cli/ipvs/layout.ts';

const shape: Shape = {
  label: { head: 'SERVICE / server' },
  cells: [{ head: 'VIA' }, { head: 'WEIGHT', align: 'right' }, { head: 'ACTIVE', align: 'right' }],
  settingsAt: 1,
};
const word = (most: number) => fc.stringMatching(new RegExp(`^[a-z0-9:.]{0,${most}}$`));
const row: fc.Arbitrary<Row> = fc.record({
  label: word(40).map(text => `x${text}`),
  cells: fc.tuple(word(6), word(9), word(9)),
  settings: word(30),
});
const rows = fc.array(row, { minLength: 1, maxLength: 12 });

function laidOut(all: readonly Row[], width: number, measured = all): string {
  const measure = new Measure(shape);
  for (const one of measured) measure.add(one);
  const layout = measure.layout(width);
  return layout.head() + all.map(one => layout.line(one)).join('');
}

const held = (all: readonly Row[]): string =>
  columns(
    [shape.label, shape.cells[0], { head: 'SETTINGS' }, ...shape.cells.slice(1)].map(
      head => head ?? { head: '' },
    ),
    all.map(({ label, cells: [via = '', ...numbers], settings }) => [label, via, settings, ...numbers]),
  );

/** Every word of a row, in whatever order. */
const wordsOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter(one => one !== '')
    .sort();

describe('lines laid out one by one', () => {
  it('are the table of cli-table3 where there is room', () => {
    fc.assert(
      fc.property(rows, all => {
        expect(laidOut(all, Number.POSITIVE_INFINITY)).toBe(held(all));
      }),
    );
  });

  it('are side by side exactly where that table fits', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 20, max: 140 }), (all, width) => {
        // The last column is set to the right, so that its head alone makes the heads as wide as the table.
        expect(laidOut(all, width) === held(all)).toBe(fits(held(all), width));
      }),
    );
  });

  it('lose no word where a terminal is narrow, and are no wider than it where the columns are not', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 60, max: 90 }), (all, width) => {
        const text = laidOut(all, width);
        expect(wordsOf(text.split('\n').slice(1).join('\n'))).toEqual(
          wordsOf(all.map(({ label, cells, settings }) => [label, ...cells, settings].join(' ')).join(' ')),
        );
        expect(fits(text, width)).toBe(true);
      }),
    );
  });

  it('keep every word where a row is wider than all that were measured', () => {
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 40, max: 140 }), (measured, others, width) => {
        const text = laidOut(others, width, measured);
        const words = others.map(({ label, cells, settings }) => [label, ...cells, settings].join(' '));
        expect(wordsOf(text)).toEqual(expect.arrayContaining(wordsOf(words.join(' '))));
      }),
    );
  });
});
