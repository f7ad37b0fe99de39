// What carries over a restart and a reload. Truth: keepalived(8) reload (a checker of the same parameters keeps its state);
// ipvsadm(8) (only NAT changes the port).
import { describe, expect, it } from 'vitest';
import { type Checker, createChecker, stepChecker } from '../../../src/core/check/index.ts';
import { adoptedStandings, carryOver, spreadOf } from '../../../src/core/daemon/adoption.ts';
import { type Service, tableOf } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { instant, seconds, zero } from '../../../src/core/time.ts';
import { checker, http, target } from '../check/sample.ts';
import { loadText } from '../conf/load-text.ts';

const load = (kind: string, weight = 1) =>
  loadText(`virtual_server 10.0.0.1 80 {
  lvs_sched rr
  lvs_method ${kind}
  protocol TCP
  real_server 10.0.1.1 8080 {
    weight ${weight}
    TCP_CHECK {
    }
  }
}
`).config;

const table = (destinations: readonly (readonly [number, number])[]) => {
  const service: Service = {
    id: { kind: 'address', protocol: 'tcp', address: '10.0.0.1' as Address, port: 80 },
    scheduler: 'rr',
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    persistence: undefined,
    onePacket: false,
    engine: undefined,
    destinations: destinations.map(([port, weight]) => ({
      address: '10.0.1.1' as Address,
      port,
      forwarding: 'NAT',
      tunnel: undefined,
      weight,
      upperThreshold: 0,
      lowerThreshold: 0,
    })),
  };
  return tableOf([service]);
};

describe('health found in the table', () => {
  it.each([
    ['a server that is there serves', 'NAT', 1, [[8080, 1]], [true]],
    ['one that is not there was taken out', 'NAT', 1, [], [false]],
    ['one of weight 0 was taken out with inhibit_on_failure', 'NAT', 1, [[8080, 0]], [false]],
    ['one configured with weight 0 is no less healthy', 'NAT', 0, [[8080, 0]], [true]],
    ['direct routing stands under the port of the service', 'DR', 1, [[80, 1]], [true]],
    ['and not under its own', 'DR', 1, [[8080, 1]], [false]],
  ] as const)('%s', (_, kind, weight, destinations, expected) => {
    expect([...adoptedStandings(load(kind, weight), table(destinations)).values()]).toEqual(expected);
  });
  it('of a service that is not there says nothing', () => {
    expect(adoptedStandings(load('NAT'), tableOf([])).size).toBe(0);
  });
});

describe('checkers through a reload', () => {
  const start = (config: ReturnType<typeof checker>): Checker =>
    createChecker(config, { spread: zero }, instant(0));
  const tcp = (id: string, port = 80, changes = {}) =>
    checker({ kind: 'tcp', target: target({ port }) }, { id, ...changes });
  const running = (...all: readonly Checker[]) => new Map(all.map(one => [one.config.id, one]));

  it('go on when they ask the same, with their new schedule', () => {
    const before = start(tcp('c/0'));
    const { kept, dropped, added } = carryOver(running(before), [tcp('c/0', 80, { delayLoop: seconds(3) })]);
    expect(kept.get('c/0')).toMatchObject({ due: before.due, config: { delayLoop: seconds(3) } });
    expect([dropped, added]).toEqual([[], []]);
  });
  it('are found again under another number', () => {
    const first = start(tcp('c/0', 80));
    const second = start(tcp('c/1', 81));
    const { kept, dropped, added } = carryOver(running(first, second), [tcp('c/0', 81)]);
    expect(kept.get('c/0')).toMatchObject({ due: second.due, config: { check: { target: { port: 81 } } } });
    expect([dropped, added]).toEqual([['c/0'], []]);
  });
  it('look anew under another number while they ask: their answer would reach a stranger', () => {
    const first = start(tcp('c/0', 80));
    const asking = start(tcp('c/1', 81));
    stepChecker(asking, { kind: 'wake' }, asking.due!);
    expect(asking.phase).toBe('running');
    const moved = tcp('c/0', 81);
    const { kept, heirs, dropped, added } = carryOver(running(first, asking), [moved]);
    expect(kept.size).toBe(0);
    expect(heirs).toEqual([{ config: moved, former: asking }]);
    expect([dropped, added]).toEqual([['c/0', 'c/1'], []]);
  });
  it('hand on what they know to one that asks in another way', () => {
    const before = start(tcp('c/0'));
    const other = tcp('c/0', 81);
    expect(carryOver(running(before), [other])).toEqual({
      kept: new Map(),
      heirs: [{ config: other, former: before }],
      dropped: ['c/0'],
      added: [],
    });
  });
  it('are dropped and added when they are of another kind, or of another server', () => {
    const before = running(start(tcp('c/0')));
    for (const other of [
      checker(http(), { id: 'c/0', keyword: 'HTTP_GET' }),
      tcp('c/0', 80, { realServer: 'x' }),
    ])
      expect(carryOver(before, [other])).toMatchObject({ heirs: [], dropped: ['c/0'], added: [other] });
  });
  it('never serve two: of two equal ones each is matched once', () => {
    const { kept, added } = carryOver(running(start(tcp('c/0'))), [tcp('c/0'), tcp('c/1')]);
    expect([[...kept.keys()], added.map(({ id }) => id)]).toEqual([['c/0'], ['c/1']]);
  });
});

describe('the spread of first runs', () => {
  it('fills the warmup evenly: no gap of a hundred checkers is wider than three even shares', () => {
    const warmup = seconds(10);
    const times = Array.from({ length: 100 }, (_, i) => spreadOf(i, warmup)).sort((a, b) => a - b);
    expect(times.every(time => time >= 0 && time <= warmup)).toBe(true);
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan((3 * warmup) / 100);
  });
});
