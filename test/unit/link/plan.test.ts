// The plan: order, adoption, what stands in the way; apply(plan(a, b), a) = b through the requests' own bytes.
import { describe, expect, it } from 'vitest';
import { emptyHolding, type Holding, planHolding } from '../../../src/core/link/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { address, eth, mirrorOf, perform, prefix, route, rule } from './fixtures.ts';

const wanted: Holding = {
  addresses: [
    { config: address('10.9.0.100/32'), device: 'va' },
    { config: address('10.9.0.101/24', { broadcast: '10.9.0.255' as Address, label: 'va:1' }), device: 'va' },
    { config: address('10.9.6.1/32', { peer: prefix('10.9.6.2') }), device: 'va' },
    { config: address('2001:db8:9::8/128'), device: 'va' },
    { config: address('2001:db8:9::9/64', { preferredLifetime: 100, flags: { home: true } }), device: 'va' },
  ],
  routes: [
    route('203.0.113.0/24', [{ via: '10.9.0.9' }]),
    route('0.0.0.0/0', [{ via: '10.9.0.9', dev: 'va' }], {
      table: 1000,
      metric: 50,
      metrics: [
        { name: 'initcwnd', value: 12, locked: false },
        { name: 'mtu', value: 1400, locked: true },
        { name: 'congctl', value: 'cubic', locked: false },
      ],
    }),
    route('192.0.2.128/25', [], { type: 'blackhole' }),
    route('2001:db8:77::/64', [{ via: '2001:db8:9::55', dev: 'va' }], { metric: 77, preference: 'low' }),
    route('203.0.114.0/24', [
      { via: '10.9.0.9', dev: 'va', weight: 3 },
      { via: '10.9.0.10', dev: 'va' },
    ]),
  ],
  rules: [
    rule({ from: prefix('10.9.0.100'), preference: 5000 }),
    rule({
      invert: true,
      to: prefix('192.0.2.0/24'),
      fwmark: { value: 16, mask: 255 },
      ipProtocol: 6,
      sourcePorts: [100, 200],
      destinationPorts: [80, 90],
      uidRange: [0, 10],
      tunnelId: 77n,
      suppressPrefixLength: 0,
      inputInterface: 'va',
      action: { kind: 'table', table: 100_000 },
      preference: 5001,
    }),
    rule({
      family: 'inet6',
      from: prefix('2001:db8:9::7'),
      action: { kind: 'goto', target: 6000 },
      preference: 5002,
    }),
  ],
};
const bare = mirrorOf(eth(2, 'va'));
const objects = (mirror: typeof bare, owned: Holding, next: Holding) =>
  planHolding(mirror, owned, next).operations.map(({ verb, object }) => `${verb} ${object}`);

describe('planHolding', () => {
  const first = planHolding(bare, emptyHolding, wanted);
  const held = perform(
    bare,
    first.operations.map(operation => operation.request),
  );

  it('adds addresses before routes before rules', () => {
    expect(first.obstacles).toEqual([]);
    expect(first.operations.map(operation => operation.object)).toEqual([
      ...Array(5).fill('address'),
      ...Array(5).fill('route'),
      ...Array(3).fill('rule'),
    ]);
  });

  it('asks nothing when all is there: a restarted daemon adopts', () => {
    expect(planHolding(held, wanted, wanted).operations).toEqual([]);
    expect(planHolding(held, emptyHolding, wanted).operations).toEqual([]);
  });

  it('removes in reverse order and leaves nothing behind', () => {
    const last = planHolding(held, wanted, emptyHolding);
    expect(last.operations.map(operation => operation.subject)).toEqual(
      first.operations.map(operation => operation.subject).reverse(),
    );
    const end = perform(
      held,
      last.operations.map(operation => operation.request),
    );
    expect([end.addresses.size, end.routes.size, end.rules.size]).toEqual([0, 0, 0]);
  });

  it('never removes what is not its own, nor what is gone already', () => {
    expect(objects(held, emptyHolding, emptyHolding)).toEqual([]);
    expect(objects(bare, wanted, emptyHolding)).toEqual([]);
  });

  it('changes only what differs, removals first', () => {
    const next = {
      ...wanted,
      addresses: [...wanted.addresses.slice(1), { config: address('10.9.0.7/32'), device: 'va' }],
    };
    expect(objects(held, wanted, next)).toEqual(['remove address', 'add address']);
  });

  it('adds a line written twice once', () => {
    const twice = {
      ...emptyHolding,
      addresses: [...wanted.addresses.slice(0, 1), ...wanted.addresses.slice(0, 1)],
    };
    expect(objects(bare, emptyHolding, twice)).toEqual(['add address']);
  });

  it('takes a route as held when the kernel found the device of its gateway', () => {
    const plain = { ...emptyHolding, routes: wanted.routes.slice(0, 1) };
    const asReported = {
      ...emptyHolding,
      routes: [route('203.0.113.0/24', [{ via: '10.9.0.9', dev: 'va' }])],
    };
    const [operation] = planHolding(bare, emptyHolding, asReported).operations;
    const reported = perform(bare, operation === undefined ? [] : [operation.request]);
    expect(objects(reported, emptyHolding, plain)).toEqual([]);
    expect(objects(reported, plain, emptyHolding)).toEqual(['remove route']);
  });

  it('names what stands in the way and does the rest', () => {
    const plan = planHolding(bare, emptyHolding, {
      ...emptyHolding,
      addresses: [
        { config: address('10.0.0.1/32', { dev: 'gone0' }), device: 'va' },
        { config: address('10.0.0.2/32'), device: undefined },
        { config: address('10.0.0.3/32'), device: 'va' },
      ],
      routes: [
        {
          ...route('10.1.0.0/16', []),
          hops: [{ via: undefined, dev: 'va', weight: 1, onlink: false, encap: ['mpls', '16'] }],
        },
      ],
    });
    expect(plan.operations.map(operation => operation.subject)).toEqual(['10.0.0.3/32 dev va']);
    expect(plan.obstacles.map(({ obstacle }) => obstacle)).toEqual([
      { cause: 'no-interface', interface: 'gone0' },
      { cause: 'no-interface', interface: undefined },
      { cause: 'encapsulation-unsupported' },
    ]);
  });
});
