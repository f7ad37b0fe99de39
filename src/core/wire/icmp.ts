// Echo request and reply of ICMP and ICMPv6: what PING_CHECK sends and waits for.
// Spec: RFC 792 page 14, RFC 4443 sections 4.1 and 4.2.

import type { Address, Family } from '../net/index.ts';
import { internetChecksum } from './checksum.ts';
import { ipProtocols, pseudoHeader } from './ip.ts';
import { type Reading, read, refuse, viewOf } from './reading.ts';

/*
   |     Type      |     Code 0    |          Checksum             |
   |           Identifier          |        Sequence Number        |
   |     Data ...
*/
const headerSize = 8;

const types = {
  inet: { request: 8, reply: 0 },
  inet6: { request: 128, reply: 129 },
} as const satisfies Record<Family, { readonly request: number; readonly reply: number }>;

export interface Echo {
  readonly kind: 'request' | 'reply';
  readonly id: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** Addresses of an ICMPv6 message; without them its checksum is left to the kernel (raw ICMPv6 sockets compute it). */
export interface EchoPath {
  readonly source: Address;
  readonly destination: Address;
}

export function encodeEcho(echo: Echo, family: Family, path?: EchoPath): Uint8Array {
  const bytes = new Uint8Array(headerSize + echo.data.length);
  const view = viewOf(bytes);
  view.setUint8(0, types[family][echo.kind]);
  view.setUint16(4, echo.id);
  view.setUint16(6, echo.sequence);
  bytes.set(echo.data, headerSize);
  if (family === 'inet') view.setUint16(2, internetChecksum(bytes));
  else if (path !== undefined) view.setUint16(2, internetChecksum(covering(path, bytes.length), bytes));
  return bytes;
}

export type EchoCause = 'truncated' | 'not-an-echo' | 'bad-checksum';

/** Without a path an ICMPv6 checksum is taken as checked by the kernel. */
export function decodeEcho(bytes: Uint8Array, family: Family, path?: EchoPath): Reading<Echo, EchoCause> {
  if (bytes.length < headerSize) return refuse('truncated');
  const view = viewOf(bytes);
  const type = view.getUint8(0);
  const { request, reply } = types[family];
  if ((type !== request && type !== reply) || view.getUint8(1) !== 0) return refuse('not-an-echo');
  if (family === 'inet' && internetChecksum(bytes) !== 0) return refuse('bad-checksum');
  if (
    family === 'inet6' &&
    path !== undefined &&
    internetChecksum(covering(path, bytes.length), bytes) !== 0
  ) {
    return refuse('bad-checksum');
  }
  return read({
    kind: type === request ? 'request' : 'reply',
    id: view.getUint16(4),
    sequence: view.getUint16(6),
    data: bytes.subarray(headerSize),
  });
}

const covering = (path: EchoPath, length: number): Uint8Array =>
  pseudoHeader(path.source, path.destination, ipProtocols.icmp6, length);
