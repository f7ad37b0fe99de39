// An orderly stop has no hole: addresses stay until a successor is heard, and only an advert that would be accepted is one.
// Truth: RFC 9568 section 6.4.3 (Shutdown) and 7.1 (acceptance); the successor's skew is below one interval.

import { describe, expect, it } from 'vitest';
import { instant, milliseconds, seconds } from '../../../src/core/time.ts';
import { advertOf } from '../../../src/core/vrrp/advert.ts';
import {
  createVrrp,
  deadline,
  type Effect,
  type Input,
  type InstanceConfig,
  step,
  type VrrpConfig,
  type VrrpMachine,
} from '../../../src/core/vrrp/index.ts';
import { encodeAdvert, sentForm } from '../../../src/core/wire/index.ts';
import { play, the } from './play.ts';
import { address, command, config, group, instance, link, virtual } from './sample.ts';

const begun = 10_000_000;
const at = (microseconds: number) => instant(begun + microseconds);

/** A machine whose instances are all MASTER, told to stop at `begun`. */
function leaving(given: VrrpConfig): { readonly machine: VrrpMachine; readonly effects: readonly Effect[] } {
  const machine = createVrrp(given);
  for (const name of ['eth0', 'eth1'])
    step(machine, { kind: 'interface', name, interface: link(['10.0.0.10']) }, instant(0));
  play(machine, { kind: 'start' }, instant(0));
  for (let due = deadline(machine); due !== undefined && due < begun; due = deadline(machine))
    play(machine, { kind: 'wake' }, due);
  for (const each of machine.instances.values()) expect(each.state).toBe('MASTER');
  return { machine, effects: play(machine, { kind: 'stop' }, at(0)) };
}

function advert(like: InstanceConfig, priority: number, source = '10.0.0.20'): Input & { kind: 'packet' } {
  const path = { source: address(source), destination: like.multicastGroup };
  const bytes = encodeAdvert(advertOf(like, priority), path, sentForm(like.version, path));
  return { kind: 'packet', interface: like.interface ?? '', family: 'inet', ttl: 255, bytes, ...path };
}

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind).filter(kind => kind !== 'log');
const own = instance({ notify: { stop: command('/stop') } });
const secret = { authentication: { type: 'PASS', password: 'secret' } as const };

describe('a MASTER that stops', () => {
  it('sends priority 0 and keeps its addresses', () => {
    const { machine, effects } = leaving(config([own]));
    expect(kinds(effects)).toEqual(['advertise']);
    expect(effects).toContainEqual(expect.objectContaining({ kind: 'advertise', priority: 0 }));
    expect(the(machine).state).toBe('LEAVING');
    expect(machine.phase).toBe('leaving');
    expect(deadline(machine)).toBe(at(1_000_000));
  });

  it('gives them up when a successor is heard, and is stopped', () => {
    const { machine } = leaving(config([own]));
    expect(kinds(play(machine, advert(own, 0), at(1000)))).toEqual([]);
    expect(kinds(play(machine, advert(own, 1), at(2000)))).toEqual([
      'release',
      'notify',
      'close-transport',
      'stopped',
    ]);
    expect(deadline(machine)).toBeUndefined();
    expect(step(machine, { kind: 'stop' }, at(3000))).toEqual([]);
  });

  it.each([
    ['1 s', seconds(1), 1_000_000],
    ['one interval when that is shorter', milliseconds(200), 200_000],
    ['1 s when the interval is longer', seconds(2), 1_000_000],
  ])('gives them up after %s when nobody takes over', (_, advertInterval, waited) => {
    const { machine } = leaving(config([{ ...own, version: 3, advertInterval }]));
    expect(play(machine, { kind: 'wake' }, at(waited - 1))).toEqual([]);
    const effects = play(machine, { kind: 'wake' }, at(waited));
    expect(kinds(effects)).toEqual(['release', 'notify', 'close-transport', 'stopped']);
  });

  it('is not sent away by three bytes from anywhere', () => {
    // 00 33 01 by unicast with TTL 1 ended it at once, with auth_pass set.
    const { machine } = leaving(config([{ ...own, ...secret }]));
    const forged = {
      ...advert(own, 1),
      destination: address('10.0.0.10'),
      ttl: 1,
      bytes: Uint8Array.of(0x00, 0x33, 0x01),
    };
    expect(kinds(play(machine, forged, at(1000)))).toEqual([]);
    expect(the(machine)).toMatchObject({ state: 'LEAVING', held: true });
    expect(the(machine).counters.packet_len_err).toBe(1);
  });

  const guarded = { ...own, ...secret };
  it.each([
    ['the password is wrong', advert({ ...guarded, authentication: { type: 'PASS', password: 'x' } }, 200)],
    ['it was routed', { ...advert(guarded, 200), ttl: 254 }],
    ['its version differs', advert({ ...guarded, version: 3 }, 200)],
    ['its checksum is wrong', { ...advert(guarded, 200), bytes: advert(guarded, 200).bytes.with(6, 0) }],
    ['it is for another virtual router', advert({ ...guarded, vrid: 52 }, 200)],
    ['it is our own', advert(guarded, 200, '10.0.0.10')],
  ])('keeps them when an advert is heard but %s', (_, packet) => {
    const { machine } = leaving(config([guarded]));
    expect(kinds(play(machine, packet, at(1000)))).toEqual([]);
    expect(the(machine).state).toBe('LEAVING');
    expect(kinds(play(machine, advert(guarded, 50), at(2000)))).toContain('stopped');
  });
});

describe('a sync group that stops', () => {
  const members = [
    instance({ name: 'a', vrid: 1, version: 3, advertInterval: milliseconds(200) }),
    instance({ name: 'b', vrid: 2, interface: 'eth1', addresses: [virtual('10.1.0.1/24')] }),
  ];
  const grouped = config([...members, instance({ name: 'c', vrid: 3 })], {
    groups: [group('g', ['a', 'b'])],
  });
  const [first] = members;

  it('hands over as one, and does not wait for others', () => {
    const { machine } = leaving(grouped);
    const effects = play(machine, advert(first as InstanceConfig, 200), at(1000));
    expect(kinds(effects)).toEqual(['release', 'notify', 'release', 'notify', 'notify']);
    expect(the(machine, 'a').state).toBe('STOP');
    expect(the(machine, 'b').state).toBe('STOP');
    expect(the(machine, 'c').state).toBe('LEAVING');
    expect(machine.phase).toBe('leaving');
  });

  it('waits as long as its slowest member', () => {
    const { machine } = leaving(grouped);
    expect(play(machine, { kind: 'wake' }, at(999_999))).toEqual([]);
    expect(kinds(play(machine, { kind: 'wake' }, at(1_000_000))).at(-1)).toBe('stopped');
  });
});

it('a BACKUP stops at once', () => {
  const machine = createVrrp(config([own]));
  step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, instant(0));
  play(machine, { kind: 'start' }, instant(0));
  expect(kinds(step(machine, { kind: 'stop' }, at(0)))).toEqual(['notify', 'close-transport', 'stopped']);
});
