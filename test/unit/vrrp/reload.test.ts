// A reload pairs old and new instances one to one before it writes: what is equal emits nothing, what was renamed keeps everything.
// Truth: keepalived's matching by VRID, family, interface and kind; RFC 9568 section 6.4.2 (adverts before addresses before announcements).

import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../../src/core/time.ts';
import {
  createVrrp,
  deadline,
  type Effect,
  type InstanceConfig,
  step,
  type VrrpConfig,
  type VrrpMachine,
} from '../../../src/core/vrrp/index.ts';
import { play, the } from './play.ts';
import { config, group, instance, link, script, virtual } from './sample.ts';

const at = (time: number) => instant(Math.round(time * 1e6));
const router = (name: string, vrid: number, vip: string, more: Partial<InstanceConfig> = {}) =>
  instance({ name, vrid, addresses: [virtual(`${vip}/24`)], ...more });

/** Everybody MASTER, at 10 s. */
function masters(given: VrrpConfig, answering = true): VrrpMachine {
  const machine = createVrrp(given);
  step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, instant(0));
  play(machine, { kind: 'start' }, instant(0));
  for (let due = deadline(machine); due !== undefined && due < 10e6; due = deadline(machine))
    play(machine, { kind: 'wake' }, due, { answering });
  return machine;
}
const lines = (effects: readonly Effect[]) =>
  effects.flatMap(effect => (effect.kind === 'log' ? [effect.message] : []));
const of = <K extends Effect['kind']>(effects: readonly Effect[], kind: K) =>
  effects.filter((effect): effect is Extract<Effect, { readonly kind: K }> => effect.kind === kind);

describe('a reload', () => {
  it('of an equal configuration emits nothing and moves no deadline', () => {
    const given = () =>
      config([router('a', 51, '10.0.0.100'), router('b', 52, '10.0.0.101')], {
        groups: [group('g', ['a', 'b'])],
        scripts: [script('chk')],
      });
    const machine = masters(given());
    const before = structuredClone(machine);
    expect(step(machine, { kind: 'configure', config: given() }, at(10))).toEqual([]);
    expect(machine).toEqual(before);
  });

  it('that shifts every name keeps the running MASTERs and their serials', () => {
    // An entry inserted by a template: the address of a running MASTER was deleted, added and deleted.
    const machine = masters(config([router('VI_1', 51, '10.0.0.100'), router('VI_2', 52, '10.0.0.101')]));
    const [first, second] = [the(machine, 'VI_1').serial, the(machine, 'VI_2').serial];
    const shifted = config([
      router('VI_1', 50, '10.0.0.109'),
      router('VI_2', 51, '10.0.0.100'),
      router('VI_3', 52, '10.0.0.101'),
    ]);
    const effects = play(machine, { kind: 'configure', config: shifted }, at(10));
    expect(the(machine, 'VI_2')).toMatchObject({ serial: first, state: 'MASTER' });
    expect(the(machine, 'VI_3')).toMatchObject({ serial: second, state: 'MASTER' });
    expect(the(machine, 'VI_1').serial).toBeGreaterThan(second);
    expect(of(effects, 'hold')).toEqual([]);
    expect(of(effects, 'announce')).toEqual([]);
    expect(of(effects, 'release').map(({ owner }) => owner)).toEqual([the(machine, 'VI_1').serial]);
    expect(lines(effects)).toContain('VI_2: reloaded: renamed from VI_1');
  });

  it('that swaps two VRIDs swaps the names', () => {
    const machine = masters(config([router('a', 51, '10.0.0.100'), router('b', 52, '10.0.0.101')]));
    const { serial } = the(machine, 'a');
    const swapped = config([router('a', 52, '10.0.0.101'), router('b', 51, '10.0.0.100')]);
    const effects = play(machine, { kind: 'configure', config: swapped }, at(10));
    expect(the(machine, 'b').serial).toBe(serial);
    expect(effects.map(({ kind }) => kind).sort()).toEqual(['advertise', 'advertise', 'log', 'log']);
  });

  it('gives each running instance to one new instance at most', () => {
    const machine = masters(config([router('a', 51, '10.0.0.100')]));
    const twice = config([router('b', 51, '10.0.0.100'), router('a', 51, '10.0.0.100')]);
    play(machine, { kind: 'configure', config: twice }, at(10));
    const serials = [...machine.instances.values()].map(({ serial }) => serial);
    expect(new Set(serials).size).toBe(2);
    // Of two with one identity the namesake continues.
    expect(the(machine, 'a').state).toBe('MASTER');
    expect(the(machine, 'b').state).toBe('BACKUP');
  });

  it('says what changed, once, in one line for each instance', () => {
    const machine = masters(config([router('a', 51, '10.0.0.100'), router('b', 52, '10.0.0.101')]));
    const changed = config([
      router('a', 51, '10.0.0.102', { priority: 120, downTimerAdverts: 4 }),
      router('b', 52, '10.0.0.101'),
    ]);
    expect(lines(play(machine, { kind: 'configure', config: changed }, at(10)))).toEqual([
      'a: reloaded: priority 100 -> 120, down_timer_adverts 3 -> 4, address 10.0.0.102/24 added, address 10.0.0.100/24 removed',
    ]);
  });

  it('never prints a password', () => {
    const machine = masters(config([router('a', 51, '10.0.0.100')]));
    const authentication = { type: 'PASS', password: 'hunter2' } as const;
    const next = config([router('a', 51, '10.0.0.100', { authentication })]);
    const said = lines(play(machine, { kind: 'configure', config: next }, at(10)));
    expect(said).toEqual(['a: reloaded: authentication changed']);
  });

  it('that makes another virtual router of an instance says why it ends', () => {
    const machine = masters(config([router('a', 51, '10.0.0.100')]));
    const next = config([router('a', 53, '10.0.0.100')]);
    expect(lines(play(machine, { kind: 'configure', config: next }, at(10)))).toEqual([
      'a: MASTER -> deleted: virtual_router_id 51 -> 53: starts anew',
      'a: INIT -> BACKUP: starts',
    ]);
  });
});

describe('what is announced', () => {
  const two = [virtual('10.0.0.1/24'), virtual('10.0.0.2/24')] as const;
  const addressesIn = (effects: readonly Effect[]) =>
    of(effects, 'announce').map(({ targets }) => targets.map(target => target.address));
  const eth0 = (...addresses: string[]) =>
    addresses.map(each => ({ interface: 'eth0', address: virtual(`${each}/24`).prefix.address }));

  it('is nothing before the kernel has it', () => {
    const machine = masters(config([instance({ addresses: two })]), false);
    expect(the(machine).state).toBe('MASTER');
    const { serial } = the(machine);
    const held = step(
      machine,
      { kind: 'held', owner: serial, targets: eth0('10.0.0.2', '10.0.0.9') },
      at(10),
    );
    expect(addressesIn(held)).toEqual([['10.0.0.2']]);
    expect(step(machine, { kind: 'held', owner: serial, targets: eth0('10.0.0.2') }, at(10))).toEqual([]);
    // The burst after garp_master_delay covers what has come: the other address never did.
    const bursts: unknown[] = [];
    for (let due = deadline(machine); due !== undefined && due < 20e6; due = deadline(machine))
      bursts.push(...addressesIn(play(machine, { kind: 'wake' }, due)));
    expect(bursts).toEqual([['10.0.0.2']]);
  });

  it('is nothing when addresses only change their order', () => {
    const machine = masters(config([instance({ addresses: two })]));
    const reordered = config([instance({ addresses: [...two].reverse() })]);
    const effects = play(machine, { kind: 'configure', config: reordered }, at(10));
    expect(of(effects, 'hold')).toHaveLength(1);
    expect(addressesIn(effects)).toEqual([]);
  });

  it('comes after the advert and the addresses when an instance becomes MASTER', () => {
    const machine = createVrrp(config([instance()]));
    step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, instant(0));
    play(machine, { kind: 'start' }, instant(0));
    const effects = play(machine, { kind: 'wake' }, instant(seconds(4)));
    const order = effects.map(({ kind }) => kind).filter(kind => kind !== 'log' && kind !== 'notify');
    expect(order).toEqual(['advertise', 'hold', 'announce']);
  });

  it('and held by nobody else is of no interest', () => {
    const machine = masters(config([instance()]));
    const before = structuredClone(machine);
    expect(step(machine, { kind: 'held', owner: 99, targets: eth0('10.0.0.1') }, at(10))).toEqual([]);
    expect(machine).toEqual(before);
  });
});
