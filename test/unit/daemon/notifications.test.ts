// The queue of notify scripts. Truth: its own promise: per subject one at a time and in order, everything started exactly once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createNotifications,
  type NotificationInput,
  notificationDeadline,
  stepNotifications,
} from '../../../src/core/daemon/notifications.ts';
import type { ScriptCommand } from '../../../src/core/script.ts';
import { after, type Instant, instant, seconds } from '../../../src/core/time.ts';

const script = (...argv: string[]): ScriptCommand => ({
  argv,
  user: undefined,
  group: undefined,
  shell: false,
});
const at = (s: number): Instant => instant(s * 1_000_000);

function play(inputs: readonly (readonly [number, NotificationInput])[]) {
  const state = createNotifications();
  const lines: string[] = [];
  for (const [time, input] of inputs) {
    for (const effect of stepNotifications(state, input, at(time))) {
      lines.push(
        effect.kind === 'log'
          ? `${time} ${effect.level}: ${effect.message}`
          : `${time} run ${effect.ticket} ${effect.command.argv.join(' ')}`,
      );
    }
  }
  return { state, lines };
}

const notify = (subject: string, ...names: string[]): NotificationInput => ({
  kind: 'notify',
  subject,
  commands: names.map(name => script(name)),
});
const ended = (ticket: number, success = true): NotificationInput => ({
  kind: 'ended',
  ticket,
  success,
  detail: 'exited with status 1',
});

describe('notify scripts', () => {
  it('of one subject run one after the other, of two subjects side by side', () => {
    const { lines, state } = play([
      [0, notify('INSTANCE A', 'a1', 'a2')],
      [1, notify('INSTANCE B', 'b1')],
      [2, notify('INSTANCE A', 'a3')],
      [3, ended(1)],
      [4, ended(3)],
      [5, ended(4)],
      [6, ended(2)],
    ]);
    expect(lines).toEqual(['0 run 1 a1', '1 run 2 b1', '3 run 3 a2', '4 run 4 a3']);
    expect(state.lanes.size).toBe(0);
    expect(notificationDeadline(state)).toBeUndefined();
  });
  it('that fail are told and hold nothing up', () => {
    const { lines } = play([
      [0, notify('A', 'bad', 'good')],
      [1, ended(1, false)],
    ]);
    expect(lines).toEqual([
      '0 run 1 bad',
      '1 warning: Notify script bad exited with status 1',
      '1 run 2 good',
    ]);
  });
  it('that hang are waited for 30 seconds, when somebody waits at all', () => {
    const alone = play([[0, notify('A', 'hangs')]]);
    expect(notificationDeadline(alone.state)).toBeUndefined();
    const { lines, state } = play([
      [0, notify('A', 'hangs', 'next')],
      [29, { kind: 'wake' }],
      [30, { kind: 'wake' }],
      [40, ended(1, false)],
      [41, notify('A', 'last')],
      [42, ended(2)],
    ]);
    expect(lines).toEqual([
      '0 run 1 hangs',
      '30 warning: Notify script hangs still runs after 30 s; starting the next for A beside it',
      '30 run 2 next',
      '42 run 3 last',
    ]);
    expect([...state.lanes.keys()]).toEqual(['A']);
  });
  it('without any command ask for nothing', () => {
    expect(play([[0, notify('A')]])).toEqual({ state: createNotifications(), lines: [] });
  });
});

describe('a hanging script', () => {
  it('holds back at most the newest 32 of its subject; what is dropped is logged', () => {
    const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
    const { state, lines } = play([
      [0, notify('VS V', 'hangs')],
      ...names.map((name, i) => [i + 1, notify('VS V', name)] as const).slice(0, 29),
      [29, notify('VS V', ...names.slice(29))],
    ]);
    expect(state.lanes.get('VS V')?.waiting.map(({ argv }) => argv[0])).toEqual(names.slice(8));
    expect(lines).toEqual([
      '0 run 1 hangs',
      '29 warning: Notify scripts of VS V: more than 32 wait; dropped the oldest 8, beginning with n0',
    ]);
  });
});

const subjects = ['A', 'B', 'C'];
const happening = fc.oneof(
  fc.record({
    kind: fc.constant('notify' as const),
    subject: fc.constantFrom(...subjects),
    count: fc.nat(3),
  }),
  fc.record({ kind: fc.constant('ended' as const), which: fc.nat(20), success: fc.boolean() }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(40) }),
);

describe('laws of the queue', () => {
  it('starts everything but what it says it dropped exactly once, per subject in the order it was asked', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), happenings => {
        const state = createNotifications();
        let dropped = 0;
        let now = at(0);
        let number = 0;
        const asked = new Map<string, string[]>(subjects.map(name => [name, []]));
        const started = new Map<string, string[]>(subjects.map(name => [name, []]));
        const running = new Set<number>();
        const tickets = new Set<number>();
        const tell = (input: NotificationInput) => {
          for (const effect of stepNotifications(state, input, now)) {
            if (effect.kind === 'log') {
              dropped += Number(/dropped the oldest (\d+)/.exec(effect.message)?.[1] ?? 0);
              continue;
            }
            expect(tickets.has(effect.ticket)).toBe(false);
            tickets.add(effect.ticket);
            running.add(effect.ticket);
            const [subject = '', name = ''] = effect.command.argv;
            started.get(subject)?.push(name);
          }
        };
        const end = (ticket: number, success: boolean) => {
          running.delete(ticket);
          tell(ended(ticket, success));
        };
        for (const step of happenings) {
          if (step.kind === 'notify') {
            const commands = Array.from({ length: step.count }, () => script(step.subject, String(number++)));
            asked.get(step.subject)?.push(...commands.map(({ argv }) => argv[1] ?? ''));
            tell({ kind: 'notify', subject: step.subject, commands });
          } else if (step.kind === 'ended') {
            const ticket = [...running][step.which % Math.max(1, running.size)];
            if (ticket !== undefined) end(ticket, step.success);
          } else {
            now = after(now, seconds(step.seconds));
            // One wake for each deadline that has passed, and no more lanes than subjects.
            for (const _ of subjects) tell({ kind: 'wake' });
            const rest = notificationDeadline(state);
            expect(rest === undefined || rest > now).toBe(true);
          }
          // Nobody waits behind nothing.
          for (const lane of state.lanes.values()) expect(running.has(lane.ticket)).toBe(true);
        }
        for (let ticket = [...running][0]; ticket !== undefined; ticket = [...running][0]) end(ticket, true);
        for (const [subject, names] of started) {
          const order = names.map(name => asked.get(subject)?.indexOf(name) ?? -1);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        const count = (lists: ReadonlyMap<string, readonly string[]>) => [...lists.values()].flat().length;
        expect(count(started)).toBe(count(asked) - dropped);
        expect(state.lanes.size).toBe(0);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
