// Resuming after the process died: an instance that was MASTER a moment ago goes on, silently for scripts, audibly for peers.
// Truth: our own rule (src/core/README.md); keepalived starts over as BACKUP and releases its addresses.
import { describe, expect, it } from 'vitest';
import { instant, milliseconds, seconds } from '../../../src/core/time.ts';
import {
  createVrrp,
  type Effect,
  identityOf,
  type ResumedInstance,
  resumeOf,
  step,
  type VrrpConfig,
} from '../../../src/core/vrrp/index.ts';
import { play, the } from './play.ts';
import { command, config, group, instance, link, script } from './sample.ts';

/** These instances were MASTER, and silent for so long when the successor starts. */
const resumed = (given: VrrpConfig, names: readonly string[], silence = seconds(0)): ResumedInstance[] =>
  given.instances
    .filter(({ name }) => names.includes(name))
    .map(each => ({ identity: identityOf(each), master: true, silence, authentication: { kind: 'none' } }));

function start(given: VrrpConfig, names: readonly string[], up = true, silence = seconds(0)) {
  const machine = createVrrp(given);
  const at = instant(1_000_000);
  for (const name of ['eth0', 'eth1']) {
    const told = { kind: 'interface', name, interface: link(['10.0.0.5'], { up, running: up }) } as const;
    step(machine, told, at);
  }
  const effects = play(machine, { kind: 'start', resume: resumed(given, names, silence) }, at);
  const states = Object.fromEntries(
    [...machine.instances.values()].map(({ config: { name }, state }) => [name, state]),
  );
  return { states, kinds: effects.map(({ kind }) => kind), effects };
}

const of = (effects: readonly Effect[], kind: Effect['kind']) =>
  effects.filter(effect => effect.kind === kind);
const notify = { master: command('/bin/master'), backup: command('/bin/backup') };

describe('an instance that was MASTER when its process died', () => {
  it('is MASTER at once: advert, addresses held, announced; no script runs', () => {
    const { states, kinds, effects } = start(config([instance({ notify })]), ['vi_1']);
    expect(states).toEqual({ vi_1: 'MASTER' });
    expect(kinds).not.toContain('release');
    expect(of(effects, 'advertise')).toHaveLength(1);
    expect(of(effects, 'hold')).toHaveLength(1);
    expect(of(effects, 'announce')).toHaveLength(1);
    expect(of(effects, 'notify')).toEqual([]);
  });
  it('starts as usual when nothing is to be resumed', () => {
    const { states, kinds } = start(config([instance()]), []);
    expect(states).toEqual({ vi_1: 'BACKUP' });
    expect(kinds).toContain('release');
  });
  it('starts as usual when somebody may have taken over since', () => {
    const given = config([instance()]);
    // An interval of 1 s and three of them until a peer takes over: the last advert may be one second older than the silence.
    expect(start(given, ['vi_1'], true, milliseconds(1999)).states).toEqual({ vi_1: 'MASTER' });
    expect(start(given, ['vi_1'], true, seconds(2)).states).toEqual({ vi_1: 'BACKUP' });
  });
  it('leaves what its successor needs, whatever it is called then', () => {
    const secret = { authentication: { type: 'PASS', password: 'secret' } as const };
    const machine = createVrrp(config([instance(secret)]));
    step(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.5']) }, instant(0));
    play(machine, { kind: 'start' }, instant(0));
    play(machine, { kind: 'wake' }, instant(4_000_000));
    expect(the(machine).state).toBe('MASTER');
    const left = resumeOf(machine, instant(4_300_000));
    expect(left).toEqual([
      {
        identity: identityOf(instance()),
        master: true,
        silence: milliseconds(300),
        authentication: { kind: 'PASS' },
      },
    ]);
    const next = createVrrp(config([instance({ name: 'renamed', ...secret })]));
    step(next, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.5']) }, instant(0));
    play(next, { kind: 'start', resume: structuredClone(left) }, instant(0));
    expect(the(next, 'renamed').state).toBe('MASTER');
  });
  it('starts as usual when its interface is down', () => {
    const { states, effects } = start(config([instance({ notify })]), ['vi_1'], false);
    expect(states).toEqual({ vi_1: 'FAULT' });
    expect(of(effects, 'release').length).toBeGreaterThan(0);
  });
  it('starts as usual while a script of weight 0 has no result yet', () => {
    const waiting = instance({ trackScripts: [{ script: 'chk', weight: 0, reverse: false }] });
    const { states, effects } = start(config([waiting], { scripts: [script('chk')] }), ['vi_1']);
    expect(states).toEqual({ vi_1: 'INIT' });
    expect(of(effects, 'release').length).toBeGreaterThan(0);
  });
});

describe('a sync group', () => {
  const members = [instance({ name: 'a', vrid: 1 }), instance({ name: 'b', vrid: 2, interface: 'eth1' })];
  const grouped = config(members, { groups: [group('g', ['a', 'b'], { notify })] });
  it('resumes as a whole, without a notification', () => {
    const { states, effects } = start(grouped, ['a', 'b']);
    expect(states).toEqual({ a: 'MASTER', b: 'MASTER' });
    expect(of(effects, 'notify')).toEqual([]);
  });
  it('does not resume in part', () => {
    expect(start(grouped, ['a']).states).toEqual({ a: 'BACKUP', b: 'BACKUP' });
  });
});
