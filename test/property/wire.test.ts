// Laws of the wire room: the checksum against a second, naive one; decode(encode(x)) = x; no bytes make a decoder throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressFromBytes } from '../../src/core/net/index.ts';
import {
  decodeAdvert,
  decodeArp,
  decodeDnsReply,
  decodeEcho,
  decodeIpv4,
  decodeIpv6,
  decodeNeighbourAdvertisement,
  encodeAdvert,
  encodeEcho,
  encodeIpv4,
  encodeIpv6,
  internetChecksum,
  sentForm,
  type VrrpAdvert,
} from '../../src/core/wire/index.ts';

/** RFC 1071 section 4.1 read literally: fold after every single addition, on big integers. */
function naive(bytes: Uint8Array): number {
  let sum = 0n;
  const even = bytes.length % 2 === 0 ? [...bytes] : [...bytes, 0];
  for (let i = 0; i < even.length; i += 2) {
    sum += BigInt(even[i] ?? 0) * 256n + BigInt(even[i + 1] ?? 0);
    if (sum > 0xffffn) sum -= 0xffffn;
  }
  return Number(0xffffn - sum);
}

const four = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(addressFromBytes);
const six = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(addressFromBytes);
const byte = fc.integer({ min: 0, max: 255 });

function adverts(address: fc.Arbitrary<Address>): fc.Arbitrary<VrrpAdvert> {
  const common = { vrid: byte, priority: byte, addresses: fc.array(address, { maxLength: 20 }) };
  return fc.oneof(
    fc.record({
      ...common,
      version: fc.constant(3 as const),
      intervalCentiseconds: fc.integer({ min: 0, max: 4095 }),
    }),
    fc.record({
      ...common,
      version: fc.constant(2 as const),
      intervalSeconds: byte,
      authentication: fc.oneof(
        fc.record({ kind: fc.constantFrom('none' as const, 'header' as const) }),
        fc.record({
          kind: fc.constant('password' as const),
          data: fc.uint8Array({ minLength: 8, maxLength: 8 }),
        }),
      ),
    }),
  );
}

describe('wire', () => {
  it('sums as a naive reading of RFC 1071 does, wherever the bytes are split', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
        expect(internetChecksum(bytes.subarray(0, at), bytes.subarray(at))).toBe(naive(bytes));
      }),
    );
  });

  it('sums all ones without losing a carry', () => {
    expect(internetChecksum(new Uint8Array(65535).fill(255))).toBe(naive(new Uint8Array(65535).fill(255)));
  });

  it('reads back every advert it writes', () => {
    for (const address of [four, six]) {
      fc.assert(
        fc.property(adverts(address), address, address, fc.boolean(), (advert, source, destination, old) => {
          const path = { source, destination };
          const form = sentForm(advert.version, path, old);
          const bytes = encodeAdvert(advert, path, form);
          const reading = decodeAdvert(bytes, path);
          expect(reading).toMatchObject({ ok: true, value: { advert } });
        }),
      );
    }
  });

  it('notices any single changed byte of an advert', () => {
    fc.assert(
      fc.property(
        adverts(six),
        six,
        six,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (advert, source, destination, at, by) => {
          const path = { source, destination };
          const bytes = encodeAdvert(advert, path, 'pseudo-header');
          const index = at % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ by;
          // A changed byte moves a 16-bit word by less than 65535, which one's complement sums cannot hide.
          expect(decodeAdvert(bytes, path).ok).toBe(false);
        },
      ),
    );
  });

  it('reads back IP packets and echoes', () => {
    fc.assert(
      fc.property(four, four, six, six, fc.uint8Array({ maxLength: 64 }), byte, (a, b, c, d, data, ttl) => {
        const header = {
          tos: 0xc0,
          id: 7,
          dontFragment: true,
          ttl,
          protocol: 112,
          source: a,
          destination: b,
        };
        const packet = decodeIpv4(encodeIpv4(header, data));
        expect(packet).toEqual({ ok: true, value: { header, payload: data, padding: 0 } });
        const header6 = { trafficClass: 0xc0, hopLimit: ttl, nextHeader: 58, source: c, destination: d };
        expect(decodeIpv6(encodeIpv6(header6, data))).toEqual({
          ok: true,
          value: { header: header6, payload: data },
        });
        const echo = { kind: 'request' as const, id: 1, sequence: ttl, data };
        const path = { source: c, destination: d };
        expect(decodeEcho(encodeEcho(echo, 'inet6', path), 'inet6', path)).toEqual({ ok: true, value: echo });
        expect(decodeEcho(encodeEcho(echo, 'inet'), 'inet')).toEqual({ ok: true, value: echo });
      }),
    );
  });

  it('never throws on any bytes', () => {
    const path = { source: 'fe80::1' as Address, destination: 'ff02::12' as Address };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
        for (const result of [
          decodeAdvert(bytes, path),
          decodeArp(bytes),
          decodeIpv4(bytes),
          decodeIpv6(bytes),
          decodeEcho(bytes, 'inet'),
          decodeDnsReply(bytes, 1),
          decodeNeighbourAdvertisement(bytes, path.source, path.destination),
        ])
          expect(typeof result.ok).toBe('boolean');
      }),
    );
  });
});
