// UDP_CHECK: a datagram is sent; an ICMP error fails; what silence means is configured.
// Spec: keepalived.conf(5), UDP_CHECK: payload, require_reply, min_reply_length, max_reply_length.

import { after, inSeconds } from '../time.ts';
import type { CheckKind } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import { alwaysSupported, broken, failed, type Over, type Protocol, succeeded } from './dialogue.ts';

type Udp = Extract<CheckKind, { readonly kind: 'udp' }>;

export interface UdpDialogue {
  readonly kind: 'udp';
  sent: boolean;
}

const text = 'keepalived check - ';
/** What is sent when no payload is configured: 32 bytes of the repeated text. */
const defaultPayload: Uint8Array = Buffer.alloc(32, text, 'latin1');

export const udp: Protocol<Udp, UdpDialogue> = {
  uses: 'connection',
  unsupported: alwaysSupported,
  begin: ({ target }, _url, now) => connecting({ kind: 'udp', sent: false }, 'udp', target, undefined, now),
  proceed(check, dialogue, input, now) {
    const { target } = check;
    switch (input.kind) {
      case 'connected':
        dialogue.sent = true;
        return {
          effects: [{ kind: 'send', bytes: check.payload ?? defaultPayload }],
          deadline: after(now, target.timeout),
        };
      case 'data':
        return dialogue.sent ? judgeReply(check, input.bytes) : undefined;
      case 'wake':
        if (dialogue.sent && !check.requireReply)
          return succeeded(`no error within ${inSeconds(target.timeout)} s`);
        return timedOut(dialogue.sent ? 'no reply from' : 'no datagram sent to', target);
      case 'failed':
        return broken(input);
      case 'ended':
      case 'exited':
      case 'matched':
        return undefined;
    }
  },
};

/** The shorter of reply and pattern decides how many bytes are compared; lengths count only beside a pattern. */
function judgeReply({ requireReply, reply, minReplyLength, maxReplyLength }: Udp, bytes: Uint8Array): Over {
  if (!requireReply || reply === undefined) return succeeded('reply received');
  if (bytes.length < minReplyLength || bytes.length > maxReplyLength)
    return failed(`reply of ${bytes.length} bytes, not ${minReplyLength}..${maxReplyLength}`);
  const length = Math.min(bytes.length, reply.bytes.length);
  for (let i = 0; i < length; i++) {
    const different = (bytes[i] ?? 0) ^ (reply.bytes[i] ?? 0);
    if ((different & (reply.mask[i] ?? 0)) !== 0) return failed(`reply differs at byte ${i}`);
  }
  return succeeded('reply as expected');
}
