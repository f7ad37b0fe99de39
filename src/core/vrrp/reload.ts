// A new configuration for a running machine: what is the same router goes on, whatever its name; the rest ends or begins.
// Spec: keepalived's reload matching by VRID, family, interface and kind; a MASTER stays MASTER.

import { equal } from '../equal.ts';
import { after, type Instant } from '../time.ts';
import { isUnicast, sendAdvert } from './advert.ts';
import { announceAgain } from './bursts.ts';
import type { InstanceConfig, SyncGroupConfig, TrackScriptConfig, VrrpConfig } from './config.ts';
import { rearm } from './health.ts';
import { notifyEvent } from './notify.ts';
import { forgetAnnouncements } from './pacing.ts';
import { basePriorityOf } from './priority.ts';
import { type GroupState, type InstanceState, newInstance, newScript } from './state.ts';
import { hold, releaseEffect } from './transition.ts';
import { say, type Turn } from './turn.ts';

/** Two configurations with equal identity are the same virtual router to its peers. */
export const identityOf = (config: InstanceConfig): string =>
  [
    config.vrid,
    config.family,
    config.interface ?? '*',
    isUnicast(config)
      ? `unicast ${config.sourceAddress ?? ''}`
      : `multicast ${config.multicastGroup} ${config.vmac === undefined ? '' : (config.vmac.mac ?? 'vmac')}`,
  ].join(' ');

const heldThings = ({ interface: dev, addresses, excludedAddresses, routes, rules }: InstanceConfig) => ({
  dev,
  addresses,
  excludedAddresses,
  routes,
  rules,
});

/** What is left of a MASTER's or BACKUP's former life under a new configuration. */
function carryOver(turn: Turn, instance: InstanceState, config: InstanceConfig): void {
  const former = instance.config;
  const learnt = instance.masterInterval !== former.advertInterval;
  const renamed = former.name !== config.name;
  if (renamed) forgetAnnouncements(turn, former.name);
  rearm(turn, instance, () => {
    instance.config = config;
    if (former.priority !== config.priority || instance.ownerConflict.stage !== 'yielded') {
      instance.basePriority = basePriorityOf(config);
      instance.ownerConflict = { stage: 'none' };
    }
    if (!learnt || config.version !== 3) instance.masterInterval = config.advertInterval;
  });
  if (instance.state !== 'MASTER') return;
  instance.timer = sooner(instance.timer, after(turn.now, config.advertInterval));
  const changed = !equal(heldThings(former), heldThings(config));
  if (!changed && !renamed) return;
  hold(turn, instance, former.name);
  if (changed) announceAgain(turn, instance);
}

const sooner = (a: Instant | undefined, b: Instant): Instant => (a !== undefined && a < b ? a : b);

/** An instance the new file does not have. */
function bury(turn: Turn, instance: InstanceState): void {
  const { config } = instance;
  say(turn, 'info', `${config.name}: ${instance.state} -> deleted: no longer configured`, {
    instance: config.name,
    cause: 'no longer configured',
  });
  if (instance.state === 'MASTER') sendAdvert(turn, instance, 0);
  turn.effects.push(releaseEffect(instance));
  forgetAnnouncements(turn, config.name);
  notifyEvent(
    turn,
    config,
    config.notify.deleted === undefined ? 'FAULT' : 'DELETED',
    instance.effectivePriority,
  );
}

function reloadInstances(turn: Turn, configs: readonly InstanceConfig[]): void {
  const former = new Map(turn.instances.all().map(each => [identityOf(each.config), each]));
  // A virtual router whose identity the new file gives twice goes to the first.
  const kept = configs.map(config => {
    const found = former.get(identityOf(config));
    former.delete(identityOf(config));
    return { config, found };
  });
  for (const instance of kept.flatMap(({ found }) => found ?? [])) {
    // Peers must not lose patience while we are busy.
    if (instance.state === 'MASTER') sendAdvert(turn, instance, instance.effectivePriority);
  }
  for (const gone of former.values()) bury(turn, gone);
  for (const name of turn.instances.names()) turn.instances.delete(name);
  // Leftovers of new instances go first: one of their addresses may have moved to a MASTER that stays.
  const all = kept.map(({ config, found }) => ({
    config,
    found,
    instance: found ?? newInstance(config, turn.now),
  }));
  for (const { found, instance } of all) {
    if (found === undefined) turn.effects.push(releaseEffect(instance));
  }
  for (const { config, found, instance } of all) {
    if (found !== undefined) carryOver(turn, found, config);
    turn.instances.put(instance);
  }
}

/** Groups are known by name; a new one starts where its members are. */
export function reloadGroups(turn: Turn, configs: readonly SyncGroupConfig[]): void {
  const former = new Map(turn.groups);
  turn.groups.clear();
  for (const config of configs) {
    const known: GroupState = former.get(config.name) ?? { config, state: 'INIT', notified: undefined };
    turn.groups.set(config.name, { ...known, config });
  }
}

/** Scripts keep their result and rhythm only when nothing about them changed. */
export function reloadScripts(turn: Turn, configs: readonly TrackScriptConfig[]): void {
  const former = new Map(turn.scripts);
  turn.scripts.clear();
  for (const config of configs) {
    const found = former.get(config.name);
    if (found !== undefined && equal(found.config, config)) turn.scripts.set(config.name, found);
    else {
      const running = found?.running ?? false;
      const nextRun = running ? undefined : turn.now;
      turn.scripts.set(config.name, { ...newScript(config), running, discard: running, nextRun });
    }
  }
}

/** Puts the new configuration in place; settle() then moves whom it moves. */
export function reload(turn: Turn, config: VrrpConfig): void {
  reloadInstances(turn, config.instances);
  reloadGroups(turn, config.groups);
  reloadScripts(turn, config.scripts);
  turn.config = config;
}
