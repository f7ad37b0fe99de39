// Which sockets the instances need now, and the difference to what is open.
// Spec: one socket per family, interface and multicast group, or per unicast source.

import { transportOf } from './advert.ts';
import type { Effect } from './events.ts';
import type { InstanceState } from './state.ts';
import type { Turn } from './turn.ts';

/** What the configuration itself condemns will never speak. */
const speaks = (instance: InstanceState): boolean =>
  instance.state !== 'STOP' && !instance.faults.some(fault => fault.from === 'configuration');

/** These instances may want another socket than before. Openings go before everything else of the step, closings after it: priority 0 still gets out. */
export function settleTransports(turn: Turn, instances: Iterable<InstanceState>): void {
  const { transports } = turn.machine;
  const opened: Effect[] = [];
  const left = new Set<string>();
  for (const instance of instances) {
    const wanted = speaks(instance) ? transportOf(turn.machine, instance) : undefined;
    const before = instance.transport;
    if (wanted?.key === before) continue;
    instance.transport = wanted?.key;
    if (before !== undefined) {
      transports.get(before)?.users.delete(instance.serial);
      left.add(before);
    }
    if (wanted === undefined) continue;
    const found = transports.get(wanted.key);
    if (found !== undefined) found.users.add(instance.serial);
    else {
      transports.set(wanted.key, { transport: wanted, users: new Set([instance.serial]) });
      opened.push({ kind: 'open-transport', transport: wanted });
    }
  }
  if (opened.length > 0) turn.effects.unshift(...opened);
  for (const key of left) closeUnused(turn, key);
}

/** The instance is gone for good. */
export function leaveTransport(turn: Turn, instance: InstanceState): string | undefined {
  const key = instance.transport;
  if (key !== undefined) turn.machine.transports.get(key)?.users.delete(instance.serial);
  instance.transport = undefined;
  return key;
}

export function closeUnused(turn: Turn, key: string): void {
  const found = turn.machine.transports.get(key);
  if (found === undefined || found.users.size > 0) return;
  turn.machine.transports.delete(key);
  turn.effects.push({ kind: 'close-transport', transport: found.transport });
}
