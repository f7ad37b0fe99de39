// Which IPVS timeouts to set when a configuration comes, changes or goes: what it no longer names is what was found.
// Spec: keepalived.conf(5) lvs_timeouts; keepalived 2.2.7 gives back at stop, and at a reload that names fewer, what it found.

import type { Timeouts } from '../ipvs/index.ts';

/**
 * Seconds to set, or undefined when the kernel has them already. `found` is what it had before us (undefined: not known), `before` and
 * `wanted` are lvs_timeouts of the former and the new configuration with 0 for what is not named (undefined: none, at start and at stop).
 */
export function timeoutsToSet(
  found: Timeouts | undefined,
  before: Timeouts | undefined,
  wanted: Timeouts | undefined,
): Timeouts | undefined {
  const effective = (named: Timeouts | undefined): Timeouts => ({
    tcp: named?.tcp || found?.tcp || 0,
    tcpFin: named?.tcpFin || found?.tcpFin || 0,
    udp: named?.udp || found?.udp || 0,
  });
  const [old, next] = [effective(before), effective(wanted)];
  const same = old.tcp === next.tcp && old.tcpFin === next.tcpFin && old.udp === next.udp;
  return same || next.tcp + next.tcpFin + next.udp === 0 ? undefined : next;
}
