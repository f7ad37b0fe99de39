// Which sockets the instances need now, and the difference to what is open.
// Spec: one socket per family, interface and multicast group, or per unicast source.

import { transportOf } from './advert.ts';
import type { Effect, Transport } from './events.ts';
import type { Turn } from './turn.ts';

/** Openings go before everything else of the step, closings after it, so that a farewell still gets out. */
export function settleTransports(turn: Turn): void {
  const wanted = new Map<string, Transport>();
  for (const instance of turn.instances.peek()) {
    if (instance.state === 'STOP') continue;
    // What the configuration itself condemns will never speak.
    if (instance.faults.some(fault => fault.from === 'configuration')) continue;
    const transport = transportOf(turn, instance);
    if (transport !== undefined) wanted.set(transport.key, transport);
  }
  const opened: Effect[] = [];
  for (const [key, transport] of wanted) {
    if (!turn.transports.has(key)) opened.push({ kind: 'open-transport', transport });
  }
  turn.effects.unshift(...opened);
  for (const [key, transport] of turn.transports) {
    if (!wanted.has(key)) turn.effects.push({ kind: 'close-transport', transport });
  }
  turn.transports = wanted;
}
