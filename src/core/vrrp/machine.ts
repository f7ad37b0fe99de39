// The VRRP machine of one daemon: all instances, groups, tracking scripts; inputs in, effects out.
// Behind it: RFC 9568 section 6.4, keepalived.conf(5).

import { earliest, type Instant } from '../time.ts';
import type { VrrpConfig } from './config.ts';
import type { Input, StepResult } from './events.ts';
import type { VrrpMachine } from './state.ts';

/** A machine that has not started; tell it the interfaces, then `start`. */
export function createVrrp(config: VrrpConfig): VrrpMachine {
  return {
    config,
    phase: 'created',
    delayedUntil: undefined,
    interfaces: new Map(),
    instances: new Map(),
    groups: new Map(),
    scripts: new Map(),
    transports: new Map(),
  };
}

/** One input. Never throws for anything the wire or the kernel may say. */
export function step(machine: VrrpMachine, input: Input, now: Instant): StepResult<VrrpMachine> {
  void input;
  void now;
  return { state: machine, effects: [] };
}

/** When the machine next wants a `wake`; undefined: never. May change after every step. */
export function deadline(machine: VrrpMachine): Instant | undefined {
  return earliest(
    ...[...machine.instances.values()].map(instance => instance.timer),
    ...[...machine.scripts.values()].map(script => script.nextRun),
  );
}
