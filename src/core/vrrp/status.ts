// What an operator may ask of the running machine: plain data, all times as spans from `now`.
// Spec: keepalived's JSON and statistics (field names in docs), the questions users ask of a BACKUP.

import type { Address, Family } from '../net/index.ts';
import { between, type Duration, type Instant } from '../time.ts';
import { sourceOf } from './advert.ts';
import { alarmAt } from './alarms.ts';
import type { VrrpState } from './events.ts';
import type { Counters, InstanceState, StrayCounters, VrrpMachine } from './state.ts';
import {
  type Condition,
  contributionOf,
  downReason,
  interfaceCondition,
  scriptCondition,
  trackedInterfaces,
  trackedScripts,
} from './tracking.ts';
import { masterDownOfInstance, skewOfInstance } from './transition.ts';
import { groupOf } from './turn.ts';
import type { HeardChecksum } from './verdict.ts';

export interface TrackedStatus {
  readonly kind: 'interface' | 'script';
  readonly name: string;
  /** unknown: a script before its first result. */
  readonly condition: Condition;
  readonly weight: number;
  readonly reverse: boolean;
  /** What it adds to the priority now. */
  readonly contribution: number;
  readonly detail: string | undefined;
}

export interface InstanceStatus {
  readonly name: string;
  readonly group: string | undefined;
  readonly interface: string | undefined;
  readonly family: Family;
  readonly vrid: number;
  readonly version: 2 | 3;
  readonly state: VrrpState;
  readonly wanted: 'MASTER' | 'BACKUP';
  /** How long it has been in this state. */
  readonly age: Duration;
  readonly cause: string;
  readonly faults: readonly string[];
  readonly priority: { readonly base: number; readonly effective: number };
  /** The master as far as known; for a MASTER its own address. */
  readonly master:
    | {
        readonly address: Address;
        readonly priority: number;
        readonly self: boolean;
        /** Since its last advert. */
        readonly age: Duration;
        readonly checksum: HeardChecksum | undefined;
      }
    | undefined;
  readonly timers: {
    readonly advertInterval: Duration;
    readonly masterInterval: Duration;
    readonly skew: Duration;
    readonly masterDown: Duration;
    /** Until the advert or master down timer ends; undefined when none runs. */
    readonly remaining: Duration | undefined;
    /** Until preempt_delay ends. */
    readonly preempt: Duration | undefined;
  };
  readonly held: boolean;
  readonly tracked: readonly TrackedStatus[];
  readonly counters: Counters;
}

export interface GroupStatus {
  readonly name: string;
  readonly state: VrrpState;
  readonly members: readonly string[];
}

export interface VrrpStatus {
  readonly phase: VrrpMachine['phase'];
  readonly startupDelay: Duration | undefined;
  readonly instances: readonly InstanceStatus[];
  readonly groups: readonly GroupStatus[];
  /** Packets for no instance, by the interface they came in on. */
  readonly strays: readonly { readonly interface: string; readonly counters: StrayCounters }[];
}

function trackedOf(machine: VrrpMachine, instance: Readonly<InstanceState>): TrackedStatus[] {
  const group = groupOf(machine, instance);
  const interfaces = trackedInterfaces(instance, group).map((item): TrackedStatus => {
    const condition = interfaceCondition(machine, item.interface);
    return {
      kind: 'interface',
      name: item.interface,
      condition,
      weight: item.weight,
      reverse: item.reverse,
      contribution: contributionOf(item, condition),
      detail: downReason(item.interface, machine.interfaces.get(item.interface)),
    };
  });
  const scripts = trackedScripts(instance, group).map((item): TrackedStatus => {
    const condition = scriptCondition(machine, item.script);
    return {
      kind: 'script',
      name: item.script,
      condition,
      weight: item.weight,
      reverse: item.reverse,
      contribution: contributionOf(item, condition),
      detail: machine.scripts.get(item.script)?.detail,
    };
  });
  return [...interfaces, ...scripts];
}

function masterOf(
  machine: VrrpMachine,
  instance: Readonly<InstanceState>,
  now: Instant,
): InstanceStatus['master'] {
  if (instance.state === 'MASTER') {
    const address = sourceOf(machine, instance);
    if (address === undefined) return undefined;
    const age = between(instance.advertisedAt ?? now, now);
    return { address, priority: instance.effectivePriority, self: true, age, checksum: undefined };
  }
  // While preempting, the one who is still master is the rival whose adverts no longer count.
  const heard = instance.rival ?? instance.master;
  if (heard === undefined) return undefined;
  const { address, priority, checksum, at } = heard;
  return { address, priority, self: false, age: between(at, now), checksum };
}

const remaining = (at: Instant | undefined, now: Instant): Duration | undefined =>
  at === undefined || at < now ? undefined : between(now, at);

function instanceStatus(
  machine: VrrpMachine,
  instance: Readonly<InstanceState>,
  now: Instant,
): InstanceStatus {
  const { config } = instance;
  return {
    name: config.name,
    group: groupOf(machine, instance)?.config.name,
    interface: config.interface,
    family: config.family,
    vrid: config.vrid,
    version: config.version,
    state: instance.state,
    wanted: instance.wanted,
    age: between(instance.since, now),
    cause: instance.cause,
    faults: instance.faults.map(fault => fault.text),
    priority: { base: instance.basePriority, effective: instance.effectivePriority },
    master: masterOf(machine, instance, now),
    timers: {
      advertInterval: config.advertInterval,
      masterInterval: instance.masterInterval,
      skew: skewOfInstance(instance),
      masterDown: masterDownOfInstance(instance),
      remaining: remaining(alarmAt(machine, 'timer', instance.serial), now),
      preempt: remaining(alarmAt(machine, 'preempt', instance.serial), now),
    },
    held: instance.held,
    tracked: trackedOf(machine, instance),
    counters: { ...instance.counters },
  };
}

/** Everything about the machine at `now`; a machine that has not started has no instances yet. */
export function statusOf(machine: VrrpMachine, now: Instant): VrrpStatus {
  return {
    phase: machine.phase,
    startupDelay: remaining(alarmAt(machine, 'startup', ''), now),
    instances: [...machine.instances.values()].map(instance => instanceStatus(machine, instance, now)),
    groups: [...machine.groups.values()].map(({ config, state }) => ({
      name: config.name,
      state,
      members: config.members,
    })),
    strays: [...machine.strayCounters].map(([name, counters]) => ({
      interface: name,
      counters: { ...counters },
    })),
  };
}
