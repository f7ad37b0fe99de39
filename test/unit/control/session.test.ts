// A client that does not read gets nothing more, and is told what it lost; who may call what; the journal's numbers.
// Truth: docs/status.md, counted by hand.
import { describe, expect, it } from 'vitest';
import type { Received } from '../../../src/core/control/framing.ts';
import {
  createSession,
  eventText,
  hearBytes,
  judge,
  lossText,
  methods,
  mostUnsent,
  takeRequest,
} from '../../../src/core/control/index.ts';
import {
  createJournal,
  enter,
  entriesAfter,
  historyOf,
  mostPerSubject,
} from '../../../src/core/control/journal.ts';
import { instant } from '../../../src/core/time.ts';

const request = (method: string, params: unknown = {}): Extract<Received, { kind: 'request' }> => ({
  kind: 'request',
  id: 1,
  method,
  params,
});

describe('a slow reader', () => {
  it('loses events while too much waits, and is told which', () => {
    const session = createSession('read');
    session.following = true;
    expect(eventText(session, 1, { sequence: 1 }, 0)).toContain('"method":"event"');
    expect(eventText(session, 2, {}, mostUnsent + 1)).toBe('');
    expect(eventText(session, 3, {}, mostUnsent + 1)).toBe('');
    expect(lossText(session, mostUnsent + 1)).toBe('');
    const text = eventText(session, 4, { sequence: 4 }, 0);
    expect(
      text
        .split('\n')
        .slice(0, 2)
        .map(line => JSON.parse(line)),
    ).toEqual([
      { jsonrpc: '2.0', method: 'lost', params: { first: 2, last: 3 } },
      { jsonrpc: '2.0', method: 'event', params: { sequence: 4 } },
    ]);
    expect(lossText(session, 0)).toBe('');
  });
  it('has no request carried out while its answers wait', () => {
    const session = createSession('read');
    hearBytes(session, new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"method":"status"}\n'.repeat(3)));
    expect(takeRequest(session, mostUnsent + 1)).toBeUndefined();
    expect(takeRequest(session, 0)).toMatchObject({ method: 'status' });
    session.busy = true;
    expect(takeRequest(session, 0)).toBeUndefined();
  });
  it('that sends more than it may is read no further', () => {
    const session = createSession('read');
    expect(hearBytes(session, new Uint8Array(1_000))).toBe(true);
    expect(hearBytes(session, new Uint8Array(200_000))).toBe(false);
  });
  it('who does not follow gets no events', () => {
    expect(eventText(createSession('read'), 1, {}, 0)).toBe('');
  });
});

describe('a call', () => {
  const questions = ['status', 'events'];
  it.each(Object.keys(methods))('%s is for those who may', method => {
    const refused = judge(request(method, null), 'read');
    const code = refused.ok ? undefined : refused.error.code;
    expect(code).toBe(questions.includes(method) ? -32602 : -32001);
  });
  it.each([
    ['nothing', {}, -32601],
    ['__proto__', {}, -32601],
    ['constructor', {}, -32601],
    ['status', [], -32602],
    ['status', { name: 5 }, -32602],
    ['status', { name: 'x'.repeat(2_000) }, -32602],
    ['events', { after: -1 }, -32602],
    ['log level', { level: 'trace' }, -32602],
    ['override weight', { virtualServer: 'a', realServer: 'b', weight: 2 ** 31 }, -32602],
    ['override priority', { instance: 'a', priority: 255 }, -32602],
  ])('%s with %j is refused', (method, params, code) => {
    expect(judge(request(method, params), 'change')).toMatchObject({ ok: false, error: { code } });
  });
  it('that is right is passed on', () => {
    expect(judge(request('events', { after: 3, follow: true }), 'read')).toEqual({
      ok: true,
      call: { method: 'events', params: { after: 3, follow: true } },
    });
  });
});

describe('the journal', () => {
  const transition = (n: number, name = 'x') => ({
    kind: 'check',
    name,
    from: 'up',
    to: 'down',
    cause: String(n),
    at: instant(n),
  });
  it('is resumed by number, and says how many are not kept any more', () => {
    const journal = createJournal();
    for (let n = 1; n <= 5_000; n++) enter(journal, transition(n));
    const { entries, lost } = entriesAfter(journal, 10);
    // Up to the latest: a client that follows from here on misses none between.
    expect(entries.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 1_024 }, (_, n) => lost + 11 + n),
    );
    expect(entries.at(-1)?.sequence).toBe(5_000);
    expect(journal.entries.length).toBeLessThan(2_048);
    expect(entriesAfter(journal, 4_999).entries).toHaveLength(1);
    expect(entriesAfter(journal, 5_000)).toEqual({ entries: [], lost: 0 });
    expect(entriesAfter(journal, 90_000).lost).toBe(0);
    expect(entriesAfter(createJournal(), 7)).toEqual({ entries: [], lost: 0 });
  });
  it('keeps the last 32 of each subject', () => {
    const journal = createJournal();
    for (let n = 1; n <= 100; n++) enter(journal, transition(n, n % 2 === 0 ? 'even' : 'odd'));
    const history = historyOf(journal, 'check', 'even');
    expect(history).toHaveLength(mostPerSubject);
    expect(history.at(-1)?.cause).toBe('100');
    expect(historyOf(journal, 'check', 'none')).toEqual([]);
  });
});
