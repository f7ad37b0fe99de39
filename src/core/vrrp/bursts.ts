// Bursts of gratuitous ARP and unsolicited neighbour advertisements: when they are due, and that they end with MASTER.
// Spec: keepalived.conf(5) garp_master_*, garp_lower_prio_*. A refresh is one timer per instance, cancelled on leaving MASTER.

import { after, earliest, type Instant, zero } from '../time.ts';
import { isUnicast, sourceOf } from './advert.ts';
import type { AnnounceTarget } from './events.ts';
import { announce, forgetAnnouncements } from './pacing.ts';
import { type InstanceState, noBursts } from './state.ts';
import type { Turn } from './turn.ts';

/** Every address it holds, with the interface it is held on. */
function targetsOf({ config }: InstanceState): AnnounceTarget[] {
  return [...config.addresses, ...config.excludedAddresses].flatMap(each => {
    const dev = each.dev ?? config.interface;
    return dev === undefined ? [] : [{ interface: dev, address: each.prefix.address }];
  });
}

const announceAll = (turn: Turn, instance: InstanceState, rounds: number): void =>
  announce(turn, instance.config.name, rounds, targetsOf(instance));

/** On becoming MASTER: one burst now, one after garp_master_delay, and the refresh counted from there. */
export function announceMaster(turn: Turn, instance: InstanceState): void {
  const times = instance.config.announce;
  announceAll(turn, instance, times.repeat);
  const delayed = times.delay > zero ? after(turn.now, times.delay) : undefined;
  instance.bursts = {
    delayed,
    refresh: times.refresh > zero ? after(delayed ?? turn.now, times.refresh) : undefined,
    lowerPriority: undefined,
  };
}

/** New addresses of a running MASTER: announced at once and again later, the refresh rhythm kept. */
export function announceAgain(turn: Turn, instance: InstanceState): void {
  const { refresh } = instance.bursts;
  announceMaster(turn, instance);
  if (refresh !== undefined && instance.bursts.refresh !== undefined)
    instance.bursts = { ...instance.bursts, refresh };
}

/** Unicast, on coming up: peers may remember another MAC address for our source. */
export function announceSource(turn: Turn, instance: InstanceState): void {
  const { name, interface: dev } = instance.config;
  const address = sourceOf(turn, instance);
  if (isUnicast(instance.config) && dev !== undefined && address !== undefined)
    announce(turn, name, 1, [{ interface: dev, address }]);
}

/** After a lower priority advert, whose sender may have taken the switches' tables. */
export function announceAgainstLower(turn: Turn, instance: InstanceState): void {
  const times = instance.config.announce;
  if (times.lowerPriorityRepeat <= 0) return;
  announceAll(turn, instance, times.lowerPriorityRepeat);
  if (times.lowerPriorityDelay > zero)
    instance.bursts = { ...instance.bursts, lowerPriority: after(turn.now, times.lowerPriorityDelay) };
}

export function cancelBursts(turn: Turn, instance: InstanceState): void {
  forgetAnnouncements(turn, instance.config.name);
  instance.bursts = noBursts;
}

export const burstDeadline = ({ bursts }: Readonly<InstanceState>): Instant | undefined =>
  earliest(bursts.delayed, bursts.refresh, bursts.lowerPriority);

/** Performs what is due; a missed refresh is not made up for. */
export function runBursts(turn: Turn, instance: InstanceState): void {
  const times = instance.config.announce;
  const due = (at: Instant | undefined): boolean => at !== undefined && at <= turn.now;
  const { delayed, refresh, lowerPriority } = instance.bursts;
  if (due(delayed)) announceAll(turn, instance, times.repeat);
  if (due(lowerPriority)) announceAll(turn, instance, times.lowerPriorityRepeat);
  if (due(refresh)) announceAll(turn, instance, times.refreshRepeat);
  instance.bursts = {
    delayed: due(delayed) ? undefined : delayed,
    lowerPriority: due(lowerPriority) ? undefined : lowerPriority,
    refresh: due(refresh) ? (times.refresh > zero ? after(turn.now, times.refresh) : undefined) : refresh,
  };
}
