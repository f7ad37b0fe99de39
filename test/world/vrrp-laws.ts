// What must hold of every VRRP machine at every moment, whatever it was told.
// Spec: the states of RFC 9568 section 6.4 and the contract of step() and deadline().

import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { faultIn, jsonSchema, mapInstants } from '../../src/core/schema.ts';
import { alarmAt, type InstanceAlarm, parseAlarm } from '../../src/core/vrrp/alarms.ts';
import {
  deadline,
  type Effect,
  recordOf,
  type VrrpMachine,
  type VrrpRecord,
  vrrpSchemas,
} from '../../src/core/vrrp/index.ts';
import { mostSubjects } from '../../src/core/vrrp/report.ts';
import type { InstanceState } from '../../src/core/vrrp/state.ts';

/** Cheaper than expect(): there are millions. */
function law(holds: boolean, about: () => string): void {
  if (!holds) throw new Error(`broken law: ${about()}`);
}

function expectLegalInstance(machine: VrrpMachine, each: InstanceState): void {
  const { state, serial } = each;
  const say = (what: string) => () => `${each.config.name} in ${state}: ${what}`;
  const armed = (alarm: InstanceAlarm): boolean => alarmAt(machine, alarm, serial) !== undefined;
  const running = state === 'MASTER' || state === 'BACKUP';
  const holding = state === 'MASTER' || state === 'LEAVING';
  law(armed('timer') === running, say('timer'));
  law(armed('leave') === (state === 'LEAVING'), say('leave'));
  law(each.held === holding, say('held'));
  law(holding || each.present.size === 0, say('present'));
  const bursts = armed('delayed') || armed('refresh') || armed('lower');
  law(state === 'MASTER' || !bursts, say('bursts'));
  law((each.preempt === 'waiting') === armed('preempt'), say('preempt_delay'));
  law(!armed('owner') || each.ownerConflict.stage === 'defending', say('owner conflict'));
  law((each.effectivePriority === 255) === (each.basePriority === 255), say('owner'));
  law(each.effectivePriority >= 1, say('priority'));
  law(!running || each.faults.length === 0, say('faults'));
  law(each.masterInterval > 0, say('interval'));
  law(each.reports.subjects.size <= mostSubjects, say('reports'));
}

function expectGroupsTogether(machine: VrrpMachine): void {
  for (const group of machine.groups.values()) {
    const members = group.members.flatMap(serial => machine.instances.get(serial) ?? []);
    // A member that still waits for a script's first result may be alone in INIT, or in FAULT after a reload.
    const settled = members.filter(each => each.state !== 'FAULT' || each.awaited.length === 0);
    const states = new Set(settled.map(each => each.state));
    states.delete('INIT');
    // Such a member ends at once while the others wait for a successor.
    if (states.has('LEAVING')) states.delete('STOP');
    law(states.size <= 1, () => `${group.config.name}: ${[...states].join(' and ')}`);
    for (const serial of group.members)
      law(
        machine.instances.get(serial)?.group === group.config.name,
        () => `${group.config.name}: membership`,
      );
  }
}

function expectEffectsFit(machine: VrrpMachine, effects: readonly Effect[]): void {
  if (effects.length === 0) return;
  const open = new Set(machine.transports.keys());
  for (const effect of effects) if (effect.kind === 'close-transport') open.add(effect.transport.key);
  for (const effect of effects) {
    if (effect.kind === 'advertise')
      law(open.has(effect.transport), () => `advert through ${effect.transport}`);
    if (effect.kind === 'log') law(!/undefined|NaN/.test(effect.message), () => effect.message);
  }
}

function expectIndexed(machine: VrrpMachine): void {
  let leaving = 0;
  for (const [serial, each] of machine.instances) {
    law(each.serial === serial && serial < machine.nextSerial, () => `serial ${serial}`);
    const used = each.transport === undefined ? undefined : machine.transports.get(each.transport);
    law(each.transport === undefined || used?.users.has(serial) === true, () => `socket of ${serial}`);
    if (each.state === 'LEAVING') leaving++;
  }
  for (const [key, { users }] of machine.transports) law(users.size > 0, () => `${key} is not in use`);
  law(machine.leaving === leaving, () => `${machine.leaving} leave`);
  for (const subject of machine.alarms.entries.keys()) {
    const { key } = parseAlarm(subject);
    const known = typeof key === 'string' || machine.instances.has(key);
    law(known, () => `alarm ${subject} of an instance that is gone`);
  }
}

/** All laws of one moment, after one step. */
export function expectLawful(machine: VrrpMachine, effects: readonly Effect[]): void {
  law(machine.phase !== 'stopped' || deadline(machine) === undefined, () => 'armed after its end');
  for (const each of machine.instances.values()) expectLegalInstance(machine, each);
  expectIndexed(machine);
  expectGroupsTogether(machine);
  expectEffectsFit(machine, effects);
}

const published = new Ajv2020({ strict: true, formats: { 'date-time': true } });
const publishedJudges = Object.fromEntries(
  Object.entries(vrrpSchemas).map(([kind, schema]) => [kind, published.compile(jsonSchema(schema))]),
) as Record<VrrpRecord['kind'], ReturnType<typeof published.compile>>;

/** Every record that can be asked for is what its schema says, by our judge and, as it is published, by another's. */
export function expectRecords(machine: VrrpMachine): void {
  const keys = [
    ...[...machine.instances.values()].map(({ key }) => key),
    ...[...machine.groups.keys()].map(name => `group ${name}`),
    ...[...machine.scripts.keys()].map(name => `script ${name}`),
    ...[...machine.strayCounters.keys()].map(name => `interface ${name}`),
  ];
  for (const key of keys) {
    const found = recordOf(machine, key);
    if (found === undefined) throw new Error(`no record for ${key}`);
    const schema = vrrpSchemas[found.kind];
    expect(faultIn(schema, found.record)).toBeUndefined();
    const judge = publishedJudges[found.kind];
    if (!judge(mapInstants(schema, found.record, () => '2026-11-26T07:00:00.000Z')))
      throw new Error(`${key}: ${JSON.stringify(judge.errors)}`);
  }
  // What nobody takes out stays bounded.
  expect(machine.news.transitions.length).toBeLessThan(2_048);
}
