// Every cause for which a packet is refused, one test each, and that a refused packet changes nothing but its counter.
// Truth: the order and counters of keepalived's checks; bytes are built by wire/vrrp and then damaged by hand.

import { describe, expect, it } from 'vitest';
import { type Address, familyOf } from '../../../src/core/net/index.ts';
import { instant, seconds } from '../../../src/core/time.ts';
import { accept, type Packet, type Refusal, refusals } from '../../../src/core/vrrp/accept.ts';
import { advertOf } from '../../../src/core/vrrp/advert.ts';
import type { InstanceConfig } from '../../../src/core/vrrp/config.ts';
import { createVrrp, type Effect, type Input, step, type VrrpMachine } from '../../../src/core/vrrp/index.ts';
import { type ChecksumForm, encodeAdvert, sentForm } from '../../../src/core/wire/index.ts';
import { timerOf } from './play.ts';
import { address, config, instance, link, virtual } from './sample.ts';

const peers = [{ address: address('10.0.0.20'), minTtl: 250, maxTtl: 255 }];
const unicast = instance({
  sourceAddress: address('10.0.0.10'),
  unicastPeers: peers,
  checkUnicastSource: true,
});
const password = (text: string) => ({ authentication: { type: 'PASS', password: text } as const });

/** What a neighbour configured like `like` sends, then changed. */
function packet(
  like: InstanceConfig,
  change: Partial<Packet> & { readonly priority?: number; readonly form?: ChecksumForm } = {},
): Packet {
  const { priority = 150, form, ...rest } = change;
  const source = rest.source ?? address(like.family === 'inet' ? '10.0.0.20' : 'fe80::20');
  const own = address(like.family === 'inet' ? '10.0.0.10' : 'fe80::10');
  const destination: Address = rest.destination ?? (like.unicastPeers.length > 0 ? own : like.multicastGroup);
  const path = { source, destination };
  const bytes = encodeAdvert(advertOf(like, priority), path, form ?? sentForm(like.version, path));
  return { kind: 'packet', interface: 'eth0', family: familyOf(source), ttl: 255, bytes, ...rest, ...path };
}

function patched(found: Packet, at: number, value: number): Packet {
  const bytes = found.bytes.slice();
  bytes[at] = value;
  return { ...found, bytes };
}

function started(own: InstanceConfig): VrrpMachine {
  const eth0 = link(['10.0.0.10', 'fe80::10']);
  const machine = createVrrp(config([own]));
  step(machine, { kind: 'interface', name: 'eth0', interface: eth0 }, instant(0));
  step(machine, { kind: 'start' }, instant(0));
  return machine;
}

/** The step of a copy: what was there before can be compared. */
function stepped(
  machine: VrrpMachine,
  input: Input,
  at: number,
): { readonly state: VrrpMachine; readonly effects: readonly Effect[] } {
  const state = structuredClone(machine);
  return { effects: step(state, input, instant(at)), state };
}

const only = (machine: VrrpMachine) => {
  const [found] = machine.instances.values();
  if (found === undefined) throw new Error('no instance');
  return found;
};

const plain = instance();
const three = instance({ version: 3 });

/** For each cause our configuration and a packet that is wrong in just this way. */
const cases: Record<Refusal, readonly [InstanceConfig, Packet]> = {
  'authentication-header': [plain, { ...packet(plain), authenticationHeader: true }],
  length: [plain, { ...packet(plain), bytes: packet(plain).bytes.subarray(0, 19) }],
  ttl: [plain, packet(plain, { ttl: 254 })],
  version: [plain, packet(three)],
  'authentication-type-unknown': [plain, patched(packet(plain), 4, 3)],
  'authentication-type-differs': [plain, packet(instance(password('secret')))],
  password: [instance(password('secret')), packet(instance(password('sesame')))],
  'interval-differs': [plain, packet(instance({ advertInterval: seconds(2) }))],
  type: [plain, patched(packet(plain), 0, 0x22)],
  'interval-zero': [three, patched(patched(packet(three), 4, 0), 5, 0)],
  checksum: [plain, patched(packet(plain), 6, 0)],
  destination: [plain, packet(plain, { destination: address('10.0.0.10') })],
  'owner-ignores': [instance({ priority: 255, ownerIgnoreAdverts: true }), packet(plain)],
  'peer-unknown': [unicast, packet(unicast, { source: address('10.0.0.99') })],
  'peer-ttl': [unicast, packet(unicast, { ttl: 64 })],
};

describe('a refused packet', () => {
  it.each(Object.entries(cases))('%s', (cause, [own, wrong]) => {
    const before = started(own);
    const verdict = accept(only(before), wrong);
    expect(verdict).toMatchObject({ accepted: false, cause });
    const { state, effects } = stepped(before, wrong, 1000);
    const [old, now] = [only(before), only(state)];
    const counter = refusals[cause as Refusal];
    expect(now.counters[counter]).toBe(old.counters[counter] + 1);
    expect(now).toEqual({ ...old, counters: now.counters, reports: now.reports });
    expect(state.alarms).toEqual(before.alarms);
    expect(effects.map(effect => effect.kind)).toEqual(['log']);
    // The same complaint again is counted, not logged.
    const again = stepped(state, wrong, 2000);
    expect(again.effects).toEqual([]);
    expect(only(again.state).counters[counter]).toBe(old.counters[counter] + 2);
  });

  it('of any length up to a header is a length error or nobody’s, never a throw', () => {
    const machine = started(plain);
    const { bytes } = packet(plain);
    for (let length = 0; length < bytes.length; length++) {
      const cut = { ...packet(plain), bytes: bytes.subarray(0, length) };
      const { state } = stepped(machine, cut, 1000);
      expect(only(state).counters.packet_len_err).toBe(length < 3 ? 0 : 1);
      expect(state.strayCounters.get('eth0')?.truncated ?? 0).toBe(length < 3 ? 1 : 0);
      expect(timerOf(state)).toBe(timerOf(machine));
    }
  });

  it('is refused again although the very same packet was accepted before, once the instance stands otherwise', () => {
    const own = instance({ priority: 255, ownerIgnoreAdverts: true });
    const found = only(started(own));
    const same = packet(own);
    found.effectivePriority = 254;
    expect(accept(found, same)).toMatchObject({ accepted: true });
    expect(accept(found, same)).toMatchObject({ accepted: true });
    found.effectivePriority = 255;
    expect(accept(found, same)).toMatchObject({ cause: 'owner-ignores' });
  });

  it('is refused although its predecessor was accepted, after a reload that wants another', () => {
    const machine = started(plain);
    const same = packet(plain);
    const { state } = stepped(machine, same, 1000);
    const reloaded = stepped(
      state,
      { kind: 'configure', config: config([instance(password('secret'))]) },
      1500,
    );
    const again = stepped(reloaded.state, same, 2000);
    expect(only(again.state).counters.authtype_mismatch).toBe(1);
  });

  it('too long is a length error', () => {
    const long = new Uint8Array([...packet(plain).bytes, 0, 0, 0, 0]);
    expect(accept(only(started(plain)), { ...packet(plain), bytes: long })).toMatchObject({
      cause: 'length',
    });
  });

  it('with several faults is counted for the first of keepalived’s order', () => {
    const wrong = patched(packet(instance(password('sesame')), { ttl: 1 }), 0, 0x22);
    const own = only(started(instance(password('secret'))));
    expect(accept(own, wrong)).toMatchObject({ cause: 'ttl' });
    expect(accept(own, { ...wrong, ttl: 255 })).toMatchObject({ cause: 'password' });
  });
});

describe('an accepted packet', () => {
  const form = (own: InstanceConfig, found: Packet) => {
    const verdict = accept(only(started(own)), found);
    return verdict.accepted ? verdict.advert.checksum : verdict.cause;
  };

  it('may use either reading of the version 3 checksum, and we remember which', () => {
    expect(form(three, packet(three))).toBe('pseudo-header');
    expect(form(three, packet(three, { form: 'message' }))).toBe('message');
    expect(form(plain, packet(plain))).toBe('message');
  });

  it('may sum an old unicast pseudo header with the multicast group', () => {
    const own = { ...unicast, version: 3 as const };
    const path = { source: address('10.0.0.20'), destination: own.multicastGroup };
    const bytes = encodeAdvert(advertOf(own, 150), path, 'pseudo-header');
    expect(form(own, { ...packet(own), bytes })).toBe('group-pseudo-header');
  });

  it('over IPv6 needs the pseudo header', () => {
    const six = instance({ family: 'inet6', version: 3 });
    expect(form(six, packet(six))).toBe('pseudo-header');
    expect(form(six, packet(six, { form: 'message' }))).toBe('checksum');
  });

  it('may come with any hop limit when unicast sources are not checked', () => {
    const lax = { ...unicast, checkUnicastSource: false };
    expect(form(lax, packet(lax, { ttl: 3, source: address('10.0.0.99') }))).toBe('message');
  });

  it('may carry other addresses: counted, logged, still heard', () => {
    const more = instance({ addresses: [virtual('10.0.0.1/24'), virtual('10.0.0.2/24')] });
    const other = instance({ addresses: [virtual('10.0.0.9/24')] });
    for (const peer of [more, other]) {
      const { state, effects } = stepped(started(plain), packet(peer), 1000);
      expect(only(state).counters).toMatchObject({ addr_list_err: 1, advert_rcvd: 1 });
      expect(timerOf(state)).toBe(3_610_375);
      // The difference, and who is master now.
      expect(effects.map(({ kind }) => kind)).toEqual(['log', 'log']);
    }
  });

  it('has its addresses compared once per sender with skip_check_adv_addr', () => {
    const other = packet(instance({ addresses: [virtual('10.0.0.9/24')] }));
    const count = (own: InstanceConfig) => {
      const first = stepped(started(own), other, 1000).state;
      return only(stepped(first, other, 2000).state).counters.addr_list_err;
    };
    expect(count(plain)).toBe(2);
    expect(count(instance({ skipCheckAdvertAddresses: true }))).toBe(1);
  });

  it('of priority 0 is counted as such', () => {
    const { state } = stepped(started(plain), packet(plain, { priority: 0 }), 1000);
    expect(only(state).counters).toMatchObject({ advert_rcvd: 1, pri_zero_rcvd: 1 });
  });
});

describe('the recipient', () => {
  const two = [
    instance({ name: 'multicast' }),
    instance({ name: 'unicast', sourceAddress: address('10.0.0.10'), unicastPeers: peers }),
    instance({ name: 'six', family: 'inet6', version: 3 }),
    instance({ name: 'elsewhere', interface: 'eth1' }),
  ];
  const machine = (() => {
    const state = createVrrp(config(two));
    for (const name of ['eth0', 'eth1'])
      step(state, { kind: 'interface', name, interface: link(['10.0.0.10', 'fe80::10']) }, instant(0));
    step(state, { kind: 'start' }, instant(0));
    return state;
  })();
  const received = (found: Packet) =>
    [...stepped(machine, found, 1).state.instances.values()]
      .filter(each => each.counters.advert_rcvd > 0)
      .map(each => each.config.name);

  it('is found by interface, family and kind', () => {
    const [first, second, six] = two as [InstanceConfig, InstanceConfig, InstanceConfig];
    expect(received(packet(first))).toEqual(['multicast']);
    expect(received(packet(second))).toEqual(['unicast']);
    expect(received(packet(six))).toEqual(['six']);
    expect(received(packet(first, { interface: 'eth1' }))).toEqual(['elsewhere']);
    expect(received(packet(first, { interface: 'eth2' }))).toEqual([]);
    expect(received(packet(six, { destination: address('fe80::10') }))).toEqual([]);
  });
});
