// The first look at received packets: one cause each, options skipped, no judgement of a checksum that the kernel has judged.
// Truth: RFC 791 section 3.1 (option 7, record route), RFC 9568 section 5.2.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/core/net/index.ts';
import {
  advertHeader,
  advertPacket,
  decodeIpv4,
  decodeIpv6,
  encodeIpv4,
  firstLookCauses,
  ipv4Destination,
  lookAtIpv4,
  lookAtIpv6Payload,
} from '../../../src/core/wire/index.ts';

const source = '10.0.0.1' as Address;
const group = '224.0.0.18' as Address;
const pdu = Uint8Array.from([0x31, 51, 100, 1, 0, 100, 0, 0, 10, 0, 0, 100]);
const packet = encodeIpv4(advertHeader(source, group), pdu);
const patched = (...changes: [number, number][]): Uint8Array => {
  const bytes = Uint8Array.from(packet);
  for (const [at, value] of changes) bytes[at] = value;
  return bytes;
};
const look = (bytes: Uint8Array) => lookAtIpv4(bytes, bytes.length);

describe('lookAtIpv4', () => {
  it('finds the VRID and the destination', () => {
    expect(look(packet)).toBe(51);
    expect(ipv4Destination(packet)).toBe(0xe0000012);
  });

  it('a packet with a record route option whose checksum no longer fits is an advert', () => {
    const bytes = Uint8Array.from([...packet.subarray(0, 20), 7, 7, 8, 10, 0, 0, 9, 0, ...pdu]);
    bytes.set([0x47], 0);
    bytes.set([0, bytes.length], 2);
    expect(look(bytes)).toBe(51);
    expect(decodeIpv4(bytes)).toEqual({ ok: false, cause: 'bad-checksum' });
    const verified = decodeIpv4(bytes, 'verified');
    expect(verified.ok && [...verified.value.payload]).toEqual([...pdu]);
  });

  it.each([
    ['truncated', packet.subarray(0, 19)],
    ['truncated', packet.subarray(0, 30)],
    ['not-ipv4', patched([0, 0x65])],
    ['bad-header-length', patched([0, 0x44])],
    ['bad-total-length', patched([2, 0], [3, 10])],
    ['fragment', patched([6, 0x20])],
    ['fragment', patched([7, 1])],
    ['short-advert', patched([3, 27])],
    ['unknown-version', patched([20, 0x41])],
    ['unknown-version', patched([20, 0x11])],
    ['not-an-advertisement', patched([20, 0x32])],
  ])('%s', (cause, bytes) => {
    expect(look(bytes)).toBe(cause);
  });

  it('looks at no more than the given length of a buffer that is used again', () => {
    const buffer = new Uint8Array(100);
    buffer.set(packet);
    expect(lookAtIpv4(buffer, packet.length - 1)).toBe('truncated');
    expect(lookAtIpv4(buffer, 0)).toBe('truncated');
  });

  it('never throws, and agrees with the decoder on every packet it lets through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
        const seen = look(bytes);
        if (typeof seen === 'string') expect(firstLookCauses).toContain(seen);
        else expect(decodeIpv4(bytes, 'verified').ok).toBe(true);
      }),
    );
  });
});

describe('lookAtIpv6Payload', () => {
  it('finds the VRID, or says why there is none', () => {
    expect(lookAtIpv6Payload(pdu, pdu.length)).toBe(51);
    expect(lookAtIpv6Payload(pdu, 7)).toBe('short-advert');
    expect(lookAtIpv6Payload(Uint8Array.from([0x51, ...pdu.subarray(1)]), 12)).toBe('unknown-version');
  });
});

describe('advertPacket', () => {
  const hopLimit = (ttl: number | undefined) => {
    const read = decodeIpv6(advertPacket('fd00::1' as Address, 'fd00::2' as Address, ttl, pdu));
    return read.ok && read.value.header.hopLimit;
  };

  it('IPv6 unicast without unicast_ttl leaves with the default hop limit of the kernel', () => {
    expect([hopLimit(undefined), hopLimit(255), hopLimit(7)]).toEqual([64, 255, 7]);
  });

  it('IPv4 leaves with 255 unless told otherwise', () => {
    expect(advertPacket(source, group, undefined, pdu)[8]).toBe(255);
    expect(advertPacket(source, group, 9, pdu)[8]).toBe(9);
  });
});
