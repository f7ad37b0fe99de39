// The small performers and what all share: the table of kinds, damping, frames, scripts, work between deadlines.
// Truth: DESIGN "one performer per family of effects".
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fail, type Outcome, succeed } from '../../../src/core/fault.ts';
import { now } from '../../../src/core/host/index.ts';
import { createBacklog } from '../../../src/core/runtime/backlog.ts';
import { createDamper, suppressedText } from '../../../src/core/runtime/damper.ts';
import { createFrames } from '../../../src/core/runtime/frames.ts';
import { workWhenIdle } from '../../../src/core/runtime/idle-work.ts';
import { createOutlets } from '../../../src/core/runtime/outlets.ts';
import { performBy } from '../../../src/core/runtime/performer.ts';
import { createPrograms } from '../../../src/core/runtime/programs.ts';
import type { runScript } from '../../../src/core/runtime/run-script.ts';
import { createScripts, type ScriptInput } from '../../../src/core/runtime/scripts.ts';
import type { LogLine } from '../../../src/core/runtime/transports.ts';
import type { ScriptCommand } from '../../../src/core/script.ts';
import { after, instant, milliseconds, seconds } from '../../../src/core/time.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('performBy', () => {
  it('gives each effect to what performs its kind', () => {
    const did: string[] = [];
    const perform = performBy<{ kind: 'a'; n: number } | { kind: 'b' }>({
      a: ({ n }) => void did.push(`a ${n}`),
      b: () => void did.push('b'),
    });
    perform({ kind: 'a', n: 5 });
    perform({ kind: 'b' });
    expect(did).toEqual(['a 5', 'b']);
  });
});

describe('createDamper', () => {
  it('lets the first of each key through, then one a period with what was suppressed', () => {
    const damper = createDamper(seconds(60));
    const at = (s: number) => instant(s * 1_000_000);
    expect(damper.report('a', at(0))).toBe(0);
    expect(damper.report('b', at(1))).toBe(0);
    expect([damper.report('a', at(2)), damper.report('a', at(59.9))]).toEqual([undefined, undefined]);
    expect(damper.report('a', at(60))).toBe(2);
    expect(damper.report('a', at(121))).toBe(0);
    expect([suppressedText(0), suppressedText(2)]).toEqual(['', ' (2 more since it was last reported)']);
  });

  it('keeps a bounded number of keys: all further ones share one', () => {
    const damper = createDamper(seconds(60), 2);
    const told = ['a', 'b', 'c', 'd', 'e', 'a'].map(key => damper.report(key, instant(0)));
    expect(told).toEqual([0, 0, 0, undefined, undefined, undefined]);
  });
});

describe('createFrames', () => {
  it('sends in order at once and reports a failing interface once a minute', () => {
    const sent: number[] = [];
    const logged: LogLine[] = [];
    const frames = createFrames(
      {
        send(ifindex, frame): Outcome<undefined> {
          if (ifindex === 9) return fail({ code: 'socket-failed', message: 'packet socket: sendto: ENXIO' });
          sent.push(frame[0] ?? 0);
          return succeed(undefined);
        },
        close() {},
      },
      line => logged.push(line),
    );
    const frame = (n: number) => Uint8Array.from([n]);
    const lost = Array.from({ length: 500 }, () => ({ ifindex: 9, frame: frame(0) }));
    frames.perform({
      kind: 'send-frames',
      frames: [{ ifindex: 2, frame: frame(1) }, ...lost, { ifindex: 2, frame: frame(2) }],
    });
    expect(sent).toEqual([1, 2]);
    expect(logged).toEqual([{ level: 'warning', message: 'Interface 9: packet socket: sendto: ENXIO' }]);
  });
});

const command: ScriptCommand = { argv: ['/bin/true'], user: undefined, group: undefined, shell: false };

/** Programs that end when the test says so. */
class Stage {
  readonly ends: (() => void)[] = [];
  readonly terminated: number[] = [];
  readonly run: typeof runScript = (_programs, _command, timeout, ended) => {
    const number = this.ends.push(() =>
      ended({ success: timeout !== undefined, started: true, detail: 'is over' }),
    );
    return {
      pid: number,
      terminate: () => void this.terminated.push(number),
      destroy() {},
      lives: () => false,
    };
  };
}

describe('createScripts', () => {
  it('turns the end of a program into a result; none after close', () => {
    const [stage, posted] = [new Stage(), [] as ScriptInput[]];
    const scripts = createScripts(createPrograms(), input => posted.push(input), stage.run);
    for (const name of ['s', 't'])
      scripts.perform({ kind: 'run-script', name, command, timeout: seconds(1) });
    stage.ends[0]?.();
    scripts.close();
    stage.ends[1]?.();
    expect(posted).toEqual([{ kind: 'script-result', name: 's', success: true, detail: 'is over' }]);
  });
});

describe('createOutlets', () => {
  it('answers each delivery once; what was cancelled is ended, or never started, and not heard of again', async () => {
    const [stage, posted] = [new Stage(), [] as unknown[]];
    const idle = createBacklog(() => undefined);
    const outlets = createOutlets(createPrograms(), idle, input => posted.push(input), stage.run);
    const delivery = { outlet: 'programs', content: command } as const;
    for (const ticket of [4, 5, 6, 7]) outlets.perform({ kind: 'deliver', ticket, delivery });
    expect(stage.ends).toHaveLength(0);
    outlets.perform({ kind: 'cancel', ticket: 7 });
    await vi.advanceTimersByTimeAsync(20);
    expect(stage.ends).toHaveLength(3);
    outlets.perform({ kind: 'cancel', ticket: 5 });
    outlets.perform({ kind: 'cancel', ticket: 99 });
    for (const end of stage.ends.slice(0, 2)) end();
    outlets.perform({ kind: 'deliver', ticket: 8, delivery });
    outlets.close();
    stage.ends[2]?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.ends).toHaveLength(3);
    expect(stage.terminated).toEqual([2]);
    expect(posted).toEqual([{ kind: 'ended', ticket: 4, success: false, detail: 'is over' }]);
  });
});

describe('createBacklog', () => {
  const fill = (deadline: () => ReturnType<typeof now> | undefined) => {
    const [backlog, done] = [createBacklog(deadline), [] as number[]];
    for (let n = 0; n < 5; n++) backlog.add(() => done.push(n));
    return { backlog, done };
  };
  it('does everything in order while nothing is due', async () => {
    const { done } = fill(() => instant(now() + 50_000));
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(done).toEqual([0, 1, 2, 3, 4]);
  });
  it('waits for deadlines to pass, a quarter of a second at most', async () => {
    const { done } = fill(() => instant(now() + 1_000));
    await vi.advanceTimersByTimeAsync(240);
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(done).toEqual([0, 1, 2, 3, 4]);
  });
  it('leaves out what was withdrawn, and begins again after it was empty', async () => {
    const { backlog, done } = fill(() => undefined);
    backlog.add(() => done.push(5))();
    await vi.advanceTimersByTimeAsync(20);
    backlog.add(() => done.push(6));
    await vi.advanceTimersByTimeAsync(20);
    expect(done).toEqual([0, 1, 2, 3, 4, 6]);
  });
});

describe('workWhenIdle', () => {
  function* slices(done: number[], count: number): Generator<undefined, void, void> {
    for (let n = 0; n < count; n++) {
      done.push(n);
      yield;
    }
  }

  it('does all of it while no deadline is near', async () => {
    const done: number[] = [];
    workWhenIdle(slices(done, 20), () => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    expect(done.length).toBe(20);
  });

  it('with a deadline always near: one slice in a tenth of a second', async () => {
    const done: number[] = [];
    const stop = workWhenIdle(slices(done, 20), () => after(now(), milliseconds(1)));
    await vi.advanceTimersByTimeAsync(1050);
    expect(done.length).toBeGreaterThan(5);
    expect(done.length).toBeLessThan(12);
    stop();
    const before = done.length;
    await vi.advanceTimersByTimeAsync(1000);
    expect(done.length).toBe(before);
  });
});
