// Keys of `vs watch`. Truth: console_codes(4), and arithmetic on 50 lines of which 10 are shown.
import { describe, expect, it } from 'vitest';
import { press } from '../../../src/core/cli/ipvs/watch-keys.ts';

const [page, last] = [10, 40];
const from = (top: number, text: string) => press({ sort: 'address', top }, text, page, last);
const top = (start: number, text: string) => from(start, text).chosen.top;

describe('keys', () => {
  it.each([
    ['down', 0, '\x1b[B', 1],
    ['down in application mode', 0, '\x1bOB', 1],
    ['j and k', 5, 'jjk', 6],
    ['up at the top', 0, '\x1b[A', 0],
    ['page down', 0, '\x1b[6~', 10],
    ['page down at the end', 38, '\x1b[6~', 40],
    ['page up', 25, '\x1b[5~', 15],
    ['home', 25, '\x1b[H', 0],
    ['end', 0, '\x1b[F', 40],
    ['end and up', 0, '\x1b[4~\x1b[A', 39],
    ['up from beyond the end, which a larger terminal leaves', 900, '\x1b[A', 39],
    ['several in one read', 0, '\x1b[B\x1b[B\x1b[6~', 12],
    ['unknown sequences', 7, '\x1b[24~\x1b[Zx', 7],
  ])('scroll: %s', (_, start, text, expected) => {
    expect(top(start, text)).toBe(expected);
  });

  it('sort, from the top', () => {
    expect(from(7, 'b').chosen).toEqual({ sort: 'bytes', top: 0 });
    expect(from(7, 'a').chosen).toEqual({ sort: 'address', top: 7 });
  });

  it('do not sort or quit by letters inside of a sequence', () => {
    expect(from(0, '\x1b[1;5q').quit).toBe(false);
    expect(from(3, '\x1b[2b').chosen.sort).toBe('address');
  });

  it.each(['q', '\x03', 'xbq'])('quit: %j', text => {
    expect(from(0, text).quit).toBe(true);
  });
});
