// One step's working set: copy-on-write drafts of what the step touches, and the effects it gathers in order.
// Spec: the house rule that step(state, input, now) leaves its argument untouched.

import type { Instant } from '../time.ts';
import type { VrrpConfig } from './config.ts';
import type { Effect, LogLevel, Transport, VrrpInterface } from './events.ts';
import type { GroupState, InstanceState, ScriptState, VrrpMachine } from './state.ts';

export interface Turn {
  readonly now: Instant;
  readonly effects: Effect[];
  config: VrrpConfig;
  phase: VrrpMachine['phase'];
  delayedUntil: Instant | undefined;
  interfaces: ReadonlyMap<string, VrrpInterface>;
  transports: ReadonlyMap<string, Transport>;
  strangers: ReadonlySet<string>;
  queues: VrrpMachine['queues'];
  readonly instances: Drafts;
  readonly groups: Map<string, GroupState>;
  readonly scripts: Map<string, ScriptState>;
}

/** Instances of one step: copied when first asked for by `get`, so that a step costs what it touches. */
class Drafts {
  readonly #instances: Map<string, Readonly<InstanceState>>;
  readonly #drafted = new Map<string, InstanceState>();

  constructor(base: ReadonlyMap<string, Readonly<InstanceState>>) {
    this.#instances = new Map(base);
  }

  /** A copy that may be written to. */
  get(name: string): InstanceState | undefined {
    const drafted = this.#drafted.get(name);
    if (drafted !== undefined) return drafted;
    const found = this.#instances.get(name);
    return found === undefined ? undefined : this.put({ ...found, counters: { ...found.counters } });
  }

  /** Stores an instance under its configured name. */
  put(instance: InstanceState): InstanceState {
    this.#drafted.set(instance.config.name, instance);
    this.#instances.set(instance.config.name, instance);
    return instance;
  }

  delete(name: string): void {
    this.#drafted.delete(name);
    this.#instances.delete(name);
  }

  /** For looking only, nothing is copied. */
  peek(): readonly Readonly<InstanceState>[] {
    return [...this.#instances.values()];
  }

  names(): readonly string[] {
    return [...this.#instances.keys()];
  }

  /** All of them, writable. */
  all(): InstanceState[] {
    return this.names().flatMap(name => this.get(name) ?? []);
  }

  result(): ReadonlyMap<string, Readonly<InstanceState>> {
    return this.#instances;
  }
}

/** Drafts of everything that has mutable fields; the machine handed in is never written to. */
export function beginTurn(machine: VrrpMachine, now: Instant): Turn {
  const draft = <T extends object>(all: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...all].map(([name, each]) => [name, { ...each }]));
  return {
    now,
    effects: [],
    config: machine.config,
    phase: machine.phase,
    delayedUntil: machine.delayedUntil,
    interfaces: machine.interfaces,
    transports: machine.transports,
    strangers: machine.strangers,
    queues: machine.queues,
    instances: new Drafts(machine.instances),
    groups: draft<GroupState>(machine.groups),
    scripts: draft<ScriptState>(machine.scripts),
  };
}

export function endTurn(turn: Turn): VrrpMachine {
  const { config, phase, delayedUntil, interfaces, groups, scripts, transports, strangers, queues } = turn;
  const instances = turn.instances.result();
  return {
    config,
    phase,
    delayedUntil,
    interfaces,
    instances,
    groups,
    scripts,
    transports,
    strangers,
    queues,
  };
}

export function say(
  turn: Turn,
  level: LogLevel,
  message: string,
  about: { readonly instance?: string; readonly cause?: string } = {},
): void {
  turn.effects.push({ kind: 'log', level, message, ...about });
}

/** A line about an instance, prefixed with its name. */
export function tell(turn: Turn, level: LogLevel, instance: InstanceState, message: string): void {
  say(turn, level, `${instance.config.name}: ${message}`, { instance: instance.config.name });
}

/** Forged senders must not fill the memory, nor the log. */
const mostComplaints = 64;

/** As `tell`, but once per `key` until the state or the master changes. */
export function complain(
  turn: Turn,
  level: LogLevel,
  instance: InstanceState,
  key: string,
  message: string,
): void {
  if (instance.complaints.includes(key) || instance.complaints.length >= mostComplaints) return;
  instance.complaints = [...instance.complaints, key];
  tell(turn, level, instance, message);
}

/** The instances a group names, in its order. */
export const membersOf = (turn: Turn, group: GroupState): InstanceState[] =>
  group.config.members.flatMap(name => turn.instances.get(name) ?? []);

/** The group an instance belongs to; there is at most one. */
export function groupOf<G extends Readonly<GroupState>>(
  world: { readonly groups: ReadonlyMap<string, G> },
  instance: Readonly<InstanceState>,
): G | undefined {
  for (const group of world.groups.values()) {
    if (group.config.members.includes(instance.config.name)) return group;
  }
  return undefined;
}

/** The interface an instance speaks on, when it names one that exists. */
export const interfaceOf = (turn: Turn, instance: InstanceState): VrrpInterface | undefined =>
  instance.config.interface === undefined ? undefined : turn.interfaces.get(instance.config.interface);
