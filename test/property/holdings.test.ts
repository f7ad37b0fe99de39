// What is held in the kernel, over random configurations, orders of answers, refusals, other administrators, renames, overruns and kills.
// Truth: the invariants of DESIGN idea 2 ("desired state, then a plan"), beside the simulated kernel of simulate/kernel.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OwnerId, replay, type Wanted } from '../../src/core/link/index.ts';
import type { Mac } from '../../src/core/net/index.ts';
import { Bench, boot, heldIn, lines, stage } from './holdings-bench.ts';

type Config = ReadonlyMap<OwnerId, Wanted>;

const places = ['eth0', 'eth1'];
const pool = [100, 101, 102, 103].flatMap(host =>
  places.flatMap(dev => [`10.0.0.${host}/24 ${dev}`, `10.0.0.${host}/32 ${dev}`]),
);
/** Which owner (serial 1..4) wants which of the pool; owners without any do not exist. */
const configs: fc.Arbitrary<Config> = fc
  .array(fc.subarray(pool, { maxLength: 4 }), { minLength: 4, maxLength: 4 })
  .chain(wishes => fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }).map(ids => [wishes, ids] as const))
  .map(
    ([wishes, ids]) =>
      new Map(
        wishes.flatMap((wish, i) =>
          wish.length === 0 ? [] : [[ids[i]!, lines(`VI_${ids[i]}`, ...wish)] as const],
        ),
      ),
  );
const union = (config: Config): string[] =>
  [
    ...new Set(
      [...config.values()].flatMap(({ addresses }) =>
        addresses.map(({ config, device }) => {
          const { address, length } = config.prefix;
          return `${places.indexOf(device ?? '') + 2} ${address}/${length} `;
        }),
      ),
    ),
  ].sort();
const base = ['2 10.0.0.1/24 '];
const withBase = (config: Config) => [...new Set([...base, ...union(config)])].sort();
const runs = { numRuns: 60 };

describe('at rest', () => {
  it('ours is the union of what is wanted, and foreign things are untouched', () => {
    fc.assert(
      fc.property(fc.array(configs, { minLength: 1, maxLength: 4 }), fc.boolean(), (steps, promotes) => {
        const bench = new Bench(stage(promotes));
        bench.foreign('add', '10.0.0.200/24 eth1');
        bench.rest();
        for (const config of steps) {
          bench.reload(config);
          bench.rest();
          expect(heldIn(bench.kernel)).toEqual([...withBase(config), '3 10.0.0.200/24 '].sort());
        }
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('what has no owner is gone', () => {
    fc.assert(
      fc.property(configs, fc.boolean(), (config, promotes) => {
        const bench = new Bench(stage(promotes));
        bench.reload(config);
        bench.rest().reload(new Map());
        bench.rest();
        expect(heldIn(bench.kernel)).toEqual(base);
        expect(bench.holdings.items.size).toBe(0);
        expect(bench.holdings.flights.size).toBe(0);
        expect(bench.holdings.onLink.size).toBe(0);
        expect(bench.holdings.near.size).toBe(0);
        expect(replay(bench.ledger, boot)).toEqual([]);
      }),
      runs,
    );
  });

  it('every owner has been told of each of its addresses once', () => {
    fc.assert(
      fc.property(configs, config => {
        const bench = new Bench(stage());
        bench.reload(config);
        bench.rest();
        const expected = [...config].flatMap(([id, { addresses }]) =>
          addresses.map(({ config }) => `${id} ${config.prefix.address}`),
        );
        expect([...bench.announced].sort()).toEqual(expected.sort());
      }),
      runs,
    );
  });
});

describe('a reload', () => {
  it('with equal configurations sends nothing and announces nothing', () => {
    fc.assert(
      fc.property(configs, config => {
        const bench = new Bench(stage());
        bench.reload(config);
        bench.rest();
        const announced = bench.announced.length;
        expect(bench.reload(config)).toEqual([]);
        expect(bench.announced.length).toBe(announced);
      }),
      runs,
    );
  });

  it('that moves addresses between owners sends nothing', () => {
    fc.assert(
      fc.property(configs, fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 4 }), (config, ids) => {
        const bench = new Bench(stage());
        bench.reload(config);
        bench.rest();
        const moved = new Map([...config.values()].map((wanted, i) => [ids[i]!, wanted]));
        expect(bench.reload(moved)).toEqual([]);
        const merged = new Map([
          [9, { ...lines('all'), addresses: [...config.values()].flatMap(w => w.addresses) }],
        ]);
        expect(bench.reload(merged)).toEqual([]);
        expect(bench.reload(config)).toEqual([]);
      }),
      runs,
    );
  });

  it('never leaves the kernel without an address that is wanted before and after, after any operation', () => {
    fc.assert(
      fc.property(configs, configs, fc.boolean(), (a, b, promotes) => {
        const bench = new Bench(stage(promotes));
        bench.foreign('add', '10.0.0.200/24 eth1');
        bench.rest().reload(a);
        bench.rest();
        const text = (key: string) => key.split(/[ /]/).slice(0, 2).join(' ');
        const carried = union(a)
          .filter(key => union(b).includes(key))
          .map(text);
        bench.watch = () => {
          const held = heldIn(bench.kernel).map(text);
          for (const key of [...carried, '2 10.0.0.1', '3 10.0.0.200']) expect(held).toContain(key);
        };
        bench.reload(b);
        bench.rest();
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('and back again restores what was', () => {
    fc.assert(
      fc.property(configs, configs, (a, b) => {
        const bench = new Bench(stage());
        bench.reload(a);
        const before = heldIn(bench.rest().kernel);
        bench.reload(b);
        bench.rest().reload(a);
        expect(heldIn(bench.rest().kernel)).toEqual(before);
      }),
      runs,
    );
  });

  it('comes to what a start with the same configuration comes to', () => {
    fc.assert(
      fc.property(configs, configs, (a, b) => {
        const [reloaded, started] = [new Bench(stage()), new Bench(stage())];
        reloaded.reload(a);
        reloaded.rest().reload(b);
        started.reload(b);
        expect(heldIn(reloaded.rest().kernel)).toEqual(heldIn(started.rest().kernel));
      }),
      runs,
    );
  });

  const [vip100, vip101, vip109] = [100, 101, 109].map(host => `10.0.0.${host}/24 eth0`) as [
    string,
    string,
    string,
  ];
  const running = () => {
    const bench = new Bench(stage());
    bench.reload(
      new Map([
        [1, lines('VI_1', vip100)],
        [2, lines('VI_2', vip101)],
      ]),
    );
    return bench.rest();
  };

  it('with shifted VRIDs keeps the addresses of the instances that go on under other names', () => {
    const bench = running();
    // The instance with VRID 51 keeps its serial under its new name VI_2, the one with 52 as VI_3; VI_1 is new.
    const operations = bench.reload(
      new Map([
        [3, lines('VI_1', vip109)],
        [1, lines('VI_2', vip100)],
        [2, lines('VI_3', vip101)],
      ]),
    );
    expect(operations.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual([
      'add 10.0.0.109/24 dev eth0',
    ]);
    bench.rest();
    expect(heldIn(bench.kernel)).toContain('2 10.0.0.100/24 ');
    expect(bench.announced).toEqual(['1 10.0.0.100', '2 10.0.0.101', '3 10.0.0.109']);
  });

  it('with shifted VRIDs costs carried addresses nothing even where names decide who goes on', () => {
    const operations = running().reload(
      new Map([
        [1, lines('VI_1', vip109)],
        [2, lines('VI_2', vip100)],
        [3, lines('VI_3', vip101)],
      ]),
    );
    expect(operations.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual([
      'add 10.0.0.109/24 dev eth0',
    ]);
  });

  it('with swapped VRIDs sends nothing', () => {
    const swapped = new Map([
      [1, lines('VI_1', vip101)],
      [2, lines('VI_2', vip100)],
    ]);
    expect(running().reload(swapped)).toEqual([]);
  });

  it('that reorders the addresses of an instance announces none again', () => {
    const bench = new Bench(stage());
    bench.reload(new Map([[1, lines('VI_1', vip100, vip101)]]));
    bench.rest();
    expect(bench.reload(new Map([[1, lines('VI_1', vip101, vip100)]]))).toEqual([]);
    expect(bench.announced).toEqual(['1 10.0.0.100', '1 10.0.0.101']);
  });
});

/** What happens meanwhile. */
type Event =
  | { readonly kind: 'reload'; readonly config: Config }
  | { readonly kind: 'execute' | 'overrun' }
  | { readonly kind: 'answer'; readonly which: number }
  | { readonly kind: 'notice'; readonly count: number }
  | { readonly kind: 'foreign'; readonly change: 'add' | 'remove'; readonly text: string }
  | { readonly kind: 'refuse'; readonly errno: 'EINVAL' | 'ENOBUFS' };
const calm: fc.Arbitrary<Event>[] = [
  configs.map((config): Event => ({ kind: 'reload', config })),
  fc.constant<Event>({ kind: 'execute' }),
  fc.constant<Event>({ kind: 'execute' }),
  fc.nat(9).map((which): Event => ({ kind: 'answer', which })),
  fc.integer({ min: 1, max: 3 }).map((count): Event => ({ kind: 'notice', count })),
];
const overrun = fc.constant<Event>({ kind: 'overrun' });
const foreign = fc
  .tuple(fc.constantFrom('add' as const, 'remove' as const), fc.constantFrom(...pool))
  .map(([change, text]): Event => ({ kind: 'foreign', change, text }));
const refuse = fc
  .constantFrom('EINVAL' as const, 'ENOBUFS' as const)
  .map((errno): Event => ({ kind: 'refuse', errno }));

function happen(bench: Bench, event: Event): void {
  switch (event.kind) {
    case 'reload':
      bench.reload(event.config);
      return;
    case 'execute':
      bench.execute();
      return;
    case 'answer':
      bench.answer(event.which);
      return;
    case 'notice':
      bench.notice(event.count);
      return;
    case 'overrun':
      bench.overrun();
      return;
    case 'foreign':
      bench.foreign(event.change, event.text);
      return;
    case 'refuse':
      bench.kernel.refusals.push({ operation: 'RTM_NEWADDR', errno: event.errno, times: 1 });
      return;
  }
}
const story = (...events: fc.Arbitrary<Event>[]) => fc.array(fc.oneof(...events), { maxLength: 40 });

describe('under any order of answers and notices', () => {
  it('ours is the union of what is wanted in the end, and nothing is lost', () => {
    fc.assert(
      fc.property(story(...calm), configs, fc.boolean(), (events, last, promotes) => {
        const bench = new Bench(stage(promotes));
        for (const event of events) happen(bench, event);
        bench.reload(last);
        bench.rest();
        expect(heldIn(bench.kernel)).toEqual(withBase(last));
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('and overruns the same', () => {
    fc.assert(
      fc.property(story(...calm, overrun), configs, (events, last) => {
        const bench = new Bench(stage());
        for (const event of events) happen(bench, event);
        bench.reload(last);
        bench.rest();
        expect(heldIn(bench.kernel)).toEqual(withBase(last));
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('and refusals: nothing refused is lost, and once the kernel agrees all is there', () => {
    fc.assert(
      fc.property(story(...calm, refuse), configs, (events, last) => {
        // With promoted secondaries, as a refused bridge may cost an address for a moment.
        const bench = new Bench(stage(true));
        for (const event of events) happen(bench, event);
        bench.kernel.refusals = [];
        bench.rest();
        bench.reload(last);
        bench.rest();
        expect(heldIn(bench.kernel)).toEqual(withBase(last));
        expect(bench.lost).toEqual([]);
      }),
      runs,
    );
  });

  it('and other administrators: what is wanted is there in the end', () => {
    fc.assert(
      fc.property(story(...calm, overrun, foreign), configs, (events, last) => {
        const bench = new Bench(stage());
        for (const event of events) happen(bench, event);
        bench.rest();
        bench.reload(last);
        bench.rest();
        for (const key of withBase(last)) expect(heldIn(bench.kernel)).toContain(key);
      }),
      runs,
    );
  });

  it('a removal by others is lost by everybody who wants it, once', () => {
    const bench = new Bench(stage());
    bench.reload(
      new Map([
        [1, lines('VI_1', '10.0.0.100/24 eth0')],
        [2, lines('VI_2', '10.0.0.100/24 eth0', '10.0.0.101/24 eth0')],
      ]),
    );
    bench.rest().foreign('remove', '10.0.0.100/24 eth0');
    bench.rest();
    expect(bench.lost).toEqual(['1 address 10.0.0.100/24 dev eth0', '2 address 10.0.0.100/24 dev eth0']);
    expect(heldIn(bench.kernel)).toContain('2 10.0.0.100/24 ');
  });

  it('a copy of the holdings goes on alike', () => {
    fc.assert(
      fc.property(story(...calm, overrun, refuse), story(...calm), (before, after) => {
        const bench = new Bench(stage());
        for (const event of before) happen(bench, event);
        const copy = Bench.from(structuredClone({ ...bench }));
        for (const each of [bench, copy]) {
          for (const event of after) happen(each, event);
          each.rest();
        }
        expect(copy.holdings).toEqual(bench.holdings);
        expect(copy.ledger).toBe(bench.ledger);
        expect(copy.announced).toEqual(bench.announced);
      }),
      runs,
    );
  });
});

describe('a kill', () => {
  it('at any moment leaves nothing that the next start does not clean up by the ledger', () => {
    fc.assert(
      fc.property(
        story(...calm, overrun, refuse),
        configs,
        fc.nat(3),
        fc.boolean(),
        (events, last, sent, torn) => {
          const bench = new Bench(stage());
          for (const event of events) happen(bench, event);
          // What was asked for reaches the kernel or does not.
          for (let i = 0; i < sent; i++) bench.execute();
          bench.kernel.refusals = [];
          if (torn) bench.ledger += '{"change":"add","own';
          const next = bench.restart(last);
          next.rest();
          expect(heldIn(next.kernel)).toEqual(withBase(last));
        },
      ),
      runs,
    );
  });
});

describe('an interface', () => {
  it('that is renamed while up gives its addresses back', () => {
    const bench = new Bench(stage());
    bench.reload(new Map([[1, lines('VI_1', '10.0.0.100/24 eth0')]]));
    bench.rest().edit({ kind: 'rename', name: 'eth0', to: 'wan' });
    bench.rest().reload(new Map());
    bench.rest();
    expect(heldIn(bench.kernel)).toEqual(base);
  });

  it('that appears under its name gets the lines that waited for it', () => {
    const bench = new Bench(stage());
    bench.edit({ kind: 'rename', name: 'eth1', to: 'spare' });
    bench.rest().reload(new Map([[0, lines('static', '10.0.0.50/32 eth1')]]));
    expect(heldIn(bench.rest().kernel)).toEqual(base);
    bench.edit({ kind: 'rename', name: 'spare', to: 'eth1' });
    expect(heldIn(bench.rest().kernel)).toEqual([...base, '3 10.0.0.50/32 ']);
  });

  it('that is deleted takes its addresses along, and one that comes back under its name gets them again', () => {
    const bench = new Bench(stage());
    bench.reload(new Map([[0, lines('static', '10.0.0.50/32 eth1')]]));
    bench.rest().edit({ kind: 'delete', name: 'eth1' });
    bench.notice(99);
    bench.rest();
    expect(bench.lost).toEqual([]);
    bench.edit({ kind: 'create', name: 'eth1', mac: '02:00:00:00:00:0b' as Mac, up: true });
    expect(heldIn(bench.rest().kernel)).toEqual([...base, '4 10.0.0.50/32 ']);
  });
});
