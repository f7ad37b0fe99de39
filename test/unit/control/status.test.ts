// What the supervisor answers: from its copy, with dates, ages and problems; the whole answer is what the published schema says.
// Truth: docs/status.md; JSON Schema as ajv reads it; times by hand.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { childMoved, statusJsonSchema, takePush } from '../../../src/core/control/index.ts';
import { createCheckerProcess, stepCheckerProcess } from '../../../src/core/daemon/index.ts';
import { instant, zero } from '../../../src/core/time.ts';
import { createVrrp } from '../../../src/core/vrrp/index.ts';
import { loadText } from '../conf/load-text.ts';
import { play } from '../vrrp/play.ts';
import { address, config, group, instance, link, script, virtual } from '../vrrp/sample.ts';
import { newCopy, pushChecker, pushVrrp, statusAt } from './site.ts';

const published = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(statusJsonSchema());
const second = (n: number) => instant(n * 1e6);

/** Two servers of one service: the first failed at 2 s. The origin of the child's clock is ours. */
function checkers() {
  const text = [1, 2]
    .map(n => `real_server 10.0.1.${n} 80 {\n weight 1\n TCP_CHECK {\n retry 0\n }\n }\n`)
    .join('');
  const file = `virtual_server 10.0.0.1 80 {\n lvs_sched wrr\n protocol TCP\n${text}}\n`;
  const process = createCheckerProcess();
  stepCheckerProcess(process, { kind: 'configure', config: loadText(file).config }, second(0));
  stepCheckerProcess(process, { kind: 'kernel', services: [] }, second(0));
  const [first = ''] = process.checkers.keys();
  stepCheckerProcess(process, { kind: 'wake' }, second(1));
  const input = {
    kind: 'failed',
    reason: 'connection refused',
    errno: 'ECONNREFUSED',
    local: false,
  } as const;
  stepCheckerProcess(process, { kind: 'check', checker: first, input }, second(2));
  return { process, first, file };
}

function routers() {
  const tracked = instance({
    trackScripts: [{ script: 'chk', weight: -20, reverse: false }],
    addresses: [virtual('10.0.0.1/24')],
  });
  const machine = createVrrp(config([tracked], { scripts: [script('chk')] }));
  play(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, second(0));
  play(machine, { kind: 'start' }, second(0));
  return machine;
}

it('the published schema is the one in docs/schema', () => {
  const file = readFileSync('docs/schema/status.schema.json', 'utf8');
  expect(JSON.parse(file)).toEqual(statusJsonSchema());
});

describe('the answer', () => {
  it('tells why a server is out, with dates on the wall', () => {
    const copy = newCopy();
    const { process } = checkers();
    pushChecker(copy, process, second(2));
    const status = statusAt(copy, 6);
    expect(status?.servers.find(({ state }) => state === 'down')).toMatchObject({
      name: '10.0.1.1 80',
      virtualServer: 'tcp 10.0.0.1 80',
      since: '2026-11-26T07:00:02.000Z',
      cause: 'TCP_CHECK: connection refused',
      weight: { configured: 1 },
    });
    expect(status?.checks[0]).toMatchObject({
      last: { result: 'failure', latency: 1, lateness: 0 },
      counters: { runs: 1, successes: 0, failures: 1, untried: 0 },
    });
    expect(status?.services[0]).toMatchObject({ state: 'up', sum: 1, servers: { all: 2, up: 1 } });
    expect(status?.problems).toMatchObject([{ severity: 'warning', kind: 'server' }]);
    expect(published(status), JSON.stringify(published.errors)).toBe(true);
  });

  it('is on one clock, whichever process a record comes from', () => {
    const copy = newCopy();
    // The child began its clock 1,000 s after ours.
    pushVrrp(copy, routers(), second(1_000), 1_000e6);
    expect(statusAt(copy, 1_010)?.instances[0]?.since).toBe('2026-11-26T07:16:40.000Z');
  });

  it('shows the age of what a silent process said last', () => {
    const copy = newCopy();
    childMoved(copy, 'vrrp', 'starting', { cause: 'started', pid: 7 }, second(0));
    pushVrrp(copy, routers(), second(1));
    childMoved(copy, 'vrrp', 'running', { cause: 'ready' }, second(1));
    expect(statusAt(copy, 3)?.problems).toEqual([]);
    const status = statusAt(copy, 8);
    expect(status?.processes[1]).toMatchObject({ name: 'vrrp', pid: 7, silence: 7, memory: 60_000_000 });
    expect(status?.problems).toMatchObject([
      { severity: 'critical', message: 'the vrrp process has been silent for 7 s' },
    ]);
    expect(published(status), JSON.stringify(published.errors)).toBe(true);
  });

  it('keeps the history of a subject for those who ask for it by name', () => {
    const copy = newCopy();
    const { process } = checkers();
    pushChecker(copy, process, second(2));
    for (const name of ['10.0.1.1:80', '10.0.1.1 80', 'tcp 10.0.0.1 80 > 10.0.1.1 80'])
      expect(statusAt(copy, 3, name)?.servers.map(each => each.name)).toEqual(['10.0.1.1 80']);
    expect(statusAt(copy, 3, 'TCP 10.0.0.1:80')?.servers).toHaveLength(2);
    expect(statusAt(copy, 3, '10.0.1.1:80')?.history).toMatchObject([
      { kind: 'check', from: 'up', to: 'down', cause: 'connection refused' },
      { kind: 'server', from: 'up', to: 'down', cause: 'TCP_CHECK: connection refused' },
    ]);
    expect(statusAt(copy, 3, 'none')).toBeUndefined();
  });

  it('forgets what a reload took away, and what a process that died had said', () => {
    const copy = newCopy();
    const { process } = checkers();
    pushChecker(copy, process, second(2));
    const one = loadText(
      'virtual_server 10.0.0.1 80 {\n protocol TCP\n real_server 10.0.1.2 80 {\n TCP_CHECK {\n }\n }\n}\n',
    );
    stepCheckerProcess(process, { kind: 'configure', config: one.config }, second(3));
    pushChecker(copy, process, second(3));
    expect(statusAt(copy, 4)?.servers.map(({ name }) => name)).toEqual(['10.0.1.2 80']);
    expect(statusAt(copy, 4)?.checks).toHaveLength(1);
    expect(copy.journal.subjects.has('server tcp 10.0.0.1 80 > 10.0.1.1 80')).toBe(false);
    childMoved(copy, 'checker', 'starting', { cause: 'started', pid: 9 }, second(5));
    pushChecker(copy, createCheckerProcess(), second(6));
    expect(statusAt(copy, 6)).toMatchObject({ services: [], servers: [], checks: [] });
  });

  it('names a contender as long as it is heard', () => {
    const copy = newCopy();
    const machine = routers();
    play(machine, { kind: 'wake' }, second(4));
    const [only] = machine.instances.values();
    if (only === undefined) throw new Error('no instance');
    expect(only.state).toBe('MASTER');
    only.contender = { address: address('10.0.0.9'), priority: 50, at: second(4), checksum: 'message' };
    pushVrrp(copy, machine, second(4));
    const kinds = (at: number) => statusAt(copy, at)?.problems.map(({ message }) => message);
    expect(kinds(5)?.[0]).toContain('has two masters: this router and 10.0.0.9 (priority 50)');
    expect(kinds(20)?.some(message => message.includes('two masters'))).toBe(false);
  });
});

describe('a push', () => {
  const push = {
    kind: 'status',
    sequence: 1,
    origin: 0,
    pending: 0,
    lateness: { last: zero, worst: zero },
    records: [],
    transitions: [],
    dropped: 0,
  } as const;
  it('that is missing is noticed, a record that is not as its schema says is ignored', () => {
    const copy = newCopy();
    expect(takePush(copy, 'vrrp', push, second(0)).fault).toBeUndefined();
    expect(takePush(copy, 'vrrp', { ...push, sequence: 3 }, second(0)).fault).toBe(
      'push 2 of the vrrp process is missing',
    );
    const records = [{ key: 'script x', kind: 'script', record: { name: 5 } }] as const;
    expect(takePush(copy, 'vrrp', { ...push, sequence: 4, records }, second(0)).fault).toContain(
      'script.name must be a string',
    );
    expect(statusAt(copy, 1)?.scripts).toEqual([]);
  });

  it('with a fault, or after a missing one, keeps every other record all the same', () => {
    const copy = newCopy();
    takePush(copy, 'vrrp', push, second(0));
    const group = (name: string) =>
      ({
        key: `group ${name}`,
        kind: 'group',
        record: { name, state: 'BACKUP', since: 0, cause: 'none', members: [], states: [] },
      }) as const;
    const broken = { key: 'script x', kind: 'script', record: { name: 5 } } as const;
    takePush(copy, 'vrrp', { ...push, sequence: 3, records: [group('a'), broken, group('b')] }, second(0));
    expect(statusAt(copy, 1)?.groups.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('problems', () => {
  it('a process that ended is one, and so is a refused reload', () => {
    const copy = newCopy();
    childMoved(copy, 'vrrp', 'starting', { cause: 'started', pid: 7 }, second(0));
    childMoved(copy, 'vrrp', 'restarting', { cause: 'ended by SIGKILL' }, second(1));
    copy.daemon = { ...copy.daemon, reload: { at: 1e6, accepted: false, cause: '2 errors' } };
    expect(statusAt(copy, 2)?.problems.map(({ message }) => message)).toEqual([
      'the vrrp process is not running: ended by SIGKILL',
      'the last reload was refused: 2 errors',
    ]);
    childMoved(copy, 'vrrp', 'starting', { cause: 'started', pid: 8 }, second(2));
    expect(statusAt(copy, 2)?.processes[1]).toMatchObject({ restarts: 1, pid: 8 });
  });

  it('a process that has not spoken since it began again is one: what is shown was said before', () => {
    const copy = newCopy();
    childMoved(copy, 'vrrp', 'starting', { cause: 'started', pid: 7 }, second(0));
    expect(statusAt(copy, 0)?.problems).toEqual([]);
    pushVrrp(copy, routers(), second(1));
    childMoved(copy, 'vrrp', 'running', { cause: 'ready' }, second(1));
    childMoved(copy, 'vrrp', 'restarting', { cause: 'ended by SIGKILL' }, second(2));
    childMoved(copy, 'vrrp', 'starting', { cause: 'started', pid: 8 }, second(2));
    childMoved(copy, 'vrrp', 'running', { cause: 'ready' }, second(2));
    expect(statusAt(copy, 2)?.problems).toMatchObject([
      { severity: 'critical', name: 'vrrp', message: expect.stringContaining('starts again') },
    ]);
    expect(statusAt(copy, 2)?.processes[1]).toMatchObject({ state: 'starting' });
    pushVrrp(copy, routers(), second(3));
    expect(statusAt(copy, 3)?.problems).toEqual([]);
  });

  it('adverts that do not leave a MASTER are one while they do not, and counted for ever', () => {
    const machine = createVrrp(config([instance({ addresses: [virtual('10.0.0.1/24')] })]));
    play(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, second(0));
    play(machine, { kind: 'start' }, second(0));
    const [owner = 0] = machine.instances.keys();
    play(machine, { kind: 'wake' }, second(5));
    const copy = newCopy();
    pushVrrp(copy, machine, second(5));
    expect(statusAt(copy, 5)?.problems).toEqual([]);
    play(machine, { kind: 'unsent', owner, cause: 'ENOBUFS' }, second(6));
    play(machine, { kind: 'unsent', owner: 99, cause: 'ENOBUFS' }, second(6));
    pushVrrp(copy, machine, second(6));
    expect(statusAt(copy, 7)?.problems).toMatchObject([
      { severity: 'critical', message: 'adverts of vi_1 do not leave: ENOBUFS' },
    ]);
    pushVrrp(copy, machine, second(20));
    expect(statusAt(copy, 20)?.problems).toEqual([]);
    expect(statusAt(copy, 20)?.instances[0]?.counters).toMatchObject({ advert_unsent: 1 });
  });

  it('a group names the member that holds it, and how each stands', () => {
    const members = [
      instance({ name: 'a', addresses: [virtual('10.0.0.1/24')] }),
      instance({ name: 'b', vrid: 52, interface: 'eth1', addresses: [virtual('10.0.1.1/24')] }),
    ];
    const machine = createVrrp(config(members, { groups: [group('g', ['a', 'b'])] }));
    play(machine, { kind: 'interface', name: 'eth0', interface: link(['10.0.0.10']) }, second(0));
    play(machine, { kind: 'start' }, second(0));
    const copy = newCopy();
    pushVrrp(copy, machine, second(1));
    expect(statusAt(copy, 1)?.groups).toMatchObject([
      {
        state: 'FAULT',
        members: ['a', 'b'],
        states: ['FAULT', 'FAULT'],
        // Not what follows from it: that the other one is in a group with it.
        cause: expect.stringMatching(/^b: interface eth1 /),
      },
    ]);
    play(
      machine,
      { kind: 'interface', name: 'eth1', interface: link(['10.0.1.10'], { index: 3 }) },
      second(2),
    );
    pushVrrp(copy, machine, second(2));
    expect(statusAt(copy, 2)?.groups).toMatchObject([{ state: 'BACKUP', states: ['BACKUP', 'BACKUP'] }]);
  });
});
