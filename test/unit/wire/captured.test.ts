// Frames of keepalived 2.2.7 (Debian 12), captured with tcpdump on a veth pair between two network namespaces, against our bytes.
// The sender was 02:00:00:00:00:0a, 10.9.0.1, fe80::ff:fe00:a; the kernel had filled in the IPv4 id (keepalived leaves it 0).
import { describe, expect, it } from 'vitest';
import type { Address, Mac } from '../../../src/core/net/index.ts';
import {
  advertHeader,
  decodeAdvert,
  decodeArp,
  decodeEthernet,
  decodeIpv4,
  decodeIpv6,
  decodeNeighbourAdvertisement,
  encodeAdvert,
  encodeIpv4,
  gratuitousArp,
  sentForm,
  unsolicitedAdvertisement,
  vrrpGroups,
} from '../../../src/core/wire/index.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const mac = '02:00:00:00:00:0a' as Mac;

const arp = hex(
  'ffff ffff ffff 0200 0000 000a 0806 0001 0800 0604 0001 0200 0000 000a 0a09 006e ffff ffff ffff 0a09 006e',
);
const advert3 = hex(
  '0100 5e00 0012 0200 0000 000a 0800 45c0 0024 0001 0000 ff70 d08c 0a09 0001 e000 0012 3134 9602 0032 390b 0a09 006e 0a09 006f',
);
const advert2 = hex(
  `0100 5e00 0012 0200 0000 000a 0800 45c0 0038 0001 0000 ff70 d078 0a09 0001 e000 0012 2133 9605 0101 9be9 0a09 0064 0a09
   0065 0a09 0066 0a09 0501 0a09 0601 7365 6372 6574 3132`,
);
const advert6 = hex(
  `3333 0000 0012 0200 0000 000a 86dd 6c0c 464a 0028 70ff fe80 0000 0000 0000 0000 00ff fe00 000a ff02 0000 0000 0000 0000
   0000 0000 0012 3135 9602 0032 0e15 fe80 0000 0000 0000 0000 0000 0005 0001 2001 0db8 0009 0000 0000 0000 0000 0100`,
);
const neighbour = hex(
  `3333 0000 0001 0200 0000 000a 86dd 6000 0000 0020 3aff 2001 0db8 0009 0000 0000 0000 0000 0100 ff02 0000 0000 0000 0000
   0000 0000 0001 8800 f711 2000 0000 2001 0db8 0009 0000 0000 0000 0000 0100 0201 0200 0000 000a`,
);

const must = <T>(reading: { ok: true; value: T } | { ok: false; cause: string }): T => {
  if (!reading.ok) throw new Error(reading.cause);
  return reading.value;
};
const packetIn = (frame: Uint8Array): Uint8Array => must(decodeEthernet(frame)).payload;

describe('frames of keepalived', () => {
  it('gratuitous ARP', () => {
    expect(text(gratuitousArp('10.9.0.110' as Address, mac))).toBe(text(arp));
    expect(must(decodeArp(packetIn(arp)))).toMatchObject({
      operation: 'request',
      sender: '10.9.0.110',
      targetMac: 'ff:ff:ff:ff:ff:ff',
    });
  });

  it('unsolicited neighbour advertisement', () => {
    expect(text(unsolicitedAdvertisement('2001:db8:9::100' as Address, mac, false))).toBe(text(neighbour));
    const { header, payload } = must(decodeIpv6(packetIn(neighbour)));
    expect(header.hopLimit).toBe(255);
    expect(must(decodeNeighbourAdvertisement(payload, header.source, header.destination))).toEqual({
      target: '2001:db8:9::100',
      router: false,
      solicited: false,
      override: true,
      mac,
    });
  });

  it('version 3 over IPv4, checksum with pseudo header', () => {
    const { header, payload, padding } = must(decodeIpv4(packetIn(advert3)));
    expect([header.tos, header.ttl, header.protocol, padding]).toEqual([0xc0, 255, 112, 0]);
    const { advert, checksum } = must(decodeAdvert(payload, header));
    expect(checksum).toBe('pseudo-header');
    expect(advert).toEqual({
      version: 3,
      vrid: 52,
      priority: 150,
      intervalCentiseconds: 50,
      addresses: ['10.9.0.110', '10.9.0.111'],
    });
    const ours = encodeAdvert(advert, header, sentForm(3, header));
    expect(text(encodeIpv4({ ...advertHeader(header.source, vrrpGroups.inet), id: 1 }, ours))).toBe(
      text(packetIn(advert3)),
    );
  });

  it('version 2 with a password over IPv4, checksum over message and authentication data', () => {
    const { header, payload } = must(decodeIpv4(packetIn(advert2)));
    const { advert, checksum } = must(decodeAdvert(payload, header));
    expect(checksum).toBe('message');
    expect(advert).toMatchObject({ version: 2, vrid: 51, priority: 150, intervalSeconds: 1 });
    expect(advert.addresses).toHaveLength(5);
    const data = new TextEncoder().encode('secret12');
    const ours = {
      ...advert,
      version: 2 as const,
      intervalSeconds: 1,
      authentication: { kind: 'password' as const, data },
    };
    expect(text(encodeAdvert(ours, header, sentForm(2, header)))).toBe(text(payload));
  });

  it('version 3 over IPv6', () => {
    const { header, payload } = must(decodeIpv6(packetIn(advert6)));
    const { advert, checksum } = must(decodeAdvert(payload, header));
    expect(checksum).toBe('pseudo-header');
    expect(advert).toMatchObject({ vrid: 53, addresses: ['fe80::5:1', '2001:db8:9::100'] });
    expect(text(encodeAdvert(advert, header, sentForm(3, header)))).toBe(text(payload));
  });

  it('the message-only checksum of the published auth_hmac vector (192.0.2.100, VRID 51, priority 200)', () => {
    const path = { source: '198.51.100.10' as Address, destination: '224.0.0.18' as Address };
    const pdu = hex('3133c80100644402c0000264');
    const { advert, checksum } = must(decodeAdvert(pdu, path));
    expect(checksum).toBe('message');
    expect(text(encodeAdvert(advert, path, sentForm(3, path, true)))).toBe(text(pdu));
  });
});
