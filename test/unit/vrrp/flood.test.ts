// What a flood of forged adverts may cost: neither memory nor log lines without end.
// Truth: the room's own bound; TTL 255 keeps forgers on the link, not away.

import { expect, it } from 'vitest';
import { instant } from '../../../src/core/time.ts';
import { advertOf } from '../../../src/core/vrrp/advert.ts';
import { createVrrp, step } from '../../../src/core/vrrp/index.ts';
import { encodeAdvert } from '../../../src/core/wire/index.ts';
import { address, config, instance, link } from './sample.ts';

it('a thousand forged senders leave at most 64 complaints', () => {
  const own = instance({ priority: 200 });
  let machine = createVrrp(config([own]));
  const eth0 = link(['10.0.0.10']);
  machine = step(machine, { kind: 'interface', name: 'eth0', interface: eth0 }, instant(0)).state;
  machine = step(machine, { kind: 'start' }, instant(0)).state;
  let lines = 0;
  for (let index = 0; index < 1000; index++) {
    const source = address(`10.1.${index >> 8}.${index & 255}`);
    const path = { source, destination: own.multicastGroup };
    const bytes = encodeAdvert(advertOf(own, 1 + (index % 150)), path, 'message');
    const packet = { kind: 'packet', interface: 'eth0', family: 'inet', ttl: 255, bytes, ...path } as const;
    const { state, effects } = step(machine, packet, instant(index));
    machine = state;
    lines += effects.length;
  }
  expect(lines).toBe(64);
  expect(machine.instances.get('vi_1')?.complaints).toHaveLength(64);
  expect(machine.instances.get('vi_1')?.counters.advert_rcvd).toBe(1000);
});
