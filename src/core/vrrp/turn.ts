// One step's working set: the machine that it changes, the time, and the effects it gathers in order.
// Spec: DESIGN "machines, not callbacks".

import type { Fields } from '../fields.ts';
import type { Instant } from '../time.ts';
import type { Effect, LogLevel, VrrpInterface } from './events.ts';
import type { GroupState, InstanceState, VrrpMachine } from './state.ts';

export interface Turn {
  readonly machine: VrrpMachine;
  readonly now: Instant;
  readonly effects: Effect[];
}

export function say(turn: Turn, level: LogLevel, message: string, fields?: Fields): void {
  turn.effects.push({ kind: 'log', level, message, ...(fields === undefined ? {} : { fields }) });
}

/** A line about an instance, prefixed with its name. */
export function tell(turn: Turn, level: LogLevel, instance: InstanceState, message: string): void {
  say(turn, level, `${instance.config.name}: ${message}`, { instance: instance.config.name });
}

/** The instances with these serials, in the order of the configuration. */
export function instancesOf(machine: VrrpMachine, serials: Iterable<number>): InstanceState[] {
  const found: InstanceState[] = [];
  for (const serial of new Set(serials)) {
    const instance = machine.instances.get(serial);
    if (instance !== undefined) found.push(instance);
  }
  return found.sort((a, b) => a.place - b.place);
}

/** The instances a group names, in its order. */
export function membersOf(machine: VrrpMachine, group: GroupState): InstanceState[] {
  return group.members.flatMap(serial => machine.instances.get(serial) ?? []);
}

/** The group an instance belongs to; there is at most one. */
export const groupOf = (
  machine: Pick<VrrpMachine, 'groups'>,
  instance: Readonly<InstanceState>,
): GroupState | undefined => (instance.group === undefined ? undefined : machine.groups.get(instance.group));

/** The interface an instance speaks on, when it names one that exists. */
export const interfaceOf = (
  machine: Pick<VrrpMachine, 'interfaces'>,
  { config }: Readonly<InstanceState>,
): VrrpInterface | undefined =>
  config.interface === undefined ? undefined : machine.interfaces.get(config.interface);
