// The keys of `vs watch`: what a terminal sends for them, and where scrolling ends up.
// Spec: console_codes(4) and xterm's control sequences for cursor keys, in both of their modes.

import type { SortKey } from './watch-frame.ts';
import { sortLetters } from './watch-screen.ts';

type Move = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last';

export type KeyAction =
  | { readonly kind: 'quit' }
  | { readonly kind: 'sort'; readonly by: SortKey }
  | { readonly kind: 'scroll'; readonly move: Move };

const moves: Readonly<Record<string, Move>> = {
  k: 'up',
  j: 'down',
  ' ': 'page-down',
  g: 'first',
  G: 'last',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
  '\x1b[H': 'first',
  '\x1b[F': 'last',
  '\x1bOH': 'first',
  '\x1bOF': 'last',
  '\x1b[1~': 'first',
  '\x1b[4~': 'last',
};

/** What the bytes of a terminal ask for, in order; other keys ask for nothing. */
export function actionsOf(text: string): KeyAction[] {
  return Array.from(text.matchAll(/\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|./gs), ([key]) => key).flatMap(
    (key): KeyAction[] => {
      if (key === 'q' || key === '\x03') return [{ kind: 'quit' }];
      const by = sortLetters[key];
      if (by !== undefined) return [{ kind: 'sort', by }];
      const move = moves[key];
      return move === undefined ? [] : [{ kind: 'scroll', move }];
    },
  );
}

/** The first row shown after a move; `page` rows fit, `total` there are. */
export function scrollTo(first: number, move: Move, page: number, total: number): number {
  const last = Math.max(0, total - page);
  const targets = {
    up: first - 1,
    down: first + 1,
    'page-up': first - page,
    'page-down': first + page,
    first: 0,
    last,
  } satisfies Record<Move, number>;
  return Math.min(last, Math.max(0, targets[move]));
}
