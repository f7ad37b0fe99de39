// Routes and rules that are held, what is in the way, and answers that are errors, late, or never come.
// Truth: simulate/kernel (held against a real kernel by test/kernel/route-kernel.test.ts); keepalived.conf(5) for no_track.
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/core/fault.ts';
import {
  askAgain,
  compactLedger,
  complete,
  createHoldings,
  disown,
  hear,
  type OwnerId,
  possessionsOf,
  refusedRecord,
  rehear,
  replay,
  settle,
  type Wanted,
  want,
} from '../../../src/core/link/index.ts';
import type { Address, Mac } from '../../../src/core/net/index.ts';
import {
  addRoute,
  addRule,
  type Request,
  type RouteRecord,
  type RuleRecord,
  removeRoute,
  removeRule,
} from '../../../src/core/netlink/index.ts';
import { takeKey } from '../../../src/core/news.ts';
import { ask } from '../../../src/core/simulate/index.ts';
import { Bench, boot, heldIn, lines, stage } from '../../property/holdings-bench.ts';
import { address, eth, mirrorOf, perform, prefix, route, rule, wanting } from './fixtures.ts';

const timeout: Fault = { code: 'netlink-timeout', message: 'no answer' };
const target = '203.0.113.0/24';
const plain = route(target, [{ via: '10.0.0.9', dev: 'eth0' }]);
const deviceless = route(target, [{ via: '10.0.0.9' }]);
const policy = rule({ from: prefix('10.0.0.100/32'), preference: 5000 });

const at = (...owners: readonly (readonly [OwnerId, Partial<Wanted>])[]) =>
  new Map(owners.map(([id, parts]) => [id, wanting({ label: `VI_${id}`, ...parts })] as const));
const config = (parts: Partial<Wanted>) => at([1, parts]);

/** At rest with what is wanted. */
function running(parts: Partial<Wanted>): Bench {
  const bench = new Bench(stage());
  bench.reload(config(parts));
  return bench.rest();
}
const said = (operations: ReturnType<Bench['reload']>) =>
  operations.map(({ verb, kind, subject }) => `${verb} ${kind} ${subject}`);
const routesIn = ({ kernel }: Bench) =>
  kernel.routes.map(({ hops, metric }) => `${hops[0]?.via} dev ${hops[0]?.ifindex} metric ${metric ?? 0}`);
const rulesIn = ({ kernel }: Bench) =>
  kernel.rules.flatMap(({ preference = 0 }) => (preference > 0 && preference < 32766 ? preference : []));

/** Somebody else asks the kernel. */
function others(bench: Bench, request: Request): void {
  const { errno, news } = ask(bench.kernel, request);
  expect(errno).toBeUndefined();
  bench.notices.push(...news);
}
const theRoute = ({ kernel }: Bench): RouteRecord => kernel.routes[0]!;
const theRule = ({ kernel }: Bench): RuleRecord =>
  kernel.rules.find(({ preference }) => preference === policy.preference)!;

/** Nothing is left in kernel and holdings. */
function expectForgotten(bench: Bench): void {
  expect([heldIn(bench.kernel), routesIn(bench), rulesIn(bench)]).toEqual([['2 10.0.0.1/24 '], [], []]);
  const { items, flights, near, onLink, ownerless } = bench.holdings;
  expect([items, flights, near, onLink, ownerless].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
}

/** Nor in the ledger. */
function expectNothing(bench: Bench): void {
  expectForgotten(bench);
  expect(replay(bench.ledger, boot)).toEqual([]);
}

describe('routes and rules', () => {
  const both = { routes: [plain], rules: [policy] };

  it('are added, kept, and removed', () => {
    const bench = running(both);
    expect([routesIn(bench), rulesIn(bench)]).toEqual([['10.0.0.9 dev 2 metric 0'], [5000]]);
    expect(said(bench.reload(config(both)))).toEqual([]);
    expect(said(bench.reload(new Map()))).toEqual(['remove rule 5000', `remove route ${target}`]);
    expectNothing(bench.rest());
    expect(bench.lost).toEqual([]);
  });

  it('move between owners without an operation, and stay until the last owner goes', () => {
    const bench = running(both);
    expect(said(bench.reload(at([2, both])))).toEqual([]);
    expect(said(bench.reload(at([2, { routes: [plain] }], [3, both])))).toEqual([]);
    expect(said(bench.reload(at([2, { routes: [plain] }])))).toEqual(['remove rule 5000']);
    bench.rest().reload(new Map());
    expectNothing(bench.rest());
    expect(bench.lost).toEqual([]);
  });

  it('are lost when others remove them, by every owner that tracks them', () => {
    const bench = running({});
    bench.reload(at([1, both], [2, both]));
    others(bench.rest(), removeRoute(theRoute(bench)));
    others(bench, removeRule(theRule(bench)));
    bench.rest();
    expect(bench.lost.sort()).toEqual(
      [1, 2].flatMap(owner => [`${owner} route ${target}`, `${owner} rule 5000`]),
    );
    expect([routesIn(bench).length, rulesIn(bench)]).toEqual([1, [5000]]);
  });

  it('are removed before another of their place is added: the kernel would take one for the other', () => {
    const bench = running(both);
    const other = route(target, [{ via: '10.0.0.8', dev: 'eth0' }]);
    expect(said(bench.reload(config({ routes: [other], rules: [policy] })))).toEqual([
      `remove route ${target}`,
      `add route ${target}`,
    ]);
    expect(routesIn(bench.rest())).toEqual(['10.0.0.8 dev 2 metric 0']);
    expect(bench.lost).toEqual([]);
  });

  // Linux fib_disable_ip: the last IPv4 address of an interface takes all IPv4 routes over it along, without a notice.
  describe('over an interface whose only address is ours', () => {
    const over = route(target, [{ dev: 'eth1' }]);
    const [vip] = lines('VI_1', '10.0.0.100/32 eth1').addresses;
    const addresses = vip === undefined ? [] : [vip];
    const orders = ['answers', 'notices'] as const;
    const carriedOut = (bench: Bench, first: (typeof orders)[number]) => {
      while (bench.execute());
      if (first === 'answers') while (bench.answer());
      while (bench.notice());
      return bench.rest();
    };

    it.each(orders)('are put back, not lost, when that address goes, %s first', first => {
      const bench = running({ addresses, routes: [over] });
      bench.reload(config({ routes: [over] }));
      carriedOut(bench, first);
      expect([routesIn(bench), bench.lost]).toEqual([['undefined dev 3 metric 0'], []]);
    });
    it.each(orders)('are there in the end when the same reload brings them, %s first', first => {
      const bench = running({ addresses });
      bench.reload(config({ routes: [over] }));
      carriedOut(bench, first);
      expect([routesIn(bench), bench.lost]).toEqual([['undefined dev 3 metric 0'], []]);
    });
    it.each(orders)('are put back when the address was another instance’s, %s first', first => {
      const bench = running({});
      bench.reload(at([1, { addresses }], [2, { routes: [over] }]));
      bench.rest().reload(at([2, { routes: [over] }]));
      carriedOut(bench, first);
      expect([routesIn(bench), bench.lost]).toEqual([['undefined dev 3 metric 0'], []]);
    });
    it('are put back without the address that was their source', () => {
      const sourced = { ...plain, preferredSource: '10.0.0.100' as Address };
      const bench = running({});
      bench.reload(at([1, lines('VI_1', '10.0.0.100/24 eth0')], [2, { routes: [sourced] }]));
      bench.rest().reload(at([2, { routes: [sourced] }]));
      bench.rest();
      expect(bench.lost).toEqual([]);
    });
    it('are lost when somebody else removes that address', () => {
      const bench = running({ addresses, routes: [over] });
      bench.foreign('remove', '10.0.0.100/32 eth1');
      bench.rest();
      expect(bench.lost).toContain(`1 route ${target}`);
    });
  });

  it.each(['answers', 'notices'] as const)('that change go and come, %s first', first => {
    const bench = running(both);
    const changed = { ...plain, metrics: [{ name: 'mtu' as const, value: 1400, locked: false }] };
    bench.reload(config({ ...both, routes: [changed] }));
    while (bench.execute());
    if (first === 'answers') while (bench.answer());
    while (bench.notice());
    bench.rest();
    expect(theRoute(bench).metrics).toEqual([{ kind: 2, value: 1400 }]);
    expect(bench.lost).toEqual([]);
    bench.reload(new Map());
    expectNothing(bench.rest());
  });

  it('that are there already count as done: EEXIST, and the notice of who added them comes later', () => {
    const bench = new Bench(stage());
    const settled = new Bench(stage());
    settled.reload(config(both));
    settled.rest();
    bench.reload(config(both));
    others(bench, addRoute(theRoute(settled)));
    others(bench, addRule(theRule(settled)));
    const operations = bench.operations.length;
    expect(operations).toBe(2);
    while (bench.execute());
    expect(bench.answers.map(({ fault }) => fault?.errno)).toEqual(['EEXIST', 'EEXIST']);
    while (bench.answer());
    bench.rest();
    expect(said(bench.reload(config(both)))).toEqual([]);
    others(bench, removeRoute(theRoute(bench)));
    bench.rest();
    expect(bench.lost).toEqual([`1 route ${target}`]);
    bench.reload(new Map());
    expectNothing(bench.rest());
  });

  it('that are gone already count as removed: ESRCH, ENOENT', () => {
    const bench = running(both);
    bench.reload(new Map());
    others(bench, removeRoute(theRoute(bench)));
    others(bench, removeRule(theRule(bench)));
    while (bench.execute());
    expect(bench.answers.map(({ fault }) => fault?.errno)).toEqual(['ENOENT', 'ESRCH']);
    expectNothing(bench.rest());
    expect(bench.lost).toEqual([]);
  });

  it('a route that another of its place keeps out is not taken for present, and comes when asked again', () => {
    const bench = running({});
    const foreign: RouteRecord = { ...theRoute(running({ routes: [plain] })), protocol: 4 };
    others(bench, addRoute({ ...foreign, hops: [{ ...foreign.hops[0]!, via: '10.0.0.7' as never }] }));
    bench.rest().reload(config({ routes: [{ ...plain, insert: 'add' }] }));
    bench.rest();
    expect(routesIn(bench)).toEqual(['10.0.0.7 dev 2 metric 0']);
    expect(possessionsOf(bench.holdings)).toEqual([]);
    others(bench, removeRoute(theRoute(bench)));
    bench.rest();
    expect(askAgain(bench.holdings)).toBe(true);
    bench.settle();
    expect(routesIn(bench.rest())).toEqual(['10.0.0.9 dev 2 metric 0']);
    expect(askAgain(bench.holdings)).toBe(false);
  });
});

describe('a route whose device the kernel finds', () => {
  it('is ours under the device found: kept, lost, removed', () => {
    const bench = running({ routes: [deviceless] });
    expect(routesIn(bench)).toEqual(['10.0.0.9 dev 2 metric 0']);
    expect(said(bench.reload(config({ routes: [deviceless] })))).toEqual([]);
    others(bench, removeRoute(theRoute(bench)));
    bench.rest();
    expect(bench.lost).toEqual([`1 route ${target}`]);
    bench.reload(new Map());
    expectNothing(bench.rest());
  });

  it.each([
    ['gets its device', deviceless, plain],
    ['loses its device', plain, deviceless],
  ])('stays when its line %s', (_, before, now) => {
    const bench = running({ routes: [before] });
    bench.reload(config({ routes: [now] }));
    bench.rest();
    expect(routesIn(bench)).toEqual(['10.0.0.9 dev 2 metric 0']);
    expect(bench.lost).toEqual([]);
    expect(said(bench.reload(config({ routes: [now] })))).toEqual([]);
    bench.reload(new Map());
    expectNothing(bench.rest());
  });
});

describe('no_track', () => {
  const untracked = {
    addresses: [{ config: address('10.0.0.100/24', { tracked: false }), device: 'eth0' }],
    routes: [{ ...plain, tracked: false }],
    rules: [{ ...policy, tracked: false }],
  };

  it('items are never lost, and count again when others put them back', () => {
    const bench = running(untracked);
    const [path, policy] = [theRoute(bench), theRule(bench)];
    bench.foreign('remove', '10.0.0.100/24 eth0');
    others(bench, removeRoute(path));
    others(bench, removeRule(policy));
    bench.rest();
    expect(bench.lost).toEqual([]);
    expect([heldIn(bench.kernel), routesIn(bench), rulesIn(bench)]).toEqual([['2 10.0.0.1/24 '], [], []]);
    bench.foreign('add', '10.0.0.100/24 eth0');
    others(bench, addRoute(path));
    others(bench, addRule(policy));
    bench.rest();
    expect(bench.announced).toEqual(['1 10.0.0.100', '1 10.0.0.100']);
    bench.reload(new Map());
    expectNothing(bench.rest());
  });

  it('items are not lost by a reading, an interface that goes down or one that is deleted', () => {
    const bench = running(untracked);
    others(bench, removeRoute(theRoute(bench)));
    bench.overrun();
    bench.rest().edit({ kind: 'down', name: 'eth0' });
    bench.rest().edit({ kind: 'delete', name: 'eth0' });
    bench.rest();
    expect(bench.lost).toEqual([]);
  });
});

describe('obstacles', () => {
  it('an interface that does not exist: what waits for it is added when it appears', () => {
    const bench = new Bench(stage());
    const late = {
      addresses: [{ config: address('10.7.0.1/24'), device: 'eth7' }],
      routes: [route('198.51.100.0/24', [{ via: '10.7.0.9', dev: 'eth7' }])],
    };
    expect(bench.reload(config(late))).toEqual([]);
    expect([...bench.holdings.waiting.keys()]).toEqual(['eth7']);
    bench.edit({ kind: 'create', name: 'eth7', mac: '02:00:00:00:00:0c' as Mac, up: true });
    bench.rest();
    expect(bench.announced).toEqual(['1 10.7.0.1']);
    expect(routesIn(bench)).toEqual(['10.7.0.9 dev 4 metric 0']);
    expect(bench.holdings.waiting.size).toBe(0);
  });

  it('nobody waits any more for an interface whose lines are gone', () => {
    const bench = new Bench(stage());
    bench.reload(new Map([[1, lines('VI_1', '10.7.0.1/24 eth7')]]));
    bench.reload(new Map());
    expect(bench.holdings.waiting.size).toBe(0);
  });

  it('an encapsulation, which is not modelled, does not pass by waiting', () => {
    const [mirror, holdings] = [mirrorOf(eth(2, 'eth0')), createHoldings()];
    const hops = [{ via: undefined, dev: 'eth0', weight: 1, onlink: false, encap: ['mpls', '16'] }];
    want(holdings, 1, wanting({ routes: [{ ...route(target, []), hops }] }));
    expect(settle(holdings, mirror).obstacles).toMatchObject([
      { obstacle: { cause: 'encapsulation-unsupported' } },
    ]);
    expect([holdings.waiting.size, holdings.items.size, askAgain(holdings)]).toEqual([0, 0, false]);
  });

  it('a refusal passes when the interface is up again', () => {
    const bench = running({ routes: [plain] });
    bench.edit({ kind: 'down', name: 'eth0' });
    bench.rest();
    // The kernel dropped it without a notice, and takes none while the interface is down.
    expect(bench.lost).toEqual([`1 route ${target}`]);
    expect([routesIn(bench), possessionsOf(bench.holdings)]).toEqual([[], []]);
    bench.edit({ kind: 'up', name: 'eth0' });
    expect(routesIn(bench.rest())).toEqual(['10.0.0.9 dev 2 metric 0']);
    expect(askAgain(bench.holdings)).toBe(false);
  });

  it('a refusal of an address is not announced, and passes when the kernel is asked again', () => {
    const bench = new Bench(stage());
    bench.kernel.refusals.push({ operation: 'RTM_NEWADDR', errno: 'ENOBUFS', times: 1 });
    bench.reload(new Map([[1, lines('VI_1', '10.0.0.100/24 eth0')]]));
    expect(bench.rest().announced).toEqual([]);
    // Who asks for the status learns of it, and that it has passed.
    const told = () => {
      const key = takeKey(bench.holdings.news, 'changed');
      return key === undefined ? 'nothing new' : refusedRecord(bench.holdings, key);
    };
    expect(told()).toEqual({ name: 'address 10.0.0.100/24 dev eth0', owners: ['VI_1'], cause: 'ENOBUFS' });
    expect(told()).toBe('nothing new');
    expect(askAgain(bench.holdings)).toBe(true);
    bench.settle();
    expect(bench.rest().announced).toEqual(['1 10.0.0.100']);
    expect([told(), told()]).toEqual([undefined, 'nothing new']);
  });
});

describe('an operation without an answer', () => {
  const vip = new Map([[1, lines('VI_1', '10.0.0.100/24 eth0')]]);
  /** The next operation reaches the kernel or does not; its answer is that none came in time. */
  const late = (bench: Bench, reaches: boolean) => {
    if (reaches) bench.execute();
    else bench.answers.push({ ticket: bench.operations.shift()!.ticket, fault: undefined });
    bench.answers.at(-1)!.fault = timeout;
  };

  it.each([true, false])('an addition that timed out is read back (reached the kernel: %s)', reaches => {
    const bench = new Bench(stage());
    bench.reload(vip);
    late(bench, reaches);
    expect(bench.announced).toEqual([]);
    bench.rest();
    expect(heldIn(bench.kernel)).toContain('2 10.0.0.100/24 ');
    expect([bench.announced, bench.lost]).toEqual([['1 10.0.0.100'], []]);
  });

  it.each([true, false])('a removal that timed out is read back (reached the kernel: %s)', reaches => {
    const bench = new Bench(stage());
    bench.reload(vip);
    bench.rest().reload(new Map());
    late(bench, reaches);
    // The ledger may name what is gone: only answers are written to it.
    expectForgotten(bench.rest());
    expect(bench.lost).toEqual([]);
  });

  it('is unknown until the kernel was read', () => {
    const [mirror, holdings] = [mirrorOf(eth(2, 'va')), createHoldings()];
    want(holdings, 1, wanting({ addresses: [{ config: address('10.0.0.100/24'), device: 'va' }] }));
    const [operation] = settle(holdings, mirror).operations;
    expect(complete(holdings, mirror, operation!.ticket, timeout)).toMatchObject({
      held: [],
      refused: false,
      reread: true,
    });
    expect([...holdings.items.values()]).toMatchObject([{ kernel: 'unknown' }]);
    expect(possessionsOf(holdings)).toHaveLength(1);
    // The reading shows that it is not there: asked for again, and nobody has lost what nobody knew of.
    expect(rehear(holdings, mirror, [])).toMatchObject({ lost: [], held: [], unsettled: true });
    expect(settle(holdings, mirror).operations).toMatchObject([{ verb: 'add' }]);
  });

  it('a replacement that timed out is asked for again after the reading', () => {
    const six = (preferredLifetime: number) =>
      wanting({ addresses: [{ config: address('2001:db8::1/64', { preferredLifetime }), device: 'va' }] });
    const [mirror, holdings] = [mirrorOf(eth(2, 'va')), createHoldings()];
    const plan = (lifetime: number) => {
      want(holdings, 1, six(lifetime));
      return settle(holdings, mirror).operations;
    };
    const [first] = plan(0);
    const changes = perform(mirror, [first!.request]);
    complete(holdings, mirror, first!.ticket, undefined);
    hear(holdings, mirror, changes);
    const [second] = plan(100);
    expect(complete(holdings, mirror, second!.ticket, timeout).reread).toBe(true);
    // It is there, with the old lifetime or the new one.
    expect(rehear(holdings, mirror, [])).toMatchObject({ lost: [], held: [{ owner: 1 }], unsettled: true });
    expect(settle(holdings, mirror).operations).toMatchObject([{ verb: 'replace' }]);
  });

  it('that never comes: nothing is announced by the notice alone, and the ledger names it', () => {
    const bench = new Bench(stage());
    bench.reload(vip);
    bench.execute();
    bench.notice();
    expect(bench.announced).toEqual([]);
    expect(bench.reload(vip)).toEqual([]);
    expect(possessionsOf(bench.holdings)).toHaveLength(1);
    expect(replay(compactLedger(boot, possessionsOf(bench.holdings)), boot)).toHaveLength(1);
    // Without its answer the removal is asked for all the same, and a kill leaves nothing.
    expect(said(bench.reload(new Map()))).toEqual(['remove address 10.0.0.100/24 dev eth0']);
    const next = bench.restart(new Map());
    expectNothing(next.rest());
  });

  it('answers that come late and turned around announce only what is there', () => {
    const bench = new Bench(stage());
    bench.reload(vip);
    bench.reload(new Map());
    while (bench.execute());
    bench.answer(1);
    bench.answer(0);
    expect(bench.announced).toEqual([]);
    expectNothing(bench.rest());
  });

  it('an answer to nothing that was asked changes nothing', () => {
    const bench = running({ routes: [plain] });
    expect(complete(bench.holdings, bench.mirror, 999, undefined)).toEqual({
      flight: undefined,
      held: [],
      ledger: [],
      refused: false,
      isWanted: false,
      reread: false,
    });
  });
});

describe('notices that are older than the last reading', () => {
  it('take nothing away from who asked for the same again', () => {
    const bench = new Bench(stage());
    const vip = new Map([[1, lines('VI_1', '10.0.0.100/32 eth1')]]);
    bench.reload(vip);
    bench.reload(new Map());
    // The reading follows both; their notices are heard after it, one of them before the next plan.
    bench.read();
    bench.notice();
    bench.reload(vip);
    bench.rest();
    expect(heldIn(bench.kernel)).toContain('3 10.0.0.100/32 ');
    expect(bench.lost).toEqual([]);
  });

  it('but what others took away meanwhile is lost, once the kernel was read', () => {
    const bench = new Bench(stage());
    const vip = new Map([[1, lines('VI_1', '10.0.0.100/32 eth1')]]);
    bench.reload(vip);
    bench.execute();
    bench.notice();
    bench.foreign('remove', '10.0.0.100/32 eth1');
    bench.notice();
    // Not answered yet: what has become of it is not known.
    expect([bench.lost, bench.announced]).toEqual([[], []]);
    bench.rest();
    expect(bench.lost).toEqual(['1 address 10.0.0.100/32 dev eth1']);
    expect(heldIn(bench.kernel)).toContain('3 10.0.0.100/32 ');
  });
});

describe('a predecessor that was killed', () => {
  it('left an address whose line has changed since: it is changed in place', () => {
    const six = (preferredLifetime: number | 'forever') => ({
      addresses: [{ config: address('2001:db8::1/64', { preferredLifetime }), device: 'eth0' }],
    });
    const next = running(six('forever')).restart(config(six(0)));
    expect(said(next.operations)).toEqual(['replace address 2001:db8::1/64 dev eth0']);
  });

  it('left a route whose line has changed since: it goes and comes', () => {
    const bench = running({ routes: [plain] });
    const changed = { ...plain, metrics: [{ name: 'mtu' as const, value: 1400, locked: false }] };
    const next = bench.restart(config({ routes: [changed] }));
    next.rest();
    expect(theRoute(next).metrics).toEqual([{ kind: 2, value: 1400 }]);
    expect(next.lost).toEqual([]);
    next.reload(new Map());
    expectNothing(next.rest());
  });

  it('left what the old lines say, also where the ledger is gone: their places are of interest', () => {
    const bench = running({ routes: [plain], rules: [policy] });
    bench.ledger = '';
    const next = bench.restart(new Map());
    disown(next.holdings, 1, wanting({ routes: [plain], rules: [policy] }));
    next.reload(new Map());
    expect([routesIn(next.rest()), rulesIn(next)]).toEqual([[], []]);
  });

  it('left routes and rules that nobody wants now', () => {
    const bench = running({ routes: [plain], rules: [policy] });
    const next = bench.restart(config({ routes: [deviceless] }));
    expect(said(next.operations)).toEqual(['remove rule 5000']);
    expect(routesIn(next.rest())).toEqual(['10.0.0.9 dev 2 metric 0']);
  });
});
