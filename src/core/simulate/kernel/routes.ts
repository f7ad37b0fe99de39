// Routes of a simulated kernel: what makes two the same, which next hops can be reached, what falls in silence.
// Spec: Linux net/ipv4/fib_trie.c (fib_table_insert, fib_table_delete), fib_semantics.c (fib_check_nh, fib_sync_down_*), net/ipv6/route.c.

import { type Address, contains, type Family, familyOf, isLinkLocal, printPrefix } from '../../net/index.ts';
import { messageFlags, type RouteHop, type RouteNews, type RouteRecord } from '../../netlink/index.ts';
import {
  connectedPrefix,
  type ErrnoName,
  type KernelAnswer,
  refused,
  routeNews,
  type SimulatedKernel,
} from './state.ts';

/** RTN_UNICAST; RTN_BLACKHOLE to RTN_THROW have no next hop. */
const unicast = 1;
const [firstSilent, lastSilent] = [6, 9];
/** RT_SCOPE_NOWHERE. */
const nowhere = 255;
/** The loopback interface: where IPv6 reports a blackhole and its like. */
const loopback = 1;

const isSilent = ({ type }: RouteRecord): boolean => type >= firstSilent && type <= lastSilent;

/** IP6_RT_PRIO_USER. */
const metricOf = ({ family, metric }: RouteRecord): number =>
  metric === undefined || (family === 'inet6' && metric === 0) ? (family === 'inet6' ? 1024 : 0) : metric;

const target = (route: RouteRecord): string =>
  [route.family, route.table, printPrefix(route.destination), route.tos, route.source?.address ?? ''].join(
    ' ',
  );

/** Where `fib_find_alias` finds an existing route: destination, table, TOS and metric, whatever the next hop. */
const slot = (route: RouteRecord): string => `${target(route)} ${metricOf(route)}`;

const sameHops = (a: readonly RouteHop[], b: readonly RouteHop[]): boolean =>
  a.length === b.length &&
  a.every((hop, i) => hop.via === b[i]?.via && hop.ifindex === b[i]?.ifindex && hop.weight === b[i]?.weight);

/** The interface through which a gateway is reached directly. */
function interfaceTo(kernel: SimulatedKernel, via: Address, ifindex: number | undefined): number | undefined {
  const family = familyOf(via);
  const held = kernel.addresses.find(
    each =>
      familyOf(each.prefix.address) === family &&
      (ifindex === undefined || each.ifindex === ifindex) &&
      kernel.links.get(each.ifindex)?.flags.up === true &&
      each.prefix.address !== via &&
      contains(connectedPrefix(each), via),
  );
  if (held !== undefined) return held.ifindex;
  const direct = kernel.routes.find(
    ({ type, hops, destination, family: other }) =>
      type === unicast &&
      other === family &&
      hops.length === 1 &&
      hops[0]?.via === undefined &&
      (ifindex === undefined || hops[0]?.ifindex === ifindex) &&
      contains(destination, via),
  );
  return direct?.hops[0]?.ifindex;
}

function checkHop(kernel: SimulatedKernel, family: Family, hop: RouteHop): RouteHop | ErrnoName {
  // IPv4 looks a gateway up first: an interface that is missing or down has no way to it.
  if (hop.ifindex !== undefined && (family === 'inet6' || hop.via === undefined || hop.onlink)) {
    const link = kernel.links.get(hop.ifindex);
    if (link === undefined) return 'ENODEV';
    if (!link.flags.up) return 'ENETDOWN';
  }
  if (hop.via === undefined) return hop.ifindex === undefined ? 'ENODEV' : hop;
  if (hop.onlink) return hop.ifindex === undefined ? 'EINVAL' : hop;
  if (family === 'inet6' && isLinkLocal(hop.via)) return hop.ifindex === undefined ? 'EINVAL' : hop;
  const found = interfaceTo(kernel, hop.via, hop.ifindex);
  if (found === undefined) return family === 'inet' ? 'ENETUNREACH' : 'EHOSTUNREACH';
  return { ...hop, ifindex: found };
}

function checked(kernel: SimulatedKernel, asked: RouteRecord): RouteRecord | ErrnoName {
  const { family, preferredSource } = asked;
  const bare = { ...asked, expires: undefined, table: asked.table === 0 ? 254 : asked.table };
  const metric = family === 'inet6' ? metricOf(asked) : asked.metric;
  if (
    preferredSource !== undefined &&
    !kernel.addresses.some(each => each.prefix.address === preferredSource)
  )
    return 'EINVAL';
  if (isSilent(asked)) {
    const through = { via: undefined, ifindex: loopback, weight: 1, onlink: false };
    return { ...bare, metric, hops: family === 'inet6' ? [through] : [] };
  }
  if (asked.hops.length === 0) return 'ENODEV';
  const hops: RouteHop[] = [];
  for (const hop of asked.hops) {
    const good = checkHop(kernel, family, hop);
    if (typeof good === 'string') return good;
    hops.push(good);
  }
  return { ...bare, metric, hops };
}

export function insertRoute(kernel: SimulatedKernel, asked: RouteRecord, flags: number): KernelAnswer {
  const record = checked(kernel, asked);
  if (typeof record === 'string') return refused(record);
  const rivals = kernel.routes.filter(each => slot(each) === slot(record));
  if (rivals.length > 0 && (flags & messageFlags.exclusive) !== 0) return refused('EEXIST');
  if (rivals.some(each => each.type === record.type && sameHops(each.hops, record.hops)))
    return refused('EEXIST');
  if ((flags & messageFlags.create) === 0) return refused('ENOENT');
  const [first] = rivals;
  if (first === undefined || (flags & messageFlags.append) !== 0) kernel.routes.push(record);
  else kernel.routes.splice(kernel.routes.indexOf(first), 0, record);
  return { errno: undefined, news: [routeNews(false, record)] };
}

/** `fib_table_delete`: what the request leaves out matches anything; the first match goes. */
export function deleteRoute(kernel: SimulatedKernel, asked: RouteRecord): KernelAnswer {
  const table = asked.table === 0 ? 254 : asked.table;
  const found = kernel.routes.find(
    held =>
      target(held) === target({ ...asked, table }) &&
      (asked.metric === undefined || asked.metric === 0 || metricOf(held) === asked.metric) &&
      (asked.type === 0 || asked.family === 'inet6' || held.type === asked.type) &&
      (asked.family === 'inet6' || asked.scope === nowhere || held.scope === asked.scope) &&
      (asked.protocol === 0 || held.protocol === asked.protocol) &&
      (asked.preferredSource === undefined || held.preferredSource === asked.preferredSource) &&
      hopsMatch(held, asked),
  );
  if (found === undefined) return refused('ESRCH');
  kernel.routes.splice(kernel.routes.indexOf(found), 1);
  return { errno: undefined, news: [routeNews(true, found)] };
}

const hopsMatch = (held: RouteRecord, asked: RouteRecord): boolean =>
  asked.hops.length === 0 ||
  (asked.hops.length === held.hops.length &&
    asked.hops.every((hop, i) => {
      const other = held.hops[i];
      return (
        (hop.ifindex === undefined || hop.ifindex === other?.ifindex) &&
        (hop.via === undefined || hop.via === other?.via)
      );
    }));

/** A preferred source has gone: IPv4 drops the route, before Linux 6.6 without a notice; IPv6 forgets the source. */
export function dropRoutesOfAddress(kernel: SimulatedKernel, address: Address): RouteNews[] {
  if (kernel.addresses.some(each => each.prefix.address === address)) return [];
  const news: RouteNews[] = [];
  const six = familyOf(address) === 'inet6';
  kernel.routes = kernel.routes.flatMap(route => {
    if (route.preferredSource !== address) return [route];
    if (six) return [{ ...route, preferredSource: undefined }];
    if (kernel.reportsLostSource) news.push(routeNews(true, route));
    return [];
  });
  return news;
}

/**
 * All hops of a route are on an interface that went down, or (IPv4) lost its last address. IPv4 routes go without a notice, IPv6 routes
 * are reported.
 */
export function dropRoutesOfLink(kernel: SimulatedKernel, ifindex: number, family: Family): RouteNews[] {
  const dead = (route: RouteRecord): boolean =>
    route.family === family &&
    !isSilent(route) &&
    route.hops.length > 0 &&
    route.hops.every(hop => hop.ifindex === ifindex || !isAlive(kernel, hop.ifindex, family));
  const gone = kernel.routes.filter(dead);
  kernel.routes = kernel.routes.filter(route => !gone.includes(route));
  return family === 'inet' ? [] : gone.map(route => routeNews(true, route));
}

function isAlive(kernel: SimulatedKernel, ifindex: number | undefined, family: Family): boolean {
  if (ifindex === undefined || kernel.links.get(ifindex)?.flags.up !== true) return false;
  return (
    family === 'inet6' ||
    kernel.addresses.some(each => each.ifindex === ifindex && familyOf(each.prefix.address) === 'inet')
  );
}
