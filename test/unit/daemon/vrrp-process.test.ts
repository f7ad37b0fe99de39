// The VRRP process and what it holds: addresses lost to others, own removals, refusals, reload, stop, adoption.
// Truth: rtnetlink(7) (every change is reported once), keepalived.conf(5); the kernel here does what it is asked and reports it.
import { describe, expect, it } from 'vitest';
import {
  createVrrpProcess,
  itemName,
  stepVrrpProcess,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../../../src/core/daemon/index.ts';
import type { Operation } from '../../../src/core/link/index.ts';
import { type Address, parseAddress } from '../../../src/core/net/index.ts';
import type { RouteNews } from '../../../src/core/netlink/index.ts';
import { type Instant, instant } from '../../../src/core/time.ts';
import { encodeAdvert } from '../../../src/core/wire/index.ts';
import { loadText } from '../conf/load-text.ts';
import { eth, prefix } from '../link/fixtures.ts';
import { named } from '../vrrp/play.ts';

const at = (s: number): Instant => instant(s * 1_000_000);
const text = (more = '', before = '', vips = '10.0.0.100/24') => `${before}vrrp_instance V {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    ${vips}
  }
  ${more}
}
`;
const load = (source: string) => {
  const { config, diagnostics } = loadText(source);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return config;
};
const address = (cidr: string, gone = false): RouteNews => ({
  kind: 'address',
  gone,
  record: {
    ifindex: 2,
    prefix: prefix(cidr),
    scope: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: 0,
    preferredLifetime: 'forever',
  },
});
const machineNews: readonly RouteNews[] = [
  { kind: 'link', gone: false, record: eth(2, 'eth0') },
  address('10.0.0.2/24'),
];

class Bench {
  state: VrrpProcess = createVrrpProcess;
  now: Instant = at(0);
  effects: VrrpProcessEffect[] = [];

  tell(input: VrrpProcessInput): readonly VrrpProcessEffect[] {
    const stepped = stepVrrpProcess(this.state, input, this.now);
    this.state = stepped.state;
    this.effects.push(...stepped.effects);
    return stepped.effects;
  }
  /** What the kernel reports of operations that it carried out. */
  echo(effects: readonly VrrpProcessEffect[]): readonly VrrpProcessEffect[] {
    return this.tell({ kind: 'news', news: operations(effects).flatMap(({ news }) => news ?? []) });
  }
  /** Started, and waited until it is MASTER; the kernel did all. */
  master(source = text()): this {
    this.tell({ kind: 'configure', config: load(source) });
    this.echo(this.tell({ kind: 'kernel', news: machineNews }));
    for (let step = 0; step < 20 && this.role !== 'MASTER'; step++) {
      this.now = vrrpProcessDeadline(this.state) ?? this.now;
      this.echo(this.tell({ kind: 'wake' }));
    }
    expect(this.role).toBe('MASTER');
    return this;
  }
  /** A version 2 advert of another router. */
  heard(priority: number, vrid = 51): readonly VrrpProcessEffect[] {
    const path = {
      source: parseAddress('10.0.0.9') as Address,
      destination: parseAddress('224.0.0.18') as Address,
    };
    const addresses = [parseAddress('10.0.0.100') as Address];
    const authentication = { kind: 'none' } as const;
    const advert = { version: 2, vrid, priority, addresses, intervalSeconds: 1, authentication } as const;
    const bytes = encodeAdvert(advert, path, 'message');
    return this.tell({ kind: 'packet', interface: 'eth0', family: 'inet', ttl: 255, bytes, ...path });
  }
  get role() {
    return named(this.state.machine, 'V')?.state;
  }
}

const operations = (effects: readonly VrrpProcessEffect[]): readonly Operation[] =>
  effects.flatMap(effect => (effect.kind === 'apply' ? effect.operations : []));
const done = (effects: readonly VrrpProcessEffect[]) =>
  operations(effects).map(({ verb, subject }) => `${verb} ${subject}`);
/** What is said of things that others took away. */
const complaints = (effects: readonly VrrpProcessEffect[]) =>
  effects.flatMap(effect =>
    effect.kind === 'log' && /removed|refused|lost/.test(effect.message) ? [effect.message] : [],
  );
const kinds = (effects: readonly VrrpProcessEffect[]) => effects.map(({ kind }) => kind);

describe('what is held', () => {
  it('is added when MASTER, and removed at the stop before the process finishes', () => {
    const bench = new Bench().master();
    expect(done(bench.effects)).toEqual(['add 10.0.0.100/24 dev eth0']);
    expect(done(bench.tell({ kind: 'stop' }))).toEqual([]);
    const effects = bench.heard(100);
    expect(done(effects)).toEqual(['remove 10.0.0.100/24 dev eth0']);
    expect(kinds(effects)).toContain('finish');
    expect(vrrpProcessDeadline(bench.state)).toBeUndefined();
  });
  it('is given up when others take it away, and that is told once', () => {
    const bench = new Bench().master();
    const lost = bench.tell({ kind: 'news', news: [address('10.0.0.100/24', true)] });
    expect(bench.role).toBe('BACKUP');
    expect(complaints(lost)).toHaveLength(1);
    expect(bench.tell({ kind: 'news', news: [address('10.0.0.100/24', true)] })).toEqual([]);
  });
  it('is not lost when the removal was our own', () => {
    const bench = new Bench().master(text('', '', '10.0.0.100/24\n10.0.0.101/24'));
    const config = load(text('', '', '10.0.0.100/24'));
    const effects = bench.tell({ kind: 'configure', config });
    expect(done(effects)).toEqual(['remove 10.0.0.101/24 dev eth0']);
    expect(complaints(bench.echo(effects))).toEqual([]);
    expect(bench.role).toBe('MASTER');
    // The echo is used up: the same address, held again, can be lost.
    bench.echo(bench.tell({ kind: 'configure', config: load(text('', '', '10.0.0.100/24\n10.0.0.101/24')) }));
    bench.tell({ kind: 'news', news: [address('10.0.0.101/24', true)] });
    expect(bench.role).toBe('BACKUP');
  });
  it('that the kernel refused was never there: nobody took it away and the MASTER stays', () => {
    const bench = new Bench();
    bench.tell({ kind: 'configure', config: load(text('', '', '10.0.0.100/24\n10.0.0.101/24')) });
    bench.tell({ kind: 'kernel', news: machineNews });
    while (bench.role !== 'MASTER' && operations(bench.effects).length === 0) {
      bench.now = vrrpProcessDeadline(bench.state) ?? instant(bench.now + 1_000_000);
      expect(bench.now).toBeLessThan(at(60));
      bench.tell({ kind: 'wake' });
    }
    const refused = operations(bench.effects).find(({ subject }) => subject.startsWith('10.0.0.101'))!;
    const fault = { code: 'netlink-refused' as const, message: 'Permission denied' };
    const effects = bench.tell({
      kind: 'refused',
      operation: 'to add',
      fault,
      absent: itemName(refused),
    });
    expect(kinds(effects)).toEqual(['log', 'read-kernel']);
    const after = bench.tell({ kind: 'kernel', news: [...machineNews, address('10.0.0.100/24')] });
    expect(complaints(after)).toEqual([]);
    expect(bench.role).toBe('MASTER');
    // The one that is there can still be lost.
    bench.tell({ kind: 'news', news: [address('10.0.0.100/24', true)] });
    expect(bench.role).toBe('BACKUP');
  });
  it('that the kernel refused stays unseen when other news comes before the kernel is read anew', () => {
    const bench = new Bench();
    bench.tell({ kind: 'configure', config: load(text('', '', '10.0.0.100/24\n10.0.0.101/24')) });
    bench.tell({ kind: 'kernel', news: machineNews });
    while (bench.role !== 'MASTER' && bench.now < at(60)) {
      bench.now = vrrpProcessDeadline(bench.state) ?? at(60);
      bench.tell({ kind: 'wake' });
    }
    const fault = { code: 'netlink-refused' as const, message: 'Invalid argument' };
    const absent = 'address 10.0.0.101/24 dev eth0';
    expect(operations(bench.effects).map(itemName)).toContain(absent);
    bench.tell({ kind: 'refused', operation: 'to add', fault, absent });
    bench.tell({ kind: 'news', news: [address('10.0.0.77/24')] });
    bench.tell({ kind: 'kernel', news: [...machineNews, address('10.0.0.100/24')] });
    expect(bench.role).toBe('MASTER');
  });
  it('is missed too when it vanished while notices were lost', () => {
    const bench = new Bench().master();
    expect(complaints(bench.tell({ kind: 'kernel', news: machineNews }))).toHaveLength(1);
    expect(bench.role).toBe('BACKUP');
  });
  it('and stands in the kernel already is adopted, not added again', () => {
    const bench = new Bench();
    bench.tell({
      kind: 'configure',
      config: load(text('', 'static_ipaddress {\n 10.0.0.50/24 dev eth0\n}\n')),
    });
    const effects = bench.tell({ kind: 'kernel', news: [...machineNews, address('10.0.0.50/24')] });
    expect(done(effects).filter(line => line.includes('10.0.0.50'))).toEqual([]);
  });
  it('as static address comes back when others remove it', () => {
    const bench = new Bench().master(text('', 'static_ipaddress {\n 10.0.0.50/24 dev eth0\n}\n'));
    const effects = bench.tell({ kind: 'news', news: [address('10.0.0.50/24', true)] });
    expect(done(effects)).toEqual(['add 10.0.0.50/24 dev eth0']);
    expect(bench.role).toBe('MASTER');
  });
});

describe('a reload', () => {
  it('with an equal configuration asks for nothing and moves no timer', () => {
    const bench = new Bench().master();
    const deadline = vrrpProcessDeadline(bench.state);
    const effects = bench.tell({ kind: 'configure', config: load(text()) });
    expect(kinds(effects)).toEqual(['configured']);
    expect(vrrpProcessDeadline(bench.state)).toBe(deadline);
  });
});

describe('the stop', () => {
  it('waits for notify scripts, one second at most', () => {
    const bench = new Bench().master(text('notify_stop /bin/stop'));
    bench.tell({ kind: 'stop' });
    const effects = bench.heard(100);
    expect(kinds(effects)).toContain('run-notify');
    expect(kinds(effects)).not.toContain('finish');
    expect(vrrpProcessDeadline(bench.state)).toBe(instant(bench.now + 1_000_000));
    bench.now = instant(bench.now + 1_000_000);
    expect(bench.tell({ kind: 'wake' })).toEqual([{ kind: 'finish' }]);
  });
  it('keeps the addresses until a successor is heard, and finishes then', () => {
    const bench = new Bench().master();
    const effects = bench.tell({ kind: 'stop' });
    expect(effects.flatMap(effect => (effect.kind === 'advertise' ? [effect.priority] : []))).toEqual([0]);
    expect(kinds(effects)).not.toContain('apply');
    expect(kinds(bench.heard(0))).toEqual([]);
    expect(kinds(bench.heard(100, 52))).toEqual([]);
    const last = kinds(bench.heard(100)).filter(kind => kind !== 'log');
    expect(last.sort()).toEqual(['apply', 'close-transport', 'finish', 'masters']);
  });
  it('gives the addresses up after one interval when nobody takes over', () => {
    const bench = new Bench().master();
    bench.tell({ kind: 'stop' });
    expect(vrrpProcessDeadline(bench.state)).toBe(instant(bench.now + 1_000_000));
    bench.now = instant(bench.now + 1_000_000);
    const effects = bench.tell({ kind: 'wake' });
    expect(done(effects)).toEqual(['remove 10.0.0.100/24 dev eth0']);
    expect(kinds(effects)).toContain('finish');
  });
  it('of a BACKUP ends at once', () => {
    const bench = new Bench();
    bench.tell({ kind: 'configure', config: load(text()) });
    bench.tell({ kind: 'kernel', news: machineNews });
    expect(kinds(bench.tell({ kind: 'stop' }))).toContain('finish');
  });
  it('before anything was read ends at once', () => {
    expect(new Bench().tell({ kind: 'stop' })).toEqual([{ kind: 'finish' }]);
  });
});
