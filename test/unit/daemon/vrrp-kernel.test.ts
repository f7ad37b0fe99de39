// The VRRP process between wire and kernel: what is sent in which order, what is announced, what the kernel refuses or takes along.
// Truth: RFC 9568 section 6.4.2 (advertisement, addresses, announcements), rtnetlink(7); the kernel is the simulated one.
import { describe, expect, it } from 'vitest';
import { seconds, zero } from '../../../src/core/time.ts';
import type { ResumedInstance } from '../../../src/core/vrrp/index.ts';
import { announced, Bench, complaints, done, kinds, lines, only, text, vrrpInstance } from './vrrp-bench.ts';

/** That many seconds, with the kernel answering. */
function play(bench: Bench, span: number): void {
  const end = bench.now + span * 1e6;
  while ((bench.deadline ?? end) < end) {
    bench.wake();
    bench.settle();
  }
}

const two = '10.0.0.100/24\n10.0.0.101/24';

describe('a takeover', () => {
  it('advertises, records, asks; announces when the kernel has answered, not when it has reported', () => {
    const bench = new Bench();
    bench.configure(text());
    expect(kinds(bench.until('MASTER'))).toEqual(['advertise', 'master', 'record', 'apply']);
    expect(bench.present).toContain('10.0.0.100/24 2');
    const heard = bench.coming.splice(0).map(make => make());
    expect(heard.map(({ kind }) => kind)).toEqual(['news', 'completions']);
    const [notice, answer] = heard.map(input => bench.tell(input));
    expect(kinds(notice ?? [])).toEqual([]);
    expect(kinds(answer ?? [])).toEqual(['send-frames']);
    expect(announced(answer ?? [])).toEqual(['10.0.0.100 2']);
    expect(lines(answer ?? [])).toEqual(['V: added address 10.0.0.100/24 dev eth0']);
  });
  it('announces the same when the answer comes before the notice', () => {
    const bench = new Bench();
    bench.configure(text());
    bench.until('MASTER');
    const [notice, answer] = bench.coming.splice(0).map(make => make());
    expect(kinds(bench.tell(answer!))).toEqual(['send-frames']);
    expect(bench.tell(notice!)).toEqual([]);
  });
  it('announces at once what is there already, after the advert', () => {
    const bench = new Bench();
    bench.configure(text());
    bench.admin('add', '10.0.0.100/24');
    const effects = bench.until('MASTER');
    expect(kinds(effects)).toEqual(['advertise', 'master', 'record', 'send-frames']);
    expect(bench.settle()).toEqual([]);
  });
  it('asks for all addresses in one batch and logs them in one line', () => {
    const bench = new Bench().master(text('', '', two));
    expect(only(bench.effects, 'apply').map(({ operations }) => operations.length)).toEqual([2]);
    expect(lines(bench.effects)).toContain(
      'V: added address 10.0.0.100/24 dev eth0, address 10.0.0.101/24 dev eth0',
    );
  });
});

describe('an address that the kernel refuses', () => {
  const elsewhere = text('', '', '10.0.0.100/24\n10.1.0.101/24 dev eth1');
  const refused = () => {
    const bench = new Bench();
    bench.refusing.set('10.1.0.101/24 dev eth1', 'EPERM');
    return bench.master(elsewhere);
  };
  it('is never announced, and the log has the reason', () => {
    const bench = refused();
    expect(complaints(bench.effects)).toEqual([
      'The kernel refused to add address 10.1.0.101/24 dev eth1: RTM_NEWADDR: EPERM',
    ]);
    play(bench, 30);
    // The first burst, and the one of garp_master_delay.
    expect(only(bench.effects, 'send-frames').length).toBeGreaterThan(1);
    expect(announced(bench.effects)).toEqual(['10.0.0.100 2']);
    expect(done(bench.effects).filter(line => line.includes('.100'))).toHaveLength(1);
  });
  it('is asked for again after 1, 2, 4 .. 60 s, and from 1 s on once that was not in vain', () => {
    const bench = refused();
    const begun = bench.now;
    const asked: number[] = [];
    while (asked.length < 8)
      if (done([...bench.wake(), ...bench.settle()]).length > 0) asked.push((bench.now - begun) / 1e6);
    expect(asked).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
    bench.refusing.clear();
    play(bench, 61);
    expect(announced(bench.effects)).toEqual(['10.0.0.100 2', '10.1.0.101 3']);
    const { now } = bench;
    bench.refusing.set('10.1.0.102/24 dev eth1', 'EPERM');
    bench.configure(text('', '', '10.0.0.100/24\n10.1.0.101/24 dev eth1\n10.1.0.102/24 dev eth1'));
    while (done(bench.wake()).length === 0) bench.settle();
    expect(bench.now - now).toBe(1_000_000);
  });
  it('is tried again when its interface comes up', () => {
    const bench = refused();
    bench.edit({ kind: 'down', name: 'eth1' });
    bench.refusing.clear();
    const effects = [...bench.edit({ kind: 'up', name: 'eth1' })];
    if (bench.role() !== 'MASTER') effects.push(...bench.until('MASTER'), ...bench.settle());
    expect(done(effects)).toContain('add 10.1.0.101/24 dev eth1');
    expect(announced(effects)).toContain('10.1.0.101 3');
  });
  it('as static address is tried again when its interface comes up', () => {
    const bench = new Bench();
    bench.refusing.set('10.1.0.50/24 dev eth1', 'EPERM');
    bench.master(text('', 'static_ipaddress {\n 10.1.0.50/24 dev eth1\n}\n'));
    bench.edit({ kind: 'down', name: 'eth1' });
    bench.refusing.clear();
    expect(done(bench.edit({ kind: 'up', name: 'eth1' }))).toEqual(['add 10.1.0.50/24 dev eth1']);
    expect(bench.role()).toBe('MASTER');
  });
});

describe('an interface', () => {
  it('that is renamed while up loses the address that was held on it', () => {
    const bench = new Bench().master();
    const effects = bench.edit({ kind: 'rename', name: 'eth0', to: 'lan0' });
    expect(bench.role()).toBe('FAULT');
    expect(done(effects).map(line => line.split(' ').slice(0, 2))).toEqual([['remove', '10.0.0.100/24']]);
    expect(bench.present).not.toContain('10.0.0.100/24 2');
    bench.edit({ kind: 'rename', name: 'lan0', to: 'eth0' });
    bench.until('MASTER');
    bench.settle();
    expect(bench.present).toContain('10.0.0.100/24 2');
  });
  it('that does not exist yet is waited for: its static address comes with it', () => {
    const bench = new Bench().master(text('', 'static_ipaddress {\n 10.2.0.50/24 dev eth2\n}\n'));
    expect(complaints(bench.effects)).toEqual([
      'static: 10.2.0.50/24 dev eth2 cannot be held: interface eth2 does not exist',
    ]);
    const mac = '02:00:00:00:00:03' as never;
    const effects = bench.edit({ kind: 'create', name: 'eth2', mac, up: true });
    expect(done(effects)).toEqual(['add 10.2.0.50/24 dev eth2']);
  });
  it('that is deleted takes its addresses along: nobody else is blamed', () => {
    const bench = new Bench().master();
    const effects = bench.edit({ kind: 'delete', name: 'eth0' });
    expect(bench.role()).toBe('FAULT');
    expect(complaints(effects).filter(line => line.includes('10.0.0.100'))).toEqual([]);
  });
});

describe('a successor of a killed process', () => {
  /** A process that was MASTER of V and held .77 for another instance when it was killed; what it left is in the kernel and the ledger. */
  const killed = () => {
    const bench = new Bench();
    bench.configure(text() + vrrpInstance('W', 52, '10.0.0.77/24'));
    bench.until('MASTER');
    if (bench.role('W') !== 'MASTER') bench.until('MASTER', 'W');
    bench.settle();
    return bench;
  };
  const succeed = (former: Bench) => {
    const bench = new Bench();
    bench.kernel = structuredClone(former.kernel);
    bench.tell({ kind: 'inherit', possessions: former.left });
    return bench;
  };
  const resumeOf = (bench: Bench): readonly ResumedInstance[] =>
    only(bench.effects, 'master').map(({ instance }) => ({ ...instance, silence: zero }));

  it('removes what nobody wants and keeps what a MASTER that goes on holds', () => {
    const former = killed();
    expect(former.left).toHaveLength(2);
    const bench = succeed(former);
    const effects = bench.configure(text(), resumeOf(former));
    expect(done(effects)).toEqual(['remove 10.0.0.77/24 dev eth0']);
    const taken = bench.until('MASTER');
    expect(only(taken, 'advertise')).toHaveLength(1);
    expect(done(bench.effects)).toEqual(['remove 10.0.0.77/24 dev eth0']);
    expect(bench.present).toEqual(['10.0.0.100/24 2', '10.0.0.2/24 2', '10.1.0.2/24 3']);
  });
  it('removes everything when it is not MASTER at once', () => {
    const former = killed();
    const bench = succeed(former);
    const late = resumeOf(former).map(each => ({ ...each, silence: seconds(60) }));
    bench.configure(text(), late);
    expect(bench.present).toEqual(['10.0.0.2/24 2', '10.1.0.2/24 3']);
    expect(bench.left).toEqual([]);
  });
  it('finds an empty ledger after an orderly end of all instances', () => {
    const bench = killed();
    bench.heard(200);
    bench.heard(200, 'W');
    bench.settle();
    expect(bench.left).toEqual([]);
  });
});

describe('the supervisor', () => {
  const reports = (bench: Bench) =>
    only(bench.effects, 'master').map(({ instance: { identity, master } }) => [
      Number(identity.split(' ')[0]),
      master,
    ]);
  it('learns who becomes MASTER and who ceases to be, once each', () => {
    const bench = new Bench().master();
    expect(reports(bench)).toEqual([[51, true]]);
    bench.configure(text('', '', two));
    bench.heard(200);
    expect(reports(bench)).toEqual([
      [51, true],
      [51, false],
    ]);
    bench.settle();
    bench.until('MASTER');
    expect(reports(bench)).toHaveLength(3);
  });
  it('learns that a reload ended a MASTER: a later namesake must not go on for it', () => {
    const other = vrrpInstance('W', 52, '10.0.0.101/24');
    const bench = new Bench().master(text() + other);
    bench.configure(other);
    expect(reports(bench).filter(([vrid]) => vrid === 51)).toEqual([
      [51, true],
      [51, false],
    ]);
    expect(bench.process.masters.size).toBe(bench.role('W') === 'MASTER' ? 1 : 0);
  });
});
