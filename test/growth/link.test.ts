// A foreign netlink message costs what it names: the same with 10 and with 100,000 routes, with 1 and with 255 owners.
// Truth: executions of our code and bytes allocated (count.ts); the mirror of before copied four maps for each notice and fails both.

import { describe, expect, it } from 'vitest';
import {
  applyNews,
  complete,
  createHoldings,
  createMirror,
  hear,
  reread,
  settle,
  want,
} from '../../src/core/link/index.ts';
import type { Address } from '../../src/core/net/index.ts';
import type { RouteNews } from '../../src/core/netlink/index.ts';
import { address, eth, prefix } from '../unit/link/fixtures.ts';
import { allocated, executions } from './count.ts';

const rounds = 200;

const routeNews = (n: number, gone = false): RouteNews => ({
  kind: 'route',
  gone,
  record: {
    family: 'inet',
    type: 1,
    destination: { address: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` as Address, length: 32 },
    source: undefined,
    preferredSource: n % 2 === 0 ? ('192.0.2.1' as Address) : undefined,
    hops: [{ via: '192.0.2.9' as Address, ifindex: 2, weight: 1, onlink: false }],
    table: 254,
    protocol: 186,
    scope: 0,
    metric: undefined,
    tos: 0,
    realms: undefined,
    metrics: [],
    locked: 0,
    preference: undefined,
    expires: undefined,
    ttlPropagate: undefined,
    encapsulated: false,
  },
});

const addressNews = (text: string, gone = false): RouteNews => ({
  kind: 'address',
  gone,
  record: {
    ifindex: 3,
    prefix: prefix(text),
    scope: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: 0,
    preferredLifetime: 'forever',
  },
});

/** A machine with so many foreign routes, and so many owners of an address each, all of it there. */
function machine(routes: number, owners: number, keeps: 'all' | 'none') {
  const mirror = createMirror(
    keeps === 'all' ? { routes: 'all', rules: 'all' } : { routes: new Set(), rules: new Set() },
  );
  const holdings = createHoldings();
  reread(mirror, [
    { kind: 'link', gone: false, record: eth(2, 'eth0') },
    { kind: 'link', gone: false, record: eth(3, 'eth1') },
    { kind: 'address', gone: false, record: { ...addressNews('192.0.2.1/24').record, ifindex: 2 } as never },
    ...Array.from({ length: routes }, (_, n) => routeNews(n)),
  ]);
  for (let n = 1; n <= owners; n++) {
    const config = address(`10.200.0.${n}/24`);
    want(holdings, n, { label: `V${n}`, addresses: [{ config, device: 'eth1' }], routes: [], rules: [] });
  }
  const { operations } = settle(holdings, mirror);
  for (const { ticket } of operations) complete(holdings, mirror, ticket, undefined);
  for (let n = 1; n <= owners; n++)
    hear(holdings, mirror, applyNews(mirror, [addressNews(`10.200.0.${n}/24`)]));
  return { mirror, holdings };
}

const messages: Readonly<Record<string, readonly RouteNews[]>> = {
  'a route that changes': [routeNews(5, true), routeNews(5)],
  'an address of another program': [addressNews('10.201.0.1/24'), addressNews('10.201.0.1/24', true)],
  'an interface that reports itself again': [
    { kind: 'link', gone: false, record: eth(2, 'eth0', { mtu: 9000 }) },
  ],
};

/** Executions and bytes of the messages, again and again. */
function cost({ mirror, holdings }: ReturnType<typeof machine>, news: readonly RouteNews[]) {
  const work = () => {
    for (let round = 0; round < rounds; round++)
      for (const each of news) hear(holdings, mirror, applyNews(mirror, [each]));
  };
  work();
  return { executions: executions(work), allocated: allocated(work) };
}

const sizes = [
  ['routes that nobody is interested in', () => machine(10, 1, 'none'), () => machine(100_000, 1, 'none')],
  ['routes that are kept', () => machine(10, 1, 'all'), () => machine(100_000, 1, 'all')],
  ['owners', () => machine(10, 1, 'all'), () => machine(10, 255, 'all')],
] as const;

describe.each(sizes)('a foreign message with many %s', (_, few, many) => {
  const [small, large] = [few(), many()];
  it.each(Object.entries(messages))('%s costs what it costs with few', (_name, news) => {
    const [least, most] = [cost(small, news), cost(large, news)];
    expect(most.executions / least.executions).toBeLessThan(2);
    expect(most.allocated / least.allocated).toBeLessThan(2);
  });
});
