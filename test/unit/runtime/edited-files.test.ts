// Which files differ from what was read: told when it changes, once, and never about files of a former configuration. Truth: stat(2).
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEditedFiles } from '../../../src/core/runtime/edited-files.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const period = 5_000;

function bench() {
  const disk = new Map([
    ['/a', '1'],
    ['/b', '1'],
  ]);
  const told: (readonly string[])[] = [];
  const edited = createEditedFiles(
    paths => told.push(paths),
    async path => disk.get(path),
  );
  const files = [...disk].map(([path, identity]) => ({ path, identity }));
  return { disk, told, edited, files };
}

describe('files of the configuration in force', () => {
  it('are told when one is edited, once, and when it is as it was', async () => {
    const { disk, told, edited, files } = bench();
    edited.watch(files);
    await vi.advanceTimersByTimeAsync(period);
    disk.set('/b', '2');
    await vi.advanceTimersByTimeAsync(3 * period);
    disk.set('/b', '1');
    await vi.advanceTimersByTimeAsync(period);
    expect(told).toEqual([[], ['/b'], []]);
    edited.close();
  });

  it('are told when one is removed', async () => {
    const { disk, told, edited, files } = bench();
    edited.watch(files);
    disk.delete('/a');
    await vi.advanceTimersByTimeAsync(period);
    expect(told).toEqual([[], ['/a']]);
    edited.close();
  });

  it('are not mixed with those of the configuration before', async () => {
    let answer = (_: string) => {};
    const told: (readonly string[])[] = [];
    const edited = createEditedFiles(
      paths => told.push(paths),
      () => new Promise(resolve => (answer = resolve)),
    );
    edited.watch([{ path: '/a', identity: '1' }]);
    await vi.advanceTimersByTimeAsync(period);
    // The look at /a hangs; meanwhile another configuration comes into force.
    edited.watch([{ path: '/c', identity: '1' }]);
    answer('2');
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([[], []]);
    edited.close();
  });
});
