// Addresses, prefixes, endpoints and MACs. Truth: RFC 4291 2.2, RFC 5952 4 and 5, inet_pton(3), RFC 4632.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Address,
  addressBytes,
  addressFromBytes,
  broadcastOf,
  compareAddresses,
  contains,
  isLinkLocal,
  isMulticast,
  macBytes,
  macFromBytes,
  netmaskOf,
  networkOf,
  parseAddress,
  parseEndpoint,
  parseMac,
  parsePort,
  parsePrefix,
  printEndpoint,
} from '../../../src/core/net/index.ts';

const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
};

describe('parseAddress', () => {
  it.each([
    ['2001:0db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
  ])('reads %s as %s', (text, canonical) => expect(parseAddress(text)).toBe(canonical));

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '1..2.3',
    '.1.2.3',
    '1.2.3.',
    'a.b.c.d',
  ])('refuses the quad %j', text => expect(parseAddress(text)).toBeUndefined());
  it.each([
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::g',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7::8',
    '1.2.3.4::',
  ])('refuses %j', text => expect(parseAddress(text)).toBeUndefined());

  it('gives back the bytes of any address', () => {
    const any = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(any, bytes => {
        const text = addressFromBytes(bytes);
        expect(parseAddress(text)).toBe(text);
        expect([...addressBytes(text)]).toEqual([...bytes]);
      }),
    );
  });
});

describe('kinds and order', () => {
  it('compares unsigned in network order', () => {
    expect(compareAddresses(address('10.0.0.200'), address('10.0.0.3'))).toBeGreaterThan(0);
    expect(compareAddresses(address('9.255.255.255'), address('10.0.0.0'))).toBeLessThan(0);
    expect(compareAddresses(address('fe80::1'), address('fe80::1'))).toBe(0);
  });
  it('knows link-local and multicast addresses', () => {
    expect(['fe80::1', 'febf::1', '169.254.1.1'].map(text => isLinkLocal(address(text)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['fec0::1', '169.255.1.1', '10.0.0.1'].map(text => isLinkLocal(address(text)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['224.0.0.18', '239.1.1.1', 'ff02::12'].map(text => isMulticast(address(text)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['223.1.1.1', '240.0.0.1', 'fe80::12'].map(text => isMulticast(address(text)))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('prefixes', () => {
  it('reads a length or takes the full one', () => {
    expect(parsePrefix('10.0.0.3/24')).toEqual({ address: '10.0.0.3', length: 24 });
    expect(parsePrefix('10.0.0.3')).toEqual({ address: '10.0.0.3', length: 32 });
    expect(parsePrefix('2001:db8::/64')).toEqual({ address: '2001:db8::', length: 64 });
    for (const bad of ['10.0.0.3/33', '10.0.0.3/', '10.0.0.3/x', '2001:db8::/129', '/24'])
      expect(parsePrefix(bad)).toBeUndefined();
  });
  it('computes network, broadcast, netmask and membership', () => {
    const prefix = { address: address('10.1.2.130'), length: 26 };
    expect(networkOf(prefix)).toBe('10.1.2.128');
    expect(broadcastOf(prefix)).toBe('10.1.2.191');
    expect(netmaskOf(26)).toBe('255.255.255.192');
    expect(netmaskOf(0)).toBe('0.0.0.0');
    expect(contains(prefix, address('10.1.2.150'))).toBe(true);
    expect(contains(prefix, address('10.1.2.192'))).toBe(false);
    expect(contains(prefix, address('2001:db8::1'))).toBe(false);
    expect(networkOf({ address: address('2001:db8:ffff::1'), length: 33 })).toBe('2001:db8:8000::');
  });
});

describe('endpoints, ports and MACs', () => {
  it('prints as ipvsadm does and reads back', () => {
    for (const text of ['10.0.0.1:80', '[2001:db8::1]:443']) {
      const endpoint = parseEndpoint(text);
      expect(endpoint === undefined ? undefined : printEndpoint(endpoint)).toBe(text);
    }
    expect(parseEndpoint('10.0.0.1')).toEqual({ address: '10.0.0.1', port: 0 });
    expect(parseEndpoint('10.0.0.1:65536')).toBeUndefined();
    expect(parseEndpoint('[10.0.0.1:80')).toBeUndefined();
  });
  it('keeps ports in range', () => {
    expect([
      parsePort('0'),
      parsePort('65535'),
      parsePort('65536'),
      parsePort('-1'),
      parsePort('8o'),
    ]).toEqual([0, 65535, undefined, undefined, undefined]);
  });
  it('reads a MAC in any case', () => {
    expect(parseMac('00:00:5E:00:01:33')).toBe('00:00:5e:00:01:33');
    expect(parseMac('00:00:5e:00:01')).toBeUndefined();
    const mac = parseMac('02:aa:bb:cc:dd:ee');
    expect(mac === undefined ? undefined : macFromBytes(macBytes(mac))).toBe(mac);
  });
});
