// TCP_CHECK: a connection that stands is a success; nothing is sent.
// Spec: keepalived.conf(5), TCP_CHECK.

import type { Instant } from '../time.ts';
import type { Target } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import { broken, type DialogueInput, failed, type Going, type Move, succeeded } from './dialogue.ts';

export interface TcpDialogue {
  readonly kind: 'tcp';
}

const dialogue: TcpDialogue = { kind: 'tcp' };

export const beginTcp = (target: Target, now: Instant): Going<TcpDialogue> =>
  connecting(dialogue, 'tcp', target, undefined, now);

/** Undefined: an input that means nothing here. */
export function proceedTcp(target: Target, input: DialogueInput): Move<TcpDialogue> | undefined {
  switch (input.kind) {
    case 'connected':
      return succeeded('connected');
    case 'wake':
      return timedOut('no connection to', target);
    case 'failed':
      return broken(input);
    case 'ended':
      return failed('closed before it stood');
    case 'data':
    case 'exited':
      return undefined;
  }
}
