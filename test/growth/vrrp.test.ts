// The cost of a packet and of a deadline does not depend on how many instances there are.
// Truth: executions and allocated bytes with 1 and with 255 instances, within a factor of two (DESIGN "a step costs what it touches").

import { expect, it } from 'vitest';
import { type Instant, instant, milliseconds } from '../../src/core/time.ts';
import { advertOf } from '../../src/core/vrrp/advert.ts';
import { createVrrp, deadline, type Input, step, type VrrpMachine } from '../../src/core/vrrp/index.ts';
import { encodeAdvert } from '../../src/core/wire/index.ts';
import { address, config, instance, link, virtual } from '../unit/vrrp/sample.ts';
import { allocated, executions } from './count.ts';

const rounds = 200;
const member = (index: number) =>
  instance({
    name: `vi_${index}`,
    vrid: index + 1,
    version: 3,
    advertInterval: milliseconds(100),
    addresses: [virtual(`10.0.${index}.1/24`)],
  });
const first = member(0);
const path = { source: address('10.0.0.20'), destination: first.multicastGroup };
const packet: Input = {
  kind: 'packet',
  interface: 'eth0',
  family: 'inet',
  ttl: 255,
  bytes: encodeAdvert(advertOf(first, 150), path, 'message'),
  ...path,
};

function started(count: number): VrrpMachine {
  const machine = createVrrp(config(Array.from({ length: count }, (_, index) => member(index))));
  step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, instant(0));
  step(machine, { kind: 'start' }, instant(0));
  return machine;
}

/** Everybody MASTER. */
function masters(count: number): VrrpMachine {
  const machine = started(count);
  for (let due = deadline(machine); due !== undefined && due < 1e6; due = deadline(machine))
    step(machine, { kind: 'wake' }, due);
  return machine;
}

const hear = (machine: VrrpMachine) => () => {
  for (let round = 0; round < rounds; round++) step(machine, packet, instant(round));
};
const advertise = (machine: VrrpMachine) => () => {
  for (let round = 0; round < rounds; round++) step(machine, { kind: 'wake' }, deadline(machine) as Instant);
};
/** One takeover after the other: never more than there are instances. */
const takeOver = (count: number) => {
  const machines = Array.from({ length: Math.ceil(rounds / count) }, () => started(count));
  return () => {
    let left = rounds;
    for (const machine of machines)
      for (let each = 0; each < count && left > 0; each++, left--)
        step(machine, { kind: 'wake' }, deadline(machine) as Instant);
  };
};
/** Our own addresses come back as news of the interface. */
const renew = (machine: VrrpMachine) => () => {
  for (let round = 0; round < rounds; round++) {
    const own = link(['10.0.0.10', `10.9.${round}.1`]);
    step(machine, { kind: 'interface', name: 'eth0', interface: own }, instant(round));
  }
};

function costs(work: () => () => void): { readonly executions: number; readonly bytes: number } {
  work()();
  return { executions: executions(work()), bytes: allocated(work()) };
}

it.each([
  ['an advert heard', (count: number) => hear(started(count))],
  ['an advert sent', (count: number) => advertise(masters(count))],
  ['a takeover', takeOver],
  ['a new address on the interface', (count: number) => renew(masters(count))],
])('%s costs the same with 1 and with 255 instances', (_, make) => {
  const few = costs(() => make(1));
  const many = costs(() => make(255));
  expect(many.executions / few.executions).toBeLessThan(2);
  expect(many.bytes / few.bytes).toBeLessThan(2);
});
