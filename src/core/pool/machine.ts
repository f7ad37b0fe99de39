// The pool machine: verdicts in, changed services and announcements out. A verdict costs what its own service costs, not the whole table.
// Spec: keepalived.conf(5), virtual_server; the rules of quorum stand in server.ts, the table in desired.ts.

import type { Service } from '../ipvs/index.ts';
import { announceQuorum, announceReal, quorumArithmetic } from './announce.ts';
import type { VirtualServerConfig } from './config.ts';
import { servicesFor } from './desired.ts';
import type { CheckerStanding, PoolConfiguration, PoolEffect, PoolInput } from './events.ts';
import {
  aliveWeight,
  effectiveWeight,
  hasQuorum,
  isAlive,
  type RealServerState,
  type VirtualServerState,
} from './server.ts';

interface Subject {
  readonly virtualServer: string;
  readonly realServer: string;
}

/**
 * Every virtual server in its present standing, and which server each checker speaks for. Owned by the machine: a verdict replaces one entry
 * in place, so that its cost does not grow with the number of services; use only the state that the last step returned.
 */
export interface Pool {
  readonly virtualServers: Map<string, VirtualServerState>;
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly stopped: boolean;
}

export interface PoolStep {
  readonly state: Pool;
  readonly effects: readonly PoolEffect[];
}

export const emptyPool = (): Pool => ({ virtualServers: new Map(), subjects: new Map(), stopped: false });

/** What the kernel should hold for one virtual server: nothing when it is unknown or the pool has stopped. */
export function desiredServices(pool: Pool, virtualServer: string): readonly Service[] {
  const server = pool.stopped ? undefined : pool.virtualServers.get(virtualServer);
  return server === undefined ? [] : servicesFor(server);
}

export function step(pool: Pool, input: PoolInput): PoolStep {
  switch (input.kind) {
    case 'configure':
      return configure(pool, input.configuration);
    case 'verdict':
      return judge(pool, input);
    case 'stop':
      return stop(pool);
  }
}

function verdictsByServer(checkers: readonly CheckerStanding[]) {
  const byServer = new Map<string, Map<string, { up: boolean; weight: number | undefined }>>();
  for (const { id, virtualServer, realServer, up, weight } of checkers) {
    const key = `${virtualServer}\n${realServer}`;
    const verdicts = byServer.get(key) ?? new Map();
    verdicts.set(id, { up, weight });
    byServer.set(key, verdicts);
  }
  return (virtualServer: string, realServer: string): RealServerState['verdicts'] =>
    byServer.get(`${virtualServer}\n${realServer}`) ?? new Map();
}

function configure(pool: Pool, configuration: PoolConfiguration): PoolStep {
  const effects: PoolEffect[] = [];
  const verdictsOf = verdictsByServer(configuration.checkers);
  const virtualServers = new Map<string, VirtualServerState>();
  for (const config of configuration.virtualServers) {
    const before = pool.virtualServers.get(config.key);
    const realServers = new Map(
      config.realServers.map(real => [
        real.key,
        { config: real, verdicts: verdictsOf(config.key, real.key) },
      ]),
    );
    const standing: VirtualServerState = { config, realServers, quorum: before?.quorum ?? false };
    if (before !== undefined) effects.push(...removedServers(before, config));
    if (configuration.announceInitial) effects.push(...initialServers(before, standing));
    const quorum = hasQuorum(config, standing.quorum, aliveWeight(standing));
    virtualServers.set(config.key, { ...standing, quorum });
    effects.push(...quorumNews(before, { ...standing, quorum }), {
      kind: 'changed',
      virtualServer: config.key,
    });
  }
  for (const [key, before] of pool.virtualServers) {
    if (virtualServers.has(key)) continue;
    for (const real of before.realServers.values()) {
      if (isAlive(real))
        effects.push(...announceReal(before.config, real.config, false, 'removed by the reload'));
    }
    if (before.quorum) effects.push(...announceQuorum(before.config, false, 'Removed by the reload'));
    effects.push({ kind: 'changed', virtualServer: key });
  }
  const subjects = new Map(
    configuration.checkers.map(({ id, virtualServer, realServer }) => [id, { virtualServer, realServer }]),
  );
  return { state: { virtualServers, subjects, stopped: false }, effects };
}

function removedServers(before: VirtualServerState, config: VirtualServerConfig): PoolEffect[] {
  const kept = new Set(config.realServers.map(real => real.key));
  return [...before.realServers.values()]
    .filter(real => !kept.has(real.config.key) && isAlive(real))
    .flatMap(real => announceReal(before.config, real.config, false, 'removed by the reload'));
}

function initialServers(before: VirtualServerState | undefined, now: VirtualServerState): PoolEffect[] {
  return [...now.realServers.values()]
    .filter(real => before?.realServers.has(real.config.key) !== true && isAlive(real))
    .flatMap(real => announceReal(now.config, real.config, true, 'assumed up at start'));
}

/** At start a service without quorum says so only when its sorry server steps in; later every change is said. */
function quorumNews(before: VirtualServerState | undefined, now: VirtualServerState): readonly PoolEffect[] {
  const sum = aliveWeight(now);
  if (before === undefined) {
    if (now.quorum) return announceQuorum(now.config, true, 'Starting with quorum up');
    return now.config.sorryServer === undefined
      ? []
      : announceQuorum(now.config, false, 'Starting with quorum down');
  }
  if (before.quorum === now.quorum) return [];
  return announceQuorum(now.config, now.quorum, quorumArithmetic(now.config, now.quorum, sum));
}

function judge(pool: Pool, input: PoolInput & { readonly kind: 'verdict' }): PoolStep {
  const subject = pool.subjects.get(input.checker);
  const before = subject === undefined ? undefined : pool.virtualServers.get(subject.virtualServer);
  const real = subject === undefined ? undefined : before?.realServers.get(subject.realServer);
  if (pool.stopped || subject === undefined || before === undefined || real === undefined)
    return { state: pool, effects: [] };

  const verdicts = new Map(real.verdicts).set(input.checker, { up: input.up, weight: input.weight });
  const changed: RealServerState = { config: real.config, verdicts };
  const realServers = new Map(before.realServers).set(subject.realServer, changed);
  const standing: VirtualServerState = { ...before, realServers };
  const after: VirtualServerState = {
    ...standing,
    quorum: hasQuorum(before.config, before.quorum, aliveWeight(standing)),
  };

  const [wasAlive, alive] = [isAlive(real), isAlive(changed)];
  const [oldWeight, weight] = [effectiveWeight(real), effectiveWeight(changed)];
  const effects: PoolEffect[] = [];
  if (wasAlive !== alive) effects.push(...announceReal(before.config, real.config, alive, input.cause));
  else if (oldWeight !== weight) {
    const message = `Weight of real server ${real.config.address} of ${before.config.displayName}: ${oldWeight} -> ${weight}: ${input.cause}`;
    effects.push({ kind: 'log', level: 'info', virtualServer: before.config.key, message });
  }
  effects.push(...quorumNews(before, after));
  if (wasAlive !== alive || oldWeight !== weight)
    effects.push({ kind: 'changed', virtualServer: before.config.key });

  pool.virtualServers.set(before.config.key, after);
  return { state: pool, effects };
}

function stop(pool: Pool): PoolStep {
  if (pool.stopped) return { state: pool, effects: [] };
  const effects: PoolEffect[] = [];
  for (const server of pool.virtualServers.values()) {
    if (server.config.omega) {
      for (const real of server.realServers.values()) {
        if (isAlive(real)) effects.push(...announceReal(server.config, real.config, false, 'shutting down'));
      }
      effects.push(...announceQuorum(server.config, false, 'Shutting down'));
    }
    effects.push({ kind: 'changed', virtualServer: server.config.key });
  }
  return { state: { ...pool, stopped: true }, effects };
}
