// Laws of the netlink dialogue under any answers of the kernel: a copy goes on alike, and every request is settled once.
// Truth: DESIGN "machines, not callbacks"; netlink(7) for what a kernel may send.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  controlTypes,
  type DialogueEffect,
  type DialogueInput,
  type DialogueState,
  dialogueDeadline,
  encodeMessages,
  type Message,
  messageFlags,
  type Request,
  startDialogue,
  stepDialogue,
} from '../../src/core/netlink/index.ts';
import { after, instant, milliseconds } from '../../src/core/time.ts';
import { errorMessage } from '../fake/kernel.ts';

/** Objects as lvskit makes them, not without a prototype: a copy must be strictly equal. */
const ordinary = { noNullPrototype: true };
const runs = { numRuns: 300 };
const clock = (passed: number) => after(instant(0), milliseconds(passed));
const settings = { timeout: milliseconds(50), batchMessages: 3, dumpRetries: 1 };

const answers = ['ack', 'reply', 'dump', 'parts'] as const;
const requests = fc.array(
  fc.record(
    {
      operation: fc.constantFrom('A', 'B'),
      type: fc.constant(28),
      flags: fc.constant(0),
      payload: fc.uint8Array({ maxLength: 8 }),
      answer: fc.constantFrom<Request['answer']>(...answers),
    },
    ordinary,
  ),
  { maxLength: 6 },
);
/** What the kernel says, and about which request: one in flight by its position, `last`, one of long ago, or none. */
const told = fc.record({
  says: fc.constantFrom(
    'part',
    'part',
    'interrupted',
    'done',
    'done',
    'failed',
    'ack',
    'refused',
    'noop',
    'overrun',
  ),
  of: fc.constantFrom(0, 0, 1, 2, 'last', 'last', 'next', 'late', 'none'),
});
const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('submit'), requests }) },
  {
    weight: 9,
    arbitrary: fc.record({ kind: fc.constant('datagram'), told: fc.array(told, { maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wake') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('overrun', 'garbled', 'broken') }) },
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;
type Told = typeof told extends fc.Arbitrary<infer Value> ? Value : never;
const story = fc.record({
  first: fc.constantFrom(1, 1, 0xffffffff - 4),
  events: fc.array(fc.record({ event, pause: fc.integer({ max: 60, min: 0 }) }), { maxLength: 40 }),
});

/** The sequence number of the request that `of` names. */
function sequenceOf({ batch, dump, sequence }: DialogueState, of: Told['of']): number {
  const first = batch?.sequence ?? dump?.sequence ?? sequence;
  const count = batch?.requests.length ?? 1;
  switch (of) {
    case 'last':
      return first + count - 1;
    case 'next':
      return sequence;
    case 'late':
      return Math.max(first - 1, 0);
    case 'none':
      return 0;
    default:
      return first + (Number(of) % count);
  }
}

function messageOf(state: DialogueState, { says, of }: Told): Message {
  const sequence = sequenceOf(state, of);
  const plain = {
    type: 28,
    flags: messageFlags.multi,
    sequence,
    port: 1,
    payload: Uint8Array.of(5, 1, 0, 0),
  };
  switch (says) {
    case 'part':
      return plain;
    case 'interrupted':
      return { ...plain, flags: messageFlags.multi | messageFlags.dumpInterrupted };
    case 'done':
      return { ...plain, type: controlTypes.done, payload: new Uint8Array(4) };
    case 'failed':
      return { ...plain, type: controlTypes.done, payload: new Uint8Array(4).fill(0xff) };
    case 'ack':
      return errorMessage(plain, 0);
    case 'refused':
      return errorMessage(plain, 22, 'no such thing');
    case 'noop':
    case 'overrun':
      return { ...plain, type: controlTypes[says] };
  }
}

function inputOf(state: DialogueState, happened: Event, ticket: number): DialogueInput {
  switch (happened.kind) {
    case 'submit':
      return { kind: 'submit', ticket, requests: happened.requests };
    case 'datagram':
      return {
        kind: 'datagram',
        bytes: encodeMessages(happened.told.map(one => messageOf(state, one))),
      };
    case 'garbled':
      return { kind: 'datagram', bytes: Uint8Array.of(1, 2, 3) };
    case 'broken':
      return { kind: 'broken', fault: { code: 'socket-failed', message: 'gone' } };
    default:
      return { kind: happened.kind };
  }
}

describe('a dialogue', () => {
  it('of which a copy is made goes on in the copy alike', () => {
    fc.assert(
      fc.property(story, fc.boolean(), ({ first, events }, swap) => {
        let state = startDialogue(settings, first);
        let passed = 0;
        for (const [ticket, { event: happened, pause }] of events.entries()) {
          passed += pause;
          const input = inputOf(state, happened, ticket);
          const copy = structuredClone(state);
          // Strictly: of one class, which no object made by a class of ours is after copying.
          expect(copy).toStrictEqual(state);
          expect(stepDialogue(copy, input, clock(passed))).toEqual(stepDialogue(state, input, clock(passed)));
          expect(copy).toStrictEqual(state);
          expect(dialogueDeadline(copy)).toBe(dialogueDeadline(state));
          if (swap) state = copy;
        }
      }),
      runs,
    );
  });

  it('settles every request once, whatever the kernel says', () => {
    fc.assert(
      fc.property(story, ({ first, events }) => {
        const state = startDialogue(settings, first);
        const owed = new Set<string>();
        const settle = (effects: readonly DialogueEffect[]) => {
          for (const effect of effects) {
            if (effect.kind === 'settle') expect(owed.delete(`${effect.ticket}.${effect.index}`)).toBe(true);
          }
        };
        let passed = 0;
        for (const [ticket, { event: happened, pause }] of events.entries()) {
          passed += pause;
          const input = inputOf(state, happened, ticket);
          if (input.kind === 'submit')
            for (const index of input.requests.keys()) owed.add(`${ticket}.${index}`);
          settle(stepDialogue(state, input, clock(passed)));
          expect(state.batch === undefined || state.dump === undefined).toBe(true);
          expect(dialogueDeadline(state) === undefined).toBe(owed.size === 0);
        }
        settle(
          stepDialogue(
            state,
            { kind: 'broken', fault: { code: 'socket-failed', message: '' } },
            clock(passed),
          ),
        );
        expect(owed.size).toBe(0);
      }),
      runs,
    );
  });
});
