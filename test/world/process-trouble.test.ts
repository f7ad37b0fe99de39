// Whole VRRP processes whose surroundings fail: interfaces down, deleted and renamed, a kernel that refuses, delays and loses notices,
// partitions, kills at any moment. When the cluster has been left in peace, one node serves and every kernel holds what it should.
// Truth: RFC 9568 section 6 (Active_Down_Interval); scenarios are drawn from seeds, so a failure can be replayed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/core/net/index.ts';
import {
  holdersOf,
  type LinkEdit,
  type NodeAction,
  type SimulatedAction,
  type SimulationResult,
} from '../../src/core/simulate/index.ts';
import { type Instant, after as later, microseconds, milliseconds, seconds } from '../../src/core/time.ts';
import {
  at,
  calm,
  configOf,
  expectForeignUntouched,
  expectHoldingsFit,
  expectOneMaster,
  node,
  play,
  stormy,
  story,
} from './process-laws.ts';

const vipText = '10.0.0.100/24';
const V = { name: 'V', vrid: 51, vips: [vipText] };
const pair = [node(1, configOf([{ ...V, priority: 150 }])), node(2, configOf([V]))];
const vip = parseAddress('10.0.0.100') ?? undefined;
const on = (name: string, action: NodeAction): SimulatedAction => ({ node: name, ...action });
const edit = (name: string, change: LinkEdit): SimulatedAction => on(name, { kind: 'link', edit: change });
const mac = '02:00:00:00:00:77' as Extract<LinkEdit, { kind: 'create' }>['mac'];

const holders = (result: SimulationResult) =>
  vip === undefined ? [] : holdersOf(result.events, vip).map(({ node: name }) => name);

/** Nodes whose kernel has the address now. */
const servers = (result: SimulationResult): string[] =>
  [...result.nodes.values()]
    .filter(({ kernel }) => kernel.addresses.some(({ prefix }) => prefix.address === vip))
    .map(({ name }) => name);

describe('the interface of the MASTER', () => {
  it('goes down and comes up: the other takes over and gives back', () => {
    const result = play({
      nodes: pair,
      actions: [
        { at: at(10), action: edit('n1', { kind: 'down', name: 'eth0' }) },
        { at: at(20), action: edit('n1', { kind: 'up', name: 'eth0' }) },
      ],
      until: at(40),
    });
    expect(holders(result), story(result.events)).toEqual(['n1', 'n2', 'n1']);
    expectHoldingsFit(result);
  });

  it('loses its carrier: the other takes over and gives back', () => {
    const result = play({
      nodes: pair,
      actions: [
        { at: at(10), action: edit('n1', { kind: 'carrier', name: 'eth0', running: false }) },
        { at: at(20), action: edit('n1', { kind: 'carrier', name: 'eth0', running: true }) },
      ],
      until: at(40),
    });
    expect(holders(result), story(result.events)).toEqual(['n1', 'n2', 'n1']);
    expectHoldingsFit(result);
  });

  it('is deleted and made anew with another index: the address comes back to it', () => {
    const result = play({
      nodes: pair,
      actions: [
        { at: at(10), action: edit('n1', { kind: 'delete', name: 'eth0' }) },
        { at: at(20), action: edit('n1', { kind: 'create', name: 'eth0', mac, up: true }) },
        {
          at: at(20.5),
          action: on('n1', { kind: 'foreign-address', verb: 'add', address: '10.0.0.11/24', link: 'eth0' }),
        },
      ],
      until: at(40),
    });
    expect(servers(result), story(result.events)).toEqual(['n1']);
    expectHoldingsFit(result);
  });

  it('is renamed while up: the address goes from it, and the other serves alone', () => {
    const result = play({
      nodes: pair,
      actions: [{ at: at(10), action: edit('n1', { kind: 'rename', name: 'eth0', to: 'lan0' }) }],
      until: at(30),
    });
    expect(servers(result), story(result.events)).toEqual(['n2']);
  });

  it('was renamed while up: an orderly stop leaves no address on it', () => {
    const result = play({
      nodes: pair,
      actions: [
        { at: at(10), action: edit('n1', { kind: 'rename', name: 'eth0', to: 'lan0' }) },
        { at: at(20), action: on('n1', { kind: 'stop' }) },
      ],
      until: at(30),
    });
    expect(servers(result), story(result.events)).toEqual(['n2']);
  });

  it('is renamed and renamed back: one node serves', () => {
    const result = play({
      nodes: pair,
      actions: [
        { at: at(10), action: edit('n1', { kind: 'rename', name: 'eth0', to: 'lan0' }) },
        { at: at(20), action: edit('n1', { kind: 'rename', name: 'lan0', to: 'eth0' }) },
      ],
      until: at(40),
    });
    expect(servers(result), story(result.events)).toEqual(['n1']);
    expectHoldingsFit(result);
  });

  it('gets its other addresses flushed: the address is put back or handed over', () => {
    const result = play({
      nodes: pair,
      actions: [
        {
          at: at(10),
          action: on('n1', {
            kind: 'foreign-address',
            verb: 'remove',
            address: '10.0.0.11/24',
            link: 'eth0',
          }),
        },
        {
          at: at(15),
          action: on('n1', { kind: 'foreign-address', verb: 'add', address: '10.0.0.11/24', link: 'eth0' }),
        },
      ],
      until: at(40),
    });
    expect(servers(result), story(result.events)).toHaveLength(1);
    expectOneMaster(result, 'V');
    expectHoldingsFit(result);
  });
});

describe('a kernel that refuses an address once', () => {
  it('is asked again: a MASTER does not stay without its address', () => {
    const refusal = { operation: 'RTM_NEWADDR', errno: 'ENOBUFS', times: 1 } as const;
    const result = play({
      nodes: pair,
      actions: [{ at: at(1), action: on('n1', { kind: 'refuse', refusal }) }],
      until: at(30),
    });
    expectOneMaster(result, 'V');
    expectHoldingsFit(result);
  });
});

const names = fc.constantFrom('n1', 'n2', 'n3');
const own = (name: string) => `10.0.0.1${name.slice(1)}/24`;

/** What may happen to a node. */
const makers: readonly ((name: string) => NodeAction)[] = [
  () => ({ kind: 'kill' }),
  () => ({ kind: 'start', resume: true }),
  () => ({ kind: 'start', resume: false }),
  () => ({ kind: 'stop' }),
  () => ({ kind: 'power-off' }),
  () => ({ kind: 'boot' }),
  () => ({ kind: 'link', edit: { kind: 'down', name: 'eth0' } }),
  () => ({ kind: 'link', edit: { kind: 'up', name: 'eth0' } }),
  () => ({ kind: 'link', edit: { kind: 'carrier', name: 'eth0', running: false } }),
  () => ({ kind: 'foreign-address', verb: 'remove', address: vipText, link: 'eth0' }),
  () => ({ kind: 'foreign-address', verb: 'add', address: '10.0.0.200/24', link: 'eth0' }),
  name => ({ kind: 'foreign-address', verb: 'remove', address: own(name), link: 'eth0' }),
  () => ({ kind: 'overrun', span: seconds(2) }),
  () => ({ kind: 'pace', pace: { delay: milliseconds(20), jitter: milliseconds(300) } }),
];
const nodeTrouble = fc.constantFrom(...makers);

const trouble: fc.Arbitrary<SimulatedAction> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(names, nodeTrouble).map(([name, make]) => on(name, make(name))) },
  fc.constant<SimulatedAction>({ kind: 'partition', islands: [['n1', 'n2'], ['n3']] }),
  fc.constant<SimulatedAction>({ kind: 'partition', islands: [['n1'], ['n2', 'n3']] }),
  fc.constant<SimulatedAction>({ kind: 'heal' }),
  fc.constant<SimulatedAction>({ kind: 'network', network: stormy }),
);

/** Everything that can be repaired is: carrier, addresses of the nodes themselves, processes, the network. */
const repairs = (time: Instant) =>
  [
    { kind: 'heal' } as const,
    { kind: 'network', network: calm } as const,
    ...['n1', 'n2', 'n3'].flatMap((name): SimulatedAction[] => [
      on(name, { kind: 'boot' }),
      on(name, { kind: 'pace', pace: { delay: microseconds(100), jitter: microseconds(50) } }),
      edit(name, { kind: 'up', name: 'eth0' }),
      edit(name, { kind: 'carrier', name: 'eth0', running: true }),
      on(name, { kind: 'foreign-address', verb: 'add', address: own(name), link: 'eth0' }),
      on(name, { kind: 'start', resume: false }),
    ]),
  ].map(action => ({ at: time, action }));

/** A process that was stopping at the moment of peace ends a little later: it is started once more. */
const again = (time: Instant) =>
  ['n1', 'n2', 'n3'].map(name => ({ at: time, action: on(name, { kind: 'start', resume: false }) }));

describe('three nodes in any kind of trouble', () => {
  it('end with one MASTER, whose kernel alone holds the address, and touch nothing else', () => {
    let takeovers = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.tuple(fc.nat(3_000_000), trouble), { maxLength: 12 }),
        (seed, moves) => {
          let time = at(5);
          const actions = moves.map(([wait, action]) => {
            time = later(time, microseconds(wait));
            return { at: time, action };
          });
          const peace = later(time, seconds(2));
          const nodes = [200, 150, 100].map((priority, i) => node(i + 1, configOf([{ ...V, priority }])));
          const result = play({
            seed,
            nodes,
            actions: [...actions, ...repairs(peace), ...again(later(peace, seconds(3)))],
            until: later(peace, seconds(25)),
          });
          const told = story(result.events);
          expectOneMaster(result, 'V');
          expectHoldingsFit(result);
          expect(servers(result), told).toEqual(['n1']);
          expectForeignUntouched(result, nodes);
          takeovers += holders(result).length;
        },
      ),
      { numRuns: 80, seed: 9568 },
    );
    expect(takeovers).toBeGreaterThan(150);
  });
});
