// The agenda against a plain sorted list. Truth: the list itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arm, createAgenda, nextDeadline, takeDue } from '../../src/core/agenda.ts';
import { type Instant, instant } from '../../src/core/time.ts';

/** What the agenda promises, slowly: one deadline for each subject, the least first. */
class List {
  readonly deadlines = new Map<string, Instant>();
  next(): Instant | undefined {
    const [least] = [...this.deadlines.values()].sort((a, b) => a - b);
    return least;
  }
}

const subjects = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const subject = fc.constantFrom(...subjects);
const time = fc.integer({ min: 0, max: 30 }).map(instant);
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), subject, at: fc.option(time, { nil: undefined }) }),
  fc.record({ kind: fc.constant('take' as const), now: time }),
);

describe('the agenda', () => {
  it('has the least deadline at hand and takes what is due in order, like a sorted list', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), changes => {
        const agenda = createAgenda<string>();
        const list = new List();
        for (const step of changes) {
          if (step.kind === 'set') {
            arm(agenda, step.subject, step.at);
            if (step.at === undefined) list.deadlines.delete(step.subject);
            else list.deadlines.set(step.subject, step.at);
          } else {
            const least = list.next();
            const taken = takeDue(agenda, step.now);
            if (least === undefined || least > step.now) expect(taken).toBeUndefined();
            else {
              expect(list.deadlines.get(taken ?? '')).toBe(least);
              list.deadlines.delete(taken ?? '');
            }
          }
          expect(nextDeadline(agenda)).toBe(list.next());
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
  it('takes nothing before its time and everything once', () => {
    const agenda = createAgenda<string>();
    for (const [i, name] of subjects.entries()) arm(agenda, name, instant(10 * (subjects.length - i)));
    arm(agenda, 'a', instant(5));
    arm(agenda, 'b', undefined);
    expect(takeDue(agenda, instant(4))).toBeUndefined();
    const taken: string[] = [];
    for (let name = takeDue(agenda, instant(99)); name !== undefined; name = takeDue(agenda, instant(99)))
      taken.push(name);
    expect(taken).toEqual(['a', 'g', 'f', 'e', 'd', 'c']);
    expect(nextDeadline(agenda)).toBeUndefined();
  });
  it('takes equal deadlines in the order in which they were armed, also as a clone', () => {
    const agenda = createAgenda<string>();
    for (const name of subjects) arm(agenda, name, instant(7));
    arm(agenda, 'c', instant(8));
    arm(agenda, 'c', instant(7));
    const clone = structuredClone(agenda);
    for (const each of [agenda, clone]) {
      const taken: (string | undefined)[] = [];
      while (nextDeadline(each) !== undefined) taken.push(takeDue(each, instant(7)));
      expect(taken).toEqual(['a', 'b', 'd', 'e', 'f', 'g', 'c']);
    }
  });
});
