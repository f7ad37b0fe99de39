// Reloads of whole VRRP processes: what was held moves with its instance, whatever it is called or where it is written.
// Truth: keepalived 2.4.3 loses no probe when names shift (hostile examination, 2026-11-25); a reload to b ends where a start of b ends.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/conf/config.ts';
import { parseAddress } from '../../src/core/net/index.ts';
import { gaps, holdersOf, type SimulationResult } from '../../src/core/simulate/index.ts';
import { at, type Block, configOf, expectHoldingsFit, heldOn, node, play, story } from './process-laws.ts';

const block = (name: string, vrid: number, ...vips: string[]): Block => ({
  name,
  vrid,
  vips: vips.map(last => `10.0.0.${last}/24`),
});

/** A node alone: every instance becomes MASTER. */
const alone = (config: Config) => [node(1, config)];
const reloaded = (...configs: readonly Config[]): SimulationResult => {
  const [first, ...later] = configs;
  const actions = later.map((config, i) => ({
    at: at(10 + 10 * i),
    action: { kind: 'reload', node: 'n1', config } as const,
  }));
  return play({ nodes: alone(first as Config), actions, until: at(30 + 10 * later.length) });
};

const held = (result: SimulationResult) => heldOn(result.nodes.get('n1') as never);
const statesAfter = (result: SimulationResult) => Object.fromEntries(result.nodes.get('n1')?.states ?? []);

function expectNoHole(result: SimulationResult, last: string): void {
  const address = parseAddress(`10.0.0.${last}`);
  if (address === undefined) throw new Error(last);
  const { events } = result;
  const until = events.at(-1)?.at ?? at(0);
  expect(gaps(holdersOf(events, address), at(8), until), `.${last}\n${story(events)}`).toEqual([]);
}

const two = [block('VI_1', 51, '100'), block('VI_2', 52, '101')];

describe('a reload', () => {
  it('of the same file does nothing to the kernel', () => {
    const result = reloaded(configOf(two), configOf(two));
    const changes = result.events.filter(({ kind, at: time }) => kind === 'kernel' && time >= at(10));
    expect(changes).toEqual([]);
  });

  it('to an added, a removed and a moved address ends with what a start holds', () => {
    const after = [block('VI_1', 51, '100', '103'), block('VI_2', 52, '102')];
    const result = reloaded(configOf(two), configOf(after));
    expectHoldingsFit(result);
    expect(held(result)).toEqual(['10.0.0.100/24 eth0', '10.0.0.102/24 eth0', '10.0.0.103/24 eth0']);
    expectNoHole(result, '100');
  });

  it('that renames an instance keeps its address', () => {
    const result = reloaded(configOf(two), configOf([block('WEB', 51, '100'), block('VI_2', 52, '101')]));
    expectHoldingsFit(result);
    expectNoHole(result, '100');
  });

  it('that inserts an instance before the others keeps the addresses of the running MASTERs (shifted VRIDs)', () => {
    const shifted = [block('VI_1', 50, '109'), block('VI_2', 51, '100'), block('VI_3', 52, '101')];
    const result = reloaded(configOf(two), configOf(shifted));
    expectHoldingsFit(result);
    for (const last of ['100', '101']) expectNoHole(result, last);
  });

  it('that swaps two names keeps both addresses (swapped VRIDs)', () => {
    const swapped = [block('VI_1', 52, '101'), block('VI_2', 51, '100')];
    const result = reloaded(configOf(two), configOf(swapped));
    expectHoldingsFit(result);
    for (const last of ['100', '101']) expectNoHole(result, last);
  });

  it('that moves an address from one instance to another keeps it', () => {
    const before = [block('VI_1', 51, '100', '105'), block('VI_2', 52, '101')];
    const after = [block('VI_1', 51, '100'), block('VI_2', 52, '101', '105')];
    const result = reloaded(configOf(before), configOf(after));
    expectHoldingsFit(result);
    expectNoHole(result, '105');
  });
});

/** Up to four instances over few names, VRIDs and addresses: shifts, swaps, merges and splits are common. */
const blocks: fc.Arbitrary<readonly Block[]> = fc
  .tuple(
    fc.shuffledSubarray(['A', 'B', 'C', 'D'], { minLength: 1, maxLength: 4 }),
    fc.shuffledSubarray([51, 52, 53, 54], { minLength: 4 }),
    fc.shuffledSubarray(['100', '101', '102', '103', '104', '105'], { minLength: 4 }),
    fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
  )
  .map(([names, vrids, lasts, owners]) =>
    names.map((name, i) => {
      const more = lasts.slice(4).filter((_, j) => (owners[j] ?? 0) % names.length === i);
      return block(name, vrids[i] ?? 60, lasts[i] ?? '110', ...more);
    }),
  );

const runs = { numRuns: 60, seed: 9568 };

describe('any two configurations', () => {
  it('a reload from one to the other ends with the holdings and states of a start', () => {
    fc.assert(
      fc.property(blocks, blocks, (before, after) => {
        const result = reloaded(configOf(before), configOf(after));
        const fresh = play({ nodes: alone(configOf(after)), actions: [], until: at(30) });
        expect(statesAfter(result)).toEqual(statesAfter(fresh));
        expect(held(result)).toEqual(held(fresh));
        const stale = result.nodes.get('n1')?.kernel.addresses.map(({ prefix }) => prefix.address);
        expect([...(stale ?? [])].sort()).toEqual(
          fresh.nodes
            .get('n1')
            ?.kernel.addresses.map(({ prefix }) => prefix.address)
            .sort(),
        );
      }),
      runs,
    );
  });

  it('there and back restores what was held', () => {
    fc.assert(
      fc.property(blocks, blocks, (before, after) => {
        const first = configOf(before);
        const result = reloaded(first, configOf(after), first);
        expectHoldingsFit(result);
      }),
      runs,
    );
  });

  it('no address of an instance that stays MASTER is missing at any moment', () => {
    fc.assert(
      fc.property(blocks, blocks, (before, after) => {
        const result = reloaded(configOf(before), configOf(after));
        for (const { vrid, vips } of after) {
          const former = before.find(each => each.vrid === vrid);
          for (const vip of vips) {
            if (former?.vips.includes(vip)) expectNoHole(result, vip.slice(7, 10));
          }
        }
      }),
      runs,
    );
  });
});
