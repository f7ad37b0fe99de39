// Pushes what has changed in a child's machines to the supervisor: at most four times a second, so many records at a time, between deadlines.
// Spec: control/copy.ts; a push costs what it holds, and nothing is looked for: machines mark what changes (news.ts).

import type { Push, PushedRecord, RecordKind } from '../control/index.ts';
import { clockOrigin } from '../host/index.ts';
import { hasNews, type News, takeKey, takeTransitions } from '../news.ts';
import type { Instant } from '../time.ts';
import { workWhenIdle } from './idle-work.ts';

/** One machine's news, and the record behind each of its keys. */
export interface NewsSource {
  news(): News | undefined;
  recordOf(key: string): { readonly kind: RecordKind; readonly record: unknown } | undefined;
}

export interface ReporterOptions {
  readonly sources: readonly NewsSource[];
  /** Calls back when the message is on its way: until then nothing more is sent. */
  send(message: Push, sent: () => void): void;
  lateness(): Push['lateness'];
  /** The next deadline that must be punctual. */
  deadline(): Instant | undefined;
  /** Records in one push. */
  readonly most: number;
  /** Of them, records of which only counters and times have moved: with many busy instances they are what a push costs. */
  readonly mostCounted: number;
}

/** Milliseconds between two pushes, and pushes without news between two that only say that the process lives. */
const period = 250;
const quietPeriods = 4;
/** Records in one message, so that no message takes long to write. */
const perMessage = 16;
/** Transitions in one push. */
const mostTransitions = 256;

export function createReporter(options: ReporterOptions): { close(): void } {
  const { sources } = options;
  let sequence = 0;
  let unsent = 0;
  let quiet = quietPeriods;
  let stop = (): void => {};

  const take = (records: PushedRecord[], set: 'changed' | 'counted', most: number): void => {
    // In turns, so that none waits behind another that always has something to say.
    for (let found = true; found && records.length < most; ) {
      found = false;
      for (const { news, recordOf } of sources) {
        const from = news();
        const key = from === undefined ? undefined : takeKey(from, set);
        if (key === undefined) continue;
        found = true;
        const made = recordOf(key);
        records.push({ key, kind: made?.kind, record: made?.record });
      }
    }
  };
  const pendingNow = (): number =>
    sources.reduce((sum, { news }) => {
      const found = news();
      return sum + (found === undefined ? 0 : found.changed.size + found.counted.size);
    }, 0);
  const send = (records: readonly PushedRecord[]): void => {
    const found = sources.flatMap(({ news }) => news() ?? []);
    const transitions = found.flatMap(each => takeTransitions(each, mostTransitions));
    let dropped = 0;
    for (const each of found) {
      dropped += each.dropped;
      each.dropped = 0;
    }
    unsent++;
    sequence++;
    const pending = pendingNow();
    const { origin, lateness } = { origin: clockOrigin(), lateness: options.lateness() };
    options.send(
      { kind: 'status', sequence, origin, pending, lateness, records, transitions, dropped },
      () => {
        unsent--;
      },
    );
  };
  function* push(): Generator<undefined, void, void> {
    let countedLeft = options.mostCounted;
    for (let left = options.most; left > 0; left -= perMessage) {
      const room = Math.min(perMessage, left);
      const records: PushedRecord[] = [];
      take(records, 'changed', room);
      const facts = records.length;
      take(records, 'counted', Math.min(room, facts + countedLeft));
      countedLeft -= records.length - facts;
      if (records.length === 0 && sequence > 0 && left < options.most) return;
      send(records);
      if (records.length < perMessage) return;
      yield;
    }
  }
  const tick = (): void => {
    // A supervisor that does not read must not make this process grow.
    if (unsent > 0) return;
    const isNews = sources.some(({ news }) => {
      const found = news();
      return found !== undefined && hasNews(found);
    });
    if (!isNews && ++quiet < quietPeriods) return;
    quiet = 0;
    stop();
    stop = workWhenIdle(push(), options.deadline);
  };
  const timer = setInterval(tick, period).unref();
  return {
    close() {
      clearInterval(timer);
      stop();
    },
  };
}
