// What the dialogue hears: replies, verdicts, parts of dumps, notices; and the outcome of each request.
// Spec: netlink(7), linux/netlink.h NLMSG_*, NLM_F_DUMP_INTR.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { after, type Instant } from '../time.ts';
import { viewOf } from './byte-order.ts';
import { sendDump, silence } from './dialogue-send.ts';
import type { DialogueEffect, DialogueState, DumpFlight, Flight, Place } from './dialogue-types.ts';
import {
  align,
  controlTypes,
  decodeMessages,
  headerLength,
  isPartsOnly,
  type Message,
  malformed,
  messageAt,
  messageFlags,
  type ReceivedMessage,
  type Request,
} from './message.ts';
import { decodeVerdict, type KernelVerdict, refusal } from './verdict.ts';

type Settle = Extract<DialogueEffect, { kind: 'settle' }>;

const messageIn = ({ datagram, offset }: Place): Message => messageAt(datagram, viewOf(datagram), offset);

const settleDump = (dump: DumpFlight, outcome: Outcome<readonly Message[]>): Settle => ({
  kind: 'settle',
  ticket: dump.ticket,
  index: dump.index,
  outcome,
});

/** Outcomes of a whole batch; `unknown` is for requests about which nothing was heard. */
function settleBatch(
  flight: Flight,
  unknown: (request: Request) => Outcome<readonly Message[]>,
  effects: DialogueEffect[],
): void {
  const { ticket, index, requests, verdicts, replies } = flight;
  for (let position = 0; position < requests.length; position++) {
    const places = replies[position];
    const outcome =
      verdicts[position] ??
      (places === undefined ? unknown(requests[position] as Request) : succeed(places.map(messageIn)));
    effects.push({ kind: 'settle', ticket, index: index + position, outcome });
  }
}

const acknowledged: Outcome<readonly Message[]> = succeed([]);

/** After the fence: silence means success, except where a reply was owed. */
const afterFence = (request: Request): Outcome<readonly Message[]> =>
  request.answer === 'reply'
    ? fail(malformed(`${request.operation}: acknowledged without a reply`))
    : acknowledged;

/** The messages of a dump that was kept until its end. */
function messagesOf({ datagrams, sequence }: DumpFlight): Message[] {
  const messages: Message[] = [];
  for (const datagram of datagrams) {
    const view = viewOf(datagram);
    for (let offset = 0; offset < datagram.length; ) {
      const message = messageAt(datagram, view, offset);
      offset = align(message.end);
      if (message.sequence !== sequence) continue;
      if (message.type === controlTypes.done || message.type === controlTypes.error) break;
      if (message.type !== controlTypes.noop && message.type !== controlTypes.overrun) messages.push(message);
    }
  }
  return messages;
}

function endDump(
  state: DialogueState,
  dump: DumpFlight,
  verdict: KernelVerdict | Fault,
  effects: DialogueEffect[],
  now: Instant,
): void {
  const { ticket, index, request, attempt } = dump;
  state.dump = undefined;
  if ('code' in verdict) {
    effects.push(settleDump(dump, fail(verdict)));
  } else if (verdict.errno !== 0) {
    effects.push(settleDump(dump, refusal(request.operation, verdict)));
  } else if (!dump.interrupted) {
    effects.push(settleDump(dump, succeed(messagesOf(dump))));
  } else if (attempt <= state.settings.dumpRetries) {
    if (request.answer === 'parts') effects.push({ kind: 'again', ticket, index });
    sendDump(state, { ticket, index, request, attempt: attempt + 1 }, effects, now);
  } else {
    const fault: Fault = {
      code: 'netlink-refused',
      message: `${request.operation}: the table changed during each of ${attempt} dumps`,
      operation: request.operation,
      errno: 'EINTR',
    };
    effects.push(settleDump(dump, fail(fault)));
  }
}

/** Where the message begins in its datagram. */
const beginning = ({ start }: ReceivedMessage): number => start - headerLength;

/** The datagram's messages, in order. What is kept of it is the datagram: messages are made anew when it is given out. */
function receive(
  state: DialogueState,
  messages: readonly ReceivedMessage[],
  effects: DialogueEffect[],
  now: Instant,
): void {
  let parts: Message[] = [];
  let heard: DumpFlight | undefined;
  // Going through a list by `of` makes a value of each step until V8 has optimized it; a dump has ten thousand messages.
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as ReceivedMessage;
    const { type, sequence } = message;
    if (type === controlTypes.noop) continue;
    const ends = type === controlTypes.error || type === controlTypes.done;
    const { dump, batch } = state;
    if (type === controlTypes.overrun) {
      effects.push({ kind: 'lost' });
    } else if (dump !== undefined && sequence === dump.sequence) {
      if ((message.flags & messageFlags.dumpInterrupted) !== 0) dump.interrupted = true;
      if (ends) {
        giveOut(dump, parts, effects);
        parts = [];
        const kind = type === controlTypes.done ? 'done' : 'error';
        endDump(state, dump, decodeVerdict(message, kind), effects, now);
      } else {
        if (dump.request.answer === 'parts') parts.push(message);
        else if (heard !== dump) dump.datagrams.push(message.datagram.subarray(beginning(message)));
        heard = dump;
      }
    } else if (batch !== undefined && belongs(sequence, batch)) {
      hear(state, batch, message, effects);
    } else if (!ends) {
      effects.push({ kind: 'notice', message });
    }
  }
  const { dump } = state;
  if (dump === undefined || dump !== heard) return;
  dump.deadline = after(now, silence(state, dump.request));
  giveOut(dump, parts, effects);
}

function giveOut(
  { ticket, index }: DumpFlight,
  messages: readonly Message[],
  effects: DialogueEffect[],
): void {
  if (messages.length > 0) effects.push({ kind: 'parts', ticket, index, messages });
}

const belongs = (sequence: number, batch: Flight): boolean =>
  sequence >= batch.sequence && sequence < batch.sequence + batch.requests.length;

/** One more answer to the batch; the one to its last request ends it. */
function hear(
  state: DialogueState,
  batch: Flight,
  message: ReceivedMessage,
  effects: DialogueEffect[],
): void {
  const position = message.sequence - batch.sequence;
  if (message.type !== controlTypes.error) {
    const place: Place = { datagram: message.datagram, offset: beginning(message) };
    const places = batch.replies[position];
    if (places === undefined) batch.replies[position] = [place];
    else places.push(place);
    return;
  }
  const verdict = decodeVerdict(message, 'error');
  if ('code' in verdict) batch.verdicts[position] = fail(verdict);
  else if (verdict.errno !== 0) {
    batch.verdicts[position] = refusal(batch.requests[position]?.operation ?? '', verdict);
  }
  if (position < batch.requests.length - 1) return;
  state.batch = undefined;
  settleBatch(batch, afterFence, effects);
}

/** What came from the kernel, whole or garbled. */
export function hearDatagram(
  state: DialogueState,
  bytes: Uint8Array,
  effects: DialogueEffect[],
  now: Instant,
): void {
  const { dump } = state;
  if (dump !== undefined && dump.request.answer === 'dump' && isPartsOnly(bytes, dump.sequence)) {
    dump.datagrams.push(bytes);
    dump.deadline = after(now, silence(state, dump.request));
    return;
  }
  const messages = decodeMessages(bytes);
  if (messages.ok) {
    receive(state, messages.value, effects, now);
    return;
  }
  const { fault } = messages;
  // The answer we wait for may be in there: better a fault now than a timeout.
  abandon(state, request => fail({ ...fault, operation: request.operation }), effects);
  effects.push({ kind: 'garbled', fault });
}

/** Settles what is in flight with `outcome` where nothing was heard. */
export function abandon(
  state: DialogueState,
  outcome: (request: Request) => Outcome<never>,
  effects: DialogueEffect[],
): void {
  const { batch, dump } = state;
  state.batch = undefined;
  state.dump = undefined;
  if (batch !== undefined) settleBatch(batch, outcome, effects);
  if (dump !== undefined) effects.push(settleDump(dump, outcome(dump.request)));
}

/** Settles what is in flight and all that is queued. */
export function giveUp(state: DialogueState, fault: Fault, effects: DialogueEffect[]): void {
  const outcome = (request: Request) => fail({ ...fault, operation: request.operation });
  abandon(state, outcome, effects);
  for (const { ticket, requests, next } of state.jobs) {
    for (let index = next; index < requests.length; index++) {
      effects.push({ kind: 'settle', ticket, index, outcome: outcome(requests[index] as Request) });
    }
  }
  state.jobs.length = 0;
}
