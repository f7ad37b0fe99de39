// Random configurations of addresses of both families, routes and rules: what each thing is called in the kernel is written beside it.
// Truth: ip-address(8), ip-route(8), ip-rule(8) for the texts; keepalived.conf(5) for what an instance may hold.

import fc from 'fast-check';
import type { OwnerId, Wanted } from '../../src/core/link/index.ts';
import { type Mac, printPrefix } from '../../src/core/net/index.ts';
import { addAddress } from '../../src/core/netlink/index.ts';
import { ask, createKernel, editLink, type SimulatedKernel } from '../../src/core/simulate/index.ts';
import { address, route, rule } from '../unit/link/fixtures.ts';
import { plain } from './holdings-bench.ts';

export type Config = ReadonlyMap<OwnerId, Wanted>;

/** Lines that one instance may have, by what the kernel shows when they are held. */
export interface Thing {
  /** Things that the kernel takes for the same one: where two owners want different ones, the eldest owner's counts. */
  readonly place: string;
  readonly shown: readonly string[];
  /** Names of interfaces it cannot be without. */
  readonly needs: readonly string[];
  readonly lines: Partial<Wanted>;
}

const indexes: Readonly<Record<string, number>> = { eth0: 2, eth1: 3 };

const held = (cidr: string, device: string, place = `${cidr} ${device}`): Thing => ({
  place,
  shown: [`address ${cidr} dev ${indexes[device]}`],
  needs: [device],
  lines: { addresses: [{ config: address(cidr), device }] },
});

const routed = (line: Wanted['routes'][number], shown: string, needs: string[], place = shown): Thing => ({
  place,
  shown: [`route ${shown}`],
  needs,
  lines: { routes: [line] },
});

const ruled = (line: Wanted['rules'][number], shown: string): Thing => ({
  place: shown,
  shown: [`rule ${shown}`],
  needs: [],
  lines: { rules: [line] },
});

const gateway = '10.0.0.254';
const web = '203.0.113.0/24';
/** A gateway that the kernel finds through eth0, with the device and without. */
const lab = 'inet 254 192.0.2.0/24 via 10.0.0.254@2';
const bundle: Thing = {
  place: 'source',
  shown: ['address 10.0.0.100/32 dev 2', 'route inet 254 198.18.0.0/24 src 10.0.0.100 via @2'],
  needs: ['eth0'],
  lines: {
    addresses: [{ config: address('10.0.0.100/32'), device: 'eth0' }],
    routes: [route('198.18.0.0/24', [{ dev: 'eth0' }], { preferredSource: '10.0.0.100' as never })],
  },
};

/** No two of them are different forms of one thing. */
export const distinct: readonly Thing[] = [
  held('2001:db8::100/128', 'eth0'),
  held('2001:db8::101/64', 'eth0'),
  held('2001:db8::100/128', 'eth1'),
  held('10.0.0.100/32', 'eth0'),
  held('10.0.0.100/24', 'eth0'),
  held('10.0.0.101/24', 'eth0'),
  held('10.1.0.101/24', 'eth1'),
  bundle,
  routed(route(web, [{ via: gateway, dev: 'eth0' }]), `inet 254 ${web} via ${gateway}@2`, ['eth0']),
  // Of the same slot: only the gateway tells them apart.
  routed(route(web, [{ via: '10.0.0.253', dev: 'eth0' }]), `inet 254 ${web} via 10.0.0.253@2`, ['eth0']),
  routed(route(web, [{ dev: 'eth1' }], { metric: 50 }), `inet 254 ${web} metric 50 via @3`, ['eth1']),
  routed(route('192.0.2.0/24', [{ via: gateway }]), lab, [], 'found device'),
  routed(route('192.0.2.0/24', [{ via: gateway, dev: 'eth0' }]), lab, ['eth0'], 'named device'),
  routed(route('198.51.100.0/24', [], { type: 'blackhole' }), 'inet 254 198.51.100.0/24 type 6', []),
  routed(
    route('0.0.0.0/0', [{ via: gateway, dev: 'eth0' }], { table: 100 }),
    `inet 100 0.0.0.0/0 via ${gateway}@2`,
    ['eth0'],
  ),
  routed(
    route(
      web,
      [
        { via: gateway, dev: 'eth0' },
        { via: '10.1.0.254', dev: 'eth1' },
      ],
      {
        table: 100,
      },
    ),
    `inet 100 ${web} via ${gateway}@2 via 10.1.0.254@3`,
    ['eth0', 'eth1'],
  ),
  routed(
    route('2001:db8:1::/64', [{ via: '2001:db8::fe', dev: 'eth0' }]),
    'inet6 254 2001:db8:1::/64 metric 1024 via 2001:db8::fe@2',
    ['eth0'],
  ),
  routed(
    route('2001:db8:2::/64', [{ dev: 'eth1' }], { metric: 10 }),
    'inet6 254 2001:db8:2::/64 metric 10 via @3',
    ['eth1'],
  ),
  routed(
    route('2001:db8:3::/64', [], { type: 'blackhole' }),
    'inet6 254 2001:db8:3::/64 metric 1024 type 6',
    [],
  ),
  ruled(
    rule({ preference: 100, from: address('10.0.0.100/32').prefix }),
    'inet 100 from 10.0.0.100/32 table 100',
  ),
  ruled(
    rule({ preference: 100, from: address('10.0.0.101/32').prefix }),
    'inet 100 from 10.0.0.101/32 table 100',
  ),
  ruled(
    rule({
      preference: 100,
      from: address('10.0.0.100/32').prefix,
      action: { kind: 'table', table: 101 },
    }),
    'inet 100 from 10.0.0.100/32 table 101',
  ),
  ruled(
    rule({ family: 'inet6', preference: 200, to: address('2001:db8::/64').prefix }),
    'inet6 200 to 2001:db8::/64 table 100',
  ),
];

/** The kernel knows one of each place, and lines say it differently. */
export const variants: readonly Thing[] = [
  held('2001:db8::102/64', 'eth0', 'length'),
  held('2001:db8::102/128', 'eth0', 'length'),
  {
    place: 'lifetime',
    shown: ['address 2001:db8::103/64 dev 2'],
    needs: ['eth0'],
    lines: { addresses: [{ config: address('2001:db8::103/64'), device: 'eth0' }] },
  },
  {
    place: 'lifetime',
    shown: ['address 2001:db8::103/64 dev 2 deprecated'],
    needs: ['eth0'],
    lines: {
      addresses: [{ config: address('2001:db8::103/64', { preferredLifetime: 0 }), device: 'eth0' }],
    },
  },
  routed(
    route('198.19.0.0/24', [{ dev: 'eth0' }], { metrics: [{ name: 'mtu', value: 1400, locked: false }] }),
    'inet 254 198.19.0.0/24 mtu 1400 via @2',
    ['eth0'],
    'mtu',
  ),
  routed(route('198.19.0.0/24', [{ dev: 'eth0' }]), 'inet 254 198.19.0.0/24 via @2', ['eth0'], 'mtu'),
];

const both = (things: readonly Thing[], label: string): Wanted => ({
  label,
  addresses: things.flatMap(({ lines }) => lines.addresses ?? []),
  routes: things.flatMap(({ lines }) => lines.routes ?? []),
  rules: things.flatMap(({ lines }) => lines.rules ?? []),
});

for (const thing of [...distinct, ...variants])
  Object.assign(thing, { [fc.toStringMethod]: () => `${thing.shown} (${thing.place})` });

/** Which owner wants which things: what a configuration is made of, and what is expected of it. */
export type Wishes = ReadonlyMap<OwnerId, readonly Thing[]>;

export const configOf = (wishes: Wishes, name = 'VI'): Config =>
  new Map([...wishes].map(([id, things]) => [id, both(things, `${name}_${id}`)]));

/** Owners 1..4 with up to five things each; owners without any do not exist. */
export const wishesFrom = (pool: readonly Thing[]): fc.Arbitrary<Wishes> =>
  fc
    .tuple(
      fc.array(fc.uniqueArray(fc.constantFrom(...pool), { maxLength: 5, selector: ({ place }) => place }), {
        minLength: 4,
        maxLength: 4,
      }),
      fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }),
    )
    .map(
      ([lists, ids]) =>
        new Map(lists.flatMap((list, i) => (list.length === 0 ? [] : [[ids[i] ?? 0, list] as const]))),
    );

/** What a reload does to the instances of a file. */
export const changes = {
  renamed: (wishes: Wishes): Wishes => wishes,
  /** An instance is inserted before the others: each goes on under the next serial. */
  shifted: (wishes: Wishes): Wishes => new Map([...wishes].map(([id, things]) => [id + 1, things])),
  swapped: (wishes: Wishes): Wishes => {
    const ids = [...wishes.keys()];
    return new Map([...wishes.values()].reverse().map((things, i) => [ids[i] ?? 0, things]));
  },
  merged: (wishes: Wishes): Wishes => new Map([[9, [...new Set([...wishes.values()].flat())]]]),
  split: (wishes: Wishes): Wishes =>
    new Map([...wishes].flatMap(([id, things]) => things.map((thing, i) => [10 * id + i, [thing]] as const))),
} as const satisfies Readonly<Record<string, (wishes: Wishes) => Wishes>>;

/** What the kernel shows when all that can be had is held. */
export function shownFor(wishes: Wishes, missing: readonly string[] = []): string[] {
  const byPlace = new Map<string, Thing>();
  for (const id of [...wishes.keys()].sort((a, b) => a - b))
    for (const thing of wishes.get(id) ?? [])
      if (!thing.needs.some(name => missing.includes(name)) && !byPlace.has(thing.place))
        byPlace.set(thing.place, thing);
  return [...new Set([...byPlace.values()].flatMap(({ shown }) => shown))].sort();
}

export const base = [
  'address 10.0.0.1/24 dev 2',
  'address 10.1.0.1/24 dev 3',
  'address 2001:db8::1/64 dev 2',
];
export const withBase = (wishes: Wishes): string[] => [...new Set([...base, ...shownFor(wishes)])].sort();

/** Two interfaces with addresses of their own, over which gateways can be reached. */
export function dualStage(): SimulatedKernel {
  const kernel = createKernel();
  for (const name of ['eth0', 'eth1'])
    editLink(kernel, { kind: 'create', name, mac: '02:00:00:00:00:0a' as Mac, up: true });
  for (const [cidr, index] of [
    ['10.0.0.1/24', 2],
    ['10.1.0.1/24', 3],
    ['2001:db8::1/64', 2],
  ] as const)
    ask(kernel, addAddress(plain(cidr, index)));
  return kernel;
}

const some = (word: string, value: unknown): string =>
  value === undefined || value === 0 ? '' : ` ${word} ${value}`;

/** All that a kernel holds but its own rules and link-local addresses. */
export function shownIn({ addresses, routes, rules }: SimulatedKernel): string[] {
  const shown = addresses.map(
    ({ prefix, ifindex, preferredLifetime }) =>
      `address ${printPrefix(prefix)} dev ${ifindex}${preferredLifetime === 0 && prefix.length !== 128 ? ' deprecated' : ''}`,
  );
  for (const { family, table, destination, metric, type, hops, preferredSource, metrics } of routes) {
    const next = type === 1 ? hops.map(({ via, ifindex }) => ` via ${via ?? ''}@${ifindex}`).join('') : '';
    const mtu = metrics.find(({ kind }) => kind === 2)?.value;
    shown.push(
      `route ${family} ${table} ${printPrefix(destination)}${some('metric', metric)}${some('src', preferredSource)}` +
        `${some('mtu', mtu)}${type === 1 ? '' : some('type', type)}${next}`,
    );
  }
  for (const { family, preference, from, to, table, protocol } of rules) {
    if (protocol === 2) continue;
    const selectors = some('from', from && printPrefix(from)) + some('to', to && printPrefix(to));
    shown.push(`rule ${family} ${preference}${selectors} table ${table}`);
  }
  return shown.filter(text => !text.includes('fe80')).sort();
}
