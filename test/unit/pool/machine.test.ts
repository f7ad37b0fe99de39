// The pool machine. Truth: keepalived.conf(5) on quorum, hysteresis, sorry_server, inhibit_on_failure, alpha, omega.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, parseAddress } from '../../../src/core/net/index.ts';
import {
  type CheckerStanding,
  createPool,
  desiredServices,
  type Pool,
  type PoolEffect,
  type PoolInput,
  type RealServerConfig,
  stepPool,
  type VirtualServerConfig,
} from '../../../src/core/pool/index.ts';
import { instant } from '../../../src/core/time.ts';

const ip = (text: string): Address => parseAddress(text) as Address;

function real(n: number, more: Partial<RealServerConfig> = {}): RealServerConfig {
  return {
    key: `rs${n}`,
    address: ip(`10.0.1.${n}`),
    port: 80,
    weight: n,
    forwarding: 'DR',
    tunnel: undefined,
    upperThreshold: 0,
    lowerThreshold: 0,
    inhibitOnFailure: false,
    alpha: false,
    notifyUp: { argv: ['/bin/up', String(n)], user: undefined, group: undefined, shell: false },
    notifyDown: undefined,
    smtpAlert: false,
    virtualHost: undefined,
    snmpName: undefined,
    ...more,
  };
}

function virtual(more: Partial<VirtualServerConfig> = {}): VirtualServerConfig {
  return {
    key: 'vs',
    displayName: '[10.0.0.1]:tcp:80',
    services: [{ kind: 'address', protocol: 'tcp', address: ip('10.0.0.1'), port: 80 }],
    scheduler: 'wrr',
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    persistence: undefined,
    onePacket: false,
    engine: undefined,
    realServers: [real(1), real(2), real(3)],
    sorryServer: undefined,
    alpha: false,
    omega: false,
    quorum: 1,
    hysteresis: 0,
    quorumUp: undefined,
    quorumDown: undefined,
    haSuspend: false,
    smtpAlert: false,
    virtualHost: undefined,
    snmpName: undefined,
    ...more,
  };
}

const sorry = (inhibit: boolean): VirtualServerConfig['sorryServer'] => ({
  address: ip('10.0.1.200'),
  port: 80,
  forwarding: 'DR',
  tunnel: undefined,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibit,
});

const standing = (checker: number, server: number, up = true): CheckerStanding => ({
  id: `c${checker}`,
  virtualServer: 'vs',
  realServer: `rs${server}`,
  up,
  cause: 'not checked yet',
  weight: undefined,
});
const checkers = (up = true): CheckerStanding[] => [1, 2, 3].map(n => standing(n, n, up));

class Play {
  readonly pool: Pool = createPool();
  effects: readonly PoolEffect[] = [];
  readonly said: string[] = [];
  now = 0;

  configure(config: VirtualServerConfig, standing = checkers(), announceInitial = false): this {
    const configuration = { virtualServers: [config], checkers: standing, announceInitial };
    return this.take({ kind: 'configure', configuration });
  }
  verdict(n: number, up: boolean, weight?: number): this {
    return this.take({ kind: 'verdict', checker: `c${n}`, up, weight, cause: 'test' });
  }
  stop(): this {
    return this.take({ kind: 'stop' });
  }
  private take(input: PoolInput): this {
    this.effects = stepPool(this.pool, input, instant(this.now++));
    for (const effect of this.effects) {
      if (effect.kind === 'notify') this.said.push(effect.line);
      else if (effect.kind === 'changed') this.said.push('changed');
    }
    return this;
  }
  /** `1:weight` of each destination, in order. */
  get table(): string[] {
    return desiredServices(this.pool, 'vs').flatMap(({ destinations }) =>
      destinations.map(({ address, weight }) => `${address.split('.').at(-1)}:${weight}`),
    );
  }
}

describe('real servers', () => {
  it('are there from the start without alpha, and leave and return with their checks', () => {
    const play = new Play().configure(virtual());
    expect(play.table).toEqual(['1:1', '2:2', '3:3']);
    expect(play.verdict(2, false).table).toEqual(['1:1', '3:3']);
    expect(play.verdict(2, true).table).toEqual(['1:1', '2:2', '3:3']);
    expect(play.said).toEqual([
      'VS [10.0.0.1]:tcp:80 UP',
      'changed',
      'RS [10.0.1.2]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
      'changed',
      'RS [10.0.1.2]:tcp:80 [10.0.0.1]:tcp:80 UP',
      'changed',
    ]);
  });
  it('start down with alpha and come with their first success', () => {
    const play = new Play().configure(virtual(), checkers(false));
    expect(play.table).toEqual([]);
    expect(play.verdict(1, true).table).toEqual(['1:1']);
  });
  it('that begin down are told by their first failure, once, whatever number of checks finds it', () => {
    const both = [standing(1, 1, false), standing(2, 1, false)];
    const play = new Play().configure(virtual({ realServers: [real(1)] }), both);
    play.said.length = 0;
    play.verdict(1, false).verdict(2, false);
    expect(play.said).toEqual(['RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 DOWN']);
    play.configure(virtual({ realServers: [real(1)] }), both);
    play.said.length = 0;
    expect(play.verdict(1, false).said).toEqual([]);
    play.verdict(1, true).verdict(2, true).verdict(1, false);
    expect(play.said.filter(line => line.startsWith('RS'))).toEqual([
      'RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 UP',
      'RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
    ]);
  });
  it('stay with weight 0 when inhibited', () => {
    const inhibited = virtual({ realServers: [real(1, { inhibitOnFailure: true }), real(2)] });
    expect(new Play().configure(inhibited).verdict(1, false).table).toEqual(['1:0', '2:2']);
  });
  it('are up only while no checker fails', () => {
    const two: CheckerStanding[] = [standing(1, 1), standing(2, 1)];
    const play = new Play().configure(virtual({ realServers: [real(1)] }), two);
    expect(play.verdict(1, false).table).toEqual([]);
    expect(play.verdict(2, false).verdict(1, true).table).toEqual([]);
    expect(play.verdict(2, true).table).toEqual(['1:1']);
  });
  it('take dynamic weights without drifting, and give them back', () => {
    const play = new Play().configure(virtual());
    expect(play.verdict(3, true, 10).verdict(3, true, 10).table).toEqual(['1:1', '2:2', '3:10']);
    expect(play.verdict(3, true).table).toEqual(['1:1', '2:2', '3:3']);
  });
  it('without checkers are always up', () => {
    expect(new Play().configure(virtual(), []).table).toEqual(['1:1', '2:2', '3:3']);
  });
});

describe('quorum and sorry server', () => {
  const guarded = virtual({ quorum: 3, hysteresis: 1, sorryServer: sorry(false) });
  it('replaces all real servers when the quorum is lost, and only hysteresis brings them back', () => {
    const play = new Play().configure(guarded);
    expect(play.verdict(3, false).table).toEqual(['1:1', '2:2']);
    expect(play.verdict(2, false).table).toEqual(['200:1']);
    expect(play.verdict(2, true).table).toEqual(['200:1']);
    expect(play.verdict(3, true).table).toEqual(['1:1', '2:2', '3:3']);
    expect(play.said.filter(line => line.startsWith('VS'))).toEqual([
      'VS [10.0.0.1]:tcp:80 UP',
      'VS [10.0.0.1]:tcp:80 DOWN',
      'VS [10.0.0.1]:tcp:80 UP',
    ]);
  });
  it('serves with every weight 0 while a server is alive, and by the sorry server when none is', () => {
    const drained = virtual({
      quorum: 0,
      realServers: [real(1, { weight: 0 }), real(2, { weight: 0 })],
      sorryServer: sorry(false),
    });
    const play = new Play().configure(drained, [standing(1, 1), standing(2, 2)]);
    expect(play.table).toEqual(['1:0', '2:0']);
    expect(play.verdict(1, false).table).toEqual(['2:0']);
    expect(play.verdict(2, false).table).toEqual(['200:1']);
    expect(play.verdict(1, true).table).toEqual(['1:0']);
    expect(new Play().configure(drained, [standing(1, 1, false), standing(2, 2, false)]).table).toEqual([
      '200:1',
    ]);
  });
  it('keeps an inhibited sorry server with weight 0', () => {
    const play = new Play().configure(virtual({ sorryServer: sorry(true) }));
    expect(play.table).toEqual(['1:1', '2:2', '3:3', '200:0']);
    expect(play.verdict(1, false).verdict(2, false).verdict(3, false).table).toEqual(['200:1']);
  });
  it('leaves the remaining servers without a sorry server', () => {
    const play = new Play().configure(virtual({ quorum: 6 }));
    expect(play.verdict(1, false).table).toEqual(['2:2', '3:3']);
  });
  it('says at start that there is none only when the sorry server steps in', () => {
    expect(new Play().configure(virtual(), checkers(false)).said).toEqual(['changed']);
    expect(new Play().configure(guarded, checkers(false)).said).toEqual([
      'VS [10.0.0.1]:tcp:80 DOWN',
      'changed',
    ]);
  });
});

describe('what the pool knows of a server', () => {
  const known = (play: Play) => {
    const { up, since, cause } = play.pool.virtualServers.get('vs')!.realServers.get('rs1')!;
    return [up, since, cause];
  };
  it('is its state, since when, and which check made it so; a reload keeps it', () => {
    const play = new Play().configure(virtual());
    expect(known(play)).toEqual([true, 0, 'not checked yet']);
    play.verdict(1, true, 5);
    expect(known(play)).toEqual([true, 0, 'not checked yet']);
    play.verdict(1, false);
    expect(known(play)).toEqual([false, 2, 'test']);
    play.verdict(1, false).configure(virtual(), [standing(1, 1, false), standing(2, 2), standing(3, 3)]);
    expect(known(play)).toEqual([false, 2, 'test']);
    play.configure(virtual(), checkers());
    expect(known(play)).toEqual([true, 5, 'not checked yet']);
  });
});

describe('a verdict', () => {
  const guarded = virtual({ quorum: 3, hysteresis: 1, sorryServer: sorry(false) });
  const changes = (play: Play) =>
    play.effects.flatMap(effect => (effect.kind === 'changed' ? [effect.realServer] : []));
  it('changes its server alone, and the whole service only when the sorry server comes or goes', () => {
    const play = new Play().configure(guarded);
    expect(changes(play)).toEqual([undefined]);
    expect(changes(play.verdict(3, false))).toEqual(['rs3']);
    expect(changes(play.verdict(2, false))).toEqual([undefined]);
    expect(changes(play.verdict(2, true))).toEqual(['rs2']);
    expect(changes(play.verdict(3, true))).toEqual([undefined]);
    expect(changes(play.verdict(3, true, 9))).toEqual(['rs3']);
    expect(changes(play.verdict(3, true, 9))).toEqual([]);
  });
  it('that loses the quorum changes one server where no sorry server waits', () => {
    const play = new Play().configure(virtual({ quorum: 6 }));
    expect(changes(play.verdict(1, false))).toEqual(['rs1']);
    expect(play.said.at(-2)).toBe('VS [10.0.0.1]:tcp:80 DOWN');
  });
  it('keeps the sum of the weights as one that is counted anew', () => {
    const play = new Play().configure(virtual());
    for (const [n, up, weight] of [
      [1, true, 7],
      [2, false, undefined],
      [2, false, 9],
      [3, true, 0],
      [2, true, 9],
    ] as const)
      play.verdict(n, up, weight);
    expect(play.pool.virtualServers.get('vs')?.sum).toBe(7 + 9 + 0);
  });
});

describe('forwarding ports', () => {
  it('are the service’s own for every method but NAT', () => {
    const config = virtual({
      realServers: [real(1, { port: 0 }), real(2, { forwarding: 'NAT', port: 8080 })],
    });
    const ports = desiredServices(new Play().configure(config).pool, 'vs').flatMap(service =>
      service.destinations.map(({ port }) => port),
    );
    expect(ports).toEqual([80, 8080]);
  });
});

describe('reload and stop', () => {
  it('says nothing about what stays and announces what goes', () => {
    const play = new Play().configure(virtual());
    play.said.length = 0;
    play.configure(virtual({ realServers: [real(1), real(3)] }));
    expect(play.said).toEqual(['RS [10.0.1.2]:tcp:80 [10.0.0.1]:tcp:80 DOWN', 'changed']);
    expect(play.table).toEqual(['1:1', '3:3']);
  });
  it('empties the table at the stop; only omega announces it', () => {
    const quiet = new Play().configure(virtual());
    quiet.said.length = 0;
    expect(quiet.stop().said).toEqual(['changed']);
    expect(quiet.table).toEqual([]);
    const loud = new Play().configure(virtual({ omega: true }));
    loud.said.length = 0;
    expect(loud.stop().said.filter(line => line.endsWith('DOWN'))).toHaveLength(4);
  });
  it('announces servers assumed up only with rs_init_notifies', () => {
    const said = new Play().configure(virtual(), checkers(), true).said;
    expect(said.filter(line => line.startsWith('RS') && line.endsWith('UP'))).toHaveLength(3);
  });
});

describe('any verdicts', () => {
  const verdicts = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.option(fc.nat(20), { nil: undefined })),
  );
  const shape = fc.record({
    quorum: fc.integer({ min: 1, max: 6 }),
    hysteresis: fc.integer({ min: 0, max: 3 }),
    inhibit: fc.boolean(),
    guarded: fc.boolean(),
  });
  it('keep the table lawful', () => {
    fc.assert(
      fc.property(shape, verdicts, ({ quorum, hysteresis, inhibit, guarded }, sequence) => {
        const realServers = [1, 2, 3].map(n => real(n, { inhibitOnFailure: inhibit }));
        const config = virtual({
          realServers,
          quorum,
          hysteresis: Math.min(hysteresis, quorum - 1),
          sorryServer: guarded ? sorry(false) : undefined,
        });
        const play = new Play().configure(config);
        const last = new Map([1, 2, 3].map(n => [n, true]));
        for (const [n, up, weight] of sequence) {
          play.verdict(n, up, weight);
          last.set(n, up);
          const table = play.table;
          expect(new Set(table.map(line => line.split(':')[0])).size).toBe(table.length);
          const serving = table.filter(line => !line.endsWith(':0')).map(line => Number(line.split(':')[0]));
          for (const server of serving) if (server !== 200) expect(last.get(server)).toBe(true);
          if (serving.includes(200)) expect(serving).toEqual([200]);
          if (inhibit)
            for (const server of [1, 2, 3])
              expect(table.some(line => line.startsWith(`${server}:`))).toBe(true);
        }
      }),
    );
  });
});
