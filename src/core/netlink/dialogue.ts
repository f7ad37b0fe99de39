// The request/reply dialogue with the kernel as a machine of plain data: batches, fences, dumps, deadlines, one outcome per request.
// Spec: netlink(7), linux/netlink.h; how the kernel walks a datagram (netlink_rcv_skb) and a dump (netlink_dump).
//
// The kernel handles the messages of one datagram in order and answers before it takes the next datagram. So only the LAST message of
// a batch asks for an ack: when it comes, every message before it that was not refused has succeeded. A socket holds one dump at a
// time (a second gets EBUSY), so dumps go one after the other. No reply to a sequence number we do not wait for is believed.

import { fail, type Outcome } from '../fault.ts';
import { type Duration, type Instant, seconds } from '../time.ts';
import { abandon, giveUp, hearDatagram } from './dialogue-receive.ts';
import { proceed, silence } from './dialogue-send.ts';
import type { DialogueEffect, DialogueInput, DialogueSettings, DialogueState } from './dialogue-types.ts';
import type { Request } from './message.ts';

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
  state.batch?.deadline ?? state.dump?.deadline;

const overdue = (request: Request, spanned: Duration): Outcome<never> =>
  fail({
    code: 'netlink-timeout',
    message: `${request.operation}: no answer from the kernel within ${spanned / 1_000_000} s`,
    operation: request.operation,
  });

const lostAnswer = (request: Request): Outcome<never> =>
  fail({
    code: 'socket-failed',
    message: `${request.operation}: the receive buffer overflowed and the kernel's answer was dropped`,
    operation: request.operation,
    errno: 'ENOBUFS',
    remedy: 'Read the table again: the request may or may not have been carried out.',
  });

/** Changes `state` in place; the effects are to be performed in order. */
export function stepDialogue(
  state: DialogueState,
  input: DialogueInput,
  now: Instant,
): readonly DialogueEffect[] {
  const effects: DialogueEffect[] = [];
  switch (input.kind) {
    case 'submit':
      state.jobs.push({ ticket: input.ticket, requests: input.requests, next: 0 });
      break;
    case 'datagram':
      hearDatagram(state, input.bytes, effects, now);
      break;
    case 'overrun':
      abandon(state, lostAnswer, effects);
      effects.push({ kind: 'lost' });
      break;
    case 'broken':
      giveUp(state, input.fault, effects);
      break;
    case 'wake': {
      const due = dialogueDeadline(state);
      if (due === undefined || due > now) break;
      abandon(state, request => overdue(request, silence(state, request)), effects);
      break;
    }
  }
  proceed(state, effects, now);
  return effects;
}
