// Interfaces, addresses, routes and rules as values. Spec: linux/if_addr.h, linux/rtnetlink.h, ip(8), keepalived.conf(5).

import type { Address, Family, Prefix } from '../net/index.ts';
import type { AddressRecord, LinkRecord, RuleRecord } from '../netlink/index.ts';
import type { Duration } from '../time.ts';

/** A network interface as the kernel reports it. */
export type Interface = LinkRecord;

/** Seconds, or for ever (IFA_CACHEINFO 0xffffffff). */
export type Lifetime = number | 'forever';

/** One address to be held on an interface: a VIP, an excluded VIP or a static address. */
export interface AddressConfig {
  readonly prefix: Prefix;
  /** Interface name; undefined = the instance's own (or default_interface for a static one). */
  readonly dev: string | undefined;
  /** rtnetlink scope number: 0 global, 200 site, 253 link, 254 host. */
  readonly scope: number;
  readonly label: string | undefined;
  /** IFA_BROADCAST, already computed from `+` or `-`. */
  readonly broadcast: Address | undefined;
  readonly peer: Prefix | undefined;
  readonly flags: {
    readonly home: boolean;
    /** False: IFA_F_NODAD is set (keepalived's default for IPv6). */
    readonly duplicateDetection: boolean;
    readonly manageTemporary: boolean;
    readonly noPrefixRoute: boolean;
    readonly autojoin: boolean;
  };
  readonly preferredLifetime: Lifetime;
  /** False with no_track: its deletion by others is ignored. */
  readonly tracked: boolean;
  readonly trackGroup: string | undefined;
  readonly useVmac: boolean;
}

/** RTA_METRICS entry; `locked` sets its bit in RTAX_LOCK. */
export interface RouteMetric {
  readonly name:
    | 'mtu'
    | 'hoplimit'
    | 'advmss'
    | 'rtt'
    | 'rttvar'
    | 'rto_min'
    | 'reordering'
    | 'window'
    | 'cwnd'
    | 'ssthresh'
    | 'initcwnd'
    | 'initrwnd'
    | 'features'
    | 'quickack'
    | 'fastopen_no_cookie'
    | 'congctl';
  readonly value: number | string;
  readonly locked: boolean;
}

export interface NextHop {
  readonly via: Address | undefined;
  readonly dev: string | undefined;
  readonly weight: number;
  readonly onlink: boolean;
  readonly encap: readonly string[] | undefined;
}

/** rtm_type names of rtnetlink(7). */
export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat'
  | 'xresolve'
  | number;

export interface RouteConfig {
  readonly family: Family;
  readonly type: RouteType;
  /** Length 0 = default route. */
  readonly destination: Prefix;
  readonly source: Prefix | undefined;
  readonly preferredSource: Address | undefined;
  /** One hop for a plain route; several for nexthop routes; none for blackhole and its kind. */
  readonly hops: readonly NextHop[];
  readonly table: number;
  readonly protocol: number;
  /** undefined = the kernel's rule: link for on-link unicast IPv4, host for local, else global. */
  readonly scope: number | undefined;
  readonly metric: number | undefined;
  readonly tos: number;
  readonly realms: number | undefined;
  readonly metrics: readonly RouteMetric[];
  readonly preference: 'low' | 'medium' | 'high' | undefined;
  readonly expires: number | undefined;
  readonly ttlPropagate: boolean | undefined;
  /** NLM_F_* behaviour: add = CREATE|EXCL, prepend = CREATE, append = CREATE|APPEND. */
  readonly insert: 'add' | 'prepend' | 'append';
  readonly tracked: boolean;
  readonly trackGroup: string | undefined;
}

/** A rule with its action as the file says it. */
export interface RuleConfig extends Omit<RuleRecord, 'action' | 'table' | 'target'> {
  readonly action:
    | { readonly kind: 'table'; readonly table: number }
    | { readonly kind: 'goto'; readonly target: number }
    | { readonly kind: 'blackhole' | 'unreachable' | 'prohibit' | 'nop' };
  readonly tracked: boolean;
  readonly trackGroup: string | undefined;
}

/** An address the kernel reports (RTM_NEWADDR). */
export type ObservedAddress = AddressRecord;

/** Gratuitous ARP / unsolicited NA pacing (keepalived.conf garp_*). */
export interface AnnounceTimes {
  readonly delay: Duration;
  readonly repeat: number;
  readonly refresh: Duration;
  readonly refreshRepeat: number;
  readonly lowerPriorityDelay: Duration;
  readonly lowerPriorityRepeat: number;
}
