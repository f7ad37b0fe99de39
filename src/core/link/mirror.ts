// What the kernel holds, as far as netlink reported it: interfaces, addresses, and the routes and rules somebody is interested in.
// Spec: rtnetlink(7); fib_sync_down_dev and fib_sync_down_addr of net/ipv4/fib_semantics.c (IPv4 routes that go without a notice).
//
// Plain data, changed in place. Everything a notice can touch is found by an index: a notice costs what it names, whatever the tables hold.

import { type Address, familyOf } from '../net/index.ts';
import { addressFlags, type RouteNews, type RouteRecord, type RuleRecord } from '../netlink/index.ts';
import { addressChanges, interfaceChanges, type LinkChange } from './changes.ts';
import { addressKey, routeKey, routePlace, routeSlot, ruleKey, rulePlace, subnetKey } from './keys.ts';
import type { Interface, ObservedAddress } from './model.ts';

/** Places (keys.ts) whose routes and rules are kept; `all` keeps every one. */
export interface Interest {
  readonly routes: ReadonlySet<string> | 'all';
  readonly rules: ReadonlySet<string> | 'all';
}

/** Keys of entries by something they have in common. */
type Index<Common> = Map<Common, Set<string>>;

export interface Mirror {
  readonly interfaces: Map<number, Interface>;
  /** Index of the interface that has the name now. */
  readonly named: Map<string, number>;
  /** In the kernel's order: an interface's first address is its primary one. */
  readonly addresses: Map<string, ObservedAddress>;
  readonly addressesOn: Index<number>;
  readonly addressesByText: Index<Address>;
  /** IPv4 only. */
  readonly addressesInSubnet: Index<string>;
  readonly routes: Map<string, RouteRecord>;
  /** IPv4 only: what goes with an interface or a preferred source. */
  readonly routesVia: Index<number>;
  readonly routesFrom: Index<Address>;
  readonly routesInSlot: Index<string>;
  readonly rules: Map<string, RuleRecord>;
  interest: Interest;
}

/** Nothing is kept of routes and rules until `setInterest`. */
const noInterest: Interest = { routes: new Set(), rules: new Set() };

export const createMirror = (interest: Interest = noInterest): Mirror => ({
  interfaces: new Map(),
  named: new Map(),
  addresses: new Map(),
  addressesOn: new Map(),
  addressesByText: new Map(),
  addressesInSubnet: new Map(),
  routes: new Map(),
  routesVia: new Map(),
  routesFrom: new Map(),
  routesInSlot: new Map(),
  rules: new Map(),
  interest,
});

function put<Common>(index: Index<Common>, common: Common, key: string): void {
  const found = index.get(common);
  if (found === undefined) index.set(common, new Set([key]));
  else found.add(key);
}

function take<Common>(index: Index<Common>, common: Common, key: string): void {
  const found = index.get(common);
  if (found === undefined) return;
  found.delete(key);
  if (found.size === 0) index.delete(common);
}

const isIpv4 = (address: Address): boolean => familyOf(address) === 'inet';

/** Route and rule dumps and notices are needed only for what somebody is interested in. */
export const neededParts = ({ interest }: Mirror): { readonly routes: boolean; readonly rules: boolean } => ({
  routes: interest.routes === 'all' || interest.routes.size > 0,
  rules: interest.rules === 'all' || interest.rules.size > 0,
});

const covers = (before: ReadonlySet<string> | 'all', now: ReadonlySet<string> | 'all'): boolean => {
  if (before === 'all') return true;
  if (now === 'all') return false;
  for (const place of now) if (!before.has(place)) return false;
  return true;
};

/**
 * Sets what is kept from now on and drops the rest. True when something is of interest that was not before: the kernel must be read again
 * (and the groups of `neededParts` subscribed to) before the mirror knows of it.
 */
export function setInterest(mirror: Mirror, interest: Interest): boolean {
  const { routes, rules } = mirror.interest;
  const covered = covers(routes, interest.routes) && covers(rules, interest.rules);
  mirror.interest = interest;
  for (const [key, route] of mirror.routes) if (!keepsRoute(mirror, route)) dropRoute(mirror, key, route);
  for (const [key, rule] of mirror.rules) if (!keepsRule(mirror, rule)) mirror.rules.delete(key);
  return !covered;
}

const keepsRoute = ({ interest: { routes } }: Mirror, route: RouteRecord): boolean =>
  routes === 'all' ||
  (routes.size > 0 && routes.has(routePlace(route.family, route.table, route.destination)));

const keepsRule = ({ interest: { rules } }: Mirror, rule: RuleRecord): boolean =>
  rules === 'all' || (rules.size > 0 && rules.has(rulePlace(rule)));

/** Applies what the kernel reported, in its order, and returns what that changed. News already known changes nothing. */
export function applyNews(mirror: Mirror, news: readonly RouteNews[]): LinkChange[] {
  const changes: LinkChange[] = [];
  for (const item of news) {
    switch (item.kind) {
      case 'link':
        hearLink(mirror, item.record, item.gone, changes);
        break;
      case 'address':
        hearAddress(mirror, item.record, item.gone, changes);
        break;
      case 'route':
        if (keepsRoute(mirror, item.record)) hearRoute(mirror, item, changes);
        break;
      case 'rule':
        if (keepsRule(mirror, item.record)) hearRule(mirror, item.record, item.gone, changes);
        break;
    }
  }
  return changes;
}

function hearLink(mirror: Mirror, record: Interface, gone: boolean, changes: LinkChange[]): void {
  const { index } = record;
  const before = mirror.interfaces.get(index);
  for (const change of interfaceChanges(before, gone ? undefined : record)) changes.push(change);
  if (before !== undefined && mirror.named.get(before.name) === index) mirror.named.delete(before.name);
  if (gone) {
    mirror.interfaces.delete(index);
    // The kernel announces the addresses' end before the link's; one that was missed must not stay.
    for (const key of [...(mirror.addressesOn.get(index) ?? [])]) {
      const address = mirror.addresses.get(key);
      if (address !== undefined) hearAddress(mirror, address, true, changes);
    }
  } else {
    mirror.interfaces.set(index, record);
    mirror.named.set(record.name, index);
  }
  if (gone || !record.flags.up) dropRoutesVia(mirror, index, changes);
}

function hearAddress(mirror: Mirror, record: ObservedAddress, gone: boolean, changes: LinkChange[]): void {
  const key = addressKey(record);
  const { ifindex, prefix } = record;
  const { address } = prefix;
  const ipv4 = isIpv4(address);
  for (const change of addressChanges(mirror.addresses.get(key), gone ? undefined : record))
    changes.push(change);
  if (!gone) {
    mirror.addresses.set(key, record);
    put(mirror.addressesOn, ifindex, key);
    put(mirror.addressesByText, address, key);
    if (ipv4) put(mirror.addressesInSubnet, subnetKey(record), key);
    return;
  }
  mirror.addresses.delete(key);
  take(mirror.addressesOn, ifindex, key);
  take(mirror.addressesByText, address, key);
  if (!ipv4) return;
  take(mirror.addressesInSubnet, subnetKey(record), key);
  dropRoutesVia(mirror, ifindex, changes);
  if (!mirror.addressesByText.has(address)) {
    for (const route of [...(mirror.routesFrom.get(address) ?? [])]) loseRoute(mirror, route, changes);
  }
}

function hearRoute(
  mirror: Mirror,
  { record, gone, replaces }: RouteNews & { readonly kind: 'route' },
  changes: LinkChange[],
): void {
  const key = routeKey(record);
  const before = mirror.routes.get(key);
  if (gone) {
    if (before !== undefined) loseRoute(mirror, key, changes);
    return;
  }
  if (replaces === true) {
    // Among several of one slot the notice does not say which one it was.
    const others = [...(mirror.routesInSlot.get(routeSlot(record)) ?? [])].filter(other => other !== key);
    if (others.length === 1 && others[0] !== undefined) loseRoute(mirror, others[0], changes);
  }
  if (before !== undefined) dropRoute(mirror, key, before);
  else changes.push({ kind: 'route-added', route: record });
  mirror.routes.set(key, record);
  put(mirror.routesInSlot, routeSlot(record), key);
  if (record.family !== 'inet') return;
  for (const { ifindex } of record.hops) if (ifindex !== undefined) put(mirror.routesVia, ifindex, key);
  if (record.preferredSource !== undefined) put(mirror.routesFrom, record.preferredSource, key);
}

function hearRule(mirror: Mirror, rule: RuleRecord, gone: boolean, changes: LinkChange[]): void {
  const key = ruleKey(rule);
  if (gone === mirror.rules.has(key)) changes.push({ kind: gone ? 'rule-removed' : 'rule-added', rule });
  if (gone) mirror.rules.delete(key);
  else mirror.rules.set(key, rule);
}

function dropRoute(mirror: Mirror, key: string, route: RouteRecord): void {
  mirror.routes.delete(key);
  take(mirror.routesInSlot, routeSlot(route), key);
  for (const { ifindex } of route.hops) if (ifindex !== undefined) take(mirror.routesVia, ifindex, key);
  if (route.preferredSource !== undefined) take(mirror.routesFrom, route.preferredSource, key);
}

function loseRoute(mirror: Mirror, key: string, changes: LinkChange[]): void {
  const route = mirror.routes.get(key);
  if (route === undefined) return;
  dropRoute(mirror, key, route);
  changes.push({ kind: 'route-removed', route });
}

/** Whether the kernel keeps IPv4 routes over the interface: it is up and holds an IPv4 address. */
function carriesRoutes(mirror: Mirror, index: number): boolean {
  if (mirror.interfaces.get(index)?.flags.up !== true) return false;
  for (const key of mirror.addressesOn.get(index) ?? []) {
    const address = mirror.addresses.get(key);
    if (address !== undefined && isIpv4(address.prefix.address)) return true;
  }
  return false;
}

/** IPv4 routes whose hops all went with the interface. Without this a plan would take them for present. */
function dropRoutesVia(mirror: Mirror, index: number, changes: LinkChange[]): void {
  const keys = mirror.routesVia.get(index);
  if (keys === undefined || carriesRoutes(mirror, index)) return;
  for (const key of [...keys]) {
    const dead = mirror.routes
      .get(key)
      ?.hops.every(({ ifindex }) => ifindex !== undefined && !carriesRoutes(mirror, ifindex));
    if (dead === true) loseRoute(mirror, key, changes);
  }
}

/**
 * Everything was read anew, because notices were lost or the interest grew: fills the mirror with it and returns what differs. News that came
 * while it was read is applied after it: it may be older or newer.
 */
export function reread(mirror: Mirror, news: readonly RouteNews[]): LinkChange[] {
  const fresh = createMirror(mirror.interest);
  applyNews(fresh, news);
  const changes = differences(mirror, fresh);
  Object.assign(mirror, fresh);
  return changes;
}

/** What happened between two mirrors. Removals first. */
function differences(before: Mirror, now: Mirror): LinkChange[] {
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

/** The interface of that name, if there is one. */
export function interfaceNamed(
  mirror: {
    readonly interfaces: ReadonlyMap<number, Interface>;
    readonly named?: ReadonlyMap<string, number>;
  },
  name: string,
): Interface | undefined {
  if (mirror.named !== undefined) {
    const index = mirror.named.get(name);
    return index === undefined ? undefined : mirror.interfaces.get(index);
  }
  for (const link of mirror.interfaces.values()) if (link.name === name) return link;
  return undefined;
}

/** Addresses of one interface in the kernel's order. */
export function addressesOn(mirror: Mirror, ifindex: number): ObservedAddress[] {
  const found: ObservedAddress[] = [];
  for (const key of mirror.addressesOn.get(ifindex) ?? []) {
    const address = mirror.addresses.get(key);
    if (address !== undefined) found.push(address);
  }
  return found;
}

/** Whether any interface of this machine holds the address: what ha_suspend asks. */
export const holdsAddress = (mirror: Mirror, address: Address): boolean =>
  mirror.addressesByText.has(address);

/** Whether the kernel removes the IPv4 address when its subnet's first one goes. */
export const isSecondary = ({ flags, prefix }: ObservedAddress): boolean =>
  (flags & addressFlags.secondary) !== 0 && isIpv4(prefix.address);
