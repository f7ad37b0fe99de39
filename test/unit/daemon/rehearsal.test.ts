// The rehearsal in slices: it plays a whole takeover, and costs the same whatever the configuration has.
// Truth: the effects a takeover must have (RFC 9568 section 6.4.2); counts of steps and bytes, no times.
import { describe, expect, it } from 'vitest';
import { rehearsal, type VrrpProcessEffect } from '../../../src/core/daemon/index.ts';
import type { RouteNews } from '../../../src/core/netlink/index.ts';
import { loadText } from '../conf/load-text.ts';
import { eth, prefix } from '../link/fixtures.ts';

const text = (instances: number, addresses: number) =>
  Array.from(
    { length: instances },
    (_, i) => `vrrp_instance V${i + 1} {
  interface eth0
  virtual_router_id ${i + 1}
  priority 100
  virtual_ipaddress {
${Array.from({ length: addresses }, (_, n) => `    10.1.${i}.${n + 1}/32`).join('\n')}
  }
}
`,
  ).join('');

const address = (cidr: string): RouteNews => ({
  kind: 'address',
  gone: false,
  record: {
    ifindex: 2,
    prefix: prefix(cidr),
    scope: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: 0,
    preferredLifetime: 'forever',
  },
});

function play(instances: number, addresses: number, present: number) {
  const { config } = loadText(text(instances, addresses));
  const news: RouteNews[] = [{ kind: 'link', gone: false, record: eth(2, 'eth0') }];
  for (let n = 0; n < present; n++) news.push(address(`10.1.0.${n + 1}/32`));
  news.push(address('10.0.0.2/24'));
  const effects: VrrpProcessEffect[] = [];
  let slices = 0;
  const slicing = rehearsal(config, news, effect => effects.push(effect), 3);
  while (slicing.next().done !== true) slices++;
  const size = JSON.stringify(effects, (_, value: unknown) => (value instanceof Map ? [...value] : value));
  return { slices, kinds: effects.map(({ kind }) => kind), size: size.length };
}

describe('rehearsal', () => {
  it('plays a start, a takeover with advert, address and announcement, and a stop', () => {
    const { kinds } = play(1, 1, 0);
    const round = kinds.slice(0, kinds.indexOf('finish') + 1).filter(kind => kind !== 'log');
    const steps = [
      'open-transport',
      'advertise',
      'record',
      'apply',
      'send-frames',
      'apply',
      'finish',
    ] as const;
    let from = 0;
    for (const kind of steps) {
      expect(round.slice(from)).toContain(kind);
      from = round.indexOf(kind, from) + 1;
    }
  });

  it('costs the same with one address and with 250, with one instance and with 200', () => {
    const small = play(1, 1, 0);
    for (const great of [play(1, 250, 200), play(200, 1, 0), play(20, 100, 100)]) {
      expect(great.slices).toBe(small.slices);
      expect(great.kinds).toEqual(small.kinds);
      expect(great.size).toBe(small.size);
    }
  });
});
