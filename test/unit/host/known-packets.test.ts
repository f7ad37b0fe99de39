// What of two packets may differ without one being another: identification and header checksum of IPv4, nothing else.
// Truth: RFC 791 section 3.1; wire/ makes the packets.
import { describe, expect, it } from 'vitest';
import { createKnownPackets } from '../../../src/core/host/known-packets.ts';

const ipv4 = Uint8Array.from([
  ...[0x45, 0xc0, 0, 32, 0x12, 0x34, 0, 0, 255, 112, 0xaa, 0xbb, 10, 0, 0, 2, 224, 0, 0, 18],
  ...[0x31, 51, 100, 1, 0, 100, 0x11, 0x22, 10, 0, 0, 9],
]);
const changed = (at: number): Uint8Array => ipv4.map((octet, place) => (place === at ? octet ^ 1 : octet));

describe('an IPv4 packet', () => {
  const known = createKnownPackets<string>('ipv4');
  known.keep(51, ipv4, ipv4.length, 'first');

  it('is known again whatever its identification and header checksum are', () => {
    for (const at of [4, 5, 10, 11])
      expect(known.find(51, changed(at), ipv4.length), `octet ${at}`).toBe('first');
  });

  it('is another one when any other octet differs', () => {
    for (let at = 0; at < ipv4.length; at++) {
      if ([4, 5, 10, 11].includes(at)) continue;
      expect(known.find(51, changed(at), ipv4.length), `octet ${at}`).toBeUndefined();
    }
  });

  it('is another one when it is longer or shorter, or of another VRID', () => {
    expect(known.find(51, ipv4, ipv4.length - 1)).toBeUndefined();
    expect(known.find(51, Uint8Array.from([...ipv4, 0]), ipv4.length + 1)).toBeUndefined();
    expect(known.find(52, ipv4, ipv4.length)).toBeUndefined();
  });

  it('is kept as it was: the memory it was read from is overwritten by the next one', () => {
    const memory = Uint8Array.from(ipv4);
    const own = createKnownPackets<string>('ipv4');
    own.keep(51, memory, memory.length, 'first');
    memory.fill(0);
    expect(own.find(51, ipv4, ipv4.length)).toBe('first');
  });
});

it('over IPv6 the source counts too, and is copied', () => {
  const known = createKnownPackets<string>('none');
  const pdu = ipv4.subarray(20);
  const source = Uint8Array.from({ length: 16 }, (_, place) => place);
  known.keep(51, pdu, pdu.length, 'first', source);
  const other = source.map(octet => octet + 1);
  expect(known.find(51, pdu, pdu.length, other)).toBeUndefined();
  const again = Uint8Array.from(source);
  source.fill(9);
  expect(known.find(51, pdu, pdu.length, again)).toBe('first');
});

it('a packet longer than an Ethernet frame is not kept, and forgets its predecessor', () => {
  const known = createKnownPackets<string>('none');
  const jumbo = new Uint8Array(1_501);
  known.keep(51, ipv4, ipv4.length, 'first');
  known.keep(51, jumbo, jumbo.length, 'jumbo');
  expect(known.find(51, jumbo, jumbo.length)).toBeUndefined();
  expect(known.find(51, ipv4, ipv4.length)).toBeUndefined();
});
