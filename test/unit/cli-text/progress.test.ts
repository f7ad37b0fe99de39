// What a long command shows of its way: nothing for a second, one line at most, nothing left of it, and only on a terminal.
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../src/core/cli/progress.ts';

function bench(isTTY: boolean, columns = 20) {
  const written: string[] = [];
  let time = 0;
  const terminal = { isTTY, columns, write: (text: string) => written.push(text) };
  const progress = createProgress('files', 3, terminal, () => time);
  const wait = (ms: number) => {
    time += ms;
  };
  return { written, progress, wait };
}

describe('progress', () => {
  it('is silent for a second, then shows where it is, and leaves nothing', () => {
    const { written, progress, wait } = bench(true);
    progress.step('a');
    wait(1_500);
    progress.step('b');
    progress.step('too soon');
    progress.end();
    expect(written).toEqual(['\r\u001b[K2 of 3 files: b', '\r\u001b[K']);
  });

  it('is set to a number of finished steps', () => {
    const { written, progress, wait } = bench(true);
    wait(1_500);
    progress.at(2);
    expect(written).toEqual(['\r\u001b[K2 of 3 files']);
  });

  it('is cut to the line, so that it can be removed', () => {
    const { written, progress, wait } = bench(true, 10);
    wait(1_500);
    progress.step('a long label');
    expect(written).toEqual(['\r\u001b[K1 of 3 fi']);
  });

  it('of a short command, or without a terminal, is not seen', () => {
    for (const isTTY of [true, false]) {
      const { written, progress, wait } = bench(isTTY);
      progress.step('a');
      if (!isTTY) wait(5_000);
      progress.step('b');
      progress.end();
      expect(written).toEqual([]);
    }
  });
});
