// What is made known of an instance and its group: FIFO line, mail, from and cause, which states and which occurrences.
// Truth: keepalived.conf(5) notify*, notify_fifo, smtp_alert; the state before and the cause are those of the log line.

import { describe, expect, it } from 'vitest';
import { type Instant, instant } from '../../../src/core/time.ts';
import { createVrrp, deadline, type Effect, step } from '../../../src/core/vrrp/index.ts';
import { config, instance, link, virtual } from './sample.ts';

const noTracking = {
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfd: [],
  trackingWeight: false,
  notifyPriorityChanges: undefined,
};

/** An instance `v` with its group `g`: started, MASTER, its interface down. */
function story(smtpAlert: boolean) {
  const v = instance({ name: 'v', addresses: [virtual('10.0.0.1/24')], smtpAlert });
  const g = { name: 'g', members: ['v'], notify: {}, smtpAlert, ...noTracking };
  const machine = createVrrp(config([v], { groups: [g] }));
  const effects: Effect[] = [];
  let now = instant(0);
  const tell = (input: Parameters<typeof step>[1]) => effects.push(...step(machine, input, now));
  tell({ kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) });
  tell({ kind: 'start' });
  now = deadline(machine) as Instant;
  tell({ kind: 'wake' });
  tell({ kind: 'interface', name: 'eth0', interface: { ...link(['10.0.0.10']), up: false } });
  return effects;
}

const notices = (effects: readonly Effect[]) =>
  effects.flatMap(effect => (effect.kind === 'notify' ? [effect] : []));

describe('a notice', () => {
  it('has the FIFO line, the state before and the cause; a group those of the member it follows', () => {
    const said = notices(story(false)).map(({ line, from, cause, occurrence }) => [
      line,
      from,
      cause,
      occurrence,
    ]);
    expect(said).toEqual([
      ['INSTANCE "v" BACKUP 100', 'INIT', 'starts', false],
      ['GROUP "g" BACKUP 0', 'INIT', 'v: starts', false],
      ['INSTANCE "v" MASTER 100', 'BACKUP', 'no master heard', false],
      ['GROUP "g" MASTER 0', 'BACKUP', 'v: no master heard', false],
      ['INSTANCE "v" FAULT 100', 'MASTER', 'interface eth0 is down', false],
      ['GROUP "g" FAULT 0', 'MASTER', 'v: interface eth0 is down', false],
    ]);
  });
  it('says what its log line says', () => {
    const effects = story(false);
    const logged = effects.flatMap(effect =>
      effect.kind === 'log' && effect.fields?.['to'] !== undefined ? [effect.fields] : [],
    );
    const made = notices(effects).filter(({ subject }) => subject === 'INSTANCE');
    expect(logged).toEqual(
      made.map(({ name, from, state, cause }) => ({ instance: name, from, to: state, cause })),
    );
    expect(logged).toHaveLength(3);
  });
  it('has a mail where smtp_alert asks for one', () => {
    expect(notices(story(false)).filter(({ mail }) => mail !== undefined)).toEqual([]);
    expect(
      notices(story(true))
        .slice(-2)
        .map(({ mail }) => mail),
    ).toEqual([
      { subject: 'VRRP Instance v - Entering FAULT state', body: '=> interface eth0 is down <=' },
      { subject: 'VRRP Group g - Entering FAULT state', body: '=> v: interface eth0 is down <=' },
    ]);
  });
});
