// Services that several virtual servers name. Truth: keepalived 2.2.7 in one kernel (test/kernel/apply-conf.test.ts): the first block's
// settings, the real servers of all, and of two with one address and port the first.
import { describe, expect, it } from 'vitest';
import {
  type CheckerProcessInput,
  createCheckerProcess,
  stepCheckerProcess,
} from '../../../src/core/daemon/index.ts';
import { applyToTable, printSave, serviceKey, servicesOf, tableOf } from '../../../src/core/ipvs/index.ts';
import {
  createPool,
  desiredDestinations,
  servicesWhenHealthy,
  stepPool,
  unlikeSettings,
} from '../../../src/core/pool/index.ts';
import { instant } from '../../../src/core/time.ts';
import { loadText } from '../conf/load-text.ts';

const check = 'TCP_CHECK {\n connect_port 80\n }';
const server = (address: string, ...lines: string[]) =>
  `real_server ${address} 80 {\n ${[...lines, check].join('\n ')}\n}`;
const group = (name: string, ...lines: string[]) =>
  `virtual_server_group ${name} {\n ${lines.join('\n ')}\n}\n`;
const service = (subject: string, scheduler: string, ...lines: string[]) =>
  `virtual_server ${subject} {\n lb_algo ${scheduler}\n lb_kind NAT\n protocol TCP\n ${lines.join('\n ')}\n}\n`;

const configOf = (text: string) => {
  const { config, diagnostics } = loadText(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return config;
};

const both = configOf(
  group('g', '10.0.0.1 80', '10.0.0.2 80') +
    service('10.0.0.1 80', 'rr', server('10.0.1.1', 'weight 3'), server('10.0.1.2')) +
    service('group g', 'wlc', 'persistence_timeout 50', server('10.0.1.1', 'weight 5'), server('10.0.1.3')),
);

describe('a service in a group and in a block of its own', () => {
  it('whose settings differ is named, with what differs', () => {
    expect(unlikeSettings(both.virtualServers)).toMatchObject([
      { service: { address: '10.0.0.1', port: 80 }, settings: ['scheduler', 'persistence'] },
    ]);
    const [first, second] = both.virtualServers;
    expect(unlikeSettings([first!])).toEqual([]);
    expect(unlikeSettings([{ ...second!, scheduler: 'rr', persistence: undefined }, first!])).toEqual([]);
  });

  it('has the settings of the first, the servers of both', () => {
    expect(printSave(servicesWhenHealthy(both.virtualServers))).toBe(`-A -t 10.0.0.1:80 -s rr
-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 3
-a -t 10.0.0.1:80 -r 10.0.1.2:80 -m -w 1
-a -t 10.0.0.1:80 -r 10.0.1.3:80 -m -w 1
-A -t 10.0.0.2:80 -s wlc -p 50
-a -t 10.0.0.2:80 -r 10.0.1.1:80 -m -w 5
-a -t 10.0.0.2:80 -r 10.0.1.3:80 -m -w 1
`);
  });

  it('keeps a server that both have until both lost it', () => {
    const pool = createPool();
    const checkers = both.checkers.map(({ id, virtualServer, realServer }) => ({
      ...{ id, virtualServer, realServer },
      ...{ up: true, cause: 'assumed', weight: undefined },
    }));
    const configuration = { virtualServers: both.virtualServers, checkers, announceInitial: false };
    stepPool(pool, { kind: 'configure', configuration }, instant(0));
    const lose = (virtualServer: string) => {
      const lost = both.checkers.find(
        one => one.virtualServer === virtualServer && one.realServer === '10.0.1.1 80',
      );
      const verdict = { up: false, weight: undefined, cause: 'refused' };
      stepPool(pool, { kind: 'verdict', checker: lost?.id ?? '', ...verdict }, instant(1));
      return desiredDestinations(pool, virtualServer, '10.0.1.1 80').map(
        ({ service, destination }) => `${serviceKey(service)}: ${destination?.weight}`,
      );
    };
    expect(lose('tcp 10.0.0.1 80')).toEqual(['tcp 10.0.0.1 80: 5']);
    expect(lose('group g 0')).toEqual(['tcp 10.0.0.1 80: undefined', 'tcp 10.0.0.2 80: undefined']);
  });

  it('is programmed by one operation, and removed by one', () => {
    const process = createCheckerProcess();
    const kernel = tableOf([]);
    const step = (input: CheckerProcessInput) => {
      for (const effect of stepCheckerProcess(process, input, instant(0))) {
        if (effect.kind !== 'program') continue;
        for (const operation of effect.operations) expect(applyToTable(kernel, operation)).toBeUndefined();
      }
    };
    step({ kind: 'configure', config: both });
    step({ kind: 'kernel', services: [] });
    expect(printSave(servicesOf(kernel))).toBe(printSave(servicesWhenHealthy(both.virtualServers)));
    step({ kind: 'stop' });
    expect(servicesOf(kernel)).toEqual([]);
  });
});

describe('a quorum that is not reached while every check succeeds', () => {
  it('leaves the sorry server in the table, as a start does', () => {
    const config = configOf(
      service(
        '10.0.0.1 80',
        'rr',
        'quorum 2',
        'hysteresis 1',
        'sorry_server 10.0.1.9 80',
        server('10.0.1.1'),
        server('10.0.1.2'),
      ),
    );
    expect(printSave(servicesWhenHealthy(config.virtualServers))).toContain('-r 10.0.1.9:80 -m -w 1');
    expect(printSave(servicesWhenHealthy(config.virtualServers))).not.toContain('10.0.1.1');
  });
});
