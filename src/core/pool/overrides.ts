// Weights that an operator gives to real servers while the daemon runs, and what the table would be without them.
// Spec: DESIGN "desired state, then a plan": an override is an input of the desired table; a reload ends it.

import type { Service } from '../ipvs/index.ts';
import { printEndpoint } from '../net/index.ts';
import { noteChange } from '../news.ts';
import type { Instant } from '../time.ts';
import { quorumNews, settleQuorum, wholeServer } from './changes.ts';
import { servicesFor } from './desired.ts';
import type { PoolEffect, PoolInput } from './events.ts';
import {
  configuredWeight,
  countedWeight,
  effectiveWeight,
  hasQuorum,
  servesTraffic,
  type VirtualServerState,
} from './server.ts';
import type { Pool } from './state.ts';
import { noteService, serverNewsKey, serviceNewsKey } from './status.ts';

/** A weight of an operator stands for that of the file and of dynamic checkers; the quorum is judged with it. */
export function override(
  pool: Pool,
  { virtualServer, realServer, weight }: PoolInput & { readonly kind: 'override' },
  now: Instant,
): PoolEffect[] {
  const server = pool.stopped ? undefined : pool.virtualServers.get(virtualServer);
  const real = server?.realServers.get(realServer);
  if (server === undefined || real === undefined || real.override?.weight === weight) return [];
  const { config } = server;
  const counted = countedWeight(real);
  const [hadQuorum, wasOpen] = [server.quorum, servesTraffic(server)];
  const key = serverNewsKey(config.key, realServer);
  real.override = weight === undefined ? undefined : { weight };
  if (weight === undefined) pool.overridden.delete(key);
  else pool.overridden.set(key, { virtualServer, realServer });
  server.sum += countedWeight(real) - counted;
  settleQuorum(pool, server, now);
  noteChange(pool.news, key);
  noteChange(pool.news, serviceNewsKey(config.key));
  const what =
    weight === undefined
      ? `the weight is that of the file again: ${configuredWeight(real)}`
      : `an operator gives it weight ${weight} until the next reload (file: ${configuredWeight(real)})`;
  const name = printEndpoint(real.config);
  const message = `Real server ${name} of ${config.displayName}: ${what}`;
  const fields = { service: config.displayName, server: name, weight: effectiveWeight(real), cause: what };
  const effects: PoolEffect[] = [{ kind: 'log', level: 'info', message, fields }];
  effects.push(...quorumNews(server, hadQuorum));
  if (servesTraffic(server) === wasOpen) effects.push({ kind: 'changed', virtualServer, realServer });
  else {
    effects.push(wholeServer(virtualServer));
    noteService(pool, server);
  }
  return effects;
}

/** A reload brings back what the file says: `createServer` knows no override, and each that ends is logged. */
export function endOverrides(pool: Pool): PoolEffect[] {
  const effects: PoolEffect[] = [];
  for (const { virtualServer, realServer } of pool.overridden.values()) {
    const server = pool.virtualServers.get(virtualServer);
    const real = server?.realServers.get(realServer);
    if (server === undefined || real?.override === undefined) continue;
    const [service, name] = [server.config.displayName, printEndpoint(real.config)];
    const cause = `the reload ends the weight ${real.override.weight} that an operator gave it`;
    const fields = { service, server: name, weight: configuredWeight(real), cause };
    effects.push({
      kind: 'log',
      level: 'info',
      message: `Real server ${name} of ${service}: ${cause}`,
      fields,
    });
  }
  pool.overridden.clear();
  return effects;
}

/**
 * The virtual servers that an operator's overrides concern, as the table should be without them: what differs from the file is the plan
 * between these and `desiredServices`.
 */
export function servicesOfFile(pool: Pool): ReadonlyMap<string, readonly Service[]> {
  const found = new Map<string, readonly Service[]>();
  if (pool.stopped || pool.overridden.size === 0) return found;
  const virtualServers = new Map(pool.virtualServers);
  const changed = new Set<VirtualServerState>();
  for (const { virtualServer } of pool.overridden.values()) {
    const server = pool.virtualServers.get(virtualServer);
    if (server === undefined || changed.has(server)) continue;
    changed.add(server);
    const realServers = new Map(
      [...server.realServers].map(([key, real]) => [key, { ...real, override: undefined }]),
    );
    let sum = 0;
    for (const real of realServers.values()) sum += countedWeight(real);
    const quorum = hasQuorum(server.config, server.quorum, { sum, alive: server.alive });
    virtualServers.set(virtualServer, { ...server, realServers, sum, quorum });
  }
  // A service that several name is the same for all of them: it is enough to look at those that were changed.
  for (const { config } of changed) {
    const server = virtualServers.get(config.key);
    if (server !== undefined)
      found.set(config.key, servicesFor({ virtualServers, shared: pool.shared }, server));
  }
  return found;
}
