// What must hold of every VRRP machine at every moment, whatever it was told.
// Spec: the states of RFC 9568 section 6.4 and the contract of step() and deadline().

import { expect } from 'vitest';
import type { Instant } from '../../src/core/time.ts';
import { deadline, type Effect, type VrrpMachine } from '../../src/core/vrrp/index.ts';

/** Freezes plain data, so that a step that writes to its argument throws. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value))
    return value;
  Object.freeze(value);
  const inside = value instanceof Map ? value.values() : Object.values(value);
  for (const each of inside) freeze(each);
  return value;
}

function expectLegalInstances(machine: VrrpMachine): void {
  for (const each of machine.instances.values()) {
    const about = `${each.config.name} in ${each.state}`;
    const running = each.state === 'MASTER' || each.state === 'BACKUP';
    expect(each.timer !== undefined, `${about}: timer`).toBe(running);
    expect(each.held, `${about}: held`).toBe(each.state === 'MASTER');
    const bursts = Object.values(each.bursts).some(at => at !== undefined);
    expect(bursts && each.state !== 'MASTER', `${about}: bursts`).toBe(false);
    expect(each.effectivePriority === 255, `${about}: owner`).toBe(each.basePriority === 255);
    expect(each.effectivePriority, about).toBeGreaterThanOrEqual(1);
    expect(each.faults.length > 0 && running, `${about}: faults`).toBe(false);
    expect(each.masterInterval, about).toBeGreaterThan(0);
  }
}

function expectGroupsTogether(machine: VrrpMachine): void {
  for (const group of machine.groups.values()) {
    const states = new Set(group.config.members.map(name => machine.instances.get(name)?.state));
    // A member that still waits for a script's first result may be alone in INIT.
    states.delete('INIT');
    expect(states.size, `${group.config.name}: ${[...states].join(' and ')}`).toBeLessThanOrEqual(1);
  }
}

function expectEffectsFit(machine: VrrpMachine, effects: readonly Effect[]): void {
  const open = new Set(machine.transports.keys());
  for (const effect of effects) if (effect.kind === 'close-transport') open.add(effect.transport.key);
  for (const effect of effects) {
    if (effect.kind === 'advertise')
      expect(open.has(effect.transport), `advert through ${effect.transport}`).toBe(true);
    if (effect.kind === 'log') expect(effect.message).not.toMatch(/undefined|NaN/);
  }
}

/** All laws of one moment. */
export function expectLawful(machine: VrrpMachine, now: Instant, effects: readonly Effect[]): void {
  const due = deadline(machine);
  if (machine.phase === 'stopped') expect(due).toBeUndefined();
  else if (due !== undefined && machine.phase === 'running') expect(due).toBeGreaterThan(now);
  expectLegalInstances(machine);
  expectGroupsTogether(machine);
  expectEffectsFit(machine, effects);
}
