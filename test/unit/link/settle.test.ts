// One plan over all owners: order, adoption, what is in the way; after the kernel did it the mirror holds what is wanted and no more.
// Truth: DESIGN "desired state, then a plan"; the requests' own bytes become the kernel's reports.
import { describe, expect, it } from 'vitest';
import {
  complete,
  createHoldings,
  disown,
  type Holdings,
  hear,
  type Mirror,
  type OwnerId,
  settle,
  type Wanted,
  want,
} from '../../../src/core/link/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { messageFlags } from '../../../src/core/netlink/index.ts';
import { address, eth, mirrorOf, perform, prefix, route, rule, wanting } from './fixtures.ts';

const wanted = wanting({
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
});

const nothing = wanting({});

/** A machine with `va`, and what an owner holds of it. */
function machine() {
  return { mirror: mirrorOf(eth(2, 'va')), holdings: createHoldings() };
}
type Machine = { readonly mirror: Mirror; readonly holdings: Holdings };

/** One plan, carried out: the kernel does all of it, answers and reports. */
function carryOut({ mirror, holdings }: Machine) {
  const settled = settle(holdings, mirror);
  const changes = perform(
    mirror,
    settled.operations.map(({ request }) => request),
  );
  const held = settled.operations.flatMap(({ ticket }) => complete(holdings, mirror, ticket, undefined).held);
  const heard = hear(holdings, mirror, changes);
  return { ...settled, told: [...settled.held, ...held], heard };
}

function wants(on: Machine, lines: Wanted, owner: OwnerId = 1) {
  want(on.holdings, owner, lines);
  return carryOut(on);
}

const said = ({ operations }: Pick<ReturnType<typeof carryOut>, 'operations'>) =>
  operations.map(({ verb, kind }) => `${verb} ${kind}`);
const addressesOf = ({ told }: ReturnType<typeof carryOut>) =>
  told.flatMap(({ owner, targets }) => targets.map(({ address }) => `${owner} ${address}`));

describe('settle', () => {
  it('adds addresses before routes before rules', () => {
    const first = wants(machine(), wanted);
    expect(first.obstacles).toEqual([]);
    expect(first.operations.map(({ kind }) => kind)).toEqual([
      ...Array(5).fill('address'),
      ...Array(5).fill('route'),
      ...Array(3).fill('rule'),
    ]);
    expect(addressesOf(first)).toEqual(wanted.addresses.map(({ config }) => `1 ${config.prefix.address}`));
  });

  it('takes what it asked for as its own echo: no loss, nothing foreign, nothing left to do', () => {
    const on = machine();
    const { heard } = wants(on, wanted);
    expect(heard).toEqual({ lost: [], held: [], foreign: [], unsettled: false, reread: false });
    expect(said(carryOut(on))).toEqual([]);
  });

  it('asks nothing when all is there: a restarted daemon adopts', () => {
    const on = machine();
    wants(on, wanted);
    expect(said(wants(on, wanted))).toEqual([]);
    const restarted = { ...on, holdings: createHoldings() };
    const adopted = wants(restarted, wanted);
    expect(said(adopted)).toEqual([]);
    // What was there is announced as well, and is ours from then on.
    expect(addressesOf(adopted)).toHaveLength(5);
    expect(adopted.ledger).toHaveLength(13);
    expect(said(wants(restarted, nothing))).toHaveLength(13);
  });

  it('removes in reverse order and leaves nothing behind', () => {
    const on = machine();
    const first = wants(on, wanted);
    disown(on.holdings, 1);
    const last = carryOut(on);
    expect(last.operations.map(({ subject }) => subject)).toEqual(
      first.operations.map(({ subject }) => subject).reverse(),
    );
    expect(last.operations.every(({ verb }) => verb === 'remove')).toBe(true);
    expect([on.mirror.addresses.size, on.mirror.routes.size, on.mirror.rules.size]).toEqual([0, 0, 0]);
    expect(on.holdings).toEqual({ ...createHoldings(), nextTicket: on.holdings.nextTicket });
  });

  it('never removes what is not its own, nor what is gone already', () => {
    const on = machine();
    wants(on, wanted);
    const other = { ...on, holdings: createHoldings() };
    expect(said(wants(other, nothing))).toEqual([]);
    disown(other.holdings, 1);
    expect(said(carryOut(other))).toEqual([]);
    const { operations } = settle({ ...other.holdings, former: [wanted] }, mirrorOf(eth(2, 'va')));
    expect(operations).toEqual([]);
  });

  it('removes the lines of a former life where the kernel holds them and nobody wants them', () => {
    const on = machine();
    wants(on, wanted);
    const restarted = { ...on, holdings: createHoldings() };
    want(restarted.holdings, 2, wanting({ addresses: wanted.addresses.slice(0, 1) }));
    disown(restarted.holdings, 1, wanting({ addresses: wanted.addresses.slice(0, 2) }));
    expect(carryOut(restarted).operations.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual([
      'remove 10.9.0.101/24 dev va',
    ]);
  });

  // The old plan removed first. A new address comes before an old one goes: whoever is reached by both is never without one.
  it('changes only what differs, additions first', () => {
    const on = machine();
    wants(on, wanted);
    const addresses = [...wanted.addresses.slice(1), { config: address('10.9.0.7/32'), device: 'va' }];
    expect(said(wants(on, { ...wanted, addresses }))).toEqual(['add address', 'remove address']);
  });

  it('adds a line written twice once', () => {
    const [first] = wanted.addresses;
    const twice = wants(machine(), wanting({ addresses: [first!, first!] }));
    expect(said(twice)).toEqual(['add address']);
    expect(addressesOf(twice)).toEqual(['1 10.9.0.100']);
  });

  it('adds what two owners want once, tells both, and removes it with the last', () => {
    const on = machine();
    const shared = wanting({ addresses: wanted.addresses.slice(0, 1), rules: wanted.rules.slice(0, 1) });
    want(on.holdings, 2, shared);
    const both = wants(on, shared, 1);
    expect(said(both)).toEqual(['add address', 'add rule']);
    expect(addressesOf(both)).toEqual(['2 10.9.0.100', '1 10.9.0.100']);
    disown(on.holdings, 1);
    expect(said(carryOut(on))).toEqual([]);
    disown(on.holdings, 2);
    expect(said(carryOut(on))).toEqual(['remove rule', 'remove address']);
  });

  it('takes a route as held when the kernel found the device of its gateway', () => {
    const on = machine();
    const plain = wanting({ routes: wanted.routes.slice(0, 1) });
    const asReported = wanting({ routes: [route('203.0.113.0/24', [{ via: '10.9.0.9', dev: 'va' }])] });
    wants(on, asReported);
    const restarted = { ...on, holdings: createHoldings() };
    expect(said(wants(restarted, plain))).toEqual([]);
    expect(said(wants(restarted, nothing))).toEqual(['remove route']);
  });

  it('names what is in the way and does the rest', () => {
    const plan = wants(
      machine(),
      wanting({
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
      }),
    );
    expect(plan.operations.map(({ subject }) => subject)).toEqual(['10.0.0.3/32 dev va']);
    expect(plan.obstacles).toEqual([
      {
        owner: 1,
        label: 'VI_1',
        subject: '10.0.0.1/32 dev gone0',
        obstacle: { cause: 'no-interface', interface: 'gone0' },
      },
      {
        owner: 1,
        label: 'VI_1',
        subject: '10.0.0.2/32 dev ?',
        obstacle: { cause: 'no-interface', interface: undefined },
      },
      {
        owner: 1,
        label: 'VI_1',
        subject: '10.1.0.0/16',
        obstacle: { cause: 'encapsulation-unsupported' },
      },
    ]);
  });
});

describe('what changes in place', () => {
  const six = (changes: Parameters<typeof address>[1] = {}) =>
    wanting({ addresses: [{ config: address('2001:db8:9::9/64', changes), device: 'va' }] });
  const requestOf = (plan: ReturnType<typeof carryOut>) =>
    plan.operations.map(({ request }) => request.flags);

  it('is an IPv6 address whose lifetime or flags are others: it is never missing, and announced once', () => {
    const on = machine();
    wants(on, six());
    for (const changes of [{ preferredLifetime: 100 }, { preferredLifetime: 0, flags: { home: true } }]) {
      const plan = wants(on, six(changes));
      expect(said(plan)).toEqual(['replace address']);
      expect(requestOf(plan)).toEqual([messageFlags.create | messageFlags.replace]);
      expect(plan.ledger).toHaveLength(1);
      expect(addressesOf(plan)).toEqual([]);
      expect(plan.heard.lost).toEqual([]);
      expect(said(wants(on, six(changes)))).toEqual([]);
    }
    expect([...on.mirror.addresses.values()]).toMatchObject([{ preferredLifetime: 0, flags: 0x12 }]);
  });

  it('is not an IPv6 address of another prefix length, nor an IPv4 one with another label: they go and come', () => {
    const on = machine();
    wants(on, six());
    const other = wanting({ addresses: [{ config: address('2001:db8:9::9/128'), device: 'va' }] });
    expect(said(wants(on, other))).toEqual(['remove address', 'add address']);
    const four = (label: string) =>
      wanting({ addresses: [{ config: address('10.9.0.5/24', { label }), device: 'va' }] });
    wants(on, four('va:1'));
    const plan = wants(on, four('va:2'));
    expect(said(plan)).toEqual(['remove address', 'add address']);
    expect(plan.heard.lost).toEqual([]);
  });

  it('a refused replacement is asked for again', () => {
    const on = machine();
    wants(on, six());
    const asked = () => {
      want(on.holdings, 1, six({ preferredLifetime: 100 }));
      return settle(on.holdings, on.mirror).operations;
    };
    const [operation] = asked();
    complete(on.holdings, on.mirror, operation!.ticket, {
      code: 'netlink-refused',
      message: 'no memory',
      errno: 'ENOMEM',
    });
    expect(asked().map(({ verb }) => verb)).toEqual(['replace']);
  });
});
