// The pool machine: verdicts in, changes of the table and announcements out. A verdict costs what its one server costs.
// Spec: keepalived.conf(5), virtual_server; the rules of quorum stand in server.ts, the table in desired.ts.

import { type Service, serviceKey } from '../ipvs/index.ts';
import { printEndpoint } from '../net/index.ts';
import { noteChange } from '../news.ts';
import { type Instant, instant } from '../time.ts';
import { announceQuorum, announceReal, quorumArithmetic } from './announce.ts';
import { noteServer, quorumNews, settleQuorum, wholeServer } from './changes.ts';
import type { VirtualServerConfig } from './config.ts';
import { type DesiredDestination, destinationsFor, servicesFor, sharersOf } from './desired.ts';
import type { CheckerStanding, PoolConfiguration, PoolEffect, PoolInput } from './events.ts';
import { endOverrides, override } from './overrides.ts';
import {
  countedWeight,
  effectiveWeight,
  hasQuorum,
  isAlive,
  type RealServerState,
  servesTraffic,
  type VirtualServerState,
} from './server.ts';
import { sharedServices } from './shared.ts';
import { createPool, type Pool } from './state.ts';
import { noteService, serverNewsKey, serviceNewsKey } from './status.ts';

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
    case 'override':
      return override(pool, input, now);
    case 'stop':
      return stop(pool);
  }
}

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
  const effects: PoolEffect[] = endOverrides(pool);
  const checkersOf = checkersByServer(configuration.checkers);
  const virtualServers = new Map<string, VirtualServerState>();
  for (const config of configuration.virtualServers) {
    const before = pool.virtualServers.get(config.key);
    const server = createServer(config, before, key => checkersOf(config.key, key), now);
    if (before !== undefined) effects.push(...removedServers(before, config));
    if (configuration.announceInitial) effects.push(...initialServers(before, server));
    virtualServers.set(config.key, server);
    effects.push(...quorumNews(server, before?.quorum), wholeServer(config.key));
    noteConfigured(pool, before, server, now);
  }
  for (const [key, before] of pool.virtualServers)
    if (!virtualServers.has(key)) {
      effects.push(...removedService(before));
      noteService(pool, before);
    }
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
  let alive = 0;
  for (const real of config.realServers) {
    const checkers = checkersOf(real.key);
    const verdicts = new Map(checkers.map(({ id, up, weight }) => [id, { up, weight }]));
    const up = isAlive(verdicts);
    const known = before?.realServers.get(real.key);
    const { since, cause } =
      known?.up === up
        ? known
        : { since: now, cause: checkers.find(one => one.up === up)?.cause ?? 'has no checker' };
    const toldDown = known?.up === false && !up && known.toldDown;
    const state = {
      config: real,
      verdicts,
      up,
      since,
      cause,
      toldDown,
      override: undefined,
      sharers: sharers(real.key),
    };
    if (up) alive++;
    realServers.set(real.key, state);
    sum += countedWeight(state);
  }
  const quorum = hasQuorum(config, before?.quorum ?? false, { sum, alive });
  const { since, cause } =
    before?.quorum === quorum ? before : { since: now, cause: quorumArithmetic(config, quorum, sum) };
  return { config, realServers, sum, alive, quorum, since, cause };
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
  if (real.up !== before.up) server.alive += real.up ? 1 : -1;
  settleQuorum(pool, server, now);
  noteChange(pool.news, serverNewsKey(config.key, real.config.key));
  // What shares a destination with it may be in force in its place.
  for (const key of real.sharers) noteChange(pool.news, serverNewsKey(config.key, key));
  noteChange(pool.news, serviceNewsKey(config.key));

  const effects: PoolEffect[] = [];
  if (real.up !== before.up) {
    real.since = now;
    real.cause = input.cause;
    noteServer(pool, server, real, input.cause, now);
    real.toldDown = !real.up;
    effects.push(...announceReal(config, real.config, real.up, input.cause));
  } else if (!input.up && !real.toldDown) {
    // It began down and is; keepalived tells the first failure too.
    real.cause = input.cause;
    real.toldDown = true;
    effects.push(...announceReal(config, real.config, false, input.cause));
  } else if (weight !== before.weight) {
    const server = printEndpoint(real.config);
    const message = `Weight of real server ${server} of ${config.displayName}: ${before.weight} -> ${weight}: ${input.cause}`;
    const fields = { service: config.displayName, server, weight, cause: input.cause };
    effects.push({ kind: 'log', level: 'info', message, fields });
  }
  effects.push(...quorumNews(server, hadQuorum));
  if (servesTraffic(server) !== wasOpen) {
    effects.push(wholeServer(config.key));
    noteService(pool, server);
  } else if (real.up !== before.up || weight !== before.weight)
    effects.push({ kind: 'changed', virtualServer: config.key, realServer: real.config.key });
  return effects;
}

/** After a start or a reload: everything of the service, with the servers that the reload moved or removed. */
function noteConfigured(
  pool: Pool,
  before: VirtualServerState | undefined,
  server: VirtualServerState,
  now: Instant,
): void {
  if (before !== undefined) noteService(pool, before);
  noteService(pool, server);
  for (const real of server.realServers.values()) {
    const known = before?.realServers.get(real.config.key);
    if (known !== undefined && known.up !== real.up) noteServer(pool, server, real, real.cause, now);
  }
}

function stop(pool: Pool): PoolEffect[] {
  if (pool.stopped) return [];
  pool.stopped = true;
  for (const server of pool.virtualServers.values()) noteService(pool, server);
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
