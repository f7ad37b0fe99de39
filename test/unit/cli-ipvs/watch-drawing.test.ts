// What a terminal shows after it was sent one screen of vs watch over another.
// Truth: a terminal as console_codes(4) and xterm's control sequences have it: a character in the last column leaves the cursor on it, and
// only the next one wraps.
import { expect, it } from 'vitest';
import { drawing } from '../../../src/core/cli/ipvs/watch-screen.ts';

/** Writes to a terminal of that size and returns its lines. */
function terminal(columns: number, rows: number, bytes: string): string[] {
  const cells = Array.from({ length: rows }, () => Array<string>(columns).fill('?'));
  let [row, column, wraps] = [0, 0, false];
  const clear = (from: number) => cells[row]?.fill(' ', from);
  for (const piece of bytes.match(/\x1b\[[HKJ]|[^\x1b]/gu) ?? []) {
    if (piece === '\x1b[H') [row, column, wraps] = [0, 0, false];
    else if (piece === '\x1b[K') clear(column);
    else if (piece === '\x1b[J') {
      clear(column);
      for (const below of cells.slice(row + 1)) below.fill(' ');
    } else if (piece === '\n') [row, column, wraps] = [row + 1, 0, false];
    else {
      if (wraps) [row, column] = [row + 1, 0];
      const line = cells[row];
      if (line === undefined) throw new Error(`the screen scrolled at ${JSON.stringify(piece)}`);
      line[column] = piece;
      wraps = column === columns - 1;
      if (!wraps) column++;
    }
  }
  return cells.map(line => line.join('').trimEnd());
}

it.each([
  ['as large as the terminal', 'abcdef\nABCDEF\n123▁▂█'],
  ['that is smaller', 'ab\n\n12'],
  ['of one line', 'abcdef'],
])('shows a screen %s whole, and nothing of the one before', (_, screen) => {
  const before = drawing('xxxxxx\nxxxxxx\nxxxxxx');
  const shown = terminal(6, 3, before + drawing(screen));
  expect(shown).toEqual([...screen.split('\n'), '', ''].slice(0, 3));
});
