// PING_CHECK: an echo request; the reply with its number is a success.
// Spec: wire/icmp.ts (RFC 792, RFC 4443); keepalived.conf(5), PING_CHECK; the kernel gives a ping socket only replies to its own requests.

import { familyOf } from '../net/index.ts';
import { after, inSeconds } from '../time.ts';
import { decodeEcho, encodeEcho } from '../wire/index.ts';
import type { CheckKind, Target } from './config.ts';
import { connecting } from './connection.ts';
import { alwaysSupported, broken, failed, type Over, type Protocol, succeeded } from './dialogue.ts';

type Ping = Extract<CheckKind, { readonly kind: 'ping' }>;

export interface PingDialogue {
  readonly kind: 'ping';
  /** Undefined while the socket is being made. */
  sequence: number | undefined;
}

/** keepalived's: 128 bytes behind the header. */
const data: Uint8Array = Buffer.alloc(128, 'keepalived check - ', 'latin1');

const silent = ({ address, timeout }: Target): Over =>
  failed(`no echo reply from ${address} within ${inSeconds(timeout)} s`);

export const ping: Protocol<Ping, PingDialogue> = {
  uses: 'connection',
  unsupported: alwaysSupported,
  begin: ({ target }, _url, now) =>
    connecting({ kind: 'ping', sequence: undefined }, 'icmp', target, undefined, now),
  proceed({ target }, dialogue, input, now) {
    const family = familyOf(target.address);
    switch (input.kind) {
      case 'connected': {
        const sequence = input.nonce;
        dialogue.sequence = sequence;
        const bytes = encodeEcho({ kind: 'request', id: 0, sequence, data }, family);
        return { effects: [{ kind: 'send', bytes }], deadline: after(now, target.timeout) };
      }
      case 'data': {
        const echo = decodeEcho(input.bytes, family);
        const isOurs = echo.ok && echo.value.kind === 'reply' && echo.value.sequence === dialogue.sequence;
        return isOurs ? succeeded('echo reply received') : undefined;
      }
      case 'wake':
        return silent(target);
      case 'failed':
        return broken(input);
      case 'ended':
      case 'exited':
      case 'matched':
        return undefined;
    }
  },
};
