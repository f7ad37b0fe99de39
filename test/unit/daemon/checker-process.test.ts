// The checker process as a machine: what it programs, what it asks, what a reload and a refusal do.
// Truth: the pool's desired table (test/unit/pool proves it) and keepalived.conf(5); the kernel is a table that obeys.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../../src/core/daemon/index.ts';
import { applyToTable, type Service, servicesOf, type Table, tableOf } from '../../../src/core/ipvs/index.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { desiredServices } from '../../../src/core/pool/index.ts';
import { type Instant, instant } from '../../../src/core/time.ts';
import { loadText } from '../conf/load-text.ts';

const at = (s: number): Instant => instant(Math.round(s * 1_000_000));
const server = (n: number, more = 'TCP_CHECK {\n connect_timeout 2\n }') =>
  `real_server 10.0.1.${n} 80 {\n weight ${n}\n ${more}\n}\n`;
const virtual = (servers: string, head = '10.0.0.1 80', more = '') =>
  `virtual_server ${head} {\n delay_loop 5\n lvs_sched wrr\n lvs_method DR\n protocol TCP\n ${more}\n${servers}}\n`;
const load = (text: string) => {
  const { config, diagnostics } = loadText(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return config;
};
const two = virtual(server(1) + server(2));

/** The machine beside a kernel that does what it is told, except for what `refuses` names. */
class Bench {
  readonly state: CheckerProcess = createCheckerProcess();
  readonly table: Table;
  now: Instant = at(0);
  refuses: (text: string) => boolean = () => false;
  effects: CheckerProcessEffect[] = [];

  constructor(services: readonly Service[] = []) {
    this.table = tableOf(services);
  }

  tell(input: CheckerProcessInput): readonly CheckerProcessEffect[] {
    const effects = stepCheckerProcess(this.state, input, this.now);
    this.effects.push(...effects);
    const refused: CheckerProcessInput[] = [];
    for (const effect of effects) {
      if (effect.kind === 'flush') this.table.clear();
      if (effect.kind !== 'program') continue;
      for (const operation of effect.operations) {
        const text = JSON.stringify(operation);
        const refusal = this.refuses(text)
          ? { message: 'no such scheduler' }
          : applyToTable(this.table, operation);
        if (refusal === undefined) continue;
        const fault = { code: 'netlink-refused' as const, message: refusal.message };
        refused.push({ kind: 'refused', operation: operation.kind, fault });
      }
    }
    for (const input of refused) this.tell(input);
    return effects;
  }

  /** Everything that is due, one wake a deadline, as the driver does. */
  wake(): void {
    for (;;) {
      const due = checkerProcessDeadline(this.state);
      if (due === undefined || due > this.now) return;
      this.tell({ kind: 'wake' });
    }
  }

  readKernel(): readonly CheckerProcessEffect[] {
    return this.tell({ kind: 'kernel', services: servicesOf(this.table) });
  }

  start(text: string): this {
    this.tell({ kind: 'configure', config: load(text) });
    this.readKernel();
    return this;
  }

  /** Runs the checker now, whenever it was due, and lets it succeed or fail. */
  check(id: string, success: boolean): void {
    const due = this.state.checkers.get(id);
    if (due?.phase !== 'waiting' || due.due === undefined) return;
    if (due.due > this.now) this.now = due.due;
    this.wake();
    const failure = { kind: 'failed', reason: 'refused', errno: 'ECONNREFUSED', local: false } as const;
    this.tell({ kind: 'check', checker: id, input: success ? { kind: 'connected', nonce: 1 } : failure });
  }

  /** Seconds go by; each check that begins is answered at once. */
  pass(seconds: number, fails: (id: string) => boolean = () => false): void {
    const end = at(this.now / 1_000_000 + seconds);
    for (;;) {
      const due = checkerProcessDeadline(this.state);
      if (due === undefined || due > end) break;
      if (due > this.now) this.now = due;
      for (const effect of this.tell({ kind: 'wake' }))
        if (effect.kind === 'check') this.#answer(effect.checker, effect.effect.kind, fails(effect.checker));
    }
    this.now = end;
  }

  #answer(checker: string, begun: string, failing: boolean): void {
    const failure = { kind: 'failed', reason: 'refused', errno: 'ECONNREFUSED', local: false } as const;
    if (begun === 'connect')
      this.tell({ kind: 'check', checker, input: failing ? failure : { kind: 'connected', nonce: 1 } });
    else if (begun === 'spawn') {
      const input = { kind: 'exited', code: failing ? 1 : 0, signal: undefined, detail: undefined } as const;
      this.tell({ kind: 'check', checker, input });
    }
  }

  get checkers(): readonly string[] {
    return [...this.state.checkers.keys()];
  }

  get held(): readonly string[] {
    return servicesOf(this.table).flatMap(service =>
      service.destinations.map(({ address, weight }) => `${address} ${weight}`),
    );
  }
}

const kinds = (effects: readonly CheckerProcessEffect[]) => effects.map(({ kind }) => kind);

describe('the start', () => {
  it('waits for the configuration and for the table, whichever comes first', () => {
    const one = new Bench();
    expect(one.tell({ kind: 'configure', config: load(two) })).toEqual([]);
    expect(kinds(one.readKernel())).toContain('ready');
    const other = new Bench();
    expect(other.readKernel()).toEqual([]);
    expect(kinds(other.tell({ kind: 'configure', config: load(two) }))).toContain('ready');
    expect(other.held).toEqual(one.held);
  });
  it('holds every server at once: they count as up until a check fails', () => {
    expect(new Bench().start(two).held).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
  });
  it('adopts the table: nothing is programmed when it is right, and who was out stays out', () => {
    const before = new Bench().start(two);
    const [first = ''] = before.checkers;
    before.check(first, false);
    before.check(first, false);
    expect(before.held).toEqual(['10.0.1.2 2']);
    const after = new Bench(servicesOf(before.table)).start(two);
    expect(kinds(after.effects)).not.toContain('program');
    expect(after.held).toEqual(['10.0.1.2 2']);
    after.check(first, true);
    expect(after.held.toSorted()).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
  });
  it('flushes and sets timeouts only when told so', () => {
    expect(kinds(new Bench().start(two).effects)).not.toContain('flush');
    const bench = new Bench(servicesOf(new Bench().start(two).table));
    bench.start(`global_defs {\n lvs_flush\n lvs_timeouts tcp 5\n}\n${two}`);
    expect(kinds(bench.effects).slice(0, 2)).toEqual(['flush', 'set-timeouts']);
    expect(bench.held).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
  });
});

describe('a reload', () => {
  it('with an equal configuration programs nothing and disturbs no check', () => {
    const bench = new Bench().start(two);
    bench.now = at(30);
    const deadline = checkerProcessDeadline(bench.state);
    expect(kinds(bench.tell({ kind: 'configure', config: load(two) }))).toEqual(['configured']);
    expect(checkerProcessDeadline(bench.state)).toBe(deadline);
  });
  it('keeps what a check found out', () => {
    const bench = new Bench().start(two);
    const [first = ''] = bench.checkers;
    bench.check(first, false);
    bench.check(first, false);
    bench.tell({ kind: 'configure', config: load(virtual(server(1) + server(2) + server(3))) });
    expect(bench.held).toEqual(['10.0.1.2 2', '10.0.1.3 3']);
  });
  const alpha = (parameter: string, more = '', which: readonly number[] = [1, 2]) =>
    virtual(
      which.map(n => server(n, `TCP_CHECK {\n ${parameter}\n }\n ${more}`)).join(''),
      '10.0.0.1 80',
      'alpha\n sorry_server 10.0.1.200 80',
    );
  const ofFirst = (id: string) => id.includes('10.0.1.1');
  const healthy = (text: string): Bench => {
    const bench = new Bench().start(text);
    bench.pass(10);
    expect(bench.held.toSorted()).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
    return bench;
  };
  it.each([
    ['changes a parameter of each check', alpha('connect_timeout 3')],
    ['asks another port', alpha('connect_port 8080')],
    ['adds a check to each server', alpha('connect_timeout 2', 'MISC_CHECK {\n misc_path /bin/true\n }')],
    ['replaces each check', alpha('misc_path /bin/true').replaceAll('TCP_CHECK', 'MISC_CHECK')],
  ])('that %s leaves healthy alpha servers in the table', (_, changed) => {
    const bench = healthy(alpha('connect_timeout 2'));
    const effects = bench.tell({ kind: 'configure', config: load(changed) });
    expect(kinds(effects)).not.toContain('program');
    bench.pass(10);
    expect(bench.held.toSorted()).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
    bench.pass(20, ofFirst);
    expect(bench.held).toEqual(['10.0.1.2 2']);
  });
  it('lets an added alpha server wait for its check, and a dead one does not come back by another parameter', () => {
    const bench = healthy(alpha('connect_timeout 2'));
    bench.pass(20, ofFirst);
    bench.tell({ kind: 'configure', config: load(alpha('connect_timeout 3', '', [1, 2, 3])) });
    expect(bench.held).toEqual(['10.0.1.2 2']);
    // A corrected file is seen to work at once, not after a delay_loop.
    bench.pass(2.5, id => id.includes('10.0.1.3'));
    expect(bench.held.toSorted()).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
  });
  it('does not put a dead server back that is not alpha', () => {
    const bench = new Bench().start(two);
    bench.pass(20, ofFirst);
    bench.tell({ kind: 'configure', config: load(two.replaceAll('connect_timeout 2', 'connect_timeout 3')) });
    expect(bench.held).toEqual(['10.0.1.2 2']);
  });
  it('removes a virtual server that is gone and breaks its check off', () => {
    const bench = new Bench().start(two + virtual(server(7), '10.0.0.2 80'));
    const gone = bench.checkers.find(id => id.includes('10.0.1.7')) ?? '';
    bench.now = at(3);
    bench.wake();
    const effects = bench.tell({ kind: 'configure', config: load(two) });
    expect(effects).toContainEqual({ kind: 'check', checker: gone, effect: { kind: 'close' } });
    expect(bench.table.size).toBe(1);
    expect(bench.checkers).not.toContain(gone);
  });
  it('keeps a service that passes into a group, without a moment of absence', () => {
    const bench = new Bench().start(two);
    const grouped = `virtual_server_group G {\n 10.0.0.1 80\n 10.0.0.9 80\n}\n${virtual(server(1) + server(2), 'group G')}`;
    const effects = bench.tell({ kind: 'configure', config: load(grouped) });
    const operations = effects.flatMap(effect => (effect.kind === 'program' ? effect.operations : []));
    expect(operations.map(({ kind }) => kind)).not.toContain('remove-service');
    expect(bench.table.size).toBe(2);
    bench.tell({ kind: 'configure', config: load(two) });
    expect([...bench.table.keys()]).toEqual(['tcp 10.0.0.1 80']);
    expect(bench.held).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
  });
  it('says only timeouts that it changed', () => {
    const timeouts = (tcp: number) => `global_defs {\n lvs_timeouts tcp ${tcp}\n}\n${two}`;
    const bench = new Bench().start(timeouts(5));
    expect(kinds(bench.tell({ kind: 'configure', config: load(timeouts(5)) }))).toEqual(['configured']);
    expect(kinds(bench.tell({ kind: 'configure', config: load(timeouts(6)) }))).toEqual([
      'set-timeouts',
      'configured',
    ]);
  });
});

describe('a refusal by the kernel', () => {
  it('has the table read anew once for the whole batch, and what is missing is done then', () => {
    const bench = new Bench();
    bench.refuses = text => text.includes('"add-destination"');
    bench.start(two);
    expect(kinds(bench.effects).filter(kind => kind === 'read-kernel')).toHaveLength(1);
    bench.refuses = () => false;
    bench.readKernel();
    expect(bench.held).toEqual(['10.0.1.1 1', '10.0.1.2 2']);
  });
  it('that stays does not make a loop: the attempts come ever later, up to a minute', () => {
    const bench = new Bench();
    bench.refuses = text => text.includes('"add-service"');
    bench.start(two);
    const waits: number[] = [];
    for (let round = 0; round < 9; round++) {
      const before = bench.now;
      // Checks come due meanwhile too: walk from deadline to deadline, at most so many.
      for (let steps = 0; steps < 500 && !kinds(bench.effects).includes('read-kernel'); steps++) {
        bench.now = checkerProcessDeadline(bench.state) ?? bench.now;
        bench.tell({ kind: 'wake' });
      }
      waits.push((bench.now - before) / 1_000_000);
      bench.effects = [];
      bench.readKernel();
    }
    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60]);
  });
});

describe('ha_suspend', () => {
  it('lets checks rest while the address is elsewhere', () => {
    const bench = new Bench().start(virtual(server(1), '10.0.0.1 80', 'ha_suspend'));
    expect(bench.state.agenda.heap[0]?.at).toBeUndefined();
    bench.tell({ kind: 'local-addresses', addresses: new Set(['10.0.0.1' as Address]) });
    expect(bench.state.agenda.heap[0]?.at).toBeDefined();
    bench.tell({ kind: 'local-addresses', addresses: new Set() });
    expect(bench.state.agenda.heap[0]?.at).toBeUndefined();
  });
});

describe('the stop', () => {
  it('removes its services and no others, then finishes', () => {
    const foreign = servicesOf(new Bench().start(virtual(server(9), '10.9.9.9 99')).table);
    const bench = new Bench(foreign).start(two);
    expect(bench.table.size).toBe(2);
    expect(kinds(bench.tell({ kind: 'stop' })).at(-1)).toBe('finish');
    expect([...bench.table.keys()]).toEqual(['tcp 10.9.9.9 99']);
    expect(bench.tell({ kind: 'wake' })).toEqual([]);
    expect(checkerProcessDeadline(bench.state)).toBeUndefined();
  });
  it('waits 1.2 s for notify programs, not longer, and names what still runs', () => {
    const bench = new Bench().start(
      virtual(server(1, 'notify_down /bin/down\n TCP_CHECK {\n }'), '10.0.0.1 80', 'omega'),
    );
    expect(kinds(bench.tell({ kind: 'stop' }))).not.toContain('finish');
    expect(checkerProcessDeadline(bench.state)).toBe(at(1.2));
    bench.now = at(1.2);
    const ending = bench.tell({ kind: 'wake' });
    expect(ending.flatMap(each => (each.kind === 'log' ? [each.message] : []))).toEqual([
      'Notify program /bin/down for DOWN of real server 10.0.1.1:80 of [10.0.0.1]:tcp:80 still runs at the stop and is ended',
    ]);
    expect(kinds(ending)).toContain('finish');
  });
});

describe('what is made known', () => {
  const retryNone = 'TCP_CHECK {\n retry 0\n }';
  it('is the same record in the log, in the queue and for its outlets; a reload forgets who is gone', () => {
    const text = virtual(
      server(1, `notify_down /bin/down\n ${retryNone}`),
      '10.0.0.1 80',
      'quorum_down /bin/lost',
    );
    const bench = new Bench().start(text);
    bench.effects = [];
    bench.check(bench.checkers[0] ?? '', false);
    const { alerts } = bench.state;
    const records = [...alerts.subjects.values()].map(({ last }) => last?.fields);
    expect(bench.effects.flatMap(each => (each.kind === 'log' ? [each.fields] : []))).toEqual(
      records.reverse(),
    );
    expect(records[0]).toEqual({
      service: '[10.0.0.1]:tcp:80',
      server: '10.0.1.1:80',
      from: 'UP',
      to: 'DOWN',
      cause: 'TCP_CHECK: refused',
    });
    const programs = bench.effects.flatMap(each =>
      each.kind === 'deliver' ? each.delivery.content.argv : [],
    );
    expect(programs).toEqual(['/bin/down', '/bin/lost']);
    bench.tell({ kind: 'configure', config: load(virtual(server(2), '10.0.0.2 80')) });
    expect([...alerts.subjects.keys()].filter(name => name.includes('10.0.0.1'))).toHaveLength(2);
    for (const ticket of [...alerts.tickets.keys()])
      bench.tell({ kind: 'ended', ticket, success: true, detail: '' });
    expect([...alerts.subjects.keys()]).toEqual(['VS tcp 10.0.0.2 80']);
  });
});

describe('laws', () => {
  it('after any verdicts and reloads the kernel holds what the pool wants', () => {
    const variants = [
      two,
      virtual(server(1) + server(2) + server(3)),
      virtual(server(2), '10.0.0.1 80', 'quorum 2\n sorry_server 10.0.1.99 80'),
      virtual(server(1, 'inhibit_on_failure\n TCP_CHECK {\n }') + server(2)) +
        virtual(server(4), '10.0.0.2 80'),
      `virtual_server_group G {\n 10.0.0.1 80\n 10.0.0.2 80\n}\n${virtual(server(1) + server(4), 'group G')}`,
    ].map(load);
    const event = fc.oneof(
      fc.record({ kind: fc.constant('check' as const), which: fc.nat(10), success: fc.boolean() }),
      fc.record({ kind: fc.constant('reload' as const), variant: fc.nat(variants.length - 1) }),
      fc.record({ kind: fc.constant('kernel' as const) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), events => {
        const bench = new Bench().start(two);
        for (const one of events) {
          if (one.kind === 'check')
            bench.check(bench.checkers[one.which % bench.checkers.length] ?? '', one.success);
          else if (one.kind === 'kernel') expect(kinds(bench.readKernel())).toEqual([]);
          else bench.tell({ kind: 'configure', config: variants[one.variant]! });
          const wanted = [...bench.state.pool.virtualServers.keys()].flatMap(key =>
            desiredServices(bench.state.pool, key),
          );
          const sorted = (services: readonly Service[]) =>
            services
              .map(({ id, scheduler, destinations }) =>
                JSON.stringify([id, scheduler, destinations.map(one => JSON.stringify(one)).sort()]),
              )
              .sort();
          expect(sorted(servicesOf(bench.table))).toEqual(sorted(wanted));
          expect(kinds(bench.effects)).not.toContain('read-kernel');
        }
        bench.tell({ kind: 'stop' });
        expect(bench.table.size).toBe(0);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
