// What a flood of forged adverts may cost: neither memory nor log lines without end, nor the lines about other faults.
// Truth: report.ts; TTL 255 keeps forgers on the link, not away.

import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../../src/core/time.ts';
import { advertOf } from '../../../src/core/vrrp/advert.ts';
import { createVrrp, type Effect, type Input, step, type VrrpMachine } from '../../../src/core/vrrp/index.ts';
import { encodeAdvert } from '../../../src/core/wire/index.ts';
import { play, the } from './play.ts';
import { address, config, instance, link } from './sample.ts';

const own = instance({ priority: 200 });

function backup(like = own): VrrpMachine {
  const machine = createVrrp(config([like], { logUnknownVrids: true }));
  step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, instant(0));
  step(machine, { kind: 'start' }, instant(0));
  return machine;
}

function advert(
  sender: string,
  priority: number,
  change: { readonly ttl?: number; readonly vrid?: number } = {},
): Input {
  const source = address(sender);
  const path = { source, destination: own.multicastGroup };
  const bytes = encodeAdvert(advertOf({ ...own, vrid: change.vrid ?? 51 }, priority), path, 'message');
  return { kind: 'packet', interface: 'eth0', family: 'inet', ttl: change.ttl ?? 255, bytes, ...path };
}

const lines = (effects: readonly Effect[]): string[] =>
  effects.flatMap(effect => (effect.kind === 'log' ? [effect.message] : []));
const at = (time: number): Instant => instant(Math.round(time * 1e6));
const forged = (index: number): string => `10.1.${index >> 8}.${index & 255}`;

describe('a flood', () => {
  it('of a thousand forged senders leaves sixteen lines, and does not mute the instance', () => {
    const machine = backup();
    const said: string[] = [];
    for (let index = 0; index < 1000; index++)
      said.push(...lines(step(machine, advert(forged(index), 1 + (index % 150)), instant(index))));
    expect(said).toHaveLength(16);
    expect(the(machine).reports.subjects.size).toBe(16);
    expect(the(machine).counters.advert_rcvd).toBe(1000);
    // Sixty-four forged senders muted an instance: a packet of another fault was refused without a line.
    expect(lines(step(machine, advert('10.0.0.66', 100, { ttl: 3 }), instant(2000)))).toEqual([
      'vi_1: packet of 10.0.0.66 refused: TTL 3, not 255: it was routed or forged',
    ]);
  });

  it('is summed up in the next line of its kind, a minute later', () => {
    const machine = backup();
    const refused = (time: number) => lines(step(machine, advert('10.0.0.66', 100, { ttl: 3 }), at(time)));
    expect(refused(1)).toHaveLength(1);
    for (let index = 0; index < 1203; index++) expect(refused(2 + index / 1000)).toEqual([]);
    expect(refused(60.999)).toEqual([]);
    expect(refused(61)).toEqual([
      'vi_1: packet of 10.0.0.66 refused: TTL 3, not 255: it was routed or forged (1,204 more in the last 60 s)',
    ]);
    expect(refused(62)).toEqual([]);
    expect(the(machine).counters.ip_ttl_err).toBe(1207);
  });

  it('of two sources that alternate as master writes each of them once a minute', () => {
    // 46,700 lines in five seconds when each change of master forgot what had been written.
    const machine = backup(instance({ priority: 100 }));
    const said: string[] = [];
    for (let index = 0; index < 20_000; index++) {
      const [sender, priority] =
        index % 2 === 0 ? (['10.0.0.66', 150] as const) : (['10.0.0.77', 151] as const);
      said.push(...lines(play(machine, advert(sender, priority), at(1 + index / 4000))));
    }
    expect(said).toEqual([
      'vi_1: master is 10.0.0.66, priority 150',
      'vi_1: master is 10.0.0.77, priority 151',
    ]);
    const later = lines(play(machine, advert('10.0.0.66', 150), at(61)));
    expect(later).toEqual(['vi_1: master is 10.0.0.66, priority 150 (9,999 more in the last 60 s)']);
  });

  it('for virtual routers that are not configured is counted, and remembered in bounds', () => {
    const machine = backup();
    const said: string[] = [];
    for (let vrid = 1; vrid <= 255; vrid++)
      if (vrid !== 51) said.push(...lines(step(machine, advert('10.0.0.66', 100, { vrid }), instant(vrid))));
    expect(said).toHaveLength(16);
    expect(said[0]).toBe('advert of 10.0.0.66 on eth0 for VRID 1, which is not configured');
    expect(machine.reports.subjects.size).toBe(16);
    expect(machine.strayCounters.get('eth0')).toEqual({
      truncated: 0,
      version: 0,
      malformed: 0,
      'unknown-vrid': 254,
    });
  });

  it('of what is for no instance is counted by interface and cause', () => {
    const machine = backup();
    const stray = (bytes: readonly number[], dev: string) =>
      step(
        machine,
        {
          ...(advert('10.0.0.66', 1) as Extract<Input, { kind: 'packet' }>),
          interface: dev,
          bytes: Uint8Array.from(bytes),
        },
        instant(5),
      );
    expect(stray([0x21, 51], 'eth0')).toEqual([]);
    expect(stray([0x71, 52, 1, 0, 0, 1, 0, 0], 'eth0')).toEqual([]);
    expect(stray([0x21, 52, 1, 9, 0, 1, 0, 0], 'eth0')).toEqual([]);
    expect(stray([0x22, 51, 1, 0, 0, 1, 0, 0], 'eth1')).toEqual([]);
    expect(machine.strayCounters.get('eth0')).toMatchObject({ truncated: 1, version: 1, malformed: 1 });
    expect(machine.strayCounters.get('eth1')).toMatchObject({ malformed: 1 });
  });
});
