// A supervisor's copy beside the two child machines, pushed as runtime/reporting.ts does, without processes.
// Truth: none of its own.
import {
  type Copy,
  childMoved,
  createCopy,
  type PushedRecord,
  statusOf,
  takePush,
} from '../../../src/core/control/index.ts';
import { type CheckerProcess, checkerRecordOf } from '../../../src/core/daemon/index.ts';
import { type News, takeKey, takeTransitions } from '../../../src/core/news.ts';
import { type Instant, instant, zero } from '../../../src/core/time.ts';
import { recordOf, type VrrpMachine } from '../../../src/core/vrrp/index.ts';

export const newCopy = (): Copy =>
  createCopy(0, {
    host: 'lb1',
    pid: 100,
    since: 0,
    file: '/etc/keepalived/keepalived.conf',
    readAt: 0,
    epoch: '100-0',
    edited: [],
    notActedOn: [],
    logLevel: 'info',
  });

/** Everything that waits in the news, as one push; `origin` is that of the child's clock. */
export function pushAll(
  copy: Copy,
  name: 'vrrp' | 'checker',
  sources: readonly News[],
  find: (key: string) => { readonly kind: string; readonly record: unknown } | undefined,
  now: Instant,
  origin = 0,
) {
  const records: PushedRecord[] = [];
  for (const news of sources)
    for (const set of ['changed', 'counted'] as const)
      for (let key = takeKey(news, set); key !== undefined; key = takeKey(news, set)) {
        const found = find(key);
        records.push({ key, kind: found?.kind as PushedRecord['kind'], record: found?.record });
      }
  const transitions = sources.flatMap(news => takeTransitions(news, 1_000));
  if (!copy.children.has(name)) childMoved(copy, name, 'running', { cause: 'ready' }, now);
  const sequence = copy.children.get(name)?.sequence ?? 1;
  const lateness = { last: zero, worst: zero };
  return takePush(
    copy,
    name,
    { kind: 'status', sequence, origin, pending: 0, lateness, records, transitions, dropped: 0 },
    now,
  );
}

export const pushChecker = (copy: Copy, process: CheckerProcess, now: Instant) =>
  pushAll(copy, 'checker', [process.news, process.pool.news], key => checkerRecordOf(process, key), now);

export const pushVrrp = (copy: Copy, machine: VrrpMachine, now: Instant, origin = 0) =>
  pushAll(copy, 'vrrp', [machine.news], key => recordOf(machine, key), now, origin);

/** 2026-11-26T07:00:00Z at `seconds` after the start. */
export const wallAt = (seconds: number): number => Date.UTC(2026, 10, 26, 7, 0, 0) + seconds * 1_000;

export const statusAt = (copy: Copy, seconds: number, name?: string) =>
  statusOf(
    copy,
    { now: instant(seconds * 1e6), wall: wallAt(seconds) },
    { own: { pid: 100, memory: 50_000_000, since: instant(0) }, of: () => 60_000_000 },
    name,
  );
