// What makes two reported things the same one: the keys by which mirror and holdings find them.
// Spec: net/ipv4/devinet.c, net/ipv6/addrconf.c, net/ipv4/fib_trie.c, net/core/fib_rules.c (what each looks at to tell entries apart).

import { type Address, type Family, familyOf, networkOf, printPrefix } from '../net/index.ts';
import type { AddressRecord, RouteRecord, RuleRecord } from '../netlink/index.ts';

/** An address on an interface: IPv6 ignores the prefix length, as the kernel does. */
export function addressKey(address: Pick<AddressRecord, 'ifindex' | 'prefix' | 'peer'>): string {
  const { prefix, peer } = address;
  const own = familyOf(prefix.address) === 'inet6' ? prefix.address : printPrefix(prefix);
  return `${address.ifindex} ${own} ${peer?.address ?? ''}`;
}

/** IPv4 addresses of one subnet of an interface: all but the first are secondary and go with it. */
export const subnetKey = ({
  ifindex,
  prefix,
  peer,
}: Pick<AddressRecord, 'ifindex' | 'prefix' | 'peer'>): string =>
  `${ifindex} ${networkOf(peer ?? prefix)}/${prefix.length}`;

/** RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW: IPv6 reports them as on lo, which nobody asked for. */
const hasNoHops = (type: number): boolean => type >= 6 && type <= 9;

/** The kernel gives an IPv6 route without a metric 1024 (IP6_RT_PRIO_USER). */
const metricOf = ({ metric, family }: RouteRecord): number => metric ?? (family === 'inet6' ? 1024 : 0);

/** What tells routes apart in the kernel's tables. The next hop belongs to it: appended routes share all else. */
export const routeKey = (route: RouteRecord): string =>
  JSON.stringify([
    route.family,
    route.table,
    route.destination,
    route.source ?? null,
    route.tos,
    metricOf(route),
    route.type,
    hasNoHops(route.type) ? [] : route.hops.map(hop => [hop.via ?? null, hop.ifindex ?? null, hop.weight]),
  ]);

/** Routes that NLM_F_EXCL and NLM_F_REPLACE take for one another. */
export const routeSlot = (route: RouteRecord): string =>
  `${routePlace(route.family, route.table, route.destination)} ${route.tos} ${metricOf(route)}`;

/** Where in the tables a route stands: what a mirror's interest names. */
export const routePlace = (
  family: Family,
  table: number,
  destination: { readonly address: Address; readonly length: number },
): string => `${family} ${table} ${printPrefix(destination)}`;

/** Where a rule stands: what a mirror's interest names. */
export const rulePlace = (rule: Pick<RuleRecord, 'family' | 'preference'>): string =>
  `${rule.family} ${rule.preference ?? ''}`;

/** A rule is the same when every selector and its action are. */
export const ruleKey = (rule: RuleRecord): string =>
  JSON.stringify([
    rule.family,
    rule.preference ?? null,
    rule.invert,
    rule.from ?? null,
    rule.to ?? null,
    rule.tos,
    rule.fwmark ?? null,
    rule.inputInterface ?? null,
    rule.outputInterface ?? null,
    rule.protocol,
    rule.ipProtocol ?? null,
    rule.sourcePorts ?? null,
    rule.destinationPorts ?? null,
    rule.uidRange ?? null,
    rule.tunnelId === undefined ? null : `${rule.tunnelId}`,
    rule.realms ?? null,
    rule.suppressPrefixLength ?? null,
    rule.suppressInterfaceGroup ?? null,
    rule.l3mdev,
    rule.action,
    rule.table,
    rule.target ?? null,
  ]);
