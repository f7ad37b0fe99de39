// What the driver and a willing kernel do with a VRRP machine: one input, the answers to its wishes, a wake for each deadline that is due.
// Spec: host/driver.ts; the kernel has every address as soon as it is asked for.

import type { Instant } from '../../../src/core/time.ts';
import { alarmAt } from '../../../src/core/vrrp/alarms.ts';
import { deadline, type Effect, type Input, step, type VrrpMachine } from '../../../src/core/vrrp/index.ts';
import type { InstanceState } from '../../../src/core/vrrp/state.ts';
import { heldOf } from '../../world/vrrp-simulator.ts';

/** More wakes at one instant than this are a loop. */
const mostWakes = 2000;

export interface Playing {
  /** False: the kernel never says that it has an address. */
  readonly answering?: boolean;
  /** Called after each step. */
  readonly inspect?: (effects: readonly Effect[]) => void;
}

export function play(
  machine: VrrpMachine,
  input: Input,
  now: Instant,
  { answering = true, inspect }: Playing = {},
): Effect[] {
  const effects: Effect[] = [];
  const feed = (given: Input): void => {
    const asked = step(machine, given, now);
    effects.push(...asked);
    inspect?.(asked);
    if (answering) for (const effect of asked) if (effect.kind === 'hold') feed(heldOf(effect));
  };
  feed(input);
  for (let wakes = 0; (deadline(machine) ?? Number.POSITIVE_INFINITY) <= now; wakes++) {
    if (wakes > mostWakes) throw new Error('the machine is due for ever');
    feed({ kind: 'wake' });
  }
  return effects;
}

export function named(machine: VrrpMachine | undefined, name: string): InstanceState | undefined {
  for (const instance of machine?.instances.values() ?? [])
    if (instance.config.name === name) return instance;
  return undefined;
}

/** Of an instance that must exist. */
export function the(machine: VrrpMachine | undefined, name = 'vi_1'): InstanceState {
  const found = named(machine, name);
  if (found === undefined) throw new Error(`no instance ${name}`);
  return found;
}

/** Its master down or advert timer. */
export const timerOf = (machine: VrrpMachine, name = 'vi_1'): Instant | undefined =>
  alarmAt(machine, 'timer', the(machine, name).serial);
