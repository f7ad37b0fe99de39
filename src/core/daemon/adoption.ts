// What carries over: health found in the kernel's table at start, and checkers that go on through a reload.
// Spec: keepalived(8) reload (checkers of the same type and parameters keep their state); a restart adopts the table it finds.

import { type Checker, type CheckerConfig, reconfigureChecker, sameCheck } from '../check/index.ts';
import type { Config } from '../conf/config.ts';
import { destinationKey, serviceKey, type Table } from '../ipvs/index.ts';
import { portFor } from '../pool/index.ts';
import { type Duration, times } from '../time.ts';

/**
 * For each `virtual server\nreal server` of a service that the kernel already holds: whether the server takes traffic there. One that was
 * taken out before a restart stays out until a check succeeds. Services that the kernel does not hold are absent.
 */
export function adoptedStandings(config: Config, table: Table): ReadonlyMap<string, boolean> {
  const standings = new Map<string, boolean>();
  for (const server of config.virtualServers) {
    for (const id of server.services) {
      const held = table.get(serviceKey(id));
      if (held === undefined) continue;
      for (const real of server.realServers) {
        const port = portFor(id, real);
        const destination = held.destinations.get(destinationKey({ address: real.address, port }));
        const serving = destination !== undefined && (destination.weight > 0 || real.weight === 0);
        const key = `${server.key}\n${real.key}`;
        standings.set(key, serving && standings.get(key) !== false);
      }
    }
  }
  return standings;
}

/** The golden ratio's fraction: successive multiples of it fill an interval evenly, whatever their number. */
const goldenFraction = 0.618_033_988_749_895;

/** Where in its warmup the checker with this number runs first, so that checks do not fire together. */
export const spreadOf = (index: number, warmup: Duration): Duration =>
  times((index * goldenFraction) % 1, warmup);

export interface CarriedOver {
  readonly kept: Map<string, Checker>;
  /** Checkers that take the place of another: the identity of the new one, and who knew before it. */
  readonly heirs: readonly { readonly config: CheckerConfig; readonly former: Checker }[];
  readonly dropped: readonly string[];
  readonly added: readonly CheckerConfig[];
}

/**
 * Gives running checkers their new configuration. Matches the new checkers with the running ones of the same real server by what they
 * ask, not by their position in the file; those that are left are matched by their keyword.
 */
export function carryOver(
  running: ReadonlyMap<string, Checker>,
  wanted: readonly CheckerConfig[],
): CarriedOver {
  const byServer = new Map<string, Checker[]>();
  const serverOf = ({ virtualServer, realServer }: CheckerConfig) => `${virtualServer}\n${realServer}`;
  for (const checker of running.values()) {
    const key = serverOf(checker.config);
    const list = byServer.get(key);
    if (list === undefined) byServer.set(key, [checker]);
    else list.push(checker);
  }
  const kept = new Map<string, Checker>();
  const unmatched: { readonly config: CheckerConfig; readonly same: Checker | undefined }[] = [];
  const taken = new Set<Checker>();
  for (const config of wanted) {
    const match = byServer
      .get(serverOf(config))
      ?.find(checker => !taken.has(checker) && sameCheck(checker.config, config));
    if (match !== undefined) taken.add(match);
    // An identity that moved would misdirect what a connection under way still reports: such a checker looks anew.
    if (match === undefined || (match.config.id !== config.id && match.phase !== 'waiting'))
      unmatched.push({ config, same: match });
    else {
      reconfigureChecker(match, config);
      kept.set(config.id, match);
    }
  }
  const heirs: { readonly config: CheckerConfig; readonly former: Checker }[] = [];
  const added: CheckerConfig[] = [];
  for (const { config, same } of unmatched) {
    const alike = (byServer.get(serverOf(config)) ?? []).filter(
      checker => !taken.has(checker) && checker.config.keyword === config.keyword,
    );
    const former = same ?? alike.find(checker => checker.config.id === config.id) ?? alike[0];
    if (former === undefined) added.push(config);
    else {
      taken.add(former);
      heirs.push({ config, former });
    }
  }
  const goesOn = new Set(kept.values());
  const dropped = [...running].filter(([, checker]) => !goesOn.has(checker)).map(([id]) => id);
  return { kept, heirs, dropped, added };
}
