// What can be asked of the running machine: one record for each instance, group, script and interface. The types follow from the schemas.
// Spec: keepalived's JSON and statistics (names of counters), the questions that users ask of a BACKUP.
// A new fact: its line in the schema and its value in the function below it.

import { printPrefix } from '../net/index.ts';
import { noteChange } from '../news.ts';
import { bounded, type Schema, type ValueOf } from '../schema.ts';
import { inSeconds } from '../time.ts';
import { sourceOf } from './advert.ts';
import { alarmAt } from './alarms.ts';
import type { VrrpState } from './events.ts';
import {
  counterNames,
  type GroupState,
  type InstanceState,
  type StrayCounters,
  strayCauses,
  type VrrpMachine,
} from './state.ts';
import {
  type Condition,
  contributionOf,
  downReason,
  interfaceCondition,
  scriptCondition,
  trackedInterfaces,
  trackedScripts,
} from './tracking.ts';
import { groupOf, membersOf } from './turn.ts';

const stateWords = [
  'INIT',
  'BACKUP',
  'MASTER',
  'FAULT',
  'LEAVING',
  'STOP',
] as const satisfies readonly VrrpState[];
const conditions = ['up', 'down', 'unknown'] as const satisfies readonly Condition[];
const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const priority = { type: 'integer', minimum: 0, maximum: 255 } as const;
const span = { type: 'number', minimum: 0, unit: 'seconds' } as const;
const heard = {
  type: 'object',
  properties: { address: text, priority, at: { type: 'instant' } },
  optional: [],
} as const;

export const instanceSchema = {
  type: 'object',
  properties: {
    name: text,
    group: text,
    interface: text,
    family: { type: 'string', enum: ['inet', 'inet6'] },
    vrid: { type: 'integer', minimum: 0, maximum: 255 },
    version: { type: 'integer', minimum: 2, maximum: 3 },
    state: { type: 'string', enum: stateWords },
    since: { type: 'instant' },
    cause: text,
    faults: { type: 'array', items: text, maxItems: 64 },
    priority: {
      type: 'object',
      properties: {
        /** What the file says; what tracking, or an operator, makes of it. */
        configured: priority,
        effective: priority,
        override: priority,
      },
      optional: ['override'],
    },
    tracked: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: ['interface', 'script'] },
          name: text,
          condition: { type: 'string', enum: conditions },
          weight: { type: 'integer' },
          reverse: { type: 'boolean' },
          /** What it adds to the priority now. */
          contribution: { type: 'integer' },
          detail: text,
        },
        optional: ['detail'],
      },
      maxItems: 256,
    },
    /** The last advert heard of the master. Absent while MASTER: it is this router itself. */
    master: heard,
    /** The address that adverts of this router come from. */
    source: text,
    /** MASTER: the last lower advert of another router that is MASTER too. */
    contender: heard,
    /** The last advert of ours that could not leave. */
    unsent: {
      type: 'object',
      properties: { at: { type: 'instant' }, cause: text },
      optional: [],
    },
    next: {
      type: 'object',
      properties: { what: { type: 'string', enum: ['advert', 'takeover'] }, at: { type: 'instant' } },
      optional: [],
    },
    /** End of preempt_delay. */
    preemptAt: { type: 'instant' },
    advertInterval: span,
    /** Of its timers: the last one served, and the worst. */
    lateness: { type: 'object', properties: { last: span, worst: span }, optional: [] },
    addresses: {
      type: 'object',
      properties: {
        configured: count,
        held: count,
        /** The first of them, as the file has them. */
        list: { type: 'array', items: text, maxItems: 32 },
      },
      optional: [],
    },
    counters: { type: 'counters', names: counterNames },
  },
  optional: ['group', 'interface', 'master', 'source', 'contender', 'unsent', 'next', 'preemptAt'],
} as const;
export type InstanceRecord = ValueOf<typeof instanceSchema>;

export const groupSchema = {
  type: 'object',
  properties: {
    name: text,
    state: { type: 'string', enum: stateWords },
    since: { type: 'instant' },
    /** Why: the cause of the member that decides, with its name. */
    cause: text,
    members: { type: 'array', items: text, maxItems: 256 },
    /** Of each member, in their order. */
    states: { type: 'array', items: { type: 'string', enum: stateWords }, maxItems: 256 },
  },
  optional: [],
} as const;
export type GroupRecord = ValueOf<typeof groupSchema>;

export const scriptSchema = {
  type: 'object',
  properties: {
    name: text,
    condition: { type: 'string', enum: conditions },
    since: { type: 'instant' },
    /** What its last run ended with. */
    cause: text,
    running: { type: 'boolean' },
    /** Its last run could not be started; the condition is what was known before. */
    untried: { type: 'boolean' },
    command: text,
    interval: span,
  },
  optional: [],
} as const;
export type ScriptRecord = ValueOf<typeof scriptSchema>;

/** Why packets of protocol 112 were for no instance: counted by the machine, or dropped at the socket before it. */
export const refusedCauses = [
  ...strayCauses,
  'not-ipv4',
  'bad-header-length',
  'bad-total-length',
  'fragment',
  'short-advert',
  'unknown-version',
  'not-an-advertisement',
] as const;
export type RefusedCause = (typeof refusedCauses)[number];

export const interfaceSchema = {
  type: 'object',
  properties: { name: text, refused: { type: 'counters', names: refusedCauses } },
  optional: [],
} as const;
export type InterfaceRecord = ValueOf<typeof interfaceSchema>;

function trackedOf(machine: VrrpMachine, instance: Readonly<InstanceState>): InstanceRecord['tracked'] {
  const group = groupOf(machine, instance);
  const interfaces = trackedInterfaces(instance, group).map(item => {
    const condition = interfaceCondition(machine, item.interface);
    const detail = downReason(item.interface, machine.interfaces.get(item.interface));
    return {
      kind: 'interface' as const,
      name: item.interface,
      condition,
      weight: item.weight,
      reverse: item.reverse,
      contribution: contributionOf(item, condition),
      ...(detail === undefined ? {} : { detail: bounded(detail) }),
    };
  });
  const scripts = trackedScripts(instance, group).map(item => {
    const condition = scriptCondition(machine, item.script);
    const detail = machine.scripts.get(item.script)?.detail;
    return {
      kind: 'script' as const,
      name: item.script,
      condition,
      weight: item.weight,
      reverse: item.reverse,
      contribution: contributionOf(item, condition),
      ...(detail === undefined ? {} : { detail: bounded(detail) }),
    };
  });
  return [...interfaces, ...scripts].slice(0, 256);
}

/** Who is master as far as known: while preempting it is the rival, whose adverts no longer count. */
function masterOf({ state, rival, master }: Readonly<InstanceState>): InstanceRecord['master'] {
  const last = state === 'MASTER' ? undefined : (rival ?? master);
  return last === undefined ? undefined : heardOf(last);
}

const heardOf = ({ address, priority: theirs, at }: NonNullable<InstanceState['master']>) => ({
  address,
  priority: theirs,
  at,
});

function nextOf(machine: VrrpMachine, { state, serial }: Readonly<InstanceState>): InstanceRecord['next'] {
  const at = alarmAt(machine, 'timer', serial);
  if (at === undefined || (state !== 'MASTER' && state !== 'BACKUP')) return undefined;
  return { what: state === 'MASTER' ? 'advert' : 'takeover', at };
}

const present = <K extends string, V>(name: K, value: V | undefined): { readonly [N in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [N in K]?: V };

function instanceRecord(machine: VrrpMachine, instance: Readonly<InstanceState>): InstanceRecord {
  const { config, lateness } = instance;
  const contender = instance.contender === undefined ? undefined : heardOf(instance.contender);
  return {
    name: config.name,
    ...present('group', groupOf(machine, instance)?.config.name),
    ...present('interface', config.interface),
    family: config.family,
    vrid: config.vrid,
    version: config.version,
    state: instance.state,
    since: instance.since,
    cause: bounded(instance.cause),
    faults: instance.faults.slice(0, 64).map(fault => bounded(fault.text)),
    priority: {
      configured: config.priority,
      effective: instance.effectivePriority,
      ...present('override', instance.override),
    },
    tracked: trackedOf(machine, instance),
    ...present('master', masterOf(instance)),
    ...present('source', sourceOf(machine, instance)),
    ...present('contender', contender),
    ...present('unsent', instance.unsent),
    ...present('next', nextOf(machine, instance)),
    ...present('preemptAt', alarmAt(machine, 'preempt', instance.serial)),
    advertInterval: inSeconds(config.advertInterval),
    lateness: { last: inSeconds(lateness.last), worst: inSeconds(lateness.worst) },
    addresses: {
      configured: config.addresses.length + config.excludedAddresses.length,
      held: instance.held ? instance.present.size : 0,
      list: [...config.addresses, ...config.excludedAddresses]
        .slice(0, 32)
        .map(({ prefix }) => printPrefix(prefix)),
    },
    counters: { ...instance.counters },
  };
}

/** The member that decides is the first in FAULT for reasons of its own, else the first in FAULT, else the first that is not as the group wants to be, else any. */
function groupRecord(machine: VrrpMachine, group: Readonly<GroupState>): GroupRecord {
  const members = membersOf(machine, group).slice(0, 256);
  const decides =
    members.find(({ state, faults }) => state === 'FAULT' && faults.length > 0) ??
    members.find(({ state }) => state === 'FAULT') ??
    members.find(({ state }) => state !== group.state) ??
    members[0];
  return {
    name: group.config.name,
    state: group.state,
    since: group.since,
    cause: decides === undefined ? 'it has no member' : bounded(`${decides.config.name}: ${decides.cause}`),
    members: members.map(({ config }) => config.name),
    states: members.map(({ state }) => state),
  };
}

const noRefused = () =>
  Object.fromEntries(refusedCauses.map(cause => [cause, 0])) as Record<RefusedCause, number>;

/** What the machine counted on an interface; `atSocket`: what was dropped before it. */
export function interfaceRecord(
  name: string,
  counted: StrayCounters | undefined,
  atSocket: Readonly<Partial<Record<RefusedCause, number>>>,
): InterfaceRecord {
  const refused = noRefused();
  for (const cause of refusedCauses)
    refused[cause] = (counted?.[cause as keyof StrayCounters] ?? 0) + (atSocket[cause] ?? 0);
  return { name, refused };
}

export type VrrpRecord =
  | { readonly kind: 'instance'; readonly record: InstanceRecord }
  | { readonly kind: 'group'; readonly record: GroupRecord }
  | { readonly kind: 'script'; readonly record: ScriptRecord }
  | { readonly kind: 'interface'; readonly record: InterfaceRecord };

/** The record behind a key of the machine's news; undefined: there is no such subject any more. Costs what the one subject costs. */
export function recordOf(machine: VrrpMachine, key: string): VrrpRecord | undefined {
  const at = key.indexOf(' ');
  const [kind, name] = [key.slice(0, at), key.slice(at + 1)];
  switch (kind) {
    case 'instance': {
      const instance = machine.instances.get(Number(name));
      return instance === undefined ? undefined : { kind, record: instanceRecord(machine, instance) };
    }
    case 'group': {
      const group = machine.groups.get(name);
      if (group === undefined) return undefined;
      return { kind, record: groupRecord(machine, group) };
    }
    case 'script': {
      const script = machine.scripts.get(name);
      if (script === undefined) return undefined;
      const { since, detail, running, untried, config } = script;
      const command = bounded(config.command.argv.join(' '));
      const interval = inSeconds(config.interval);
      const condition = scriptCondition(machine, name);
      const state = { condition, since, cause: bounded(detail), running, untried };
      return { kind, record: { name, ...state, command, interval } };
    }
    case 'interface':
      return { kind, record: interfaceRecord(name, machine.strayCounters.get(name), {}) };
    default:
      return undefined;
  }
}

/** After a start or a reload: every subject, and those that are gone. */
export function noteEverything(machine: VrrpMachine, gone: readonly Pick<InstanceState, 'key'>[]): void {
  const { news } = machine;
  for (const { key } of [...gone, ...machine.instances.values()]) noteChange(news, key);
  for (const name of machine.groups.keys()) noteChange(news, `group ${name}`);
  for (const name of machine.scripts.keys()) noteChange(news, `script ${name}`);
}

/** The schema of each kind of record. */
export const vrrpSchemas = {
  instance: instanceSchema,
  group: groupSchema,
  script: scriptSchema,
  interface: interfaceSchema,
} as const satisfies Record<VrrpRecord['kind'], Schema>;
