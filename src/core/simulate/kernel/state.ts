// What a simulated kernel holds, and the small questions every part of it asks.
// Spec: rtnetlink(7); the Linux sources named in each file; compared with a real kernel in test/kernel/route-kernel.test.ts.

import { contains, familyOf } from '../../net/index.ts';
import {
  type AddressRecord,
  addressFlags,
  type errnoNumbers,
  type LinkRecord,
  type RouteNews,
  type RouteRecord,
  type RuleRecord,
} from '../../netlink/index.ts';

export type ErrnoName = keyof typeof errnoNumbers;

/** Answers the next `times` requests of this operation with an error and does nothing. */
export interface Refusal {
  /** `RTM_NEWADDR`, or `*` for every operation that changes something. */
  readonly operation: string;
  readonly errno: ErrnoName;
  times: number;
}

/** One network namespace, changed in place. Plain data: `structuredClone` gives an independent kernel. */
export interface SimulatedKernel {
  /** By index. */
  readonly links: Map<number, LinkRecord>;
  /** In the kernel's order for each interface: IPv4 primaries before their secondaries. */
  addresses: AddressRecord[];
  /** User routes in the order of the tables; local, connected and link-local routes of the kernel itself are not kept. */
  routes: RouteRecord[];
  rules: RuleRecord[];
  nextIndex: number;
  /** net.ipv4.conf.all.promote_secondaries. */
  promoteSecondaries: boolean;
  /** Linux 6.6 and later report an IPv4 route that falls with its preferred source. */
  reportsLostSource: boolean;
  refusals: Refusal[];
}

/** What a request or an edit came to: an error, or nothing; and the notices it made, in their order. */
export interface KernelAnswer {
  readonly errno: ErrnoName | undefined;
  readonly news: readonly RouteNews[];
}

export const refused = (errno: ErrnoName): KernelAnswer => ({ errno, news: [] });

export const isFour = (record: AddressRecord): boolean => familyOf(record.prefix.address) === 'inet';

export const addressesOn = (kernel: SimulatedKernel, ifindex: number): AddressRecord[] =>
  kernel.addresses.filter(each => each.ifindex === ifindex);

export const isSecondary = (record: AddressRecord): boolean =>
  isFour(record) && (record.flags & addressFlags.secondary) !== 0;

/** The network an address connects: its own, or its peer's. */
export const connectedPrefix = (record: AddressRecord) => record.peer ?? record.prefix;

/** inet_ifa_match with an equal mask: both belong to one subnet. */
export const inOneSubnet = (a: AddressRecord, b: AddressRecord): boolean =>
  connectedPrefix(a).length === connectedPrefix(b).length &&
  contains(connectedPrefix(a), connectedPrefix(b).address);

export const linkNamed = (kernel: SimulatedKernel, name: string): LinkRecord | undefined =>
  [...kernel.links.values()].find(link => link.name === name);

export const addressNews = (gone: boolean, record: AddressRecord): RouteNews => ({
  kind: 'address',
  gone,
  record,
});
export const linkNews = (gone: boolean, record: LinkRecord): RouteNews => ({ kind: 'link', gone, record });
export const routeNews = (gone: boolean, record: RouteRecord): RouteNews => ({ kind: 'route', gone, record });
