// Laws of the checker machines. Truth: DESIGN section 1: a machine is plain data, so a structured clone of it steps identically; and
// ipvs/plan.ts: operations found one server at a time give the table that a plan of the whole would give.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckInput,
  type CheckKind,
  checkerDeadline,
  createChecker,
  stepChecker,
} from '../../src/core/check/index.ts';
import {
  type CheckerProcess,
  type CheckerProcessEffect,
  type CheckerProcessInput,
  checkerProcessDeadline,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../src/core/daemon/index.ts';
import { applyToTable, plan, type Service, servicesOf, tableOf } from '../../src/core/ipvs/index.ts';
import type { Address } from '../../src/core/net/index.ts';
import { desiredServices } from '../../src/core/pool/index.ts';
import { type Instant, instant, zero } from '../../src/core/time.ts';
import { checker, http, misc, target, url } from '../unit/check/sample.ts';
import { loadText } from '../unit/conf/load-text.ts';

const data = (text: string): CheckInput => ({ kind: 'data', bytes: new Uint8Array(Buffer.from(text)) });

/** What the network, programs and the operator may do to a checker. */
const anyInput: fc.Arbitrary<CheckInput> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<CheckInput>({ kind: 'connected', nonce: 1 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('220 a\r\n', '250 b\n', 'HTTP/1.0 200 OK\r\n', '\r\n', 'abc').map(data),
  },
  fc.constantFrom<CheckInput>(
    { kind: 'wake' },
    { kind: 'ended' },
    { kind: 'suspend' },
    { kind: 'resume' },
    { kind: 'exited', code: 0, signal: undefined, detail: undefined },
    { kind: 'exited', code: 7, signal: undefined, detail: undefined },
    { kind: 'failed', reason: 'refused', errno: 'ECONNREFUSED', local: false },
    { kind: 'failed', reason: 'bind', errno: 'EADDRNOTAVAIL', local: true },
  ),
);

/** A step of a script: wake at the deadline, or an input after some time. */
const anyMoment = fc.record({ input: anyInput, wait: fc.nat(9_000_000), onTime: fc.boolean() });

describe('a checker', () => {
  const kinds: readonly CheckKind[] = [
    { kind: 'tcp', target: target() },
    { kind: 'smtp', target: target({ port: 25 }), helo: 'me' },
    { kind: 'dns', target: target({ port: 53 }), queryType: 'SOA', name: 'example.org' },
    {
      kind: 'udp',
      target: target(),
      payload: undefined,
      requireReply: true,
      reply: undefined,
      minReplyLength: 0,
      maxReplyLength: 9,
    },
    misc(),
    misc(true),
    http({ urls: [url({ digest: '900150983cd24fb0d6963f7d28e17f72' }), url({ path: '/b' })] }),
    http({ fastRecovery: true }),
    { kind: 'ping', target: target() },
  ];

  it('that is cloned before each step gives the same effects, deadlines and state', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.boolean(),
        fc.array(anyMoment, { maxLength: 60 }),
        (check, alpha, moments) => {
          const one = createChecker(checker(check, { alpha }), { spread: zero }, instant(0));
          let other = structuredClone(one);
          let now = instant(0);
          for (const { input, wait, onTime } of moments) {
            const due = checkerDeadline(one);
            now = onTime && due !== undefined && due > now ? due : instant(now + wait);
            const next: CheckInput = onTime ? { kind: 'wake' } : input;
            other = structuredClone(other);
            const expected = stepChecker(one, next, now);
            expect(stepChecker(other, next, now)).toEqual(expected);
            expect(other).toEqual(one);
            expect(checkerDeadline(other)).toBe(checkerDeadline(one));
            expect(one.standing.since).toBeLessThanOrEqual(now);
          }
        },
      ),
    );
  });
});

const server = (address: string, more = '') =>
  `real_server ${address} {\n weight 2\n notify_down /bin/down\n ${more}\n TCP_CHECK {\n retry 0\n connect_timeout 1\n }\n }\n`;
const virtual = (head: string, kind: string, servers: readonly string[], more = '') =>
  `virtual_server ${head} {\n delay_loop 3\n lvs_sched wrr\n lvs_method ${kind}\n protocol TCP\n ${more}\n${servers.join('')}}\n`;

/** Services in which servers share destinations, too: two ports of DR, a sorry server that is a real server, a group of two ports; and services
 * that several virtual servers name. */
const variants = [
  virtual('10.0.0.1 80', 'DR', [server('10.0.1.1 80'), server('10.0.1.2 80')]),
  virtual('10.0.0.1 80', 'DR', [
    server('10.0.1.1 80', 'weight 3'),
    server('10.0.1.1 81', 'weight 4\n inhibit_on_failure'),
    server('10.0.1.1 82', 'weight 5'),
    server('10.0.1.2 80', 'inhibit_on_failure'),
  ]),
  virtual(
    '10.0.0.1 80',
    'NAT',
    [server('10.0.1.1 8080'), server('10.0.1.1 8081'), server('10.0.1.2 80')],
    'quorum 4\n hysteresis 1\n sorry_server 10.0.1.1 8081\n sorry_server_inhibit',
  ),
  virtual('10.0.0.1 80', 'DR', [server('10.0.1.1 80')], 'sorry_server 10.0.1.9 80\n ha_suspend') +
    virtual('10.0.0.2 80', 'NAT', [server('10.0.1.1 80')], 'quorum 2'),
  `virtual_server_group G {\n 10.0.0.1 80\n 10.0.0.2 81\n fwmark 5\n}\n${virtual('group G', 'DR', [server('10.0.1.1 80'), server('10.0.1.1 81'), server('10.0.1.4 80', 'lvs_method NAT')], 'sorry_server 10.0.1.4 80')}`,
  `virtual_server_group G {\n 10.0.0.1 80\n 10.0.0.2 80\n}\n${virtual('10.0.0.1 80', 'NAT', [server('10.0.1.1 80', 'weight 3'), server('10.0.1.2 80', 'inhibit_on_failure')], 'sorry_server 10.0.1.3 80\n quorum 4')}${virtual('group G', 'NAT', [server('10.0.1.1 80', 'weight 5'), server('10.0.1.3 80'), server('10.0.1.2 80')], 'sorry_server 10.0.1.9 80')}`,
  `virtual_server_group G {\n 10.0.0.1 80\n}\nvirtual_server_group H {\n 10.0.0.1-2 80\n fwmark 7\n}\n${virtual('group H', 'DR', [server('10.0.1.1 80'), server('10.0.1.2 80')])}${virtual('group G', 'NAT', [server('10.0.1.1 80', 'weight 5')], 'sorry_server 10.0.1.2 80')}${virtual('fwmark 7', 'DR', [server('10.0.1.2', 'weight 2'), server('10.0.1.4')])}`,
].map(text => {
  const { config, diagnostics } = loadText(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return config;
});

type Happening =
  | { readonly kind: 'run'; readonly success: boolean }
  | { readonly kind: 'input'; readonly which: number; readonly input: CheckInput }
  | { readonly kind: 'reload'; readonly variant: number }
  | { readonly kind: 'kernel' | 'refused' | 'pass' | 'move' | 'ended' }
  | { readonly kind: 'stop' };

const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('run' as const), success: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('input' as const), which: fc.nat(5), input: anyInput }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reload' as const),
      variant: fc.nat(variants.length - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('kernel', 'refused', 'pass', 'move', 'ended') }),
  },
);

/** The process beside a kernel that does what it is asked, and a clone of it that is cloned again before each step. */
class Site {
  readonly process: CheckerProcess = createCheckerProcess();
  clone: CheckerProcess = structuredClone(this.process);
  readonly table = tableOf([]);
  now: Instant = instant(0);
  ticket = 1;
  isHere = false;

  tell(input: CheckerProcessInput): readonly CheckerProcessEffect[] {
    this.clone = structuredClone(this.clone);
    const effects = stepCheckerProcess(this.process, input, this.now);
    expect(stepCheckerProcess(this.clone, input, this.now)).toEqual(effects);
    expect(checkerProcessDeadline(this.clone)).toBe(checkerProcessDeadline(this.process));
    for (const effect of effects) {
      if (effect.kind !== 'program') continue;
      for (const operation of effect.operations) expect(applyToTable(this.table, operation)).toBeUndefined();
    }
    this.checkTable();
    return effects;
  }

  /** What is held is what a plan of the whole would leave, and the process knows it. */
  checkTable(): void {
    const { pool, table } = this.process;
    if (table === undefined || this.process.phase === 'waiting') return;
    const wanted = [...pool.virtualServers.keys()].flatMap(key => desiredServices(pool, key));
    expect(plan(servicesOf(this.table), wanted, { prune: true })).toEqual([]);
    expect(plan(servicesOf(table), servicesOf(this.table), { prune: true })).toEqual([]);
  }

  /** The earliest deadline; a check that begins then comes to its end. */
  run(success: boolean): void {
    this.now = checkerProcessDeadline(this.process) ?? this.now;
    for (const effect of this.tell({ kind: 'wake' })) {
      if (effect.kind !== 'check' || effect.effect.kind !== 'connect') continue;
      const failure = { kind: 'failed', reason: 'refused', errno: 'ECONNREFUSED', local: false } as const;
      const { checker } = effect;
      this.tell({ kind: 'check', checker, input: success ? { kind: 'connected', nonce: 1 } : failure });
    }
  }

  readKernel(): void {
    this.tell({ kind: 'kernel', services: structuredClone(servicesOf(this.table)) });
  }

  happen(one: Happening): void {
    switch (one.kind) {
      case 'run':
        this.run(one.success);
        return;
      case 'input': {
        const ids = [...this.process.checkers.keys()];
        const id = ids[one.which % ids.length] ?? '';
        this.tell({ kind: 'check', checker: id, input: one.input });
        return;
      }
      case 'reload':
        this.tell({ kind: 'configure', config: variants[one.variant]! });
        return;
      case 'kernel':
        this.readKernel();
        return;
      case 'refused': {
        const fault = { code: 'netlink-refused', message: 'no' } as const;
        this.tell({ kind: 'refused', operation: 'something', fault });
        return;
      }
      case 'pass':
        this.now = instant(this.now + 2_000_000);
        return;
      case 'move':
        this.isHere = !this.isHere;
        this.tell({
          kind: 'local-addresses',
          addresses: new Set(this.isHere ? ['10.0.0.1' as Address] : []),
        });
        return;
      case 'ended':
        this.tell({ kind: 'ended', ticket: this.ticket++, success: false, detail: 'exited with status 1' });
        return;
      case 'stop':
        this.tell({ kind: 'stop' });
    }
  }
}

describe('the checker process', () => {
  it('cloned before each step gives the same effects, and its operations one by one give the plan of the whole', () => {
    fc.assert(
      fc.property(
        fc.nat(variants.length - 1),
        fc.array(anyHappening, { maxLength: 50 }),
        (variant, happenings) => {
          const site = new Site();
          site.happen({ kind: 'reload', variant });
          site.readKernel();
          for (const one of happenings) site.happen(one);
          site.happen({ kind: 'stop' });
          expect(servicesOf(site.table)).toEqual<Service[]>([]);
          expect(site.clone).toEqual(site.process);
        },
      ),
      { numRuns: 150 },
    );
  });
});
