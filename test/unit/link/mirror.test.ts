// The mirror's changes, the primary source address and announcements.
// Truth: IFA_F_* and IFF_* of linux/if_addr.h and netdevice(7); the link-local address is the one a kernel gave 02:00:00:00:00:0a.
import { describe, expect, it } from 'vitest';
import {
  addressesOn,
  announcement,
  applyNews,
  createMirror,
  holdsAddress,
  interestOf,
  interfaceNamed,
  linkLocalOf,
  neededParts,
  primarySource,
  reread,
  setInterest,
} from '../../../src/core/link/index.ts';
import type { Address, Mac } from '../../../src/core/net/index.ts';
import {
  type AddressRecord,
  addressFlags,
  type RouteNews,
  type RouteRecord,
} from '../../../src/core/netlink/index.ts';
import { eth, mirrorOf, prefix, route, rule, wanting } from './fixtures.ts';

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

/** A mirror of `va` that has heard these. */
const mirrorAfter = (...news: readonly RouteNews[]) => {
  const mirror = mirrorOf(eth(2, 'va'));
  applyNews(mirror, news);
  return mirror;
};
const path = (via: number, changes: Partial<RouteRecord> = {}): RouteNews => ({
  kind: 'route',
  gone: false,
  record: { ...plainRoute, hops: [{ via: undefined, ifindex: via, weight: 1, onlink: false }], ...changes },
});
const gone = <News extends RouteNews>(news: News): News => ({ ...news, gone: true });

describe('applyNews', () => {
  const kinds = (...news: RouteNews[]) => applyNews(mirrorOf(eth(2, 'va')), news).map(change => change.kind);

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
    const mirror = mirrorAfter(is(at('fe80::1/64')));
    expect(applyNews(mirror, [is({ ...at('fe80::1/64'), preferredLifetime: 9 })])).toEqual([]);
    expect(applyNews(mirror, [is(at('fe80::1/64', addressFlags.duplicateFound))])).toMatchObject([
      { kind: 'address-changed' },
    ]);
  });

  it('forgets the IPv4 routes the kernel drops silently', () => {
    const other = eth(3, 'vc');
    const left = (...news: RouteNews[]) => {
      const mirror = mirrorAfter(
        link(other),
        is(at('10.0.0.1/24')),
        is(at('10.0.0.2/24')),
        is(at('10.1.0.1/24', 0, 3)),
        path(2),
        path(3, { metric: 1 }),
        path(3, { metric: 2, preferredSource: '10.0.0.2' as Address }),
      );
      const changes = applyNews(mirror, news);
      const reported = changes.flatMap(change => (change.kind === 'route-removed' ? change.route : []));
      const kept = [...mirror.routes.values()];
      // What is forgotten is reported as removed: nobody else would say so.
      expect(reported.length + kept.length).toBe(3);
      return kept.map(route => route.metric);
    };
    expect(left()).toEqual([undefined, 1, 2]);
    expect(left(link(eth(2, 'va', { flags: { ...down, up: false } })))).toEqual([1, 2]);
    expect(left(link(eth(2, 'va', { flags: down })))).toEqual([undefined, 1, 2]);
    expect(left(gone(is(at('10.0.0.2/24'))))).toEqual([undefined, 1]);
    expect(left(gone(is(at('10.1.0.1/24', 0, 3))))).toEqual([undefined]);
    expect(left(link(other, true))).toEqual([undefined]);
  });

  it('keeps a route while one of its hops lives', () => {
    const hop = (ifindex: number) => ({ via: undefined, ifindex, weight: 1, onlink: false });
    const both = path(2, { hops: [hop(2), hop(3)] });
    const mirror = mirrorAfter(link(eth(3, 'vc')), is(at('10.0.0.1/24')), is(at('10.1.0.1/24', 0, 3)), both);
    const off = { ...down, up: false };
    expect(applyNews(mirror, [link(eth(2, 'va', { flags: off }))]).map(({ kind }) => kind)).toEqual([
      'interface-down',
    ]);
    expect(applyNews(mirror, [link(eth(3, 'vc', { flags: off }))]).map(({ kind }) => kind)).toEqual([
      'interface-down',
      'route-removed',
    ]);
  });

  it('takes a route that replaces the only one of its slot for its successor', () => {
    const mirror = mirrorAfter(link(eth(3, 'vc')), is(at('10.0.0.1/24')), path(2));
    const changes = applyNews(mirror, [{ ...path(3), replaces: true } as RouteNews]);
    expect(changes.map(({ kind }) => kind)).toEqual(['route-removed', 'route-added']);
    expect(mirror.routes.size).toBe(1);
  });

  it('changes nothing by news already known, and nothing by the end of what is not known', () => {
    const news = [link(eth(3, 'vc')), is(at('10.0.0.1/24')), path(2)];
    const mirror = mirrorAfter(...news);
    expect(applyNews(mirror, news)).toEqual([]);
    expect(applyNews(mirror, [gone(is(at('10.0.0.8/24'))), gone(path(2, { metric: 8 }))])).toEqual([]);
  });

  it('finds an interface by the name that it has now', () => {
    const mirror = mirrorAfter(link(eth(2, 'wan')), link(eth(3, 'va')));
    expect(interfaceNamed(mirror, 'wan')?.index).toBe(2);
    expect(interfaceNamed(mirror, 'va')?.index).toBe(3);
    // The old name's notice must not take the new one's entry away.
    applyNews(mirror, [link(eth(2, 'lan'))]);
    expect(interfaceNamed(mirror, 'wan')).toBeUndefined();
    expect(interfaceNamed(mirror, 'va')?.index).toBe(3);
  });

  it('finds addresses by interface in the order of the kernel, and by text on any of them', () => {
    const mirror = mirrorAfter(
      link(eth(3, 'vc')),
      is(at('10.0.0.9/24')),
      is(at('10.0.0.1/24')),
      is(at('10.0.0.1/24', 0, 3)),
    );
    expect(addressesOn(mirror, 2).map(({ prefix }) => prefix.address)).toEqual(['10.0.0.9', '10.0.0.1']);
    applyNews(mirror, [gone(is(at('10.0.0.1/24')))]);
    expect(holdsAddress(mirror, '10.0.0.1' as Address)).toBe(true);
    applyNews(mirror, [gone(is(at('10.0.0.1/24', 0, 3)))]);
    expect(holdsAddress(mirror, '10.0.0.1' as Address)).toBe(false);
    expect(mirror.addressesInSubnet.size).toBe(1);
  });
});

describe('reread', () => {
  it('finds the same changes after messages were lost', () => {
    const mirror = mirrorOf(eth(2, 'va'));
    const kinds = (...news: RouteNews[]) => reread(mirror, news).map(change => change.kind);
    expect(kinds(link(eth(2, 'va', { flags: down })), is(at('10.0.0.1/24')))).toEqual([
      'interface-down',
      'address-added',
    ]);
    expect(kinds()).toEqual(['address-removed', 'interface-deleted']);
  });

  it('leaves nothing of before in the indexes', () => {
    const mirror = mirrorAfter(
      link(eth(3, 'vc')),
      is(at('10.0.0.1/24')),
      path(2, { preferredSource: '10.0.0.1' as Address }),
    );
    reread(mirror, []);
    expect(mirror).toEqual(createMirror({ routes: 'all', rules: 'all' }));
  });
});

describe('setInterest', () => {
  const ruleNews = (preference: number): RouteNews => ({
    kind: 'rule',
    gone: false,
    record: { ...rule({ preference }), action: 1, table: 100, target: undefined },
  });
  const news = [is(at('10.0.0.1/24')), path(2), path(2, { table: 100 }), ruleNews(5000), ruleNews(5001)];
  const ours = interestOf([
    wanting({ routes: [route('192.0.2.0/24', [])], rules: [rule({ preference: 5000 })] }),
  ]);

  it('keeps nothing of routes and rules until something is of interest', () => {
    const mirror = createMirror();
    expect(neededParts(mirror)).toEqual({ routes: false, rules: false });
    reread(mirror, [link(eth(2, 'va')), ...news]);
    expect([mirror.addresses.size, mirror.routes.size, mirror.rules.size]).toEqual([1, 0, 0]);
  });

  it('asks for another reading when the interest grows, and keeps what is of interest alone', () => {
    const mirror = createMirror();
    expect(setInterest(mirror, ours)).toBe(true);
    expect(neededParts(mirror)).toEqual({ routes: true, rules: true });
    reread(mirror, [link(eth(2, 'va')), ...news]);
    expect([...mirror.routes.values()].map(({ table }) => table)).toEqual([254]);
    expect([...mirror.rules.values()].map(({ preference }) => preference)).toEqual([5000]);
    expect(applyNews(mirror, [path(2, { table: 100 }), ruleNews(5001)])).toEqual([]);
  });

  it('drops what is of no interest any more without another reading', () => {
    const mirror = createMirror({ routes: 'all', rules: 'all' });
    reread(mirror, [link(eth(2, 'va')), ...news]);
    expect(setInterest(mirror, ours)).toBe(false);
    expect([mirror.routes.size, mirror.rules.size]).toEqual([1, 1]);
    expect(setInterest(mirror, interestOf([]))).toBe(false);
    expect([mirror.routes.size, mirror.rules.size]).toEqual([0, 0]);
    expect([mirror.routesVia.size, mirror.routesInSlot.size]).toEqual([0, 0]);
  });
});

describe('primarySource', () => {
  const none: ReadonlySet<Address> = new Set();
  const holding = (...records: AddressRecord[]) => mirrorAfter(...records.map(is));

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
