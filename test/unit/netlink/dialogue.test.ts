// The request/reply dialogue. Kernel behaviour as in net/netlink/af_netlink.c: in order, acks where asked, one dump at a time.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/core/fault.ts';
import {
  AttributeWriter,
  type DialogueEffect,
  type DialogueState,
  decodeMessages,
  dialogueDeadline,
  encodeMessages,
  type Message,
  messageFlags,
  type Request,
  startDialogue,
  stepDialogue,
} from '../../../src/core/netlink/index.ts';
import { instant, seconds } from '../../../src/core/time.ts';
import { errorMessage } from '../../fake/kernel.ts';

const start = instant(1_000_000);
const request = (answer: Request['answer'], operation = answer): Request => ({
  operation,
  type: 28,
  flags: 0,
  payload: Uint8Array.of(1, 1, 0, 0),
  answer,
});
const acks = (count: number) => Array.from({ length: count }, () => request('ack'));

/** Runs inputs one after the other on a copy, so that a test may go on twice from one state; keeps all effects. */
function play(from: DialogueState, ...inputs: Parameters<typeof stepDialogue>[1][]) {
  const state = structuredClone(from);
  const effects: DialogueEffect[] = inputs.flatMap(input => stepDialogue(state, input, start));
  const sent = effects.flatMap(effect =>
    effect.kind === 'send' ? [unwrap(decodeMessages(effect.datagram))] : [],
  );
  const settled = effects.flatMap(effect => (effect.kind === 'settle' ? [effect] : []));
  return { state, effects, sent, settled };
}
const datagram = (...messages: Message[]) => ({ kind: 'datagram', bytes: encodeMessages(messages) }) as const;
const part = (sequence: number, flags = 0, type = 28): Message => ({
  type,
  flags: messageFlags.multi | flags,
  sequence,
  port: 1,
  payload: type === 3 ? new Uint8Array(4) : Uint8Array.of(5, 1, 0, 0),
});
const asked = (sequence: number): Message => ({
  type: 28,
  flags: 0,
  sequence,
  port: 0,
  payload: new Uint8Array(4),
});
const ack = (sequence: number) => errorMessage(asked(sequence), 0);

describe('a batch', () => {
  it('goes in one datagram and asks for an ack on its last message only', () => {
    const { sent, settled } = play(startDialogue(), { kind: 'submit', ticket: 1, requests: acks(3) });
    expect(sent.map(one => one.map(message => message.flags))).toEqual([[1, 1, 1 | messageFlags.ack]]);
    expect(settled).toEqual([]);
  });

  it('succeeds where nothing was refused before the fence', () => {
    const { settled, state } = play(
      startDialogue(),
      { kind: 'submit', ticket: 1, requests: acks(3) },
      datagram(errorMessage(asked(2), 17)),
      datagram(ack(3)),
    );
    expect(settled.map(({ index, outcome }) => [index, outcome.ok ? 'ok' : outcome.fault.errno])).toEqual([
      [0, 'ok'],
      [1, 'EEXIST'],
      [2, 'ok'],
    ]);
    expect(dialogueDeadline(state)).toBeUndefined();
  });

  it('is cut at the limit and the next part waits for the fence', () => {
    const settings = { batchMessages: 2 };
    const first = play(startDialogue(settings), { kind: 'submit', ticket: 1, requests: acks(5) });
    expect(first.sent.map(one => one.length)).toEqual([2]);
    const rest = play(first.state, datagram(ack(2)), datagram(ack(4)), datagram(ack(5)));
    expect(rest.sent.map(one => one.length)).toEqual([2, 1]);
    expect(rest.settled.map(one => one.index)).toEqual([0, 1, 2, 3, 4]);
  });

  it('is cut by bytes too, but one long message still goes', () => {
    const { sent } = play(startDialogue({ batchBytes: 10 }), {
      kind: 'submit',
      ticket: 1,
      requests: acks(2),
    });
    expect(sent.map(one => one.length)).toEqual([1]);
  });

  it('returns replies, and faults a reply that never came', () => {
    const { settled } = play(
      startDialogue(),
      { kind: 'submit', ticket: 4, requests: [request('reply'), request('reply')] },
      datagram(part(1)),
      datagram(ack(2)),
    );
    expect(settled.map(one => (one.outcome.ok ? one.outcome.value.length : one.outcome.fault.code))).toEqual([
      1,
      'netlink-malformed',
    ]);
  });

  it('wraps its sequence numbers between batches, never inside', () => {
    const { sent } = play(startDialogue({}, 0xffffffff), { kind: 'submit', ticket: 1, requests: acks(3) });
    expect(sent[0]?.map(one => one.sequence)).toEqual([1, 2, 3]);
  });
});

describe('a dump', () => {
  it('gathers its parts over datagrams until DONE, and the next waits for it', () => {
    const first = play(startDialogue(), {
      kind: 'submit',
      ticket: 1,
      requests: [request('dump'), request('dump')],
    });
    expect(first.sent.map(one => one[0]?.flags)).toEqual([1 | messageFlags.dump]);
    const rest = play(first.state, datagram(part(1), part(1)), datagram(part(1), part(1, 0, 3)));
    expect(rest.settled.map(one => (one.outcome.ok ? one.outcome.value.length : -1))).toEqual([3]);
    expect(rest.sent.map(one => one[0]?.sequence)).toEqual([2]);
  });

  it('in parts is given out as it comes, and again from its start when it was interrupted', () => {
    const begun = play(startDialogue(), { kind: 'submit', ticket: 1, requests: [request('parts')] });
    const first = play(
      begun.state,
      datagram(part(1), part(1)),
      datagram(part(1, messageFlags.dumpInterrupted)),
    );
    expect(first.effects.map(({ kind }) => kind)).toEqual(['parts', 'parts']);
    const interrupted = play(first.state, datagram(part(1, 0, 3)));
    expect(interrupted.effects.map(({ kind }) => kind)).toEqual(['again', 'send']);
    const second = play(interrupted.state, datagram(part(2), part(2, 0, 3)));
    expect(second.effects.map(({ kind }) => kind)).toEqual(['parts', 'settle']);
    expect(second.settled[0]?.outcome).toEqual({ ok: true, value: [] });
  });

  it('that was interrupted is asked again, and given up after the last try', () => {
    const settings = { dumpRetries: 1 };
    const begun = play(startDialogue(settings), { kind: 'submit', ticket: 1, requests: [request('dump')] });
    const again = play(begun.state, datagram(part(1, messageFlags.dumpInterrupted), part(1, 0, 3)));
    expect(again.settled).toEqual([]);
    expect(again.sent[0]?.[0]?.sequence).toBe(2);
    const clean = play(again.state, datagram(part(2), part(2, 0, 3)));
    expect(clean.settled[0]?.outcome).toMatchObject({ ok: true });
    const failed = play(again.state, datagram(part(2, 0, 3), part(2, 0, 3)));
    expect(failed.settled).toHaveLength(1);
    const interrupted = play(again.state, datagram(part(2, messageFlags.dumpInterrupted, 3)));
    expect(interrupted.settled[0]?.outcome).toMatchObject({ ok: false, fault: { errno: 'EINTR' } });
  });

  it('keeps of a datagram that other messages share what is its own', () => {
    const { settled, effects } = play(
      startDialogue(),
      { kind: 'submit', ticket: 1, requests: [request('dump')] },
      datagram(part(0), part(1), part(0), part(1)),
      datagram(part(1), part(1)),
      datagram(part(1), part(1, 0, 3), part(1)),
    );
    expect(settled.map(one => (one.outcome.ok ? one.outcome.value.length : -1))).toEqual([5]);
    expect(effects.filter(({ kind }) => kind === 'notice')).toHaveLength(3);
  });

  it('that fails at its end carries the errno', () => {
    const failure = { ...part(1, 0, 3), payload: Buffer.from([0xf4, 0xff, 0xff, 0xff]) };
    const { settled } = play(
      startDialogue(),
      { kind: 'submit', ticket: 1, requests: [request('dump')] },
      datagram(failure),
    );
    expect(settled[0]?.outcome).toMatchObject({ ok: false, fault: { errno: 'ENOMEM' } });
  });
});

describe('a refused attribute', () => {
  it('is named by its byte in the outcome of its request', () => {
    const head = Buffer.alloc(4 + 16);
    head.writeInt32LE(-22, 0);
    const refused: Message = {
      type: 2,
      flags: messageFlags.ackAttributes | messageFlags.capped,
      sequence: 1,
      port: 1,
      payload: new AttributeWriter().raw(head).u32(2, 24).finish(),
    };
    const { settled } = play(
      startDialogue(),
      { kind: 'submit', ticket: 1, requests: [request('ack')] },
      datagram(refused),
    );
    expect(settled[0]?.outcome).toMatchObject({
      ok: false,
      fault: { message: 'ack: EINVAL (attribute at byte 24)', offset: 24 },
    });
  });
});

describe('trouble', () => {
  it('silence ends in netlink-timeout at the deadline, not before', () => {
    const { state } = play(startDialogue({ timeout: seconds(2) }), {
      kind: 'submit',
      ticket: 1,
      requests: acks(1),
    });
    expect(dialogueDeadline(state)).toBe(3_000_000);
    expect(stepDialogue(state, { kind: 'wake' }, instant(2_999_999))).toEqual([]);
    const late = stepDialogue(state, { kind: 'wake' }, instant(3_000_000));
    expect(late).toMatchObject([{ kind: 'settle', outcome: { fault: { code: 'netlink-timeout' } } }]);
    const afterwards = stepDialogue(state, datagram(ack(1)), instant(3_000_001));
    expect(afterwards).toEqual([]);
  });

  it('a garbled datagram settles what waits and does not throw', () => {
    const { settled, effects } = play(
      startDialogue(),
      { kind: 'submit', ticket: 1, requests: acks(1) },
      { kind: 'datagram', bytes: Uint8Array.of(1, 2, 3) },
    );
    expect(settled[0]?.outcome).toMatchObject({ fault: { code: 'netlink-malformed' } });
    expect(effects.some(effect => effect.kind === 'garbled')).toBe(true);
  });

  it('an overrun makes outcomes unknown, tells the owner, and the queue goes on', () => {
    const { settled, effects, sent } = play(
      startDialogue({ batchMessages: 1 }),
      { kind: 'submit', ticket: 1, requests: acks(2) },
      { kind: 'overrun' },
    );
    expect(settled.map(one => one.index)).toEqual([0]);
    expect(settled[0]?.outcome).toMatchObject({ fault: { errno: 'ENOBUFS' } });
    expect(effects.some(effect => effect.kind === 'lost')).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it('a broken socket settles everything, queued jobs included', () => {
    const { settled } = play(
      startDialogue({ batchMessages: 1 }),
      { kind: 'submit', ticket: 1, requests: acks(2) },
      { kind: 'submit', ticket: 2, requests: [request('dump')] },
      { kind: 'broken', fault: { code: 'socket-failed', message: 'gone' } },
    );
    expect(settled.map(one => [one.ticket, one.index])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
  });

  it('messages nobody asked for are notices', () => {
    const { effects } = play(startDialogue(), datagram(part(0)));
    expect(effects.map(effect => effect.kind)).toEqual(['notice']);
  });
});
