// A new configuration for a running machine: what is the same router goes on, whatever its name; the rest ends or begins.
// Spec: keepalived's reload matching by VRID, family, interface and kind; a MASTER stays MASTER.

import { equal } from '../equal.ts';
import { noteChange } from '../news.ts';
import { after } from '../time.ts';
import { sendAdvert } from './advert.ts';
import { alarmAt, cancelInstanceAlarms, setAlarm } from './alarms.ts';
import { keepAuthentication } from './authentication.ts';
import { cancelBursts, forgetAddresses, rearmRefresh } from './bursts.ts';
import { changesBetween, identityChanges } from './changes.ts';
import type { InstanceConfig, SyncGroupConfig, TrackScriptConfig, VrrpConfig } from './config.ts';
import { rearm, settle } from './health.ts';
import { identityOf } from './identity.ts';
import { indexInstances } from './indexes.ts';
import { notifyEvent } from './notify.ts';
import { endOverrides } from './override.ts';
import { basePriorityOf } from './priority.ts';
import { type GroupState, type InstanceState, newInstance, newScript, type VrrpMachine } from './state.ts';
import { noteEverything } from './status.ts';
import { hold, releaseEffect } from './transition.ts';
import { closeUnused, leaveTransport, settleTransports } from './transports.ts';
import { say, type Turn, tell } from './turn.ts';

const heldThings = ({ interface: dev, addresses, excludedAddresses, routes, rules }: InstanceConfig) => ({
  dev,
  addresses,
  excludedAddresses,
  routes,
  rules,
});

interface Pair {
  readonly config: InstanceConfig;
  readonly found: InstanceState | undefined;
}

/** Each configuration with the running instance that it continues, one to one: of two with one identity the namesake first. */
function pairUp(
  machine: VrrpMachine,
  configs: readonly InstanceConfig[],
): { readonly pairs: readonly Pair[]; readonly gone: readonly InstanceState[] } {
  const free = new Map<string, InstanceState[]>();
  for (const instance of machine.instances.values()) {
    const identity = identityOf(instance.config);
    const others = free.get(identity);
    if (others === undefined) free.set(identity, [instance]);
    else others.push(instance);
  }
  const taken = new Map<InstanceConfig, InstanceState>();
  const take = (config: InstanceConfig, fits: (instance: InstanceState) => boolean): void => {
    const candidates = free.get(identityOf(config)) ?? [];
    const place = taken.has(config) ? -1 : candidates.findIndex(fits);
    const [found] = place < 0 ? [] : candidates.splice(place, 1);
    if (found !== undefined) taken.set(config, found);
  };
  for (const config of configs) take(config, ({ config: { name } }) => name === config.name);
  for (const config of configs) take(config, () => true);
  const pairs = configs.map(config => ({ config, found: taken.get(config) }));
  const kept = new Set(taken.values());
  return { pairs, gone: [...machine.instances.values()].filter(instance => !kept.has(instance)) };
}

/** What is left of a MASTER's or BACKUP's former life under a new configuration. */
function carryOver(turn: Turn, instance: InstanceState, config: InstanceConfig): void {
  const former = instance.config;
  const learnt = instance.masterInterval !== former.advertInterval;
  rearm(turn, instance, () => {
    instance.config = config;
    if (former.priority !== config.priority || instance.ownerConflict.stage !== 'yielded') {
      instance.basePriority = basePriorityOf(config);
      instance.ownerConflict = { stage: 'none' };
      setAlarm(turn.machine, 'owner', instance.serial, undefined);
    }
    if (!learnt || config.version !== 3) instance.masterInterval = config.advertInterval;
  });
  instance.authentication = keepAuthentication(config, instance.authentication);
  tell(turn, 'info', instance, `reloaded: ${changesBetween(former, config).join(', ')}`);
  if (instance.state !== 'MASTER') return;
  const soon = after(turn.now, config.advertInterval);
  const timer = alarmAt(turn.machine, 'timer', instance.serial);
  if (timer === undefined || soon < timer) setAlarm(turn.machine, 'timer', instance.serial, soon);
  rearmRefresh(turn, instance, former);
  if (equal(heldThings(former), heldThings(config))) return;
  forgetAddresses(turn, instance, former);
  hold(turn, instance);
}

/** Why an instance of the old configuration is not continued. */
function endCause(instance: InstanceState, configs: ReadonlyMap<string, InstanceConfig>): string {
  const namesake = configs.get(instance.config.name);
  const changes = namesake === undefined ? [] : identityChanges(instance.config, namesake);
  return changes.length === 0 ? 'no longer configured' : `${changes.join(', ')}: starts anew`;
}

/** Ends an instance that the new configuration does not continue. */
function end(turn: Turn, instance: InstanceState, cause: string): void {
  const { config, serial } = instance;
  const { name } = config;
  const from = instance.state;
  say(turn, 'info', `${name}: ${from} -> deleted: ${cause}`, { instance: name, from, to: 'DELETED', cause });
  if (instance.state === 'MASTER') sendAdvert(turn, instance, 0);
  turn.effects.push(releaseEffect(instance));
  cancelBursts(turn, instance);
  cancelInstanceAlarms(turn.machine, serial);
  turn.machine.instances.delete(serial);
  const state = config.notify.deleted === undefined ? 'FAULT' : 'DELETED';
  notifyEvent(turn, instance, state, { from, cause });
}

/** Groups are known by name; a new one starts where its members are. */
export function reloadGroups({ machine, now }: Turn, configs: readonly SyncGroupConfig[]): void {
  const former = machine.groups;
  const serials = new Map([...machine.instances.values()].map(({ config, serial }) => [config.name, serial]));
  machine.groups = new Map();
  for (const name of former.keys()) noteChange(machine.news, `group ${name}`);
  for (const instance of machine.instances.values()) instance.group = undefined;
  for (const config of configs) {
    const members = config.members.flatMap(name => serials.get(name) ?? []);
    const known = former.get(config.name);
    const group: GroupState = {
      config,
      members,
      state: known?.state ?? 'INIT',
      since: known?.since ?? now,
      notified: known?.notified,
    };
    machine.groups.set(config.name, group);
    for (const serial of members) {
      const member = machine.instances.get(serial);
      if (member !== undefined) member.group = config.name;
    }
  }
}

/** Scripts keep their result and rhythm only when nothing about them changed. */
export function reloadScripts(turn: Turn, configs: readonly TrackScriptConfig[]): void {
  const { machine } = turn;
  const former = machine.scripts;
  machine.scripts = new Map();
  for (const name of former.keys()) noteChange(machine.news, `script ${name}`);
  const kept = new Set<string>();
  for (const config of configs) {
    const found = former.get(config.name);
    kept.add(config.name);
    if (found !== undefined && equal(found.config, config)) machine.scripts.set(config.name, found);
    else {
      const running = found?.running ?? false;
      setAlarm(machine, 'script', config.name, running ? undefined : turn.now);
      machine.scripts.set(config.name, { ...newScript(config, turn.now), running, discard: running });
    }
  }
  for (const name of former.keys()) if (!kept.has(name)) setAlarm(machine, 'script', name, undefined);
}

/** Puts the new configuration in place and moves whom it moves. */
export function reload(turn: Turn, config: VrrpConfig): void {
  const { machine } = turn;
  const { pairs, gone } = pairUp(machine, config.instances);
  const changed = pairs.filter(pair => pair.found !== undefined && !equal(pair.found.config, pair.config));
  const explained = new Set(
    changed.flatMap(({ config: { priority }, found }) =>
      found === undefined || found.config.priority === priority ? [] : [found.serial],
    ),
  );
  for (const { found } of changed) {
    // Peers must not lose patience while we are busy.
    if (found?.state === 'MASTER') sendAdvert(turn, found, found.effectivePriority);
  }
  const namesakes = new Map(config.instances.map(each => [each.name, each]));
  for (const instance of gone) end(turn, instance, endCause(instance, namesakes));
  machine.config = config;
  // Leftovers of new instances go first: one of their addresses may have moved to a MASTER that stays.
  const instances = pairs.map(({ config: wanted, found }, place) => {
    if (found !== undefined) return found;
    const fresh = newInstance(wanted, machine.nextSerial++, place, turn.now);
    turn.effects.push(releaseEffect(fresh));
    return fresh;
  });
  machine.instances = new Map(instances.map(instance => [instance.serial, instance]));
  for (const [place, instance] of instances.entries()) instance.place = place;
  for (const { config: wanted, found } of changed) if (found !== undefined) carryOver(turn, found, wanted);
  reloadGroups(turn, config.groups);
  reloadScripts(turn, config.scripts);
  indexInstances(machine);
  endOverrides(turn);
  settle(turn, instances, explained);
  noteEverything(machine, gone);
  const left = gone.flatMap(instance => leaveTransport(turn, instance) ?? []);
  settleTransports(turn, instances);
  for (const key of left) closeUnused(turn, key);
}
