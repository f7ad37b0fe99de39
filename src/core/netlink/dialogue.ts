// The request/reply dialogue with the kernel as a pure machine: batches, fences, dumps, deadlines, one outcome per request.
// Spec: netlink(7), linux/netlink.h; how the kernel walks a datagram (netlink_rcv_skb) and a dump (netlink_dump).
//
// The kernel handles the messages of one datagram in order and answers before it takes the next datagram. So only the LAST message of
// a batch asks for an ack: when it comes, every message before it that was not refused has succeeded. A socket holds one dump at a
// time (a second gets EBUSY), so dumps go one after the other. No reply to a sequence number we do not wait for is believed.

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { after, type Duration, earliest, type Instant, seconds } from '../time.ts';
import type {
  DialogueEffect,
  DialogueInput,
  DialogueSettings,
  DialogueState,
  DialogueStep,
  DumpFlight,
  Flight,
  Job,
} from './dialogue-types.ts';
import {
  align,
  controlTypes,
  decodeMessages,
  encodeBatch,
  encodeMessages,
  headerLength,
  isDump,
  type Message,
  malformed,
  messageFlags,
  type Request,
} from './message.ts';
import { decodeVerdict, type KernelVerdict, refusal } from './verdict.ts';

export const dialogueDefaults: DialogueSettings = {
  timeout: seconds(5),
  batchMessages: 128,
  batchBytes: 32_768,
  dumpRetries: 8,
};

export const startDialogue = (settings: Partial<DialogueSettings> = {}, sequence = 1): DialogueState => ({
  settings: { ...dialogueDefaults, ...settings },
  sequence,
  jobs: [],
  batch: undefined,
  dump: undefined,
});

/** When the machine must be woken: the kernel's answer is overdue then. */
export const dialogueDeadline = (state: DialogueState): Instant | undefined =>
  earliest(state.batch?.deadline, state.dump?.deadline);

const advance = (sequence: number, count: number): number => {
  const next = sequence + count;
  return next > 0xffffffff ? 1 : next;
};

const overdue = (request: Request, spanned: Duration): Outcome<never> =>
  fail({
    code: 'netlink-timeout',
    message: `${request.operation}: no answer from the kernel within ${spanned / 1_000_000} s`,
    operation: request.operation,
  });

type Settle = Extract<DialogueEffect, { kind: 'settle' }>;

const settleDump = (dump: DumpFlight, outcome: Outcome<readonly Message[]>): Settle => ({
  kind: 'settle',
  ticket: dump.ticket,
  index: dump.index,
  outcome,
});

/** Outcomes of a whole batch; `unknown` is for requests about which nothing was heard. */
function settleBatch(flight: Flight, unknown: (request: Request) => Outcome<readonly Message[]>): Settle[] {
  return flight.requests.map((request, position) => {
    const verdict = flight.verdicts.get(position);
    const replies = flight.replies.get(position);
    const outcome = verdict ?? (replies === undefined ? unknown(request) : succeed(replies));
    return { kind: 'settle', ticket: flight.ticket, index: flight.index + position, outcome };
  });
}

const acknowledged: Outcome<readonly Message[]> = succeed([]);

/** After the fence: silence means success, except where a reply was owed. */
const afterFence = (request: Request): Outcome<readonly Message[]> =>
  request.answer === 'reply'
    ? fail(malformed(`${request.operation}: acknowledged without a reply`))
    : acknowledged;

const silence = (state: DialogueState, request: Request): Duration =>
  request.timeout ?? state.settings.timeout;

function sendDump(
  state: DialogueState,
  job: { ticket: number; index: number; request: Request; attempt: number },
  now: Instant,
): DialogueStep {
  const { request } = job;
  const datagram = encodeMessages([
    {
      type: request.type,
      flags: request.flags | messageFlags.request | messageFlags.dump,
      sequence: state.sequence,
      port: 0,
      payload: request.payload,
    },
  ]);
  const deadline = after(now, silence(state, request));
  return {
    state: {
      ...state,
      sequence: advance(state.sequence, 1),
      dump: { ...job, sequence: state.sequence, deadline, parts: [], interrupted: false },
    },
    effects: [{ kind: 'send', datagram }],
  };
}

function sendBatch(state: DialogueState, job: Job, now: Instant): DialogueStep {
  const { batchMessages, batchBytes } = state.settings;
  let sequence = state.sequence;
  // A batch's numbers must be consecutive: start again at 1 rather than wrap inside it.
  if (sequence + batchMessages > 0xffffffff) sequence = 1;
  let end = job.next;
  let size = 0;
  let allowed = 0 as Duration;
  for (; end < job.requests.length && end - job.next < batchMessages; end++) {
    const request = job.requests[end];
    if (request === undefined || isDump(request)) break;
    size += align(headerLength + request.payload.length);
    if (size > batchBytes && end > job.next) break;
    const spanned = silence(state, request);
    if (spanned > allowed) allowed = spanned;
  }
  const requests = job.requests.slice(job.next, end);
  const batch: Flight = {
    ticket: job.ticket,
    index: job.next,
    requests,
    sequence,
    deadline: after(now, allowed),
    verdicts: new Map(),
    replies: new Map(),
  };
  return {
    state: { ...state, sequence: advance(sequence, requests.length), batch },
    effects: [{ kind: 'send', datagram: encodeBatch(requests, sequence) }],
  };
}

/** Sends what may be sent now: nothing while something is in flight, so that requests keep their order. */
function proceed(state: DialogueState, now: Instant): DialogueStep {
  if (state.batch !== undefined || state.dump !== undefined) return { state, effects: [] };
  const [job, ...others] = state.jobs;
  if (job === undefined) return { state, effects: [] };
  const request = job.requests[job.next];
  if (request === undefined) return proceed({ ...state, jobs: others }, now);
  const sent = isDump(request)
    ? sendDump(state, { ticket: job.ticket, index: job.next, request, attempt: 1 }, now)
    : sendBatch(state, job, now);
  const next = job.next + (sent.state.batch?.requests.length ?? 1);
  return { state: { ...sent.state, jobs: [{ ...job, next }, ...others] }, effects: sent.effects };
}

function endDump(
  state: DialogueState,
  dump: DumpFlight,
  verdict: KernelVerdict | Fault,
  now: Instant,
): DialogueStep {
  const idle: DialogueState = { ...state, dump: undefined };
  if ('code' in verdict) return { state: idle, effects: [settleDump(dump, fail(verdict))] };
  if (verdict.errno !== 0) {
    return { state: idle, effects: [settleDump(dump, refusal(dump.request.operation, verdict))] };
  }
  if (!dump.interrupted) return { state: idle, effects: [settleDump(dump, succeed(dump.parts.flat()))] };
  if (dump.attempt <= state.settings.dumpRetries) {
    const sent = sendDump(idle, { ...dump, attempt: dump.attempt + 1 }, now);
    if (dump.request.answer !== 'parts') return sent;
    const { ticket, index } = dump;
    return { state: sent.state, effects: [{ kind: 'again', ticket, index }, ...sent.effects] };
  }
  const fault: Fault = {
    code: 'netlink-refused',
    message: `${dump.request.operation}: the table changed during each of ${dump.attempt} dumps`,
    operation: dump.request.operation,
    errno: 'EINTR',
  };
  return { state: idle, effects: [settleDump(dump, fail(fault))] };
}

/** The messages of one datagram, in order; dump parts are gathered first, so a long dump costs one copy per datagram. */
function receive(state: DialogueState, messages: readonly Message[], now: Instant): DialogueStep {
  let current = state;
  const effects: DialogueEffect[] = [];
  let parts: Message[] = [];
  let interrupted = false;
  const gather = (dump: DumpFlight): DumpFlight => {
    if (parts.length === 0 && !interrupted) return dump;
    const given = dump.request.answer === 'parts';
    if (given && parts.length > 0)
      effects.push({ kind: 'parts', ticket: dump.ticket, index: dump.index, messages: parts });
    const gathered = {
      ...dump,
      parts: given ? dump.parts : [...dump.parts, parts],
      interrupted: dump.interrupted || interrupted,
      deadline: after(now, silence(state, dump.request)),
    };
    parts = [];
    interrupted = false;
    return gathered;
  };
  // Index loop: for-of allocates an iterator result per element before optimisation; a dump has ten thousand messages.
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as Message;
    const { dump, batch } = current;
    const position = batch === undefined ? -1 : message.sequence - batch.sequence;
    if (message.type === controlTypes.noop) continue;
    if (message.type === controlTypes.overrun) {
      effects.push({ kind: 'lost' });
    } else if (dump !== undefined && message.sequence === dump.sequence) {
      if ((message.flags & messageFlags.dumpInterrupted) !== 0) interrupted = true;
      if (message.type === controlTypes.done || message.type === controlTypes.error) {
        const kind = message.type === controlTypes.done ? 'done' : 'error';
        const ended = endDump(current, gather(dump), decodeVerdict(message, kind), now);
        current = ended.state;
        effects.push(...ended.effects);
      } else parts.push(message);
    } else if (batch !== undefined && position >= 0 && position < batch.requests.length) {
      const heard = hear(batch, position, message);
      if (message.type === controlTypes.error && position === batch.requests.length - 1) {
        effects.push(...settleBatch(heard, afterFence));
        current = { ...current, batch: undefined };
      } else current = { ...current, batch: heard };
    } else if (message.type !== controlTypes.error && message.type !== controlTypes.done) {
      effects.push({ kind: 'notice', message });
    }
  }
  if (current.dump !== undefined) current = { ...current, dump: gather(current.dump) };
  return { state: current, effects };
}

/** The batch with one more answer in it. */
function hear(batch: Flight, position: number, message: Message): Flight {
  if (message.type !== controlTypes.error) {
    const replies = new Map(batch.replies);
    replies.set(position, [...(replies.get(position) ?? []), message]);
    return { ...batch, replies };
  }
  const verdict = decodeVerdict(message, 'error');
  if (!('code' in verdict) && verdict.errno === 0) return batch;
  const operation = batch.requests[position]?.operation ?? '';
  const outcome = 'code' in verdict ? fail(verdict) : refusal(operation, verdict);
  return { ...batch, verdicts: new Map(batch.verdicts).set(position, outcome) };
}

/** Settles what is in flight with `outcome` where nothing was heard. */
function abandon(state: DialogueState, outcome: (request: Request) => Outcome<never>): DialogueStep {
  const { batch, dump } = state;
  return {
    state: { ...state, batch: undefined, dump: undefined },
    effects: [
      ...(batch === undefined ? [] : settleBatch(batch, outcome)),
      ...(dump === undefined ? [] : [settleDump(dump, outcome(dump.request))]),
    ],
  };
}

/** Goes on with the queue after `step`. */
function onward(step: DialogueStep, now: Instant): DialogueStep {
  const more = proceed(step.state, now);
  return { state: more.state, effects: [...step.effects, ...more.effects] };
}

const lostAnswer = (request: Request): Outcome<never> =>
  fail({
    code: 'socket-failed',
    message: `${request.operation}: the receive buffer overflowed and the kernel's answer was dropped`,
    operation: request.operation,
    errno: 'ENOBUFS',
    remedy: 'Read the table again: the request may or may not have been carried out.',
  });

export function stepDialogue(state: DialogueState, input: DialogueInput, now: Instant): DialogueStep {
  switch (input.kind) {
    case 'submit': {
      const job: Job = { ticket: input.ticket, requests: input.requests, next: 0 };
      return proceed({ ...state, jobs: [...state.jobs, job] }, now);
    }
    case 'datagram': {
      const messages = decodeMessages(input.bytes);
      if (!messages.ok) {
        // The answer we wait for may be in there: better a fault now than a timeout.
        const { fault } = messages;
        const given = abandon(state, request => fail({ ...fault, operation: request.operation }));
        return onward({ state: given.state, effects: [...given.effects, { kind: 'garbled', fault }] }, now);
      }
      return onward(receive(state, messages.value, now), now);
    }
    case 'overrun': {
      const given = abandon(state, lostAnswer);
      return onward({ state: given.state, effects: [...given.effects, { kind: 'lost' }] }, now);
    }
    case 'broken': {
      const outcome = (request: Request) => fail({ ...input.fault, operation: request.operation });
      const given = abandon(state, outcome);
      const queued = state.jobs.flatMap(job =>
        job.requests.slice(job.next).map((request, offset): Settle => {
          return { kind: 'settle', ticket: job.ticket, index: job.next + offset, outcome: outcome(request) };
        }),
      );
      return { state: { ...given.state, jobs: [] }, effects: [...given.effects, ...queued] };
    }
    case 'wake': {
      const due = dialogueDeadline(state);
      if (due === undefined || due > now) return { state, effects: [] };
      return onward(
        abandon(state, request => overdue(request, silence(state, request))),
        now,
      );
    }
  }
}
