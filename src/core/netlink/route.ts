// The route family's door inside the room: message types, groups, and one decoder for whatever its dumps and groups bring.
// Spec: rtnetlink(7), linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/fib_rules.h.

import { type Outcome, succeed } from '../fault.ts';
import { type Message, messageFlags, type Request } from './message.ts';
import { type AddressRecord, decodeAddress } from './route-address.ts';
import { decodeLink, type LinkRecord } from './route-link.ts';
import { decodeRoute, type RouteRecord } from './route-path.ts';
import { decodeRule, type RuleRecord } from './route-rule.ts';
import { addressFamilies, routeGroups, routeTypes } from './route-types.ts';

export * from './route-address.ts';
export * from './route-link.ts';
export * from './route-path.ts';
export * from './route-rule.ts';
export { routeGroups, routeTypes } from './route-types.ts';

/** What one message says exists now, or (`gone`) no longer does. */
export type RouteNews =
  | { readonly kind: 'link'; readonly gone: boolean; readonly record: LinkRecord }
  | { readonly kind: 'address'; readonly gone: boolean; readonly record: AddressRecord }
  | {
      readonly kind: 'route';
      readonly gone: boolean;
      readonly record: RouteRecord;
      /** NLM_F_REPLACE: it stands where another of the same destination, TOS and metric stood, of which no other notice speaks. */
      readonly replaces?: boolean;
    }
  | { readonly kind: 'rule'; readonly gone: boolean; readonly record: RuleRecord };

function news<Kind extends RouteNews['kind'], T>(kind: Kind, gone: boolean, record: Outcome<T | undefined>) {
  if (!record.ok) return record;
  return succeed(record.value === undefined ? undefined : { kind, gone, record: record.value });
}

function routeNews(message: Message): Outcome<RouteNews | undefined> {
  const gone = message.type === routeTypes.delRoute;
  const decoded = news('route', gone, decodeRoute(message.payload));
  const replaces = !gone && (message.flags & messageFlags.replace) !== 0;
  return decoded.ok && decoded.value !== undefined && replaces
    ? succeed({ ...decoded.value, replaces })
    : decoded;
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
      return routeNews(message);
    case routeTypes.newRule:
    case routeTypes.delRule:
      return news('rule', message.type === routeTypes.delRule, decodeRule(message.payload));
    default:
      return succeed(undefined);
  }
}

/** Which tables beside interfaces and addresses are mirrored. */
export interface MirroredParts {
  readonly routes: boolean;
  readonly rules: boolean;
}

const everyPart: MirroredParts = { routes: true, rules: true };
const dumps = [
  ['always', 'RTM_GETLINK', routeTypes.getLink, 16, addressFamilies.unspecified],
  ['always', 'RTM_GETADDR', routeTypes.getAddress, 8, addressFamilies.unspecified],
  ['routes', 'RTM_GETROUTE', routeTypes.getRoute, 12, addressFamilies.inet],
  ['routes', 'RTM_GETROUTE', routeTypes.getRoute, 12, addressFamilies.inet6],
  ['rules', 'RTM_GETRULE', routeTypes.getRule, 12, addressFamilies.inet],
  ['rules', 'RTM_GETRULE', routeTypes.getRule, 12, addressFamilies.inet6],
] as const;

/** Dump requests for a whole mirror, in the order it should hear them. */
export const dumpRequests = (parts: MirroredParts = everyPart): readonly Request[] =>
  dumps.flatMap(([part, operation, type, size, family]) => {
    if (part !== 'always' && !parts[part]) return [];
    const payload = new Uint8Array(size);
    payload[0] = family;
    return [{ operation, type, flags: 0, payload, answer: 'dump' }];
  });

/** Groups that report what `dumpRequests` of the same parts reads. */
export const mirrorGroups = (parts: MirroredParts = everyPart): readonly number[] => [
  routeGroups.link,
  routeGroups.ipv4Address,
  routeGroups.ipv6Address,
  ...(parts.routes ? [routeGroups.ipv4Route, routeGroups.ipv6Route] : []),
  ...(parts.rules ? [routeGroups.ipv4Rule, routeGroups.ipv6Rule] : []),
];
