// The draft of a vrrp_instance: what its lines have said so far, with the defaults that held where its block starts.
// Spec: keepalived.conf(5) "VRRP INSTANCE(S)".

import type { AddressConfig, RouteConfig, RuleConfig } from '../../link/model.ts';
import type { Address, Family } from '../../net/index.ts';
import type { ScriptCommand } from '../../script.ts';
import { type Duration, zero } from '../../time.ts';
import type {
  InstanceConfig,
  TrackInterface,
  TrackNamed,
  TrackScript,
  UnicastPeer,
} from '../../vrrp/config.ts';
import type { Statement } from '../statement.ts';
import type { GlobalDraft } from './global-draft.ts';
import type { ScriptDraft, Trackable } from './tracking.ts';

export type NotifyDraft = { -readonly [K in keyof InstanceConfig['notify']]: ScriptCommand };

/** What track_* records may name, as far as the file has been read. */
export interface Definitions {
  readonly scripts: Map<string, ScriptDraft>;
  readonly files: Map<string, Trackable>;
  readonly processes: Map<string, Trackable>;
  readonly bfd: Map<string, Trackable>;
}

export interface InstanceDraft {
  readonly name: string;
  readonly statement: Statement;
  readonly definitions: Definitions;
  /** The last line of each keyword, for the places of later findings. */
  readonly lines: Map<string, Statement>;
  family: Family | undefined;
  version: 2 | 3 | undefined;
  interface: string | undefined;
  /** Named instead of an interface. */
  vrf: string | undefined;
  /** Whether use_ipvlan names an address; undefined without use_ipvlan. */
  ipvlanAddress: boolean | undefined;
  notifiesDeletion: boolean;
  vrid: number | undefined;
  priority: number | undefined;
  state: 'MASTER' | 'BACKUP' | undefined;
  advertInterval: Duration | undefined;
  downTimerAdverts: number;
  preempt: boolean;
  preemptDelay: Duration;
  authType: 'PASS' | 'AH' | undefined;
  authPass: string | undefined;
  source: Address | undefined;
  trackSource: boolean;
  mcastGroup: Address | undefined;
  unicast: boolean;
  unicastPeers: UnicastPeer[];
  unicastFaultNoPeer: boolean;
  checkUnicastSource: boolean;
  unicastTtl: number | undefined;
  addresses: AddressConfig[];
  addressLines: Statement[];
  excluded: AddressConfig[];
  noAddress: boolean;
  routes: RouteConfig[];
  rules: RuleConfig[];
  trackPrimary: boolean;
  trackInterfaces: TrackInterface[];
  trackScripts: TrackScript[];
  trackFiles: TrackNamed[];
  trackProcesses: TrackNamed[];
  trackBfd: TrackNamed[];
  garpDelay: Duration;
  garpRepeat: number;
  garpRefresh: Duration;
  garpRefreshRepeat: number;
  garpLowerDelay: Duration | undefined;
  garpLowerRepeat: number | undefined;
  lowerPrioNoAdvert: boolean | undefined;
  higherPrioSendAdvert: boolean | undefined;
  ownerIgnoreAdverts: boolean | undefined;
  skipCheckAdvAddr: boolean;
  v3ChecksumAsV2: boolean;
  strict: boolean | undefined;
  accept: boolean | undefined;
  promoteSecondaries: boolean;
  vmac: { name: string | undefined; mac: NonNullable<InstanceConfig['vmac']>['mac'] } | undefined;
  vmacXmitBase: boolean;
  timerExpiredBackup: number | undefined;
  notify: NotifyDraft;
  notifyPriorityChanges: boolean | undefined;
  smtpAlert: boolean | undefined;
  lvsSyncInterface: string | undefined;
}

/** An instance's draft with the defaults that hold where its block starts. */
export const createInstanceDraft = (
  name: string,
  statement: Statement,
  definitions: Definitions,
  g: GlobalDraft,
): InstanceDraft => ({
  name,
  statement,
  definitions,
  lines: new Map(),
  family: undefined,
  version: undefined,
  interface: undefined,
  vrf: undefined,
  ipvlanAddress: undefined,
  notifiesDeletion: false,
  vrid: undefined,
  priority: undefined,
  state: undefined,
  advertInterval: undefined,
  downTimerAdverts: g.downTimerAdverts,
  preempt: true,
  preemptDelay: zero,
  authType: undefined,
  authPass: undefined,
  source: undefined,
  trackSource: false,
  mcastGroup: undefined,
  unicast: false,
  unicastPeers: [],
  unicastFaultNoPeer: false,
  checkUnicastSource: false,
  unicastTtl: undefined,
  addresses: [],
  addressLines: [],
  excluded: [],
  noAddress: false,
  routes: [],
  rules: [],
  trackPrimary: true,
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfd: [],
  garpDelay: g.garpDelay,
  garpRepeat: g.garpRepeat,
  garpRefresh: g.garpRefresh,
  garpRefreshRepeat: g.garpRefreshRepeat,
  garpLowerDelay: undefined,
  garpLowerRepeat: undefined,
  lowerPrioNoAdvert: undefined,
  higherPrioSendAdvert: undefined,
  ownerIgnoreAdverts: undefined,
  skipCheckAdvAddr: g.skipCheckAdvAddr,
  v3ChecksumAsV2: g.v3ChecksumAsV2,
  strict: undefined,
  accept: undefined,
  promoteSecondaries: false,
  vmac: undefined,
  vmacXmitBase: false,
  timerExpiredBackup: undefined,
  notify: {},
  notifyPriorityChanges: undefined,
  smtpAlert: undefined,
  lvsSyncInterface: undefined,
});
