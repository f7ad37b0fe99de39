// The pool machine: verdicts in, changes of the table and announcements out. A verdict costs what its one server costs.
// Spec: keepalived.conf(5), virtual_server; the rules of quorum stand in server.ts, the table in desired.ts.

import { type Service, serviceKey } from '../ipvs/index.ts';
import { printEndpoint } from '../net/index.ts';
import { type Instant, instant } from '../time.ts';
import { announceQuorum, announceReal, quorumArithmetic } from './announce.ts';
import type { VirtualServerConfig } from './config.ts';
import { type DesiredDestination, destinationsFor, servicesFor, sharersOf } from './desired.ts';
import type { CheckerStanding, PoolConfiguration, PoolEffect, PoolInput } from './events.ts';
import {
  countedWeight,
  effectiveWeight,
  hasQuorum,
  isAlive,
  type RealServerState,
  servesTraffic,
  type VirtualServerState,
} from './server.ts';
import { type SharedService, sharedServices } from './shared.ts';

interface Subject {
  readonly virtualServer: string;
  readonly realServer: string;
}

/** Every virtual server in its present standing, and which server each checker speaks for. Changed in place by `stepPool`. */
export interface Pool {
  virtualServers: Map<string, VirtualServerState>;
  subjects: ReadonlyMap<string, Subject>;
  /** The services that several virtual servers name, by serviceKey. */
  shared: ReadonlyMap<string, SharedService>;
  stopped: boolean;
}

export const createPool = (): Pool => ({
  virtualServers: new Map(),
  subjects: new Map(),
  shared: new Map(),
  stopped: false,
});

/** What the kernel should hold for one virtual server: nothing when it is unknown or the pool has stopped. */
export function desiredServices(pool: Pool, virtualServer: string): readonly Service[] {
  const server = pool.stopped ? undefined : pool.virtualServers.get(virtualServer);
  return server === undefined ? [] : servicesFor(pool, server);
}

/** What the kernel should hold of one real server in each of its services; empty when it is unknown or the pool has stopped. */
export function desiredDestinations(
  pool: Pool,
  virtualServer: string,
  realServer: string,
): readonly DesiredDestination[] {
  const server = pool.stopped ? undefined : pool.virtualServers.get(virtualServer);
  const real = server?.realServers.get(realServer);
  return server === undefined || real === undefined ? [] : destinationsFor(pool, server, real);
}

/** What the kernel should hold while every check succeeds, each service once: what a director holds when all is well. */
export function servicesWhenHealthy(virtualServers: readonly VirtualServerConfig[]): readonly Service[] {
  const pool = createPool();
  // A real server without checkers is alive.
  const configuration = { virtualServers, checkers: [], announceInitial: false };
  stepPool(pool, { kind: 'configure', configuration }, instant(0));
  const services = virtualServers.flatMap(({ key }) => desiredServices(pool, key));
  return [...new Map(services.map(service => [serviceKey(service.id), service])).values()];
}

export function stepPool(pool: Pool, input: PoolInput, now: Instant): readonly PoolEffect[] {
  switch (input.kind) {
    case 'configure':
      return configure(pool, input.configuration, now);
    case 'verdict':
      return judge(pool, input, now);
    case 'stop':
      return stop(pool);
  }
}

const wholeServer = (virtualServer: string): PoolEffect => ({
  kind: 'changed',
  virtualServer,
  realServer: undefined,
});

function checkersByServer(checkers: readonly CheckerStanding[]) {
  const byServer = new Map<string, CheckerStanding[]>();
  for (const checker of checkers) {
    const key = `${checker.virtualServer}\n${checker.realServer}`;
    const list = byServer.get(key);
    if (list === undefined) byServer.set(key, [checker]);
    else list.push(checker);
  }
  return (virtualServer: string, realServer: string): readonly CheckerStanding[] =>
    byServer.get(`${virtualServer}\n${realServer}`) ?? [];
}

function configure(pool: Pool, configuration: PoolConfiguration, now: Instant): PoolEffect[] {
  const effects: PoolEffect[] = [];
  const checkersOf = checkersByServer(configuration.checkers);
  const virtualServers = new Map<string, VirtualServerState>();
  for (const config of configuration.virtualServers) {
    const before = pool.virtualServers.get(config.key);
    const server = createServer(config, before, key => checkersOf(config.key, key), now);
    if (before !== undefined) effects.push(...removedServers(before, config));
    if (configuration.announceInitial) effects.push(...initialServers(before, server));
    virtualServers.set(config.key, server);
    effects.push(...quorumNews(server, before?.quorum), wholeServer(config.key));
  }
  for (const [key, before] of pool.virtualServers)
    if (!virtualServers.has(key)) effects.push(...removedService(before));
  pool.virtualServers = virtualServers;
  pool.shared = sharedServices(configuration.virtualServers);
  pool.subjects = new Map(
    configuration.checkers.map(({ id, virtualServer, realServer }) => [id, { virtualServer, realServer }]),
  );
  pool.stopped = false;
  return effects;
}

/** A virtual server in the standing its checkers give it; what stays up or down through a reload keeps since when and why. */
function createServer(
  config: VirtualServerConfig,
  before: VirtualServerState | undefined,
  checkersOf: (realServer: string) => readonly CheckerStanding[],
  now: Instant,
): VirtualServerState {
  const sharers = sharersOf(config);
  const realServers = new Map<string, RealServerState>();
  let sum = 0;
  for (const real of config.realServers) {
    const checkers = checkersOf(real.key);
    const verdicts = new Map(checkers.map(({ id, up, weight }) => [id, { up, weight }]));
    const up = isAlive(verdicts);
    const known = before?.realServers.get(real.key);
    const { since, cause } =
      known?.up === up
        ? known
        : { since: now, cause: checkers.find(one => one.up === up)?.cause ?? 'has no checker' };
    const state = { config: real, verdicts, up, since, cause, sharers: sharers(real.key) };
    realServers.set(real.key, state);
    sum += countedWeight(state);
  }
  return { config, realServers, sum, quorum: hasQuorum(config, before?.quorum ?? false, sum) };
}

function removedServers(before: VirtualServerState, config: VirtualServerConfig): PoolEffect[] {
  const kept = new Set(config.realServers.map(real => real.key));
  return [...before.realServers.values()]
    .filter(real => !kept.has(real.config.key) && real.up)
    .flatMap(real => announceReal(before.config, real.config, false, 'removed by the reload'));
}

function removedService(before: VirtualServerState): PoolEffect[] {
  const effects: PoolEffect[] = [];
  for (const real of before.realServers.values()) {
    if (real.up) effects.push(...announceReal(before.config, real.config, false, 'removed by the reload'));
  }
  if (before.quorum) effects.push(...announceQuorum(before.config, false, 'Removed by the reload'));
  effects.push(wholeServer(before.config.key));
  return effects;
}

function initialServers(before: VirtualServerState | undefined, now: VirtualServerState): PoolEffect[] {
  return [...now.realServers.values()]
    .filter(real => before?.realServers.has(real.config.key) !== true && real.up)
    .flatMap(real => announceReal(now.config, real.config, true, 'assumed up at start'));
}

/** At start a service without quorum says so only when its sorry server steps in; later every change is said. */
function quorumNews(
  { config, quorum, sum }: VirtualServerState,
  before: boolean | undefined,
): readonly PoolEffect[] {
  if (before === quorum) return [];
  if (before !== undefined) return announceQuorum(config, quorum, quorumArithmetic(config, quorum, sum));
  if (quorum) return announceQuorum(config, true, 'Starting with quorum up');
  return config.sorryServer === undefined ? [] : announceQuorum(config, false, 'Starting with quorum down');
}

function judge(pool: Pool, input: PoolInput & { readonly kind: 'verdict' }, now: Instant): PoolEffect[] {
  const subject = pool.subjects.get(input.checker);
  const server = subject === undefined ? undefined : pool.virtualServers.get(subject.virtualServer);
  const real = subject === undefined ? undefined : server?.realServers.get(subject.realServer);
  if (pool.stopped || server === undefined || real === undefined) return [];

  const { config } = server;
  const before = { up: real.up, weight: effectiveWeight(real), counted: countedWeight(real) };
  const [hadQuorum, wasOpen] = [server.quorum, servesTraffic(server)];
  real.verdicts.set(input.checker, { up: input.up, weight: input.weight });
  real.up = isAlive(real.verdicts);
  const weight = effectiveWeight(real);
  server.sum += countedWeight(real) - before.counted;
  server.quorum = hasQuorum(config, hadQuorum, server.sum);

  const effects: PoolEffect[] = [];
  if (real.up !== before.up) {
    real.since = now;
    real.cause = input.cause;
    effects.push(...announceReal(config, real.config, real.up, input.cause));
  } else if (weight !== before.weight) {
    const server = printEndpoint(real.config);
    const message = `Weight of real server ${server} of ${config.displayName}: ${before.weight} -> ${weight}: ${input.cause}`;
    const fields = { service: config.displayName, server, weight, cause: input.cause };
    effects.push({ kind: 'log', level: 'info', message, fields });
  }
  effects.push(...quorumNews(server, hadQuorum));
  if (servesTraffic(server) !== wasOpen) effects.push(wholeServer(config.key));
  else if (real.up !== before.up || weight !== before.weight)
    effects.push({ kind: 'changed', virtualServer: config.key, realServer: real.config.key });
  return effects;
}

function stop(pool: Pool): PoolEffect[] {
  if (pool.stopped) return [];
  pool.stopped = true;
  const effects: PoolEffect[] = [];
  for (const server of pool.virtualServers.values()) {
    if (server.config.omega) {
      for (const real of server.realServers.values()) {
        if (real.up) effects.push(...announceReal(server.config, real.config, false, 'shutting down'));
      }
      effects.push(...announceQuorum(server.config, false, 'Shutting down'));
    }
    effects.push(wholeServer(server.config.key));
  }
  return effects;
}
