// Laws of the alert queue under any events, ends and pauses. Truth: issue 9 item 4: bounded, in order for each subject, the last state runs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertsAtRest, alertsDeadline } from '../../src/core/alert/index.ts';
import { Bench } from '../unit/alert/alert-bench.ts';

const subjects = ['A', 'B', 'C'] as const;

const happening = fc.oneof(
  fc.record({
    kind: fc.constant('state' as const),
    subject: fc.constantFrom(...subjects),
    programs: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({
    kind: fc.constant('flood' as const),
    subject: fc.constantFrom(...subjects),
    times: fc.nat(50),
  }),
  fc.record({ kind: fc.constant('ended' as const), which: fc.nat(20), success: fc.boolean() }),
  fc.record({ kind: fc.constant('pass' as const), tenths: fc.nat(80) }),
  fc.constant({ kind: 'stop' as const }),
);

/** Plays the happenings; every program is `/SUBJECT STATE`, states are numbered. */
function play(happenings: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[]) {
  const bench = new Bench();
  const asked = new Map<string, number>();
  let [number, second] = [0, 0];
  for (const each of happenings) {
    if (each.kind === 'state') {
      const program = `/${each.subject} ${++number}`;
      bench.event(each.subject, String(number), Array<string>(each.programs).fill(program));
      asked.set(each.subject, number);
    } else if (each.kind === 'flood') {
      for (let n = 0; n < each.times; n++) bench.lower(each.subject, `/low-${each.subject}`);
    } else if (each.kind === 'ended') {
      const ticket = [...bench.running.keys()][each.which % Math.max(1, bench.running.size)];
      if (ticket !== undefined) bench.ended(ticket, each.success);
    } else if (each.kind === 'pass') {
      second += each.tenths / 10;
      bench.until(second);
    } else bench.tell({ kind: 'stop' });
    // Bounded: for each subject the newest and three older states of two programs each, and one occurrence.
    expect(bench.running.size).toBeLessThanOrEqual(subjects.length * (4 * 2 + 1));
    expect(bench.alerts.waiting).toBeLessThanOrEqual(2 * subjects.length);
    expect(bench.alerts.tickets.size).toBe(bench.running.size);
    const waiting = [...bench.alerts.lanes.values()].reduce((sum, lane) => sum + lane.waiting.length, 0);
    expect(bench.alerts.waiting).toBe(waiting);
    // What waits has a deadline: nothing waits for ever behind something that hangs.
    if (waiting > 0) expect(alertsDeadline(bench.alerts)).toBeDefined();
  }
  return { bench, asked, second };
}

const startsOf = (bench: Bench, subject: string) =>
  bench.lines.flatMap(line => {
    const found = new RegExp(` run \\d+ /${subject} (\\d+)$`).exec(line);
    return found === null ? [] : [Number(found[1])];
  });

describe('laws of the alert queue', () => {
  it('bounded, in order for each subject, the last state within a second of its coming, whatever hangs', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), happenings => {
        const { bench, asked, second } = play(happenings);
        bench.until(second + 1);
        for (const [subject, last] of asked) {
          const starts = startsOf(bench, subject);
          expect(starts).toEqual(starts.toSorted((a, b) => a - b));
          expect(starts.at(-1)).toBe(last);
        }
        // Ten seconds later nothing runs beside the newest, and whatever is left ends the machine.
        bench.until(second + 12);
        expect(bench.running.size).toBeLessThanOrEqual(subjects.length * 3);
        for (let [ticket] = bench.running.keys(); ticket !== undefined; [ticket] = bench.running.keys())
          bench.ended(ticket);
        bench.until(second + 30);
        for (const ticket of [...bench.running.keys()]) bench.ended(ticket);
        expect(alertsAtRest(bench.alerts)).toBe(true);
      }),
      { seed: 9, numRuns: 400 },
    );
  });

  it('names every state for which nothing was started, once', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), happenings => {
        const { bench, second } = play(happenings);
        bench.until(second + 12);
        const numbers = (pattern: RegExp) =>
          new Set(bench.lines.flatMap(line => pattern.exec(line)?.slice(1) ?? []));
        const started = numbers(/ run \d+ \/[ABC] (\d+)$/);
        const dropped = numbers(/ for (\d+) of [ABC] not run: overtaken/);
        const events = happenings.filter(({ kind }) => kind === 'state').length;
        expect(started.size + dropped.size).toBe(events);
        expect([...dropped].filter(each => started.has(each))).toEqual([]);
      }),
      { seed: 10, numRuns: 200 },
    );
  });
});
