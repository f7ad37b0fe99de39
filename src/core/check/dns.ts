// DNS_CHECK: one question over UDP; any reply of ours without an error code is a success, whatever it answers.
// Spec: wire/dns.ts (RFC 1035); keepalived.conf(5), DNS_CHECK.

import { after } from '../time.ts';
import { decodeDnsReply, encodeDnsQuery, rcodeName } from '../wire/index.ts';
import type { CheckKind } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import { broken, failed, type Protocol, succeeded } from './dialogue.ts';

type Dns = Extract<CheckKind, { readonly kind: 'dns' }>;

export interface DnsDialogue {
  readonly kind: 'dns';
  /** Undefined while the socket is being made. */
  id: number | undefined;
}

const query = ({ name, queryType }: Dns, id: number) => encodeDnsQuery({ name, type: queryType }, id);

/** Why no query can be made, or undefined. */
function unsupportedQuery(check: Dns): string | undefined {
  const encoded = query(check, 0);
  if (encoded.ok) return undefined;
  switch (encoded.cause) {
    case 'unknown-type':
      return `DNS_CHECK type ${check.queryType} is not available`;
    case 'bad-name':
      return `DNS_CHECK name ${check.name} is not a domain name`;
  }
}

export const dns: Protocol<Dns, DnsDialogue> = {
  uses: 'connection',
  unsupported: unsupportedQuery,
  begin: ({ target }, _url, now) => connecting({ kind: 'dns', id: undefined }, 'udp', target, undefined, now),
  proceed(check, dialogue, input, now) {
    const { target } = check;
    switch (input.kind) {
      case 'connected': {
        // Who does not see the query must not be able to answer it; the source port is the kernel's random choice.
        const id = input.nonce;
        const encoded = query(check, id);
        if (!encoded.ok) return failed(`no query can be made of ${check.name} ${check.queryType}`);
        dialogue.id = id;
        return { effects: [{ kind: 'send', bytes: encoded.value }], deadline: after(now, target.timeout) };
      }
      case 'data': {
        if (dialogue.id === undefined) return undefined;
        const reply = decodeDnsReply(input.bytes, dialogue.id);
        if (!reply.ok) return undefined;
        return reply.value === 0
          ? succeeded('query answered')
          : failed(`query answered ${rcodeName(reply.value)}`);
      }
      case 'wake':
        return timedOut('no answer from', target);
      case 'failed':
        return broken(input);
      case 'ended':
      case 'exited':
      case 'matched':
        return undefined;
    }
  },
};
