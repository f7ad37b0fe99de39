// Address, route and rule records.
// Truth: keepalived.conf(5), ip-address(8), ip-route(8), ip-rule(8); the oddities are keepalived 2.2.7's.

import { describe, expect, it } from 'vitest';
import { findings, instanceWith, loadText } from './load-text.ts';

const vip = (line: string) => {
  const loaded = loadText(instanceWith('').replace('10.0.0.3/24 }', `${line}\n}`));
  return { address: loaded.config.vrrp.instances[0]?.addresses[0], told: findings(loaded) };
};

describe('address records', () => {
  it.each([
    [
      '10.0.0.3',
      { prefix: { address: '10.0.0.3', length: 32 }, scope: 0, broadcast: undefined, tracked: true },
    ],
    ['10.0.0.3/24 brd + dev eth1 label eth1:1', { broadcast: '10.0.0.255', dev: 'eth1', label: 'eth1:1' }],
    ['10.0.0.3/24 brd -', { broadcast: '10.0.0.0' }],
    ['10.0.0.3/24 broadcast 10.0.0.255 scope link', { broadcast: '10.0.0.255', scope: 253 }],
    ['10.0.0.3 peer 10.0.0.9', { peer: { address: '10.0.0.9', length: 32 } }],
    ['fd00::3', { preferredLifetime: 0, flags: { duplicateDetection: false } }],
    ['fd00::3/64 -nodad', { preferredLifetime: 'forever', flags: { duplicateDetection: true } }],
    ['10.0.0.3/24 no_track preferred_lft 30', { tracked: false, preferredLifetime: 30 }],
  ])('%s', (line, expected) => {
    expect(vip(line).address).toMatchObject(expected);
  });
  it.each([
    ['10.0.0.3/33', '7 warning invalid-prefix'],
    ['10.0.0.3/24 lable x', '7 warning unknown-word'],
    ['10.0.0.3/24 scope nothing', '7 warning unknown-name'],
    ['10.0.0.3/24 label a-label-that-is-long', '7 error invalid-label'],
    ['10.0.0.3/24 dev', '7 error missing-argument'],
    ['10.0.0.3 brd +', '7 warning broadcast-ignored'],
    ['10.0.0.3/24 peer 10.0.0.9', '7 warning peer-prefix'],
    ['fd00::3/64 brd +', '7 error invalid-broadcast'],
    ['10.0.0.3/24\n10.0.0.3/25', '8 warning duplicate'],
    ['10.0.0.3/24\nfd00::1', '8 error mixed-families'],
  ])('%j is told: %s', (line, expected) => {
    expect(vip(line).told).toContain(expected);
  });
});

const route = (line: string, files = {}) => {
  const loaded = loadText(instanceWith(`virtual_routes {\n${line}\n}`), files);
  return { route: loaded.config.vrrp.instances[0]?.routes[0], told: findings(loaded) };
};

describe('route records', () => {
  it.each([
    [
      'src 192.168.100.1 to 192.168.109.0/24 via 192.168.200.254 dev eth1',
      {
        destination: { address: '192.168.109.0', length: 24 },
        preferredSource: '192.168.100.1',
        hops: [{ via: '192.168.200.254', dev: 'eth1' }],
        table: 254,
        protocol: 18,
      },
    ],
    [
      '192.168.113.0/24 via 192.168.100.252 or 192.168.100.253',
      { hops: [{ via: '192.168.100.252' }, { via: '192.168.100.253' }] },
    ],
    [
      'default via 10.0.0.1 table 100 metric 5',
      { destination: { address: '0.0.0.0', length: 0 }, table: 100, metric: 5 },
    ],
    ['default via fe80::1 dev eth0', { family: 'inet6', destination: { address: '::', length: 0 } }],
    ['blackhole 10.9.0.0/16', { type: 'blackhole', hops: [] }],
    [
      '10.9.0.0/16 nexthop via 10.0.0.1 weight 2 nexthop via 10.0.0.2',
      {
        hops: [
          { via: '10.0.0.1', weight: 2 },
          { via: '10.0.0.2', weight: 1 },
        ],
      },
    ],
    [
      '10.9.0.0/16 dev eth0 mtu lock 1400 rtt 300ms',
      {
        metrics: [
          { name: 'mtu', value: 1400, locked: true },
          { name: 'rtt', value: 2400 },
        ],
      },
    ],
    ['10.9.0.0/16 dev eth0 realms 1/2 scope link', { realms: 65538, scope: 253 }],
    ['10.9.0.0/16 dev eth0 no_track protocol static', { protocol: 4, tracked: false }],
  ])('%s', (line, expected) => {
    expect(route(line).route).toMatchObject(expected);
  });
  it.each([
    ['via 10.0.0.1', '9 error missing-argument'],
    ['10.9.0.0/16 via fe80::1', '9 error mixed-families'],
    ['10.9.0.0/16 via 10.0.0.1 nonsense', '9 error unknown-word'],
    ['10.9.0.0/16 via 10.0.0.1 table nowhere', '9 error unknown-name'],
    ['src 10.0.0.1 default via 10.0.0.1', '9 error mixed-families'],
    ['10.9.0.0/16 gw 10.0.0.1', '9 warning deprecated'],
    ['inet 10.9.0.0/16', '9 warning swallowed-word'],
    ['10.9.0.0/16 dev eth0 protocol static', '9 warning corrected'],
  ])('%j is told: %s', (line, expected) => {
    expect(route(line).told).toContain(expected);
  });
  it("reads the site's table names", () => {
    const files = { '/etc/iproute2/rt_tables': '# names\n200 uplink\n' };
    expect(route('default via 10.0.0.1 table uplink', files).route?.table).toBe(200);
  });
});

const rule = (line: string) => {
  const loaded = loadText(instanceWith(`virtual_rules {\n${line}\n}`));
  return { rule: loaded.config.vrrp.instances[0]?.rules[0], told: findings(loaded) };
};

describe('rule records', () => {
  it.each([
    [
      'from 192.168.28.0/24 to 10.0.0.0/8 table 7 preference 50',
      { from: { address: '192.168.28.0', length: 24 }, action: { kind: 'table', table: 7 }, preference: 50 },
    ],
    [
      'to fd00::/8 lookup main',
      { family: 'inet6', action: { kind: 'table', table: 254 }, preference: 16384 },
    ],
    ['fwmark 0x10/0xff table 5 priority 1', { fwmark: { value: 16, mask: 255 } }],
    [
      'not dev eth0 goto 200 pref 1'.replace('pref', 'priority'),
      { invert: true, inputInterface: 'eth0', action: { kind: 'goto', target: 200 } },
    ],
    ['sport 80-90 blackhole priority 1', { sourcePorts: [80, 90], action: { kind: 'blackhole' } }],
  ])('%s', (line, expected) => {
    expect(rule(line).rule).toMatchObject(expected);
  });
  it.each([
    ['from 10.0.0.0/8', '9 error missing-argument'],
    ['sport 80 table 5', '9 error invalid-range'],
    ['table 5 blackhole', '9 error invalid-word'],
    ['goto 5 priority 9', '9 error invalid-number'],
    ['blackhole realms 1/2 priority 3', '9 error invalid-word'],
    ['from 10.0.0.0/8 table 5', '9 warning missing-preference'],
  ])('%j is told: %s', (line, expected) => {
    expect(rule(line).told).toContain(expected);
  });
});

describe('numbers that keepalived takes otherwise', () => {
  const told = '9 warning invalid-number';
  it.each([
    ['10.9.0.0/16 dev eth0 table -7', { table: 4294967289 }],
    ['10.9.0.0/16 dev eth0 table 99999999999', { table: 1215752191 }],
    ['10.9.0.0/16 dev eth0 metric ""', { metric: 0 }],
  ])('%s', (line, expected) => {
    expect(route(line).route).toMatchObject(expected);
    expect(route(line).told).toContain(told);
  });
  it('an empty time', () => {
    expect(route('10.9.0.0/16 dev eth0 rtt ""').told).toEqual([told]);
  });
  it('inet6 in a route of the other family is told', () => {
    expect(route('10.9.0.0/16 dev eth0 inet6').told).toEqual(['9 warning mixed-families']);
  });
});
