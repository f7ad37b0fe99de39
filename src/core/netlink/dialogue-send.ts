// What the dialogue sends: batches whose last message asks for an ack, dumps one at a time, requests in their order.
// Spec: netlink(7), linux/netlink.h.

import { after, type Duration, type Instant } from '../time.ts';
import type { DialogueEffect, DialogueState, DumpFlight, Job } from './dialogue-types.ts';
import {
  align,
  encodeBatch,
  encodeMessages,
  headerLength,
  isDump,
  messageFlags,
  type Request,
} from './message.ts';

const advance = (sequence: number, count: number): number => {
  const next = sequence + count;
  return next > 0xffffffff ? 1 : next;
};

/** How long the kernel may stay silent about the request. */
export const silence = (state: DialogueState, request: Request): Duration =>
  request.timeout ?? state.settings.timeout;

export function sendDump(
  state: DialogueState,
  dump: Pick<DumpFlight, 'ticket' | 'index' | 'request' | 'attempt'>,
  effects: DialogueEffect[],
  now: Instant,
): void {
  const { ticket, index, request, attempt } = dump;
  const { sequence } = state;
  const datagram = encodeMessages([
    {
      type: request.type,
      flags: request.flags | messageFlags.request | messageFlags.dump,
      sequence,
      port: 0,
      payload: request.payload,
    },
  ]);
  state.sequence = advance(sequence, 1);
  state.dump = {
    ticket,
    index,
    request,
    sequence,
    attempt,
    deadline: after(now, silence(state, request)),
    datagrams: [],
    interrupted: false,
  };
  effects.push({ kind: 'send', datagram });
}

function sendBatch(state: DialogueState, job: Job, effects: DialogueEffect[], now: Instant): void {
  const { batchMessages, batchBytes } = state.settings;
  const { ticket, next: index } = job;
  let sequence = state.sequence;
  // A batch's numbers must be consecutive: start again at 1 rather than wrap inside it.
  if (sequence + batchMessages > 0xffffffff) sequence = 1;
  let end = index;
  let size = 0;
  let allowed = 0 as Duration;
  for (; end < job.requests.length && end - index < batchMessages; end++) {
    const request = job.requests[end];
    if (request === undefined || isDump(request)) break;
    size += align(headerLength + request.payload.length);
    if (size > batchBytes && end > index) break;
    const spanned = silence(state, request);
    if (spanned > allowed) allowed = spanned;
  }
  const whole = index === 0 && end === job.requests.length;
  const requests = whole ? job.requests : job.requests.slice(index, end);
  job.next = end;
  state.sequence = advance(sequence, requests.length);
  const deadline = after(now, allowed);
  state.batch = { ticket, index, requests, sequence, deadline, verdicts: [], replies: [] };
  effects.push({ kind: 'send', datagram: encodeBatch(requests, sequence) });
}

/** Sends what may be sent now: nothing while something is in flight, so that requests keep their order. */
export function proceed(state: DialogueState, effects: DialogueEffect[], now: Instant): void {
  if (state.batch !== undefined || state.dump !== undefined) return;
  for (let job = state.jobs[0]; job !== undefined; job = state.jobs[0]) {
    const request = job.requests[job.next];
    if (request === undefined) {
      state.jobs.shift();
      continue;
    }
    if (isDump(request)) {
      sendDump(state, { ticket: job.ticket, index: job.next++, request, attempt: 1 }, effects, now);
    } else sendBatch(state, job, effects, now);
    return;
  }
}
