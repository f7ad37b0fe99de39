// From configured addresses, routes and rules (names) to rtnetlink records (indexes), with keepalived's defaults.
// Spec: linux/rtnetlink.h, linux/if_addr.h; defaults as ip(8) shows them for keepalived 2.2.7 with the same lines.

import { familyOf, networkOf } from '../net/index.ts';
import {
  type AddressRecord,
  addressFlags,
  type RouteRecord,
  type RuleRecord,
  ruleActions,
} from '../netlink/index.ts';
import { interfaceNamed } from './mirror.ts';
import type { AddressConfig, Interface, RouteConfig, RouteMetric, RouteType, RuleConfig } from './model.ts';

/** Where the interface of a name is looked up. */
type Interfaces = {
  readonly interfaces: ReadonlyMap<number, Interface>;
  readonly named?: ReadonlyMap<string, number>;
};

/** Why a line cannot be given to the kernel now. `no-interface` passes when the interface appears. */
export type Obstacle =
  | { readonly cause: 'no-interface'; readonly interface: string | undefined }
  | { readonly cause: 'encapsulation-unsupported' };

export type Lowered<T> =
  | { readonly ok: true; readonly record: T }
  | { readonly ok: false; readonly obstacle: Obstacle };

const missing = (name: string | undefined): { readonly ok: false; readonly obstacle: Obstacle } => ({
  ok: false,
  obstacle: { cause: 'no-interface', interface: name },
});

/** `device` is the interface of lines that name none. */
export function lowerAddress(
  config: AddressConfig,
  mirror: Interfaces,
  device: string | undefined,
): Lowered<AddressRecord> {
  const name = config.dev ?? device;
  const link = name === undefined ? undefined : interfaceNamed(mirror, name);
  if (link === undefined) return missing(name);
  const six = familyOf(config.prefix.address) === 'inet6';
  const { home, duplicateDetection, manageTemporary, noPrefixRoute, autojoin } = config.flags;
  const flags =
    (six && !duplicateDetection ? addressFlags.noDuplicateDetection : 0) |
    (home ? addressFlags.home : 0) |
    (manageTemporary ? addressFlags.manageTemporary : 0) |
    (noPrefixRoute ? addressFlags.noPrefixRoute : 0) |
    (autojoin ? addressFlags.autojoin : 0);
  return {
    ok: true,
    record: {
      ifindex: link.index,
      prefix: config.prefix,
      scope: config.scope,
      label: config.label,
      broadcast: config.broadcast,
      peer: config.peer,
      flags,
      preferredLifetime: config.preferredLifetime,
    },
  };
}

/** RTN_*. */
const typeCodes = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
  nat: 10,
  xresolve: 11,
} as const satisfies Record<Exclude<RouteType, number>, number>;

/** RTAX_*. */
const metricCodes = {
  mtu: 2,
  window: 3,
  rtt: 4,
  rttvar: 5,
  ssthresh: 6,
  cwnd: 7,
  advmss: 8,
  reordering: 9,
  hoplimit: 10,
  initcwnd: 11,
  features: 12,
  rto_min: 13,
  initrwnd: 14,
  quickack: 15,
  congctl: 16,
  fastopen_no_cookie: 17,
} as const satisfies Record<RouteMetric['name'], number>;

/** ICMPV6_ROUTER_PREF_*. */
const preferenceCodes = { low: 3, medium: 0, high: 1 } as const;

/** RT_SCOPE_UNIVERSE, RT_SCOPE_LINK, RT_SCOPE_HOST. */
const scopes = { global: 0, link: 253, host: 254 } as const;

/** Where the file names none: host for local and NAT, link for broadcast and its like, else global, also without a gateway (keepalived 2.2.7). */
function defaultScope(config: RouteConfig, type: number): number {
  if (config.family === 'inet6') return scopes.global;
  if (type === typeCodes.local || type === typeCodes.nat) return scopes.host;
  const flat = type === typeCodes.broadcast || type === typeCodes.multicast || type === typeCodes.anycast;
  return flat ? scopes.link : scopes.global;
}

/** Next hops keep a missing device missing: the kernel then finds it from the gateway. */
export function lowerRoute(config: RouteConfig, mirror: Interfaces): Lowered<RouteRecord> {
  const hops: RouteRecord['hops'][number][] = [];
  for (const hop of config.hops) {
    if (hop.encap !== undefined) return { ok: false, obstacle: { cause: 'encapsulation-unsupported' } };
    const link = hop.dev === undefined ? undefined : interfaceNamed(mirror, hop.dev);
    if (hop.dev !== undefined && link === undefined) return missing(hop.dev);
    hops.push({ via: hop.via, ifindex: link?.index, weight: hop.weight, onlink: hop.onlink });
  }
  const type = typeof config.type === 'number' ? config.type : typeCodes[config.type];
  const metrics = config.metrics
    .map(({ name, value }) => ({ kind: metricCodes[name], value }))
    .sort((a, b) => a.kind - b.kind);
  let locked = 0;
  for (const metric of config.metrics) if (metric.locked) locked |= 1 << metricCodes[metric.name];
  return {
    ok: true,
    record: {
      family: config.family,
      type,
      // The kernel refuses host bits in a destination; keepalived sends what it is given and is refused. We do what was meant.
      destination: { address: networkOf(config.destination), length: config.destination.length },
      source: config.source,
      preferredSource: config.preferredSource,
      hops,
      table: config.table,
      protocol: config.protocol,
      scope: config.scope ?? defaultScope(config, type),
      metric: config.metric,
      tos: config.tos,
      realms: config.realms,
      metrics,
      locked,
      preference: config.preference === undefined ? undefined : preferenceCodes[config.preference],
      expires: config.expires,
      ttlPropagate: config.ttlPropagate,
      encapsulated: false,
    },
  };
}

/** A rule names interfaces that need not exist. */
export function lowerRule(config: RuleConfig): RuleRecord {
  const { action, tracked: _tracked, trackGroup: _trackGroup, ...selectors } = config;
  return {
    ...selectors,
    from: config.from?.length === 0 ? undefined : config.from,
    to: config.to?.length === 0 ? undefined : config.to,
    action: ruleActions[action.kind],
    table: action.kind === 'table' ? action.table : 0,
    target: action.kind === 'goto' ? action.target : undefined,
  };
}
