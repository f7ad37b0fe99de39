// The VRRP process and what it holds: addresses lost to others, own removals, refusals, reload, stop, adoption.
// Truth: rtnetlink(7) (every change is reported once), keepalived.conf(5); the kernel is the simulated one.
import { describe, expect, it } from 'vitest';
import { dump } from '../../../src/core/simulate/index.ts';
import { instant } from '../../../src/core/time.ts';
import {
  announced,
  at,
  Bench,
  complaints,
  done,
  kinds,
  lines,
  load,
  only,
  text,
  vrrpInstance,
} from './vrrp-bench.ts';

const two = '10.0.0.100/24\n10.0.0.101/24';
const statically = 'static_ipaddress {\n 10.0.0.50/24 dev eth0\n}\n';

describe('what is held', () => {
  it('is added when MASTER, and removed at the stop before the process finishes', () => {
    const bench = new Bench().master();
    expect(done(bench.effects)).toEqual(['add 10.0.0.100/24 dev eth0']);
    expect(done(bench.tell({ kind: 'stop' }))).toEqual([]);
    const effects = bench.heard(100);
    expect(done(effects)).toEqual(['remove 10.0.0.100/24 dev eth0']);
    expect(kinds(effects)).not.toContain('finish');
    expect(kinds(bench.settle())).toContain('finish');
    expect(bench.present).not.toContain('10.0.0.100/24 2');
    expect(bench.deadline).toBeUndefined();
  });
  it('is given up when others take it away, and the log says so once', () => {
    const bench = new Bench().master();
    const lost = bench.admin('remove', '10.0.0.100/24');
    expect(bench.role()).toBe('BACKUP');
    expect(lines(lost).filter(line => line.includes('10.0.0.100'))).toHaveLength(1);
    bench.admin('add', '10.0.0.100/24');
    expect(bench.admin('remove', '10.0.0.100/24')).toEqual([]);
  });
  it('is not lost when the removal was our own', () => {
    const bench = new Bench().master(text('', '', two));
    const effects = bench.configure(text());
    expect(done(effects)).toEqual(['remove 10.0.0.101/24 dev eth0']);
    expect(complaints(effects)).toEqual([]);
    expect(bench.role()).toBe('MASTER');
    // The echo is used up: the same address, held again, can be lost.
    bench.configure(text('', '', two));
    expect(bench.role()).toBe('MASTER');
    bench.admin('remove', '10.0.0.101/24');
    expect(bench.role()).toBe('BACKUP');
  });
  it('that the kernel refused was never there: nobody took it away and the MASTER stays', () => {
    const bench = new Bench();
    bench.refusing.set('10.0.0.101/24 dev eth0', 'EACCES');
    bench.master(text('', '', two));
    expect(only(bench.effects, 'read-kernel')).toHaveLength(1);
    expect(complaints(bench.effects)).toEqual([
      'The kernel refused to add address 10.0.0.101/24 dev eth0: RTM_NEWADDR: EACCES',
    ]);
    expect(bench.role()).toBe('MASTER');
    // The one that is there can still be lost.
    bench.admin('remove', '10.0.0.100/24');
    expect(bench.role()).toBe('BACKUP');
  });
  it('that the kernel refused stays unseen when other news comes before the kernel is read anew', () => {
    const bench = new Bench();
    bench.refusing.set('10.0.0.101/24 dev eth0', 'EINVAL');
    bench.configure(text('', '', two));
    bench.until('MASTER');
    const reading = bench.coming.length;
    while (!kinds(bench.tell(bench.coming.shift()!())).includes('read-kernel'))
      expect(reading).toBeGreaterThan(0);
    const [read] = bench.coming.splice(0);
    bench.admin('add', '10.0.0.77/24');
    bench.tell(read!());
    bench.settle();
    expect(bench.role()).toBe('MASTER');
    expect(complaints(bench.effects)).toHaveLength(1);
  });
  it('is missed too when it vanished while notices were lost', () => {
    const bench = new Bench().master();
    const all = bench.kernel.addresses;
    bench.kernel.addresses = all.filter(({ prefix: { address } }) => address !== '10.0.0.100');
    const effects = bench.tell({ kind: 'kernel', news: dump(bench.kernel) });
    expect(lines(effects).filter(line => line.includes('10.0.0.100'))).toHaveLength(1);
    expect(bench.role()).toBe('BACKUP');
  });
  it('and is in the kernel already is adopted, not added again', () => {
    const bench = new Bench();
    bench.admin('add', '10.0.0.50/24');
    expect(done(bench.configure(text('', statically)))).toEqual([]);
    // It is ours from now on.
    bench.tell({ kind: 'stop' });
    expect(done(bench.effects)).toEqual(['remove 10.0.0.50/24 dev eth0']);
  });
  it('as static address comes back when others remove it', () => {
    const bench = new Bench().master(text('', statically));
    const effects = bench.admin('remove', '10.0.0.50/24');
    expect(done(effects)).toEqual(['add 10.0.0.50/24 dev eth0']);
    expect(complaints(effects)).toEqual([
      'Static address 10.0.0.50/24 dev eth0 was removed by somebody else; adding it again',
    ]);
    expect(bench.role()).toBe('MASTER');
    expect(bench.present).toContain('10.0.0.50/24 2');
  });
});

describe('a reload', () => {
  it('with an equal configuration asks the kernel for nothing, says nothing and moves no timer', () => {
    // Whatever it was before: a -> b, then b -> b.
    const bench = new Bench().master();
    bench.configure(text('', '', two));
    expect(bench.role()).toBe('MASTER');
    const { deadline } = bench;
    const effects = bench.configure(text('', '', two));
    expect(effects.map(({ kind }) => kind)).toEqual(['configured']);
    expect(bench.deadline).toBe(deadline);
  });
  it('to another set of VRIDs lets the open socket hear them', () => {
    const bench = new Bench().master();
    const other = text().replace('vrrp_instance V', 'vrrp_instance W').replace('51', '52');
    const effects = bench.configure(`${text()}${other}`);
    expect(only(effects, 'listen-for').map(({ vrids }) => vrids)).toEqual([[51, 52]]);
  });
  it('that moves names to other routers keeps the addresses of those that stay', () => {
    const before = vrrpInstance('VI_1', 51, '10.0.0.100/24') + vrrpInstance('VI_2', 52, '10.0.0.101/24');
    const after =
      vrrpInstance('VI_1', 50, '10.0.0.109/24') +
      vrrpInstance('VI_2', 51, '10.0.0.100/24') +
      vrrpInstance('VI_3', 52, '10.0.0.101/24');
    const bench = new Bench();
    bench.configure(before);
    bench.until('MASTER', 'VI_1');
    if (bench.role('VI_2') !== 'MASTER') bench.until('MASTER', 'VI_2');
    bench.settle();
    const effects = bench.configure(after);
    expect(done(effects)).toEqual([]);
    expect([bench.role('VI_1'), bench.role('VI_2'), bench.role('VI_3')]).toEqual([
      'BACKUP',
      'MASTER',
      'MASTER',
    ]);
    const taken = bench.until('MASTER', 'VI_1');
    expect(done([...effects, ...taken, ...bench.settle()])).toEqual(['add 10.0.0.109/24 dev eth0']);
    // What is said of an address from now on is said of its new owner.
    const lost = bench.admin('remove', '10.0.0.101/24');
    expect(bench.role('VI_3')).toBe('BACKUP');
    expect(bench.role('VI_2')).toBe('MASTER');
    expect(lines(lost).some(line => line.startsWith('VI_3: '))).toBe(true);
    bench.tell({ kind: 'stop' });
    const given = lines([...bench.heard(200, 'VI_2'), ...bench.settle()]);
    expect(given).toContain('VI_2: removed address 10.0.0.100/24 dev eth0');
  });
  it('of an address to another instance moves it without touching it', () => {
    const bench = new Bench();
    bench.configure(vrrpInstance('A', 51, two) + vrrpInstance('B', 52, '10.0.0.102/24'));
    bench.until('MASTER', 'A');
    if (bench.role('B') !== 'MASTER') bench.until('MASTER', 'B');
    bench.settle();
    const after =
      vrrpInstance('A', 51, '10.0.0.100/24') + vrrpInstance('B', 52, '10.0.0.102/24\n10.0.0.101/24');
    const effects = bench.configure(after);
    expect(done(effects)).toEqual([]);
    expect(announced(effects)).toEqual(['10.0.0.101 2']);
  });
  it('that needs routes for the first time subscribes to them and reads them', () => {
    const bench = new Bench().master();
    expect(only(bench.effects, 'watch-kernel')).toEqual([
      { kind: 'watch-kernel', scope: { routes: false, rules: false } },
    ]);
    const effects = bench.configure(text('virtual_routes {\n 203.0.113.0/24 via 10.0.0.1\n }'));
    expect(only(effects, 'watch-kernel')).toEqual([
      { kind: 'watch-kernel', scope: { routes: true, rules: false } },
    ]);
    expect(done(effects)).toEqual(['add 203.0.113.0/24']);
    expect(kinds(effects).filter(kind => kind === 'configured')).toHaveLength(1);
    expect(bench.role()).toBe('MASTER');
  });
});

describe('the stop', () => {
  it('waits for notify programs, 1.2 s at most', () => {
    const bench = new Bench().master(text('notify_stop /bin/stop'));
    bench.tell({ kind: 'stop' });
    const effects = bench.heard(100);
    expect(kinds(effects)).toContain('deliver');
    expect(kinds(effects)).not.toContain('finish');
    bench.settle();
    expect(bench.deadline).toBe(instant(bench.now + 1_200_000));
    bench.now = instant(bench.now + 1_200_000);
    const ending = bench.tell({ kind: 'wake' });
    expect(only(ending, 'log').map(({ message }) => message)).toEqual([
      'Notify program /bin/stop for STOP of V still runs at the stop and is ended',
    ]);
    expect(kinds(ending)).toEqual(['finish']);
  });
  it('ends with the last notify program', () => {
    const bench = new Bench().master(text('notify_stop /bin/stop'));
    bench.tell({ kind: 'stop' });
    const [script] = only(bench.heard(100), 'deliver');
    bench.settle();
    const ended = { kind: 'ended', ticket: script?.ticket ?? 0, success: true, detail: '' } as const;
    expect(bench.tell(ended)).toEqual([{ kind: 'finish' }]);
    expect(bench.deadline).toBeUndefined();
  });
  it('says farewell at once and keeps the addresses until a successor is heard', () => {
    const bench = new Bench().master();
    const effects = bench.tell({ kind: 'stop' });
    expect(only(effects, 'advertise').map(({ priority }) => priority)).toEqual([0]);
    expect(kinds(effects)).not.toContain('apply');
    expect(kinds(bench.heard(0))).toEqual([]);
    expect(kinds(bench.heard(100, 'V', { vrid: 52 }))).toEqual([]);
    expect(kinds(bench.heard(100, 'V', { checksum: 0 }))).toEqual([]);
    expect(bench.present).toContain('10.0.0.100/24 2');
    expect(kinds(bench.heard(100)).sort()).toEqual(['apply', 'close-transport', 'master']);
    expect(kinds(bench.settle())).toContain('finish');
  });
  it('gives the addresses up after one interval when nobody takes over', () => {
    const bench = new Bench().master();
    bench.tell({ kind: 'stop' });
    expect(bench.deadline).toBe(instant(bench.now + 1_000_000));
    const effects = bench.wake();
    expect(done(effects)).toEqual(['remove 10.0.0.100/24 dev eth0']);
    expect(kinds(bench.settle())).toContain('finish');
  });
  it('of a BACKUP ends at once', () => {
    const bench = new Bench();
    bench.configure(text());
    expect(kinds(bench.tell({ kind: 'stop' }))).toContain('finish');
  });
  it('before anything was read ends at once, with a configuration or without', () => {
    expect(new Bench().tell({ kind: 'stop' })).toEqual([{ kind: 'finish' }]);
    const bench = new Bench();
    bench.tell({ kind: 'configure', config: load(text()) });
    expect(bench.tell({ kind: 'stop' })).toEqual([{ kind: 'finish' }]);
    // What the kernel answers now comes too late.
    expect(bench.settle()).toEqual([]);
  });
});

describe('a wake', () => {
  it('handles one deadline, the earliest, and nothing before it has passed', () => {
    const bench = new Bench();
    bench.configure(vrrpInstance('A', 51, '10.0.0.100/24') + vrrpInstance('B', 52, '10.0.0.101/24'));
    expect(bench.tell({ kind: 'wake' })).toEqual([]);
    bench.now = at(60);
    const first = bench.tell({ kind: 'wake' });
    expect(only(first, 'advertise').map(({ instance }) => instance)).toEqual(['A']);
    expect([bench.role('A'), bench.role('B')]).toEqual(['MASTER', 'BACKUP']);
    const second = bench.tell({ kind: 'wake' });
    expect(only(second, 'advertise').map(({ instance }) => instance)).toEqual(['B']);
  });
});

it('a process that is cloned before every step tells the same story', () => {
  const story = (cloning: boolean) => {
    const told = new Bench();
    const tell = told.tell.bind(told);
    told.tell = input => {
      if (cloning) told.process = structuredClone(told.process);
      return tell(input);
    };
    told.master(text('notify /bin/notify', statically, two));
    told.admin('remove', '10.0.0.50/24');
    told.heard(200);
    told.settle();
    told.until('MASTER');
    told.edit({ kind: 'carrier', name: 'eth0', running: false });
    told.edit({ kind: 'carrier', name: 'eth0', running: true });
    told.until('MASTER');
    told.settle();
    told.configure(text('', '', '10.0.0.101/24\n10.0.0.102/24'));
    told.tell({ kind: 'stop' });
    told.heard(200);
    told.settle();
    return told.effects;
  };
  expect(story(true)).toEqual(story(false));
  expect(kinds(story(true))).toContain('apply');
});
