// Routes as things that are held.
// Spec: net/ipv4/fib_trie.c fib_table_insert, net/ipv6/ip6_fib.c (NLM_F_EXCL looks at destination, TOS and metric alone).

import { equal } from '../../equal.ts';
import { addRoute, type RouteRecord, removeRoute } from '../../netlink/index.ts';
import { routeKey, routeSlot } from '../keys.ts';
import type { Mirror } from '../mirror.ts';
import type { Kind } from './kind.ts';

/** A route whose hop names no device is held with the device that the kernel found: its key leaves all devices out. */
const deviceless = (record: RouteRecord): string =>
  `any device ${routeKey({ ...record, hops: record.hops.map(hop => ({ ...hop, ifindex: undefined })) })}`;

const isComplete = ({ hops }: RouteRecord): boolean => hops.every(({ ifindex }) => ifindex !== undefined);

function find(mirror: Mirror, record: RouteRecord): RouteRecord | undefined {
  const exact = mirror.routes.get(routeKey(record));
  if (exact !== undefined || isComplete(record)) return exact;
  const wanted = deviceless(record);
  for (const key of mirror.routesInSlot.get(routeSlot(record)) ?? []) {
    const held = mirror.routes.get(key);
    if (held === undefined || deviceless(held) !== wanted) continue;
    const fits = record.hops.every(
      ({ ifindex }, i) => ifindex === undefined || ifindex === held.hops[i]?.ifindex,
    );
    if (fits) return held;
  }
  return undefined;
}

export const route: Kind<RouteRecord> = {
  keys: record => (isComplete(record) ? [routeKey(record), deviceless(record)] : [deviceless(record)]),
  neighbourhood: routeSlot,
  exclusive: true,
  links: ({ hops }) => hops.flatMap(({ ifindex }) => ifindex ?? []),
  rivalled: (mirror, record) =>
    mirror.routesInSlot.has(routeSlot(record)) && find(mirror, record) === undefined,
  maybeSame: (a, b) =>
    deviceless(a) === deviceless(b) &&
    a.hops.every(({ ifindex }, i) => {
      const other = b.hops[i]?.ifindex;
      return ifindex === undefined || other === undefined || ifindex === other;
    }),
  find,
  same: equal,
  replace: () => undefined,
  add: addRoute,
  remove: removeRoute,
};
