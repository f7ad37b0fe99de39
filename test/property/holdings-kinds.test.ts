// Addresses of both families, routes and rules together, over random configurations and what befalls them.
// Truth: the invariants of DESIGN idea 2 ("desired state, then a plan"), beside the simulated kernel of simulate/kernel.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/core/link/index.ts';
import { route, rule, wanting } from '../unit/link/fixtures.ts';
import { Bench, boot } from './holdings-bench.ts';
import {
  base,
  changes,
  configOf,
  distinct,
  dualStage,
  shownFor,
  shownIn,
  type Thing,
  variants,
  type Wishes,
  wishesFrom,
  withBase,
} from './holdings-pool.ts';

const wishes = wishesFrom(distinct);
const any = wishesFrom([...distinct, ...variants]);
/** How a file is rewritten between two reloads. */
const change = fc.constantFrom(...Object.values(changes));
const runs = { numRuns: 80 };

/** What another administrator has beside ours: equal destinations, slots and preferences among it. */
const others = {
  lines: wanting({
    addresses: [
      {
        config: {
          ...distinct[1]!.lines.addresses![0]!.config,
          prefix: { address: '2001:db8::200' as never, length: 64 },
        },
        device: 'eth0',
      },
    ],
    routes: [
      route('203.0.113.0/24', [{ via: '10.0.0.252', dev: 'eth0' }]),
      route('203.0.113.0/24', [{ dev: 'eth1' }], { metric: 77 }),
      route('2001:db8:1::/64', [{ dev: 'eth1' }], { metric: 77 }),
    ],
    rules: [rule({ preference: 100, from: { address: '10.9.9.9' as never, length: 32 } })],
  }),
  shown: [
    'address 2001:db8::200/64 dev 2',
    'route inet 254 203.0.113.0/24 metric 77 via @3',
    'route inet 254 203.0.113.0/24 via 10.0.0.252@2',
    'route inet6 254 2001:db8:1::/64 metric 77 via @3',
    'rule inet 100 from 10.9.9.9/32 table 100',
  ],
};
const withOthers = (wishes: Wishes) => [...new Set([...withBase(wishes), ...others.shown])].sort();

function start(): Bench {
  const bench = new Bench(dualStage());
  bench.foreignLines('add', others.lines);
  return bench.rest();
}
const running = (wishes: Wishes): Bench => {
  const bench = start();
  bench.reload(configOf(wishes));
  return bench.rest();
};

describe('at rest', () => {
  it('ours is the union of what is wanted, and foreign things are untouched', () => {
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), steps => {
        const bench = start();
        for (const each of steps) {
          bench.reload(configOf(each));
          expect(shownIn(bench.rest().kernel)).toEqual(withOthers(each));
        }
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('what has no owner is gone, from the kernel, the indexes and the ledger', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const bench = running(a);
        bench.reload(configOf(b));
        bench.rest().reload(new Map());
        expect(shownIn(bench.rest().kernel)).toEqual([...base, ...others.shown].sort());
        const { items, flights, onLink, near, ownerless } = bench.holdings;
        expect([items.size, flights.size, onLink.size, near.size, ownerless.size]).toEqual([0, 0, 0, 0, 0]);
        expect(replay(bench.ledger, boot)).toEqual([]);
      }),
      runs,
    );
  });

  it('every owner has been told of each of its addresses once', () => {
    fc.assert(
      fc.property(wishes, each => {
        const expected = [...configOf(each)].flatMap(([id, { addresses }]) => [
          ...new Set(
            addresses.map(
              ({ config: { prefix }, device }) => `${id} ${prefix.address}/${prefix.length} ${device}`,
            ),
          ),
        ]);
        expect(running(each).announced.length).toBe(expected.length);
      }),
      runs,
    );
  });
});

describe('a reload', () => {
  it('with equal configurations sends nothing and announces nothing', () => {
    fc.assert(
      fc.property(any, each => {
        const bench = running(each);
        const announced = bench.announced.length;
        expect(bench.reload(configOf(each))).toEqual([]);
        expect(bench.announced.length).toBe(announced);
      }),
      runs,
    );
  });

  for (const [what, moved] of Object.entries(changes)) {
    it(`of instances that are ${what} sends nothing, there and back`, () => {
      fc.assert(
        fc.property(wishes, each => {
          const bench = running(each);
          expect(bench.reload(configOf(moved(each), 'OTHER'))).toEqual([]);
          expect(bench.reload(configOf(each))).toEqual([]);
          expect(shownIn(bench.rest().kernel)).toEqual(withOthers(each));
        }),
        runs,
      );
    });
  }

  it('that moves instances and changes what they want keeps what is wanted before and after, after any operation', () => {
    fc.assert(
      fc.property(any, any, change, (a, b, moved) => {
        const bench = running(a);
        const after = moved(b);
        const later = shownFor(after);
        const carried = [...base, ...others.shown, ...shownFor(a).filter(shown => later.includes(shown))];
        bench.watch = () => {
          const shown = shownIn(bench.kernel);
          for (const each of carried) expect(shown).toContain(each);
        };
        bench.reload(configOf(after, 'OTHER'));
        bench.rest();
        expect(shownIn(bench.kernel)).toEqual(withOthers(after));
        expect(bench.lost).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('and back again restores what was', () => {
    fc.assert(
      fc.property(any, any, change, (a, b, moved) => {
        const bench = running(a);
        bench.reload(configOf(moved(b)));
        bench.rest().reload(configOf(a));
        expect(shownIn(bench.rest().kernel)).toEqual(withOthers(a));
      }),
      runs,
    );
  });

  it('comes to what a start with the same configuration comes to', () => {
    fc.assert(
      fc.property(any, any, change, (a, b, moved) => {
        const reloaded = running(a);
        reloaded.reload(configOf(moved(b)));
        reloaded.rest();
        const started = running(moved(b));
        expect(shownIn(reloaded.kernel)).toEqual(shownIn(started.kernel));
        expect([...reloaded.holdings.items.keys()].sort()).toEqual([...started.holdings.items.keys()].sort());
      }),
      runs,
    );
  });
});

type Event = (bench: Bench) => void;
const named = (name: string, event: Event): Event => Object.assign(event, { toString: () => name });
const calm: fc.Arbitrary<Event>[] = [
  any.map(each =>
    named(
      `reload ${[...each].map(([id, things]) => `${id}: ${things.flatMap(t => t.shown).join(', ')}`).join('; ')}`,
      bench => {
        bench.reload(configOf(each));
      },
    ),
  ),
  fc.constant(named('execute', bench => void bench.execute())),
  fc.constant(named('execute', bench => void bench.execute())),
  fc.nat(9).map(which => named(`answer ${which}`, bench => void bench.answer(which))),
  fc.integer({ min: 1, max: 3 }).map(count => named(`notice ${count}`, bench => void bench.notice(count))),
];
const overrun = fc.constant(named('overrun', bench => bench.overrun()));
const silence = fc.nat(9).map(which => named(`silence ${which}`, bench => bench.silence(which)));
const refuse = fc
  .tuple(
    fc.constantFrom('RTM_NEWADDR', 'RTM_NEWROUTE', 'RTM_NEWRULE', 'RTM_DELROUTE', 'RTM_DELRULE', '*'),
    fc.constantFrom('EINVAL' as const, 'ENOBUFS' as const),
  )
  .map(([operation, errno]) =>
    named(
      `refuse ${operation} ${errno}`,
      bench => void bench.kernel.refusals.push({ operation, errno, times: 1 }),
    ),
  );
const foreign = fc
  .tuple(fc.constantFrom('add' as const, 'remove' as const), fc.constantFrom(...distinct))
  .map(([how, thing]) =>
    named(`foreign ${how} ${thing.shown}`, bench => bench.foreignLines(how, linesOf(thing))),
  );
const linesOf = (thing: Thing) => wanting(thing.lines);
const links = fc
  .constantFrom(
    { kind: 'down', name: 'eth0' } as const,
    { kind: 'up', name: 'eth0' } as const,
    { kind: 'down', name: 'eth1' } as const,
    { kind: 'up', name: 'eth1' } as const,
    { kind: 'rename', name: 'eth1', to: 'wan' } as const,
    { kind: 'rename', name: 'wan', to: 'eth1' } as const,
    { kind: 'rename', name: 'eth0', to: 'eth1' } as const,
  )
  .map(edit => named(`link ${JSON.stringify(edit)}`, bench => bench.edit(edit)));
const story = (...events: fc.Arbitrary<Event>[]) => fc.array(fc.oneof(...events), { maxLength: 40 });

/** The last configuration comes into force after all that happened, and the kernel agrees to what it refused. */
function finish(bench: Bench, last: Wishes): string[] {
  bench.kernel.refusals = [];
  bench.rest().reload(configOf(last));
  bench.rest().again();
  return shownIn(bench.kernel);
}

describe('under any order of answers and notices', () => {
  it('ours is the union of what is wanted in the end, and nothing is lost', () => {
    fc.assert(
      fc.property(story(...calm), any, (events, last) => {
        const bench = start();
        for (const event of events) event(bench);
        bench.reload(configOf(last));
        expect(shownIn(bench.rest().kernel)).toEqual(withOthers(last));
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('and overruns, refusals and answers that never come the same', () => {
    fc.assert(
      fc.property(story(...calm, overrun, refuse, silence), any, (events, last) => {
        const bench = start();
        for (const event of events) event(bench);
        expect(finish(bench, last)).toEqual(withOthers(last));
      }),
      { numRuns: 200 },
    );
  });

  it('and other administrators: what is wanted is there in the end', () => {
    fc.assert(
      fc.property(story(...calm, overrun, foreign), any, (events, last) => {
        const bench = start();
        for (const event of events) event(bench);
        const shown = finish(bench, last);
        for (const each of withBase(last)) expect(shown).toContain(each);
      }),
      { numRuns: 200 },
    );
  });

  it('and interfaces that go down, come up and change their names: all is there when they are as before', () => {
    fc.assert(
      fc.property(story(...calm, overrun, links), any, (events, last) => {
        const bench = new Bench(dualStage());
        for (const event of events) event(bench);
        for (const index of [2, 3]) {
          const name = bench.kernel.links.get(index)?.name ?? '';
          bench.edit({ kind: 'rename', name, to: `card${index}` });
        }
        bench.edit({ kind: 'rename', name: 'card2', to: 'eth0' });
        bench.edit({ kind: 'rename', name: 'card3', to: 'eth1' });
        bench.edit({ kind: 'up', name: 'eth0' });
        bench.edit({ kind: 'up', name: 'eth1' });
        // The interface's own IPv6 address went with it, and only an administrator gives it back.
        bench.rest().foreign('add', '2001:db8::1/64 eth0');
        expect(finish(bench, last)).toEqual(withBase(last));
      }),
      { numRuns: 200 },
    );
  });

  it('a copy of the holdings goes on alike', () => {
    fc.assert(
      fc.property(story(...calm, overrun, refuse), story(...calm), (before, after) => {
        const bench = start();
        for (const event of before) event(bench);
        const copy = Bench.from(structuredClone({ ...bench }));
        for (const each of [bench, copy]) {
          for (const event of after) event(each);
          each.rest();
        }
        expect(copy.holdings).toEqual(bench.holdings);
        expect(copy.ledger).toBe(bench.ledger);
      }),
      runs,
    );
  });
});

describe('a kill', () => {
  it('at any moment leaves nothing that the next start does not clean up by the ledger', () => {
    fc.assert(
      fc.property(
        story(...calm, overrun, refuse, silence),
        any,
        fc.nat(3),
        fc.boolean(),
        (events, last, sent, torn) => {
          const bench = start();
          for (const event of events) event(bench);
          for (let i = 0; i < sent; i++) bench.execute();
          bench.kernel.refusals = [];
          if (torn) bench.ledger += '{"change":"add","own';
          const next = bench.restart(configOf(last)).rest();
          expect(shownIn(next.again().kernel)).toEqual(withOthers(last));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a route that takes another form', () => {
  const [before, after] = [variants[5], variants[4]] as [Thing, Thing];
  const running = () => {
    const bench = start();
    bench.reload(configOf(new Map([[1, [before]]])));
    return bench.rest();
  };

  it('is asked for again where the kernel refused to remove the former one', () => {
    const bench = running();
    bench.kernel.refusals.push({ operation: 'RTM_DELROUTE', errno: 'EBUSY' as never, times: 1 });
    bench.reload(configOf(new Map([[1, [after]]])));
    bench.rest();
    expect(shownIn(bench.kernel)).toContain(before.shown[0]);
    bench.again();
    expect(shownIn(bench.kernel)).toEqual([...base, ...others.shown, ...after.shown].sort());
  });

  it('is asked for again by the next start where the process was killed before the kernel did it', () => {
    const bench = running();
    bench.reload(configOf(new Map([[1, [after]]])));
    const next = bench.restart(configOf(new Map([[1, [after]]]))).rest();
    expect(shownIn(next.kernel)).toEqual([...base, ...others.shown, ...after.shown].sort());
  });

  it('is not asked for again by the next start where the kernel did it', () => {
    const bench = running();
    bench.reload(configOf(new Map([[1, [after]]])));
    bench.rest();
    expect(bench.restart(configOf(new Map([[1, [after]]]))).operations).toEqual([]);
  });
});
