// The IPVS table as values: services, destinations, counters. Spec: linux/ip_vs.h (uapi), ipvsadm(8).

import type { Address, Family } from '../net/index.ts';

/** IP protocols IPVS balances. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** IPPROTO_* numbers. */
export const protocolNumbers = { tcp: 6, udp: 17, sctp: 132 } as const satisfies Record<Protocol, number>;

/** What identifies a virtual service to the kernel: protocol, address and port, or a firewall mark and a family. */
export type ServiceId =
  | {
      readonly kind: 'address';
      readonly protocol: Protocol;
      readonly address: Address;
      readonly port: number;
    }
  | { readonly kind: 'fwmark'; readonly family: Family; readonly mark: number };

/** Which clients count as one. */
export interface ClientMask {
  /** Prefix length the client address is masked with: 32 or 128 = each client by itself. */
  readonly maskLength: number;
  /** The raw IPv4 netmask when it is not a prefix (ipvsadm -M accepts any). */
  readonly rawMask?: Address;
}

/** Scheduler flag bits by position; sh and mh give flag-1 and flag-2 names (IP_VS_SVC_F_SCHED1..3). */
/** Scheduler flag bits by position; sh and mh give flag-1 and flag-2 names (IP_VS_SVC_F_SCHED1..3). */
export interface ServiceSettings {
  /** Name of the scheduler module without `ip_vs_`: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos. */
  readonly scheduler: string;
  readonly schedulerFlags: { readonly flag1: boolean; readonly flag2: boolean; readonly flag3: boolean };
  /** IP_VS_SVC_F_PERSISTENT: timeout in whole seconds and the client mask; undefined when not persistent. */
  readonly persistence: (ClientMask & { readonly timeout: number }) | undefined;
  /** A mask that ipvsadm -M sends without persistence. The kernel keeps and never uses it; nothing that is read has one. */
  readonly idleMask?: ClientMask;
  /** IP_VS_SVC_F_ONEPACKET. */
  readonly onePacket: boolean;
  /** Persistence engine (`sip`), or undefined. */
  readonly engine: string | undefined;
}

/** A service's identity and settings, without destinations. */
export type ServiceDefinition = ServiceSettings & { readonly id: ServiceId };

/** IP_VS_CONN_F_FWD_MASK: masq, local, tunnel, droute, bypass. */
export type Forwarding = 'NAT' | 'TUN' | 'DR' | 'LOCAL' | 'BYPASS';

/** IP_VS_CONN_F_TUNNEL_TYPE_*. */
export type TunnelType = 'ipip' | 'gue' | 'gre';

export interface Tunnel {
  readonly type: TunnelType;
  /** GUE destination port; without a meaning for the others, of which the kernel keeps it too. */
  readonly port: number;
  /** IP_VS_TUNNEL_ENCAP_FLAG_*; both at once is what the kernel takes and ipvsadm cannot say. */
  readonly checksum: 'nocsum' | 'csum' | 'remcsum' | 'csum+remcsum';
}

/** What identifies a destination within its service. */
export interface DestinationId {
  readonly address: Address;
  readonly port: number;
}

export interface Destination extends DestinationId {
  readonly forwarding: Forwarding;
  readonly tunnel: Tunnel | undefined;
  readonly weight: number;
  /** Connections above which it takes no new ones; 0 = no limit. */
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
}

/** A service with its destinations: what we want the kernel to hold. */
export interface Service extends ServiceSettings {
  readonly id: ServiceId;
  readonly destinations: readonly Destination[];
}

/** 64-bit counters and rates (IPVS_*_ATTR_STATS64). */
export interface Counters {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
  readonly connectionsPerSecond: bigint;
  readonly inPacketsPerSecond: bigint;
  readonly outPacketsPerSecond: bigint;
  readonly inBytesPerSecond: bigint;
  readonly outBytesPerSecond: bigint;
}

export interface ObservedDestination extends Destination {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly counters: Counters;
}

/** A service as the kernel reports it. */
export interface ObservedService extends ServiceSettings {
  readonly id: ServiceId;
  readonly destinations: readonly ObservedDestination[];
  readonly counters: Counters;
}

/** IP_VS_STATE_*: one daemon of each may run. */
export type SyncState = 'master' | 'backup';

/** The connection synchronization daemon. `undefined` leaves a value to the kernel; an observed daemon has them all. */
export interface SyncDaemon {
  readonly state: SyncState;
  /** Multicast interface, at most 15 bytes. */
  readonly interface: string;
  /** 0..255; 0 on a backup = any. */
  readonly syncId: number;
  /** Longest UDP payload in bytes. */
  readonly maxLength: number | undefined;
  readonly group: Address | undefined;
  readonly port: number | undefined;
  readonly ttl: number | undefined;
}

/** Connection timeouts in whole seconds; 0 in a change keeps the present value. */
export interface Timeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

/** IPVS_CMD_GET_INFO. */
export interface Info {
  /** `1.2.1`. */
  readonly version: string;
  /** Buckets of the connection hash table. */
  readonly connectionTableSize: number;
}

/** Map key of a service: `tcp 10.0.0.1:80`, `fwm inet 5`. */
export const serviceKey = (id: ServiceId): string =>
  id.kind === 'address' ? `${id.protocol} ${id.address} ${id.port}` : `fwm ${id.family} ${id.mark}`;

/** Map key of a destination within its service. */
export const destinationKey = (id: DestinationId): string => `${id.address} ${id.port}`;
