// DNS_CHECK: one question over UDP; any reply of ours without an error code is a success, whatever it answers.
// Spec: RFC 1035 section 4.1, RFC 6895 (types, RCODEs); keepalived.conf(5), DNS_CHECK.

import { after, type Instant } from '../time.ts';
import type { CheckKind } from './config.ts';
import { connecting, timedOut } from './connection.ts';
import { broken, type DialogueInput, failed, type Going, type Move, succeeded } from './dialogue.ts';

type Dns = Extract<CheckKind, { readonly kind: 'dns' }>;

export interface DnsDialogue {
  readonly kind: 'dns';
  /** Undefined while the socket is being made. */
  readonly id: number | undefined;
}

/** TYPE values of RFC 1035, 3596, 4034. */
const types: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
};

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;
const headerSize = 12;

/** QNAME: labels of 1..63 bytes, 255 in all; undefined when the name has no such form. */
function encodeName(name: string): Buffer | undefined {
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .map(label => Buffer.from(label, 'latin1'));
  if (name === '' || name === '.') return Buffer.alloc(1);
  if (labels.some(label => label.length === 0 || label.length > 63)) return undefined;
  const bytes = Buffer.concat([
    ...labels.flatMap(label => [Buffer.of(label.length), label]),
    Buffer.alloc(1),
  ]);
  return bytes.length <= 255 ? bytes : undefined;
}

/** Header with RD and one question of class IN; undefined for an unknown type or a name that is none. */
function encodeQuery({ name, queryType }: Dns, id: number): Uint8Array | undefined {
  const type = types[queryType.toUpperCase()];
  const encoded = encodeName(name);
  if (type === undefined || encoded === undefined) return undefined;
  const header = Buffer.alloc(headerSize);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(type, 0);
  tail.writeUInt16BE(1, 2);
  return Buffer.concat([header, encoded, tail]);
}

/** RCODE of a reply to this query; undefined when the bytes are none. */
function rcodeOf(bytes: Uint8Array, id: number): number | undefined {
  const [high = 0, low = 0, flags = 0, more = 0] = bytes;
  const isReply = bytes.length >= headerSize && ((high << 8) | low) === id && (flags & 0x80) !== 0;
  return isReply ? more & 0x0f : undefined;
}

export const beginDns = ({ target }: Dns, now: Instant): Going<DnsDialogue> =>
  connecting({ kind: 'dns', id: undefined }, 'udp', target, undefined, now);

/** Undefined: an input that means nothing here. */
export function proceedDns(
  check: Dns,
  dialogue: DnsDialogue,
  input: DialogueInput,
  now: Instant,
): Move<DnsDialogue> | undefined {
  const { target } = check;
  switch (input.kind) {
    case 'connected': {
      // Low bits of the clock: it only has to tell this query from the last one; the source port is the kernel's random choice.
      const id = Math.floor(now) & 0xffff;
      const bytes = encodeQuery(check, id);
      if (bytes === undefined) return failed(`no query can be made of ${check.name} ${check.queryType}`);
      return {
        dialogue: { kind: 'dns', id },
        effects: [{ kind: 'send', bytes }],
        deadline: after(now, target.timeout),
      };
    }
    case 'data': {
      const rcode = dialogue.id === undefined ? undefined : rcodeOf(input.bytes, dialogue.id);
      if (rcode === undefined) return undefined;
      return rcode === 0
        ? succeeded('query answered')
        : failed(`query answered ${rcodes[rcode] ?? `RCODE ${rcode}`}`);
    }
    case 'wake':
      return timedOut('no answer from', target);
    case 'failed':
      return broken(input);
    case 'ended':
    case 'exited':
      return undefined;
  }
}

/** Why no query can be made, or undefined. */
export function unsupportedQuery(check: Dns): string | undefined {
  if (types[check.queryType.toUpperCase()] === undefined)
    return `DNS_CHECK type ${check.queryType} is not available`;
  return encodeName(check.name) === undefined ? `DNS_CHECK name ${check.name} is no domain name` : undefined;
}
