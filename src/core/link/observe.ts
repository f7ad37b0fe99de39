// The mirror as a value that each notice copies: what daemon/ uses until it moves to mirror.ts. Nothing new may use it.
// Spec: rtnetlink(7); after lost messages (ENOBUFS) a mirror is filled anew and compared with `changesBetween`.

import type { RouteNews, RouteRecord, RuleRecord } from '../netlink/index.ts';
import { addressChanges, interfaceChanges, type LinkChange } from './changes.ts';
import { addressKey, routeKey, ruleKey } from './keys.ts';
import type { Interface, ObservedAddress } from './model.ts';

export interface Mirror {
  readonly interfaces: ReadonlyMap<number, Interface>;
  /** In the kernel's order: an interface's first address is its primary one. */
  readonly addresses: ReadonlyMap<string, ObservedAddress>;
  readonly routes: ReadonlyMap<string, RouteRecord>;
  readonly rules: ReadonlyMap<string, RuleRecord>;
}

export const emptyMirror: Mirror = {
  interfaces: new Map(),
  addresses: new Map(),
  routes: new Map(),
  rules: new Map(),
};

/**
 * IPv4 routes the kernel drops without a word (fib_sync_down_dev, fib_sync_down_addr): all hops on interfaces that are down or hold no
 * IPv4 address any more, or a preferred source that is gone. Without this a plan would take them for present.
 */
function dropSilent(
  routes: Map<string, RouteRecord>,
  interfaces: ReadonlyMap<number, Interface>,
  addresses: ReadonlyMap<string, ObservedAddress>,
  touched: { readonly indexes: ReadonlySet<number>; readonly sources: ReadonlySet<string> },
): LinkChange[] {
  if (touched.indexes.size === 0 && touched.sources.size === 0) return [];
  const held = [...addresses.values()].filter(address => !address.prefix.address.includes(':'));
  const dead = (index: number | undefined): boolean =>
    index !== undefined &&
    touched.indexes.has(index) &&
    (interfaces.get(index)?.flags.up !== true || !held.some(address => address.ifindex === index));
  const changes: LinkChange[] = [];
  for (const [key, route] of routes) {
    if (route.family !== 'inet') continue;
    const source = route.preferredSource;
    const sourceless =
      source !== undefined &&
      touched.sources.has(source) &&
      !held.some(address => address.prefix.address === source);
    if (!sourceless && (route.hops.length === 0 || !route.hops.every(hop => dead(hop.ifindex)))) continue;
    routes.delete(key);
    changes.push({ kind: 'route-removed', route });
  }
  return changes;
}

/** The mirror after the news, and what changed. News already known changes nothing. */
export function observe(
  mirror: Mirror,
  news: readonly RouteNews[],
): { readonly mirror: Mirror; readonly changes: readonly LinkChange[] } {
  if (news.length === 0) return { mirror, changes: [] };
  const interfaces = new Map(mirror.interfaces);
  const addresses = new Map(mirror.addresses);
  const routes = new Map(mirror.routes);
  const rules = new Map(mirror.rules);
  const changes: LinkChange[] = [];
  // In the order of the news: a route added after its interface came back must not fall to the earlier "down".
  const drop = (indexes: readonly number[], sources: readonly string[]) =>
    changes.push(
      ...dropSilent(routes, interfaces, addresses, { indexes: new Set(indexes), sources: new Set(sources) }),
    );
  for (const item of news) {
    if (item.kind === 'link') {
      const { index } = item.record;
      const now = item.gone ? undefined : item.record;
      changes.push(...interfaceChanges(interfaces.get(index), now));
      if (now !== undefined) interfaces.set(index, now);
      else {
        interfaces.delete(index);
        // The kernel announces the addresses' end before the link's; one that was missed must not stay behind.
        for (const [key, address] of addresses) {
          if (address.ifindex !== index) continue;
          addresses.delete(key);
          changes.push({ kind: 'address-removed', address });
        }
      }
      if (now?.flags.up !== true) drop([index], []);
    } else if (item.kind === 'address') {
      const key = addressKey(item.record);
      const now = item.gone ? undefined : item.record;
      changes.push(...addressChanges(addresses.get(key), now));
      if (now !== undefined) addresses.set(key, now);
      else {
        addresses.delete(key);
        const { address } = item.record.prefix;
        if (!address.includes(':')) drop([item.record.ifindex], [address]);
      }
    } else if (item.kind === 'route') {
      const key = routeKey(item.record);
      if (item.gone === routes.has(key))
        changes.push({ kind: item.gone ? 'route-removed' : 'route-added', route: item.record });
      if (item.gone) routes.delete(key);
      else routes.set(key, item.record);
    } else {
      const key = ruleKey(item.record);
      if (item.gone === rules.has(key))
        changes.push({ kind: item.gone ? 'rule-removed' : 'rule-added', rule: item.record });
      if (item.gone) rules.delete(key);
      else rules.set(key, item.record);
    }
  }
  return { mirror: { interfaces, addresses, routes, rules }, changes };
}

/** What happened between two mirrors, for the time no message came through. Removals first. */
export function changesBetween(before: Mirror, now: Mirror): readonly LinkChange[] {
  const changes: LinkChange[] = [];
  for (const [key, rule] of before.rules)
    if (!now.rules.has(key)) changes.push({ kind: 'rule-removed', rule });
  for (const [key, route] of before.routes)
    if (!now.routes.has(key)) changes.push({ kind: 'route-removed', route });
  for (const [key, address] of before.addresses)
    if (!now.addresses.has(key)) changes.push({ kind: 'address-removed', address });
  for (const [index, link] of before.interfaces)
    if (!now.interfaces.has(index)) changes.push(...interfaceChanges(link, undefined));
  for (const [index, link] of now.interfaces)
    changes.push(...interfaceChanges(before.interfaces.get(index), link));
  for (const [key, address] of now.addresses)
    changes.push(...addressChanges(before.addresses.get(key), address));
  for (const [key, route] of now.routes)
    if (!before.routes.has(key)) changes.push({ kind: 'route-added', route });
  for (const [key, rule] of now.rules) if (!before.rules.has(key)) changes.push({ kind: 'rule-added', rule });
  return changes;
}
