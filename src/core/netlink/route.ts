// The route family's door inside the room: message types, groups, and one decoder for whatever its dumps and groups bring.
// Spec: rtnetlink(7), linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/fib_rules.h.

import { type Outcome, succeed } from '../fault.ts';
import type { Message, Request } from './message.ts';
import { type AddressRecord, decodeAddress } from './route-address.ts';
import { decodeLink, type LinkRecord } from './route-link.ts';
import { decodeRoute, type RouteRecord } from './route-path.ts';
import { decodeRule, type RuleRecord } from './route-rule.ts';
import { addressFamilies, routeTypes } from './route-types.ts';

export * from './route-address.ts';
export * from './route-link.ts';
export * from './route-path.ts';
export * from './route-rule.ts';
export { routeGroups, routeTypes } from './route-types.ts';

/** What one message says exists now, or (`gone`) no longer does. */
export type RouteNews =
  | { readonly kind: 'link'; readonly gone: boolean; readonly record: LinkRecord }
  | { readonly kind: 'address'; readonly gone: boolean; readonly record: AddressRecord }
  | { readonly kind: 'route'; readonly gone: boolean; readonly record: RouteRecord }
  | { readonly kind: 'rule'; readonly gone: boolean; readonly record: RuleRecord };

function news<Kind extends RouteNews['kind'], T>(kind: Kind, gone: boolean, record: Outcome<T | undefined>) {
  if (!record.ok) return record;
  return succeed(record.value === undefined ? undefined : { kind, gone, record: record.value });
}

/** The news in a message; undefined for other families (bridge, MPLS) and types. Fault `netlink-malformed`. */
export function decodeRouteMessage(message: Message): Outcome<RouteNews | undefined> {
  switch (message.type) {
    case routeTypes.newLink:
    case routeTypes.delLink:
      return news('link', message.type === routeTypes.delLink, decodeLink(message.payload));
    case routeTypes.newAddress:
    case routeTypes.delAddress:
      return news('address', message.type === routeTypes.delAddress, decodeAddress(message.payload));
    case routeTypes.newRoute:
    case routeTypes.delRoute:
      return news('route', message.type === routeTypes.delRoute, decodeRoute(message.payload));
    case routeTypes.newRule:
    case routeTypes.delRule:
      return news('rule', message.type === routeTypes.delRule, decodeRule(message.payload));
    default:
      return succeed(undefined);
  }
}

/** Dump requests for a whole mirror, in the order it should hear them. */
export const dumpRequests = (): readonly Request[] =>
  (
    [
      ['RTM_GETLINK', routeTypes.getLink, 16, addressFamilies.unspecified],
      ['RTM_GETADDR', routeTypes.getAddress, 8, addressFamilies.unspecified],
      ['RTM_GETROUTE', routeTypes.getRoute, 12, addressFamilies.inet],
      ['RTM_GETROUTE', routeTypes.getRoute, 12, addressFamilies.inet6],
      ['RTM_GETRULE', routeTypes.getRule, 12, addressFamilies.inet],
      ['RTM_GETRULE', routeTypes.getRule, 12, addressFamilies.inet6],
    ] as const
  ).map(([operation, type, size, family]) => {
    const payload = new Uint8Array(size);
    payload[0] = family;
    return { operation, type, flags: 0, payload, answer: 'dump' };
  });
