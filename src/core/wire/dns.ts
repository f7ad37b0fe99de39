// A DNS query of one question, and the response code of the reply to it: what DNS_CHECK sends and waits for.
// Spec: RFC 1035 section 4.1, RFC 3596, RFC 4034 (types), RFC 6895 section 2.3 (RCODEs).

import { type Reading, read, refuse, viewOf } from './reading.ts';

/*
   |              ID               | QR Opcode AA TC RD RA Z RCODE |
   |            QDCOUNT            |            ANCOUNT            |
   |            NSCOUNT            |            ARCOUNT            |
   | QNAME: labels, each after its length, then 0 | QTYPE | QCLASS |
*/
const headerSize = 12;
const questionTail = 4;
const recursionDesired = 0x0100;
const responseBit = 0x8000;
const rcodeMask = 0x000f;
const classInternet = 1;

/** TYPE values. */
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

const rcodeNames = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;

/** `SERVFAIL`; a number without a name of its own as `RCODE 9`. */
export const rcodeName = (rcode: number): string => rcodeNames[rcode] ?? `RCODE ${rcode}`;

export interface DnsQuestion {
  /** Labels separated by dots, a closing dot allowed; empty or `.` = the root. */
  readonly name: string;
  /** A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, RRSIG, DNSKEY, in any case. */
  readonly type: string;
}

export type DnsQueryCause = 'unknown-type' | 'bad-name';

/** QNAME: labels of 1..63 bytes, 255 in all; undefined when the name has no such form. */
function encodeName(name: string): Uint8Array | undefined {
  if (name === '' || name === '.') return new Uint8Array(1);
  const labels = name.replace(/\.$/, '').split('.');
  if (labels.some(label => label.length === 0 || label.length > 63)) return undefined;
  const parts = labels.flatMap(label => [Buffer.of(label.length), Buffer.from(label, 'latin1')]);
  const bytes = Buffer.concat([...parts, Buffer.alloc(1)]);
  return bytes.length <= 255 ? bytes : undefined;
}

/** Header with RD and one question of class IN. */
export function encodeDnsQuery({ name, type }: DnsQuestion, id: number): Reading<Uint8Array, DnsQueryCause> {
  const number = types[type.toUpperCase()];
  if (number === undefined) return refuse('unknown-type');
  const encoded = encodeName(name);
  if (encoded === undefined) return refuse('bad-name');
  const bytes = new Uint8Array(headerSize + encoded.length + questionTail);
  const view = viewOf(bytes);
  view.setUint16(0, id);
  view.setUint16(2, recursionDesired);
  view.setUint16(4, 1);
  bytes.set(encoded, headerSize);
  view.setUint16(headerSize + encoded.length, number);
  view.setUint16(headerSize + encoded.length + 2, classInternet);
  return read(bytes);
}

export type DnsReplyCause = 'truncated' | 'not-a-reply' | 'other-id';

/** RCODE of the reply to the query with this ID, whatever it answers. */
export function decodeDnsReply(bytes: Uint8Array, id: number): Reading<number, DnsReplyCause> {
  if (bytes.length < headerSize) return refuse('truncated');
  const view = viewOf(bytes);
  const flags = view.getUint16(2);
  if ((flags & responseBit) === 0) return refuse('not-a-reply');
  if (view.getUint16(0) !== id) return refuse('other-id');
  return read(flags & rcodeMask);
}
