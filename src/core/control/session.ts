// One client of the control socket: its requests one after the other, its events, and what a slow reader loses.
// Spec: framing.ts. What waits in a client's socket is bounded: no request is taken, and no event written, while too much waits.

import {
  addBytes,
  createLineBuffer,
  type LineBuffer,
  longestLine,
  nextRequest,
  notificationLine,
  type Received,
} from './framing.ts';
import type { Access } from './methods.ts';

/** Bytes that may wait in a client's socket before it gets nothing more. */
export const mostUnsent = 256 * 1024;

/** Plain data, changed in place. */
export interface Session {
  readonly access: Access;
  readonly input: LineBuffer;
  /** A request is being carried out: the next one waits. */
  busy: boolean;
  following: boolean;
  /** Events that were not written: the first and the last of them. */
  lost: { readonly first: number; last: number } | undefined;
}

export const createSession = (access: Access): Session => ({
  access,
  input: createLineBuffer(),
  busy: false,
  following: false,
  lost: undefined,
});

/** Takes bytes in. False: nothing more should be read until requests were taken out. */
export function hearBytes({ input }: Session, bytes: Uint8Array): boolean {
  addBytes(input, bytes);
  return input.length <= 2 * longestLine;
}

/** Whether more may be read. */
export const wantsBytes = ({ input }: Session): boolean => input.length <= longestLine;

/** The next request, when the one before is answered and the client reads its answers. */
export function takeRequest(session: Session, unsent: number): Received | undefined {
  return session.busy || unsent > mostUnsent ? undefined : nextRequest(session.input);
}

/** What is written for an event; '' when the client is too slow, and loses it. */
export function eventText(session: Session, sequence: number, event: unknown, unsent: number): string {
  if (!session.following) return '';
  if (unsent <= mostUnsent) return `${lossText(session, unsent)}${notificationLine('event', event)}`;
  if (session.lost === undefined) session.lost = { first: sequence, last: sequence };
  else session.lost.last = sequence;
  return '';
}

/** The note about lost events, as soon as the client reads again; '' when there is nothing to say. */
export function lossText(session: Session, unsent: number): string {
  const { lost } = session;
  if (lost === undefined || unsent > mostUnsent) return '';
  session.lost = undefined;
  return notificationLine('lost', { first: lost.first, last: lost.last });
}
