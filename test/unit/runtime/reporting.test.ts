// Pushes to the supervisor: four a second at the most, bounded, changed records only, none while the one before has not left.
// Truth: docs/status.md; figures by hand.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Push } from '../../../src/core/control/index.ts';
import { createNews, noteChange, noteCount } from '../../../src/core/news.ts';
import { createReporter } from '../../../src/core/runtime/reporting.ts';
import { zero } from '../../../src/core/time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function bench(most = 64, mostCounted = most) {
  const [first, second] = [createNews(), createNews()];
  const pushes: Push[] = [];
  const sent: (() => void)[] = [];
  const source = (news: typeof first) => ({
    news: () => news,
    recordOf: (key: string) =>
      key === 'gone' ? undefined : { kind: 'script' as const, record: { name: key } },
  });
  const reporter = createReporter({
    sources: [source(first), source(second)],
    send(push, done) {
      pushes.push(push);
      sent.push(done);
    },
    lateness: () => ({ last: zero, worst: zero }),
    deadline: () => undefined,
    most,
    mostCounted,
  });
  const wait = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
  const leave = () => {
    for (const done of sent.splice(0)) done();
  };
  return { first, second, pushes, reporter, wait, leave };
}

it('says once a second that the process lives, though nothing changes', async () => {
  const { pushes, reporter, wait, leave } = bench();
  for (let n = 0; n < 40; n++) {
    await wait(100);
    leave();
  }
  expect(pushes.length).toBeGreaterThanOrEqual(3);
  expect(pushes.length).toBeLessThanOrEqual(5);
  expect(pushes.map(({ sequence }) => sequence)).toEqual(pushes.map((_, n) => n + 1));
  reporter.close();
  const { length } = pushes;
  await wait(5_000);
  expect(pushes).toHaveLength(length);
});

it('tells what changed, and what is gone, once', async () => {
  const { first, pushes, wait, leave } = bench();
  await wait(300);
  leave();
  noteChange(first, 'a');
  noteChange(first, 'gone');
  await wait(600);
  leave();
  const told = pushes.flatMap(({ records }) => records);
  expect(told).toEqual([
    { key: 'a', kind: 'script', record: { name: 'a' } },
    { key: 'gone', kind: undefined, record: undefined },
  ]);
});

it('sends no more than it may in a period, and lets no source wait behind another', async () => {
  const { first, second, pushes, wait, leave } = bench(32);
  for (let n = 0; n < 1_000; n++) noteChange(first, `f${n}`);
  noteChange(second, 's');
  await wait(499);
  const records = pushes.flatMap(push => push.records);
  expect(records.length).toBe(32);
  expect(records.slice(0, 2).map(({ key }) => key)).toEqual(['f0', 's']);
  expect(pushes.at(-1)?.pending).toBe(1_001 - 32);
  for (const push of pushes) expect(push.records.length).toBeLessThanOrEqual(16);
  leave();
});

it('sends fewer of which only counters have moved, and each change at once all the same', async () => {
  const { first, pushes, wait, leave } = bench(64, 8);
  for (let n = 0; n < 100; n++) noteCount(first, `c${n}`);
  for (let n = 0; n < 40; n++) noteChange(first, `f${n}`);
  await wait(400);
  const keys = () => pushes.flatMap(({ records }) => records.map(({ key }) => key));
  expect(keys().filter(key => key.startsWith('f'))).toHaveLength(40);
  expect(keys().filter(key => key.startsWith('c'))).toHaveLength(8);
  for (let n = 0; n < 12; n++) {
    leave();
    await wait(250);
  }
  expect(new Set(keys()).size).toBe(140);
});

it('waits with everything while the supervisor takes nothing', async () => {
  const { first, pushes, wait, leave } = bench(16);
  noteChange(first, 'a');
  await wait(400);
  const { length } = pushes;
  for (let n = 0; n < 100; n++) {
    noteChange(first, `k${n}`);
    await wait(250);
  }
  expect(pushes).toHaveLength(length);
  leave();
  await wait(600);
  expect(pushes.length).toBeGreaterThan(length);
});
