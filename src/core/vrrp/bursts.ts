// Bursts of gratuitous ARP and unsolicited neighbour advertisements: of what the kernel has, and only while MASTER.
// Spec: RFC 9568 section 6.4.2 (advert first, then the addresses, then these); keepalived.conf(5) garp_master_*, garp_lower_prio_*.

import type { AddressConfig } from '../link/model.ts';
import { after, zero } from '../time.ts';
import { sourceOf } from './advert.ts';
import { alarmAt, type InstanceAlarm, setAlarm } from './alarms.ts';
import type { InstanceConfig } from './config.ts';
import type { AnnounceTarget } from './events.ts';
import { isUnicast } from './identity.ts';
import { announce, forgetAnnouncements } from './pacing.ts';
import type { InstanceState } from './state.ts';
import type { Turn } from './turn.ts';

const targetKey = (target: AnnounceTarget): string => `${target.interface} ${target.address}`;

/** Addresses with the interface that each is held on; one without any cannot be announced. */
export const targetsIn = (own: string | undefined, addresses: readonly AddressConfig[]): AnnounceTarget[] =>
  addresses.flatMap(each => {
    const dev = each.dev ?? own;
    return dev === undefined ? [] : [{ interface: dev, address: each.prefix.address }];
  });

/** Every address that an instance wants. */
const targetsOf = (config: InstanceConfig): AnnounceTarget[] =>
  targetsIn(config.interface, [...config.addresses, ...config.excludedAddresses]);

/** Those of them that the kernel has, in the order of the configuration. */
const heldTargets = ({ config, present }: InstanceState): AnnounceTarget[] =>
  targetsOf(config).filter(target => present.has(targetKey(target)));

const announceHeld = (turn: Turn, instance: InstanceState, rounds: number): void =>
  announce(turn, instance.serial, rounds, heldTargets(instance));

/** On becoming MASTER: the delay counts from now, the refresh from the delayed burst. */
export function armBursts(turn: Turn, instance: InstanceState): void {
  const { delay, refresh } = instance.config.announce;
  const delayed = delay > zero ? after(turn.now, delay) : undefined;
  setAlarm(turn.machine, 'delayed', instance.serial, delayed);
  const first = refresh > zero ? after(delayed ?? turn.now, refresh) : undefined;
  setAlarm(turn.machine, 'refresh', instance.serial, first);
}

/** A reload: the rhythm of the refresh stays unless garp_master_refresh itself has changed. */
export function rearmRefresh(turn: Turn, instance: InstanceState, former: InstanceConfig): void {
  const { refresh } = instance.config.announce;
  if (refresh === former.announce.refresh) return;
  setAlarm(turn.machine, 'refresh', instance.serial, refresh > zero ? after(turn.now, refresh) : undefined);
}

/** The kernel has these now. What is new is announced at once, and again after garp_master_delay. */
export function addressesHeld(turn: Turn, instance: InstanceState, targets: readonly AnnounceTarget[]): void {
  const wanted = new Set(targetsOf(instance.config).map(targetKey));
  const fresh: AnnounceTarget[] = [];
  for (const target of targets) {
    const key = targetKey(target);
    if (!wanted.has(key) || instance.present.has(key)) continue;
    instance.present.set(key, target);
    fresh.push(target);
  }
  if (fresh.length === 0) return;
  const { repeat, delay } = instance.config.announce;
  announce(turn, instance.serial, repeat, fresh);
  if (delay <= zero) return;
  instance.secondBurst.push(...fresh.map(targetKey));
  if (alarmAt(turn.machine, 'delayed', instance.serial) === undefined)
    setAlarm(turn.machine, 'delayed', instance.serial, after(turn.now, delay));
}

/** A reload: addresses that are no longer wanted are neither held nor announced. */
export function forgetAddresses(turn: Turn, instance: InstanceState, former: InstanceConfig): void {
  const wanted = new Set(targetsOf(instance.config).map(targetKey));
  const gone = targetsOf(former).filter(target => !wanted.has(targetKey(target)));
  forgetAnnouncements(turn, instance.serial, gone);
  for (const target of gone) instance.present.delete(targetKey(target));
  instance.secondBurst = instance.secondBurst.filter(key => wanted.has(key));
}

/** Unicast, on coming up: peers may remember another MAC address for our source. */
export function announceSource(turn: Turn, instance: InstanceState): void {
  const { config, serial } = instance;
  const address = sourceOf(turn.machine, instance);
  if (isUnicast(config) && config.interface !== undefined && address !== undefined)
    announce(turn, serial, 1, [{ interface: config.interface, address }]);
}

/** After a lower priority advert, whose sender may have taken the switches' tables. */
export function announceAgainstLower(turn: Turn, instance: InstanceState): void {
  const times = instance.config.announce;
  if (times.lowerPriorityRepeat <= 0) return;
  announceHeld(turn, instance, times.lowerPriorityRepeat);
  if (times.lowerPriorityDelay > zero)
    setAlarm(turn.machine, 'lower', instance.serial, after(turn.now, times.lowerPriorityDelay));
}

export function cancelBursts(turn: Turn, instance: InstanceState): void {
  const { config, serial } = instance;
  const source = sourceOf(turn.machine, instance) ?? instance.lastSource;
  const own =
    config.interface === undefined || source === undefined
      ? []
      : [{ interface: config.interface, address: source }];
  forgetAnnouncements(turn, serial, [...targetsOf(config), ...own]);
  for (const alarm of ['delayed', 'refresh', 'lower'] as const)
    setAlarm(turn.machine, alarm, serial, undefined);
  instance.present.clear();
  instance.secondBurst = [];
}

/** Performs the burst whose alarm went off; a missed refresh is not made up for. */
export function runBurst(
  turn: Turn,
  instance: InstanceState,
  alarm: Extract<InstanceAlarm, 'delayed' | 'refresh' | 'lower'>,
): void {
  const times = instance.config.announce;
  switch (alarm) {
    case 'delayed': {
      const due = new Set(instance.secondBurst);
      instance.secondBurst = [];
      const targets = heldTargets(instance).filter(target => due.has(targetKey(target)));
      announce(turn, instance.serial, times.repeat, targets);
      return;
    }
    case 'lower':
      announceHeld(turn, instance, times.lowerPriorityRepeat);
      return;
    case 'refresh':
      announceHeld(turn, instance, times.refreshRepeat);
      if (times.refresh > zero)
        setAlarm(turn.machine, 'refresh', instance.serial, after(turn.now, times.refresh));
      return;
  }
}
