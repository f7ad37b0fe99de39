// Weights, script results and what the status shows of them.
// Truth: keepalived's arithmetic (weight, reverse, rise, fall) as described in keepalived.conf(5), worked out by hand.

import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../../src/core/time.ts';
import { identityOf } from '../../../src/core/vrrp/identity.ts';
import { createVrrp, type Input, recordOf, type VrrpMachine } from '../../../src/core/vrrp/index.ts';
import { contribution, effectivePriority, isFault } from '../../../src/core/vrrp/priority.ts';
import { countResult } from '../../../src/core/vrrp/scripts.ts';
import { play } from './play.ts';
import { address, config, group, instance, link, script } from './sample.ts';

describe('a weight', () => {
  it.each([
    // weight, reverse, while up, while down
    [20, false, 20, 0],
    [-20, false, 0, -20],
    [20, true, -20, 0],
    [-20, true, 0, 20],
    [0, false, 0, 0],
  ])('%i, reverse %s, adds %i while up and %i while down', (weight, reverse, up, down) => {
    expect(contribution({ weight, reverse }, true)).toBe(up);
    expect(contribution({ weight, reverse }, false)).toBe(down);
  });

  it('of zero is a fault while down, or while up when reversed', () => {
    expect(isFault({ weight: 0, reverse: false }, false)).toBe(true);
    expect(isFault({ weight: 0, reverse: false }, true)).toBe(false);
    expect(isFault({ weight: 0, reverse: true }, true)).toBe(true);
    expect(isFault({ weight: 0, reverse: true }, false)).toBe(false);
    expect(isFault({ weight: -1, reverse: false }, false)).toBe(false);
  });

  it('keeps the priority in 1..254, and an owner at 255', () => {
    expect(effectivePriority(100, [-253])).toBe(1);
    expect(effectivePriority(100, [253])).toBe(254);
    expect(effectivePriority(100, [20, -50])).toBe(70);
    expect(effectivePriority(255, [-200])).toBe(255);
  });
});

describe('script results', () => {
  const runs = (rise: number, fall: number, from: number, results: string) =>
    [...results].reduce(
      ({ at, seen }, each) => {
        const next = countResult(script('x', { rise, fall }), at, each === '+');
        return { at: next, seen: seen + (next >= rise ? 'U' : 'd') };
      },
      { at: from, seen: '' },
    ).seen;

  it.each([
    // rise, fall, first value, results, up (U) or down (d) after each
    [1, 1, 0, '+-+', 'UdU'],
    [1, 3, 3, '---+', 'UUdU'],
    [3, 1, 3, '-+++', 'dddU'],
    [2, 2, 3, '-+--', 'UUUd'],
    [2, 2, 0, '+-++', 'dddU'],
    // The first result after the start, from rise - 1, decides at once either way.
    [3, 3, 2, '+', 'U'],
    [3, 3, 2, '-+++', 'dddU'],
  ])('rise %i fall %i from %i: %s gives %s', (rise, fall, from, results, expected) => {
    expect(runs(rise, fall, from, results)).toBe(expected);
  });
});

/** Plays the inputs on a copy. */
function played(machine: VrrpMachine, ...inputs: readonly (readonly [number, Input])[]): VrrpMachine {
  const copy = structuredClone(machine);
  for (const [time, input] of inputs) play(copy, input, instant(time * 1e6));
  return copy;
}

describe('the status', () => {
  const tracked = instance({
    trackScripts: [{ script: 'chk', weight: -20, reverse: false }],
    trackInterfaces: [{ interface: 'eth1', weight: 30, reverse: false }],
  });
  const machine = played(
    createVrrp(config([tracked], { scripts: [script('chk')], groups: [group('g', ['vi_1'])] })),
    [0, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }],
    [0, { kind: 'interface', name: 'eth1', interface: link([], { index: 3 }) }],
    [0, { kind: 'start' }],
    [0.5, { kind: 'script-result', name: 'chk', success: false, detail: 'exited with status 3' }],
  );
  const only = (state: VrrpMachine) => {
    const [first] = state.instances.values();
    const found = first === undefined ? undefined : recordOf(state, first.key);
    if (found?.kind !== 'instance') throw new Error('no instance');
    return found.record;
  };

  it('names what is tracked with its share of the priority', () => {
    const status = only(machine);
    expect(status.priority).toEqual({ configured: 100, effective: 110 });
    expect(status.tracked).toEqual([
      {
        kind: 'interface',
        name: 'eth1',
        condition: 'up',
        weight: 30,
        reverse: false,
        contribution: 30,
      },
      {
        kind: 'script',
        name: 'chk',
        condition: 'down',
        weight: -20,
        reverse: false,
        contribution: -20,
        detail: 'exited with status 3',
      },
    ]);
    expect(status).toMatchObject({
      group: 'g',
      state: 'BACKUP',
      since: 0,
      cause: 'starts',
      addresses: { held: 0 },
    });
  });

  it('tells a BACKUP’s operator who the master is and when it will be replaced', () => {
    const waiting = only(machine);
    expect(waiting.master).toBeUndefined();
    // 3 s + (256 - 110)/256 s from the start
    expect(waiting.next).toEqual({ what: 'takeover', at: 3_570_312 });
    const after = only(played(machine, [4, { kind: 'wake' }]));
    expect(after).toMatchObject({ state: 'MASTER', cause: 'no master heard', source: '10.0.0.10' });
    expect(after.next).toEqual({ what: 'advert', at: 5_000_000 });
    // 4 s - 3.570312 s
    expect(after.lateness).toEqual({ last: 0.429688, worst: 0.429688 });
    expect(after.counters).toMatchObject({ advert_sent: 1, become_master: 1 });
  });

  it('gives every reason for FAULT', () => {
    const late = createVrrp(
      config([tracked, instance({ name: 'other', vrid: 9 })], {
        startupDelay: seconds(5),
        scripts: [script('chk')],
      }),
    );
    expect(only(played(late, [0, { kind: 'start' }])).faults).toEqual(['interface eth0 does not exist']);
  });
});

describe('reload matching', () => {
  it('looks at VRID, family, interface, kind, group and unicast source, not at the name', () => {
    const own = identityOf(instance());
    expect(identityOf(instance({ name: 'x', priority: 1, version: 3 }))).toBe(own);
    const peers = [{ address: address('10.0.0.20'), minTtl: 0, maxTtl: 255 }];
    const others = [
      instance({ vrid: 52 }),
      instance({ family: 'inet6' }),
      instance({ interface: 'eth1' }),
      instance({ multicastGroup: address('224.0.0.19') }),
      instance({ unicastPeers: peers }),
      instance({ unicastPeers: peers, sourceAddress: address('10.0.0.10') }),
    ].map(identityOf);
    expect(new Set([own, ...others]).size).toBe(7);
  });
});
