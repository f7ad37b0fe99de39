// What keepalived.conf configures of VRRP: already checked, defaulted and in exact units.
// Names follow RFC 9568 and keepalived.conf(5); docs/keywords maps keyword to field.

import type { AddressConfig, AnnounceTimes, RouteConfig, RuleConfig } from '../link/model.ts';
import type { Address, Family, Mac } from '../net/index.ts';
import type { ScriptCommand } from '../script.ts';
import type { Duration } from '../time.ts';

export type Version = 2 | 3;

export interface NotifyConfig {
  readonly master?: ScriptCommand;
  readonly backup?: ScriptCommand;
  readonly fault?: ScriptCommand;
  readonly stop?: ScriptCommand;
  readonly deleted?: ScriptCommand;
  /** `notify`: gets INSTANCE|GROUP, name, state, priority appended. */
  readonly any?: ScriptCommand;
  readonly masterReceivedLowerPriority?: ScriptCommand;
}

/** Weight 0: failure means FAULT. Positive: added while up. Negative: subtracted while down. */
export interface Weighted {
  readonly weight: number;
  readonly reverse: boolean;
}

export interface TrackInterface extends Weighted {
  readonly interface: string;
}
export interface TrackScript extends Weighted {
  readonly script: string;
}
export interface TrackNamed extends Weighted {
  readonly name: string;
}

/** vrrp_script. */
export interface TrackScriptConfig {
  readonly name: string;
  readonly command: ScriptCommand;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly weight: number;
  readonly reverse: boolean;
  readonly rise: number;
  readonly fall: number;
  readonly initFail: boolean;
}

export interface UnicastPeer {
  readonly address: Address;
  readonly minTtl: number;
  readonly maxTtl: number;
}

export interface InstanceConfig {
  readonly name: string;
  readonly family: Family;
  readonly version: Version;
  /** undefined only for unicast instances. */
  readonly interface: string | undefined;
  readonly vrid: number;
  /** 1..255; 255 = address owner. */
  readonly priority: number;
  /** `state`: the state wanted at start. */
  readonly initialState: 'MASTER' | 'BACKUP';
  readonly advertInterval: Duration;
  readonly downTimerAdverts: number;
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly authentication: { readonly type: 'PASS' | 'AH'; readonly password: string } | undefined;
  /** mcast_src_ip / unicast_src_ip; undefined = primary address of the interface (IPv6: link-local). */
  readonly sourceAddress: Address | undefined;
  readonly trackSourceAddress: boolean;
  readonly multicastGroup: Address;
  readonly unicastPeers: readonly UnicastPeer[];
  /** A unicast keyword was used but no peer is known and unicast_fault_no_peer holds it in FAULT. */
  readonly unicastFaultNoPeer: boolean;
  readonly checkUnicastSource: boolean;
  readonly unicastTtl: number | undefined;
  /** Addresses the adverts carry, in configuration order. */
  readonly addresses: readonly AddressConfig[];
  /** virtual_ipaddress_excluded: held, not advertised. */
  readonly excludedAddresses: readonly AddressConfig[];
  readonly routes: readonly RouteConfig[];
  readonly rules: readonly RuleConfig[];
  readonly trackPrimaryInterface: boolean;
  readonly trackInterfaces: readonly TrackInterface[];
  readonly trackScripts: readonly TrackScript[];
  readonly trackFiles: readonly TrackNamed[];
  readonly trackProcesses: readonly TrackNamed[];
  readonly trackBfd: readonly TrackNamed[];
  readonly announce: AnnounceTimes;
  readonly lowerPriorityNoAdvert: boolean;
  readonly higherPrioritySendAdvert: boolean;
  readonly ownerIgnoreAdverts: boolean;
  readonly skipCheckAdvertAddresses: boolean;
  /** `v3_checksum_as_v2`: IPv4 version 3 checksum without the pseudo header. */
  readonly checksumWithoutPseudoHeader: boolean;
  readonly strict: boolean;
  readonly accept: boolean;
  readonly promoteSecondaries: boolean;
  readonly vmac:
    | { readonly name: string | undefined; readonly mac: Mac | undefined; readonly transmitOnBase: boolean }
    | undefined;
  /** timer_expired_backup: priority of the skew, undefined = off. */
  readonly timerExpiredBackup: number | undefined;
  readonly notify: NotifyConfig;
  readonly notifyPriorityChanges: boolean;
  readonly smtpAlert: boolean;
  readonly lvsSyncInterface: string | undefined;
  /** Why the file itself condemns the instance to FAULT ("config fault" of the checks), if it does. */
  readonly configurationFault: string | undefined;
}

export interface SyncGroupConfig {
  readonly name: string;
  /** Instance names, all existing, none in two groups. */
  readonly members: readonly string[];
  readonly notify: NotifyConfig;
  readonly smtpAlert: boolean;
  readonly trackInterfaces: readonly TrackInterface[];
  readonly trackScripts: readonly TrackScript[];
  readonly trackFiles: readonly TrackNamed[];
  readonly trackProcesses: readonly TrackNamed[];
  readonly trackBfd: readonly TrackNamed[];
  /** sync_group_tracking_weight: weighted tracking is allowed in the group. */
  readonly trackingWeight: boolean;
  readonly notifyPriorityChanges: boolean | undefined;
}

export interface VrrpConfig {
  readonly instances: readonly InstanceConfig[];
  readonly groups: readonly SyncGroupConfig[];
  /** Only scripts that an instance or group tracks. */
  readonly scripts: readonly TrackScriptConfig[];
  readonly startupDelay: Duration;
  readonly staticAddresses: readonly AddressConfig[];
  readonly staticRoutes: readonly RouteConfig[];
  readonly staticRules: readonly RuleConfig[];
  readonly logUnknownVrids: boolean;
  /** Minimal gap between gratuitous ARPs / NAs of an interface; zero = none. */
  readonly garpInterval: Duration;
  readonly gnaInterval: Duration;
  /** dynamic_interfaces: a missing interface is waited for instead of refused. */
  readonly dynamicInterfaces: boolean;
}
