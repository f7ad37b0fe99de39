// What the keys of `vs watch` do. Pure.
// Spec: console_codes(4) and xterm's control sequences for cursor and editing keys.

import { type Chosen, sortLetters } from './watch-screen.ts';

/** A key: a control sequence as a whole, or one character. */
const key = /\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Za-z]|[\s\S]/g;

const [toStart, toEnd] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Lines to move by for each key; `page` is what one screen shows. */
const movements = (page: number): Readonly<Record<string, number>> => ({
  '\x1b[A': -1,
  '\x1bOA': -1,
  k: -1,
  '\x1b[B': 1,
  '\x1bOB': 1,
  j: 1,
  '\x1b[5~': -page,
  '\x1b[6~': page,
  ' ': page,
  '\x1b[H': toStart,
  '\x1b[1~': toStart,
  '\x1bOH': toStart,
  g: toStart,
  '\x1b[F': toEnd,
  '\x1b[4~': toEnd,
  '\x1bOF': toEnd,
  G: toEnd,
});

export interface Pressed {
  readonly chosen: Chosen;
  readonly quit: boolean;
}

/** What is chosen after the keys in `text`; `last` is the greatest first line. Another order begins at its top. */
export function press(before: Chosen, text: string, page: number, last: number): Pressed {
  const moves = movements(page);
  let { sort, top } = before;
  for (const [word] of text.matchAll(key)) {
    if (word === 'q' || word === '\x03') return { chosen: { sort, top }, quit: true };
    const by = moves[word];
    if (by !== undefined) top = Math.max(0, Math.min(last, Math.min(top, last) + by));
    const order = sortLetters[word];
    if (order !== undefined && order !== sort) [sort, top] = [order, 0];
  }
  return { chosen: { sort, top }, quit: false };
}
