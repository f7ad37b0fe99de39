// Any sequence of inputs, sensible or not, leaves the VRRP machine in a legal state with its deadlines ahead.
// Spec: test/world/vrrp-laws.ts; sequences and packets are made by fast-check.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Instant,
  instant,
  after as later,
  microseconds,
  milliseconds,
  seconds,
} from '../../src/core/time.ts';
import { advertOf } from '../../src/core/vrrp/advert.ts';
import type { VrrpConfig } from '../../src/core/vrrp/config.ts';
import { createVrrp, deadline, type Input, statusOf, step } from '../../src/core/vrrp/index.ts';
import { encodeAdvert, sentForm } from '../../src/core/wire/index.ts';
import { address, config, group, instance, link, script, virtual } from '../unit/vrrp/sample.ts';
import { expectLawful, freeze } from './vrrp-laws.ts';

const scripts = [script('chk', { fall: 2, rise: 2 }), script('weigh', { initFail: true })];

const instances = (change: {
  readonly a?: number;
  readonly name?: string;
  readonly vips?: readonly string[];
}) => [
  instance({
    name: change.name ?? 'a',
    vrid: 1,
    priority: change.a ?? 100,
    addresses: (change.vips ?? ['10.0.0.1/24']).map(each => virtual(each)),
    trackScripts: [{ script: 'weigh', weight: -30, reverse: false }],
    announce: { ...instance().announce, refresh: seconds(3) },
  }),
  instance({ name: 'b', vrid: 2, interface: 'eth1', version: 3, advertInterval: milliseconds(100) }),
  instance({
    name: 'c',
    vrid: 3,
    priority: 150,
    preemptDelay: seconds(4),
    trackInterfaces: [{ interface: 'eth1', weight: 20, reverse: true }],
  }),
  instance({ name: 'd', vrid: 4, priority: 255, initialState: 'MASTER' }),
  instance({
    name: 'e',
    vrid: 5,
    family: 'inet6',
    version: 3,
    preempt: false,
    timerExpiredBackup: 100,
    trackScripts: [{ script: 'chk', weight: 0, reverse: false }],
  }),
];

const configs: readonly VrrpConfig[] = [
  config(instances({}), { scripts, groups: [group('g', ['a', 'b'])], startupDelay: seconds(1) }),
  config(instances({ a: 200, vips: ['10.0.0.1/24', '10.0.0.7/24'] }), { scripts, groups: [] }),
  config(instances({ name: 'renamed', a: 255 }), { scripts, groups: [group('h', ['c', 'd'])] }),
  config(instances({}).slice(2), { scripts: [script('chk')], groups: [group('g', ['c', 'e'])] }),
];

const links = [
  link(['10.0.0.10', 'fe80::10']),
  link(['10.0.0.10', 'fe80::10'], { running: false }),
  link(['10.0.0.11', 'fe80::10']),
  link([]),
  link(['fe80::10'], { index: 7, up: false, running: false }),
  undefined,
];

const sources = ['10.0.0.5', '10.0.0.10', '10.0.0.20', 'fe80::20'].map(address);
const peers = instances({});

const packet = fc
  .record({
    peer: fc.constantFrom(...peers),
    priority: fc.constantFrom(0, 1, 80, 100, 150, 200, 255),
    source: fc.constantFrom(...sources),
    interval: fc.constantFrom(undefined, milliseconds(10), seconds(2)),
    ttl: fc.constantFrom(255, 255, 255, undefined, 64),
    damage: fc.option(fc.record({ at: fc.nat(30), value: fc.nat(255) }), { freq: 8 }),
    cut: fc.option(fc.nat(20), { freq: 12 }),
  })
  .map(({ peer, priority, source, interval, ttl, damage, cut }): Input => {
    const family = peer.family;
    const from =
      (family === 'inet') === source.includes(':')
        ? address(family === 'inet' ? '10.0.0.20' : 'fe80::20')
        : source;
    const like = interval === undefined || peer.version === 2 ? peer : { ...peer, advertInterval: interval };
    const path = { source: from, destination: peer.multicastGroup };
    let bytes = encodeAdvert(advertOf(like, priority), path, sentForm(peer.version, path));
    if (damage !== null && damage.at < bytes.length) bytes[damage.at] = damage.value;
    if (cut !== null) bytes = bytes.subarray(0, cut);
    return { kind: 'packet', interface: peer.interface ?? 'eth0', family, ...path, ttl, bytes };
  });

const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'renamed', 'nobody');
const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 8, arbitrary: packet },
  { weight: 6, arbitrary: fc.constant<Input>({ kind: 'wake' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('interface' as const),
      name: fc.constantFrom('eth0', 'eth0', 'eth1', 'eth9'),
      interface: fc.constantFrom(...links),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('script-result' as const),
      name: fc.constantFrom('chk', 'weigh', 'none'),
      success: fc.boolean(),
      detail: fc.constant('ended'),
    }),
  },
  { weight: 1, arbitrary: names.map((name): Input => ({ kind: 'address-lost', instance: name, what: 'x' })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...configs).map((each): Input => ({ kind: 'configure', config: each })),
  },
  { weight: 1, arbitrary: fc.constant<Input>({ kind: 'start' }) },
);
/** How time passes before an input: a given span, or until the armed deadline. */
const pause = fc.oneof(fc.constant('deadline' as const), fc.nat(4_000_000), fc.nat(2_000));

describe('any sequence of inputs', () => {
  it('leaves a legal state and deadlines ahead, and writes to nothing it was given', () => {
    let masters = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(pause, input), { maxLength: 60 }), moves => {
        let now: Instant = instant(1);
        let machine = freeze(createVrrp(configs[0] as VrrpConfig));
        const opening: Input[] = ['eth0', 'eth1'].map(name => ({
          kind: 'interface',
          name,
          interface: link(['10.0.0.10', 'fe80::10']),
        }));
        const run = (given: Input): void => {
          const { state, effects } = step(machine, given, now);
          machine = freeze(state);
          expectLawful(machine, now, effects);
          masters += effects.filter(effect => effect.kind === 'hold').length;
          statusOf(machine, now);
        };
        for (const given of [...opening, { kind: 'start' } as const]) run(given);
        for (const [wait, given] of moves) {
          now = wait === 'deadline' ? (deadline(machine) ?? now) : later(now, microseconds(wait));
          run(given);
        }
        run({ kind: 'stop' });
        run({ kind: 'wake' });
      }),
      { numRuns: 300, seed: 112 },
    );
    // The sequences are long enough to get somewhere.
    expect(masters).toBeGreaterThan(300);
  });

  it('does nothing twice: a wake before the deadline is a no-op', () => {
    fc.assert(
      fc.property(fc.nat(3_000_000), offset => {
        let machine = createVrrp(config([instance()]));
        machine = step(
          machine,
          { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) },
          instant(0),
        ).state;
        machine = step(machine, { kind: 'start' }, instant(0)).state;
        const woken = step(machine, { kind: 'wake' }, instant(offset));
        expect(woken.effects).toEqual([]);
        expect(woken.state).toEqual(machine);
      }),
      { numRuns: 50, seed: 18 },
    );
  });
});
