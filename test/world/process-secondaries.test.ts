// Many virtual addresses in a subnet of their own: one is the kernel's primary address, which takes the others along when it goes.
// Truth: inet_del_ifa (linux/net/ipv4/devinet.c); a released address that came back as a stranger's (hostile examination, 2026-11-26).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/core/time.ts';
import {
  at,
  type Block,
  configOf,
  expectForeignUntouched,
  heldOn,
  node,
  play,
  story,
} from './process-laws.ts';

const blocks = (count: number, priority: number): Block[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `VI_${n + 1}`,
    vrid: n + 1,
    vips: [`10.7.0.${n + 1}/24`],
    priority,
  }));

describe('addresses that are each other’s secondaries', () => {
  it('all go with a better master and at the stop, however late the kernel answers and reports', () => {
    fc.assert(
      fc.property(
        fc.record({
          count: fc.integer({ min: 2, max: 12 }),
          delay: fc.integer({ min: 0, max: 20 }),
          jitter: fc.integer({ min: 0, max: 30 }),
          seed: fc.nat(1_000),
        }),
        ({ count, delay, jitter, seed }) => {
          const nodes = [node(1, configOf(blocks(count, 100))), node(2, configOf(blocks(count, 200)))];
          const pace = { delay: milliseconds(delay), jitter: milliseconds(jitter) };
          const result = play({
            nodes,
            seed,
            idle: ['n2'],
            actions: [
              { at: at(1), action: { kind: 'pace', node: 'n1', pace } },
              { at: at(10), action: { kind: 'start', node: 'n2', resume: false } },
              { at: at(20), action: { kind: 'stop', node: 'n2' } },
              { at: at(30), action: { kind: 'stop', node: 'n1' } },
            ],
            until: at(40),
          });
          for (const view of result.nodes.values()) expect(heldOn(view), story(result.events)).toEqual([]);
          expectForeignUntouched(result, nodes);
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });
});
