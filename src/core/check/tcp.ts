// TCP_CHECK: a connection that stands is a success; nothing is sent.
// Spec: keepalived.conf(5), TCP_CHECK.

import type { CheckKind } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import { alwaysSupported, broken, failed, type Protocol, succeeded } from './dialogue.ts';

type Tcp = Extract<CheckKind, { readonly kind: 'tcp' }>;

export interface TcpDialogue {
  readonly kind: 'tcp';
}

export const tcp: Protocol<Tcp, TcpDialogue> = {
  uses: 'connection',
  unsupported: alwaysSupported,
  begin: ({ target }, _url, now) => connecting({ kind: 'tcp' }, 'tcp', target, undefined, now),
  proceed({ target }, _dialogue, input) {
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
      case 'matched':
        return undefined;
    }
  },
};
