// The mirror's changes, the primary source address and announcements.
// Truth: IFA_F_* and IFF_* of linux/if_addr.h and netdevice(7); the link-local address is the one a kernel gave 02:00:00:00:00:0a.
import { describe, expect, it } from 'vitest';
import {
  announcement,
  changesBetween,
  emptyMirror,
  linkLocalOf,
  observe,
  primarySource,
} from '../../../src/core/link/index.ts';
import type { Address, Mac } from '../../../src/core/net/index.ts';
import {
  type AddressRecord,
  addressFlags,
  type RouteNews,
  type RouteRecord,
} from '../../../src/core/netlink/index.ts';
import { eth, mirrorOf, prefix } from './fixtures.ts';

const at = (text: string, flags = 0, ifindex = 2): AddressRecord => ({
  ifindex,
  prefix: prefix(text),
  scope: 0,
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  flags,
  preferredLifetime: 'forever',
});
const plainRoute: RouteRecord = {
  family: 'inet',
  type: 1,
  destination: prefix('192.0.2.0/24'),
  source: undefined,
  preferredSource: undefined,
  hops: [],
  table: 254,
  protocol: 18,
  scope: 253,
  metric: undefined,
  tos: 0,
  realms: undefined,
  metrics: [],
  locked: 0,
  preference: undefined,
  expires: undefined,
  ttlPropagate: undefined,
  encapsulated: false,
};
const is = (record: AddressRecord): RouteNews => ({ kind: 'address', gone: false, record });
const link = (record: ReturnType<typeof eth>, gone = false): RouteNews => ({ kind: 'link', gone, record });
const down = { up: true, running: false, multicast: true, noarp: false };

describe('observe', () => {
  const start = mirrorOf(eth(2, 'va'));
  const kinds = (...news: RouteNews[]) => observe(start, news).changes.map(change => change.kind);

  it('tells carrier, name and creation', () => {
    expect(kinds(link(eth(2, 'va')))).toEqual([]);
    expect(kinds(link(eth(2, 'va', { flags: down })))).toEqual(['interface-down']);
    expect(kinds(link(eth(2, 'wan')))).toEqual(['interface-renamed']);
    expect(kinds(link(eth(3, 'vc')))).toEqual(['interface-created', 'interface-up']);
    expect(kinds(link(eth(2, 'va', { mtu: 9000 })))).toEqual(['interface-changed']);
  });

  it('drops the addresses of a deleted interface', () => {
    expect(kinds(is(at('10.0.0.1/24')), link(eth(2, 'va'), true))).toEqual([
      'address-added',
      'interface-deleted',
      'address-removed',
    ]);
  });

  it('does not take a running lifetime for a change', () => {
    const held = observe(start, [is(at('fe80::1/64'))]).mirror;
    expect(observe(held, [is({ ...at('fe80::1/64'), preferredLifetime: 9 })]).changes).toEqual([]);
    expect(observe(held, [is(at('fe80::1/64', addressFlags.duplicateFound))]).changes).toMatchObject([
      { kind: 'address-changed' },
    ]);
  });

  it('forgets the IPv4 routes the kernel drops silently', () => {
    const path = (via: number, changes: Partial<RouteRecord> = {}): RouteNews => ({
      kind: 'route',
      gone: false,
      record: {
        ...plainRoute,
        hops: [{ via: undefined, ifindex: via, weight: 1, onlink: false }],
        ...changes,
      },
    });
    const other = eth(3, 'vc');
    const held = observe(start, [
      link(other),
      is(at('10.0.0.1/24')),
      is(at('10.0.0.2/24')),
      is(at('10.1.0.1/24', 0, 3)),
      path(2),
      path(3, { metric: 1 }),
      path(3, { metric: 2, preferredSource: '10.0.0.2' as Address }),
    ]).mirror;
    const left = (...news: RouteNews[]) =>
      [...observe(held, news).mirror.routes.values()].map(route => route.metric);
    expect(left()).toEqual([undefined, 1, 2]);
    expect(left(link(eth(2, 'va', { flags: { ...down, up: false } })))).toEqual([1, 2]);
    expect(left(link(eth(2, 'va', { flags: down })))).toEqual([undefined, 1, 2]);
    expect(left({ ...is(at('10.0.0.2/24')), gone: true } as RouteNews)).toEqual([undefined, 1]);
    expect(left({ ...is(at('10.1.0.1/24', 0, 3)), gone: true } as RouteNews)).toEqual([undefined]);
    expect(left(link(other, true))).toEqual([undefined]);
  });

  it('finds the same changes after messages were lost', () => {
    const now = observe(start, [link(eth(2, 'va', { flags: down })), is(at('10.0.0.1/24'))]).mirror;
    expect(changesBetween(start, now).map(change => change.kind)).toEqual([
      'interface-down',
      'address-added',
    ]);
    expect(changesBetween(now, emptyMirror).map(change => change.kind)).toEqual([
      'address-removed',
      'interface-deleted',
    ]);
  });
});

describe('primarySource', () => {
  const none: ReadonlySet<Address> = new Set();
  const holding = (...records: AddressRecord[]) => observe(mirrorOf(eth(2, 'va')), records.map(is)).mirror;

  it('takes the first IPv4 address that is neither secondary nor a VIP', () => {
    const mirror = holding(
      at('10.0.0.9/24'),
      at('10.0.0.5/24', addressFlags.secondary),
      at('10.1.0.1/24'),
      at('10.2.0.1/24', 0, 3),
    );
    expect(primarySource(mirror, 2, 'inet', none)).toBe('10.0.0.9');
    expect(primarySource(mirror, 2, 'inet', new Set(['10.0.0.9' as Address]))).toBe('10.1.0.1');
    expect(primarySource(mirror, 4, 'inet', none)).toBeUndefined();
  });

  it('takes the EUI-64 link-local, then the lowest; never a tentative or global one', () => {
    const own = linkLocalOf('02:00:00:00:00:0a' as Mac);
    expect(own).toBe('fe80::ff:fe00:a');
    const mirror = holding(at('2001:db8::1/64'), at('fe80::9/64'), at(`${own}/64`), at('fe80::5/64'));
    expect(primarySource(mirror, 2, 'inet6', none)).toBe(own);
    expect(primarySource(mirror, 2, 'inet6', new Set([own]))).toBe('fe80::5');
    expect(
      primarySource(holding(at('fe80::5/64', addressFlags.tentative)), 2, 'inet6', none),
    ).toBeUndefined();
  });
});

describe('announcement', () => {
  it('uses the link broadcast, and sends nothing where there is no ARP', () => {
    const frame = announcement(
      '10.0.0.1' as Address,
      eth(2, 'va', { broadcast: '02:ff:ff:ff:ff:ff' as Mac }),
    );
    expect(Buffer.from(frame ?? []).toString('hex', 0, 6)).toBe('02ffffffffff');
    expect(
      announcement('10.0.0.1' as Address, eth(2, 'va', { flags: { ...down, noarp: true } })),
    ).toBeUndefined();
    expect(announcement('10.0.0.1' as Address, eth(2, 'va', { mac: undefined }))).toBeUndefined();
  });

  it('sets the router flag only where told', () => {
    const bits = (router: boolean) =>
      announcement('2001:db8::1' as Address, eth(2, 'va'), { router })?.[14 + 40 + 4];
    expect([bits(true), bits(false)]).toEqual([0xa0, 0x20]);
  });
});
