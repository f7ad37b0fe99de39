// Every cause for which bytes are refused, raised by bytes made wrong by hand. Truth: the RFC section each format names.
import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/core/net/index.ts';
import {
  type AdvertCause,
  advertCauses,
  advertHeader,
  decodeAdvert,
  decodeArp,
  decodeDnsReply,
  decodeEcho,
  decodeEthernet,
  decodeIpv4,
  decodeIpv6,
  decodeNeighbourAdvertisement,
  encodeAdvert,
  encodeArp,
  encodeDnsQuery,
  encodeEcho,
  encodeIpv4,
  encodeNeighbourAdvertisement,
  type VrrpAdvert,
} from '../../../src/core/wire/index.ts';

const path = { source: '10.0.0.1' as Address, destination: '224.0.0.18' as Address };
const advert: VrrpAdvert = {
  version: 2,
  vrid: 1,
  priority: 100,
  intervalSeconds: 1,
  authentication: { kind: 'none' },
  addresses: ['10.0.0.9' as Address],
};
const patched = (bytes: Uint8Array, ...changes: [at: number, value: number][]): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  for (const [at, value] of changes) copy[at] = value;
  return copy;
};
const good = encodeAdvert(advert, path, 'message');
const header = advertHeader(path.source, path.destination);
const packet = encodeIpv4(header, good);

describe('refusals', () => {
  const wrong = {
    truncated: good.subarray(0, 19),
    'unknown-version': patched(good, [0, 0x41]),
    'unknown-type': patched(good, [0, 0x22]),
    'bad-length': Uint8Array.from([...good, 0]),
    'unknown-authentication': patched(good, [4, 3]),
    'bad-checksum': patched(good, [2, 101]),
  } as const satisfies Record<AdvertCause, Uint8Array>;
  it.each(advertCauses)('an advert: %s', cause => {
    expect(decodeAdvert(wrong[cause], path)).toEqual({ ok: false, cause });
  });

  it('a wrong checksum passes only when allowed, and is told', () => {
    expect(decodeAdvert(wrong['bad-checksum'], path, { wrongChecksumAllowed: true })).toMatchObject({
      ok: true,
      value: { checksum: 'wrong', advert: { priority: 101 } },
    });
  });

  it.each([
    ['truncated', packet.subarray(0, 30)],
    ['not-ipv4', patched(packet, [0, 0x65])],
    ['bad-header-length', patched(packet, [0, 0x44])],
    ['bad-total-length', patched(packet, [2, 0], [3, 10])],
    ['bad-checksum', patched(packet, [8, 254])],
  ])('IPv4: %s', (cause, bytes) => {
    expect(decodeIpv4(bytes)).toEqual({ ok: false, cause });
  });

  it('IPv4: fragment', () => {
    // More fragments set (0x2000); the checksum falls by as much.
    const sum = ((packet[10] ?? 0) << 8) | (packet[11] ?? 0);
    const next = (sum + 0xffff - 0x2000) % 0xffff;
    expect(decodeIpv4(patched(packet, [6, 0x20], [10, next >> 8], [11, next & 255]))).toEqual({
      ok: false,
      cause: 'fragment',
    });
  });

  it('IPv4: Ethernet padding is cut off and counted', () => {
    const reading = decodeIpv4(Uint8Array.from([...packet, 0, 0, 0]));
    expect(reading).toMatchObject({ ok: true, value: { padding: 3 } });
    expect(reading.ok && reading.value.payload.length).toBe(good.length);
  });

  it('DNS', () => {
    const query = (name: string, type: string) => encodeDnsQuery({ name, type }, 7);
    expect(query('example.org', 'ANYTHING')).toEqual({ ok: false, cause: 'unknown-type' });
    for (const name of ['a..b', `${'a'.repeat(64)}.org`, Array(64).fill('abc').join('.')])
      expect(query(name, 'A')).toEqual({ ok: false, cause: 'bad-name' });
    const header = Uint8Array.of(0, 7, 0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0);
    expect(decodeDnsReply(header, 7)).toEqual({ ok: true, value: 3 });
    expect(decodeDnsReply(header.subarray(1), 7)).toEqual({ ok: false, cause: 'truncated' });
    expect(decodeDnsReply(patched(header, [2, 1]), 7)).toEqual({ ok: false, cause: 'not-a-reply' });
    expect(decodeDnsReply(header, 8)).toEqual({ ok: false, cause: 'other-id' });
  });

  it('IPv6, Ethernet, ARP, echo, neighbour advertisement', () => {
    expect(decodeIpv6(new Uint8Array(39))).toEqual({ ok: false, cause: 'truncated' });
    expect(decodeIpv6(new Uint8Array(40))).toEqual({ ok: false, cause: 'not-ipv6' });
    expect(decodeEthernet(new Uint8Array(13))).toEqual({ ok: false, cause: 'truncated' });
    const arp = encodeArp({
      operation: 'reply',
      sender: path.source,
      target: path.source,
      senderMac: '02:00:00:00:00:01' as never,
      targetMac: '02:00:00:00:00:02' as never,
    });
    expect(decodeArp(arp.subarray(1))).toEqual({ ok: false, cause: 'truncated' });
    expect(decodeArp(patched(arp, [1, 6]))).toEqual({ ok: false, cause: 'not-ipv4-over-ethernet' });
    expect(decodeArp(patched(arp, [7, 9]))).toEqual({ ok: false, cause: 'unknown-operation' });
    const echo = encodeEcho({ kind: 'request', id: 1, sequence: 2, data: new Uint8Array(4) }, 'inet');
    expect(decodeEcho(echo.subarray(0, 7), 'inet')).toEqual({ ok: false, cause: 'truncated' });
    expect(decodeEcho(patched(echo, [0, 3]), 'inet')).toEqual({ ok: false, cause: 'not-an-echo' });
    expect(decodeEcho(patched(echo, [9, 3]), 'inet')).toEqual({ ok: false, cause: 'bad-checksum' });
    const [a, b] = ['fe80::1' as Address, 'ff02::1' as Address];
    const na = encodeNeighbourAdvertisement(
      { target: a, router: true, solicited: false, override: true, mac: undefined },
      a,
      b,
    );
    expect(decodeNeighbourAdvertisement(na.subarray(1), a, b)).toEqual({ ok: false, cause: 'truncated' });
    expect(decodeNeighbourAdvertisement(patched(na, [0, 135]), a, b)).toEqual({
      ok: false,
      cause: 'not-an-advertisement',
    });
    expect(decodeNeighbourAdvertisement(na, b, b)).toEqual({ ok: false, cause: 'bad-checksum' });
    // An option of length zero; the checksum counts the longer message (+8) and the option's type 2.
    const sum = ((na[2] ?? 0) << 8) | (na[3] ?? 0);
    const next = (sum + 2 * 0xffff - 8 - 0x0200) % 0xffff;
    const zero = patched(Uint8Array.from([...na, 2, 0, 0, 0, 0, 0, 0, 0]), [2, next >> 8], [3, next & 255]);
    expect(decodeNeighbourAdvertisement(zero, a, b)).toEqual({ ok: false, cause: 'bad-option' });
  });

  it('encoders refuse what does not fit', () => {
    expect(() => encodeAdvert({ ...advert, priority: 256 }, path, 'message')).toThrow(RangeError);
    expect(() => encodeAdvert({ ...advert, addresses: ['fe80::1' as Address] }, path, 'message')).toThrow(
      RangeError,
    );
    expect(() => encodeIpv4(header, new Uint8Array(65530))).toThrow(RangeError);
  });
});
