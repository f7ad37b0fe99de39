// All the VRRP machine remembers, as plain data. Only functions of this room change it, inside one step.
// Spec: RFC 9568 section 6.1 and keepalived's per-instance data and statistics.

import type { Address } from '../net/index.ts';
import type { Duration, Instant } from '../time.ts';
import type { ChecksumForm } from '../wire/index.ts';
import { type AuthenticationState, beginAuthentication } from './authentication.ts';
import type { InstanceConfig, SyncGroupConfig, TrackScriptConfig, VrrpConfig } from './config.ts';
import type { Transport, VrrpInterface, VrrpState } from './events.ts';
import type { PacedQueue } from './pacing.ts';
import { basePriorityOf } from './priority.ts';

/** Named as in keepalived's statistics; vers_err, chk_err, owner_ignored and peer_unknown it does not print. */
export const counterNames = [
  'advert_rcvd',
  'advert_sent',
  'become_master',
  'release_master',
  'packet_len_err',
  'advert_interval_err',
  'ip_ttl_err',
  'vers_err',
  'chk_err',
  'invalid_type_rcvd',
  'addr_list_err',
  'invalid_authtype',
  'authtype_mismatch',
  'auth_failure',
  'owner_ignored',
  'peer_unknown',
  'pri_zero_rcvd',
  'pri_zero_sent',
] as const;
export type CounterName = (typeof counterNames)[number];
export type Counters = Record<CounterName, number>;

const noCounts = (): Counters =>
  Object.fromEntries(counterNames.map(name => [name, 0])) as Record<CounterName, number>;

/** Who was last heard as master. */
export interface HeardMaster {
  readonly address: Address;
  readonly priority: number;
  readonly at: Instant;
  /** Version 3 over IPv4: which reading of the checksum the peer uses. */
  readonly checksum: HeardChecksum;
}
/** wire's forms, and the old unicast one: a pseudo header with the multicast group for destination. */
export type HeardChecksum = ChecksumForm | 'group-pseudo-header';

/** Pending announcement bursts; all are dropped on leaving MASTER. */
export interface Bursts {
  readonly delayed: Instant | undefined;
  readonly refresh: Instant | undefined;
  readonly lowerPriority: Instant | undefined;
}
export const noBursts: Bursts = { delayed: undefined, refresh: undefined, lowerPriority: undefined };

/** Two address owners (255) at once: how far the defence has come. */
type OwnerConflict =
  | { readonly stage: 'none' }
  | {
      readonly stage: 'defending';
      readonly left: number;
      readonly patience: Duration;
      readonly until: Instant | undefined;
    }
  | { readonly stage: 'yielded'; readonly to: Address };

/** Where a reason for FAULT comes from; one from tracking makes priority 0 go out twice. */
export interface FaultReason {
  readonly from: 'configuration' | 'interface' | 'address' | 'tracking';
  /** A clause for logs and status: `interface eth0 has no carrier`. */
  readonly text: string;
}

export interface InstanceState {
  config: InstanceConfig;
  state: VrrpState;
  /** What it would be if its sync group let it. */
  wanted: 'MASTER' | 'BACKUP';
  since: Instant;
  /** Why it is in this state: a sentence without full stop. */
  cause: string;
  /** 255 falls to 254 while yielding to another owner. */
  basePriority: number;
  effectivePriority: number;
  /** The interval the master uses; the own one unless version 3 learnt another. */
  masterInterval: Duration;
  /** BACKUP: master down timer. MASTER: next advert. */
  timer: Instant | undefined;
  /** Set by the first lower priority advert; once past, lower priority adverts no longer count. */
  preemptUntil: Instant | undefined;
  /** Own reasons for FAULT, a function of configuration, interfaces and scripts; empty = healthy. */
  faults: readonly FaultReason[];
  /** Scripts of weight 0 whose first result is awaited. */
  awaited: readonly string[];
  held: boolean;
  /** Was MASTER until its process died: becomes MASTER again as soon as it starts. */
  resuming: boolean;
  bursts: Bursts;
  master: HeardMaster | undefined;
  /** BACKUP: the lower priority master it is about to replace. */
  rival: HeardMaster | undefined;
  /** Sender whose address list was last compared. */
  comparedSender: Address | undefined;
  /** Where its adverts last came from: priority 0 may still be said after the address is gone (IPv4). */
  lastSource: Address | undefined;
  authentication: AuthenticationState;
  ownerConflict: OwnerConflict;
  /** When the last own advert went out. */
  advertisedAt: Instant | undefined;
  /** Complaints already logged; forgotten when the state or the master changes. */
  complaints: readonly string[];
  notified: VrrpState | undefined;
  counters: Counters;
}

export interface GroupState {
  config: SyncGroupConfig;
  state: VrrpState;
  notified: VrrpState | undefined;
}

export interface ScriptState {
  config: TrackScriptConfig;
  /** 0..rise+fall-1; up from `rise` on. */
  result: number;
  /** False until the first result (true from the start with init_fail). */
  known: boolean;
  running: boolean;
  /** The run in progress belongs to a configuration that is gone: its result does not count. */
  discard: boolean;
  nextRun: Instant | undefined;
  detail: string;
}

export interface VrrpMachine {
  readonly config: VrrpConfig;
  readonly phase: 'created' | 'running' | 'stopped';
  /** End of vrrp_startup_delay; undefined when over. */
  readonly delayedUntil: Instant | undefined;
  readonly interfaces: ReadonlyMap<string, VrrpInterface>;
  readonly instances: ReadonlyMap<string, Readonly<InstanceState>>;
  readonly groups: ReadonlyMap<string, Readonly<GroupState>>;
  readonly scripts: ReadonlyMap<string, Readonly<ScriptState>>;
  readonly transports: ReadonlyMap<string, Transport>;
  /** `interface/VRID` of adverts nobody here is configured for, already logged. */
  readonly strangers: ReadonlySet<string>;
  /** Announcements that wait for their gap, by family and interface. */
  readonly queues: ReadonlyMap<string, PacedQueue>;
}

export function newInstance(config: InstanceConfig, now: Instant): InstanceState {
  return {
    config,
    state: 'INIT',
    wanted: config.initialState,
    since: now,
    cause: 'not started yet',
    basePriority: basePriorityOf(config),
    effectivePriority: basePriorityOf(config),
    masterInterval: config.advertInterval,
    timer: undefined,
    preemptUntil: undefined,
    faults: [],
    awaited: [],
    held: false,
    resuming: false,
    bursts: noBursts,
    master: undefined,
    rival: undefined,
    comparedSender: undefined,
    lastSource: undefined,
    authentication: beginAuthentication(config),
    ownerConflict: { stage: 'none' },
    advertisedAt: undefined,
    complaints: [],
    notified: undefined,
    counters: noCounts(),
  };
}

export function newScript(config: TrackScriptConfig): ScriptState {
  return {
    config,
    // One success suffices at first; one failure too, as it falls from rise - 1 straight to 0.
    result: config.initFail ? 0 : config.rise - 1,
    known: config.initFail,
    running: false,
    discard: false,
    nextRun: undefined,
    detail: config.initFail ? 'assumed failed (init_fail)' : 'not run yet',
  };
}
