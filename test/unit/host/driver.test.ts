// The driver: order of inputs and effects, one timer that is never early. Real clock, loopback-free.
import { describe, expect, it } from 'vitest';
import { now } from '../../../src/core/host/clock.ts';
import { drive } from '../../../src/core/host/driver.ts';
import { after, type Instant, milliseconds } from '../../../src/core/time.ts';

type Input = { kind: 'go'; n: number } | { kind: 'wake' };
interface State {
  readonly seen: readonly string[];
  readonly due: Instant | undefined;
}

describe('drive', () => {
  it('queues inputs that effects post and keeps their order', () => {
    const performed: string[] = [];
    const driver = drive<State, Input, string>({
      machine: {
        wake: { kind: 'wake' },
        deadline: state => state.due,
        step: (state, input) =>
          input.kind === 'wake'
            ? { state, effects: [] }
            : {
                state: { ...state, seen: [...state.seen, `in ${input.n}`] },
                effects: input.n < 3 ? [`a${input.n}`, `b${input.n}`] : [],
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
          step: (state, input, at) =>
            input.kind === 'go'
              ? { state: { ...state, due: after(at, milliseconds(20)) }, effects: [] }
              : { state: { ...state, due: undefined }, effects: state.due === undefined ? [] : [state.due] },
        },
        initial: { seen: [], due: undefined },
        perform: due => resolve({ due, at: now() }),
        exact: () => exact,
      });
      driver.post({ kind: 'go', n: 1 });
    });
    expect(woken.at).toBeGreaterThanOrEqual(woken.due);
  });

  it('does nothing after it was stopped', () => {
    const performed: string[] = [];
    const driver = drive<State, Input, string>({
      machine: {
        wake: { kind: 'wake' },
        deadline: () => undefined,
        step: state => ({ state, effects: ['x'] }),
      },
      initial: { seen: [], due: undefined },
      perform: effect => performed.push(effect),
    });
    driver.stop();
    driver.post({ kind: 'wake' });
    expect(performed).toEqual([]);
  });
});
