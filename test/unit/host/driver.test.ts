// The driver: order of inputs and effects, one timer that is never early. Real clock, loopback-free.
import { describe, expect, it } from 'vitest';
import { now } from '../../../src/core/host/clock.ts';
import { drive } from '../../../src/core/host/driver.ts';
import { after, type Instant, instant, milliseconds } from '../../../src/core/time.ts';

type Input = { kind: 'go'; n: number } | { kind: 'wake' };
interface State {
  readonly seen: string[];
  due: Instant | undefined;
}

describe('drive', () => {
  it('queues inputs that effects post and keeps their order', () => {
    const performed: string[] = [];
    const driver = drive<State, Input, string>({
      machine: {
        wake: { kind: 'wake' },
        deadline: state => state.due,
        step: (state, input) => {
          if (input.kind === 'wake') return [];
          state.seen.push(`in ${input.n}`);
          return input.n < 3 ? [`a${input.n}`, `b${input.n}`] : [];
        },
      },
      initial: { seen: [], due: undefined },
      perform: (effect, post) => {
        performed.push(effect);
        if (effect === 'a1') post({ kind: 'go', n: 3 });
      },
    });
    driver.post({ kind: 'go', n: 1 });
    driver.post({ kind: 'go', n: 2 });
    expect(performed).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect(driver.state.seen).toEqual(['in 1', 'in 3', 'in 2']);
  });

  it.each([false, true])('wakes at the deadline and not before (exact %s)', async exact => {
    const woken = await new Promise<{ due: Instant; at: Instant }>(resolve => {
      const driver = drive<State, Input, Instant>({
        machine: {
          wake: { kind: 'wake' },
          deadline: state => state.due,
          step: (state, input, at) => {
            const { due } = state;
            state.due = input.kind === 'go' ? after(at, milliseconds(20)) : undefined;
            return input.kind === 'wake' && due !== undefined ? [due] : [];
          },
        },
        initial: { seen: [], due: undefined },
        perform: due => resolve({ due, at: now() }),
        exact: () => exact,
      });
      driver.post({ kind: 'go', n: 1 });
    });
    expect(woken.at).toBeGreaterThanOrEqual(woken.due);
  });

  it('turns the event loop before a deadline that must be met exactly, so that the first has left before the second', async () => {
    const told: string[] = [];
    await new Promise<void>(resolve => {
      const driver = drive<{ due: Instant[] }, Input, string>({
        machine: {
          wake: { kind: 'wake' },
          deadline: state => state.due[0],
          step: (state, input, at) => {
            if (input.kind === 'go') {
              const soon = instant(at + 1_000);
              state.due.push(soon, soon, soon);
              return [];
            }
            state.due.shift();
            return [`deadline, ${state.due.length} left`];
          },
        },
        initial: { due: [] },
        exact: () => true,
        perform: effect => {
          told.push(effect);
          setImmediate(() => {
            told.push('the loop turned');
            if (told.length === 6) resolve();
          });
        },
      });
      driver.post({ kind: 'go', n: 1 });
    });
    expect(told).toEqual([2, 1, 0].flatMap(left => [`deadline, ${left} left`, 'the loop turned']));
  });

  it('handles other deadlines that are due one after the other, one a step', async () => {
    const told: string[] = [];
    await new Promise<void>(resolve => {
      const driver = drive<{ due: Instant[] }, Input, string>({
        machine: {
          wake: { kind: 'wake' },
          deadline: state => state.due[0],
          step: (state, input, at) => {
            if (input.kind === 'go') {
              state.due.push(at, at, at);
              return [];
            }
            state.due.shift();
            return [`deadline, ${state.due.length} left`];
          },
        },
        initial: { due: [] },
        perform: effect => {
          told.push(effect);
          if (told.length === 1) setImmediate(() => told.push('the loop turned'));
          if (effect === 'deadline, 0 left') setImmediate(resolve);
        },
      });
      driver.post({ kind: 'go', n: 1 });
    });
    expect(told).toEqual(['deadline, 2 left', 'deadline, 1 left', 'deadline, 0 left', 'the loop turned']);
  });

  it.each([true, false])(
    'takes what waits before an exact deadline, which that may put off (exact %s)',
    async exact => {
      const told: string[] = [];
      await new Promise<void>(resolve => {
        const driver = drive<State, Input, string>({
          machine: {
            wake: { kind: 'wake' },
            deadline: state => state.due,
            step: (state, input, at) => {
              if (input.kind === 'go') {
                state.due = instant(at + 20_000);
                return [];
              }
              if (state.due === undefined || state.due > at) return [];
              state.due = undefined;
              return ['expired'];
            },
          },
          initial: { seen: [], due: undefined },
          exact: () => exact,
          drain() {
            told.push('drained');
            // An advert waited: the deadline is put off once.
            if (told.length === 1) driver.post({ kind: 'go', n: 2 });
          },
          perform(effect) {
            told.push(effect);
            resolve();
          },
        });
        driver.post({ kind: 'go', n: 1 });
      });
      expect(told).toEqual(exact ? ['drained', 'drained', 'expired'] : ['expired']);
    },
  );

  it('does nothing after it was stopped', () => {
    const performed: string[] = [];
    const driver = drive<State, Input, string>({
      machine: {
        wake: { kind: 'wake' },
        deadline: () => undefined,
        step: () => ['x'],
      },
      initial: { seen: [], due: undefined },
      perform: effect => performed.push(effect),
    });
    driver.stop();
    driver.post({ kind: 'wake' });
    expect(performed).toEqual([]);
  });
});
