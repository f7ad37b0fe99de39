// All the VRRP machine remembers: plain data that its driver owns and only functions of this module change.
// Spec: RFC 9568 section 6.1 and keepalived's per-instance data and statistics.

import { type Agenda, createAgenda } from '../agenda.ts';
import type { Address, Family } from '../net/index.ts';
import { createNews, type News } from '../news.ts';
import { type Duration, type Instant, zero } from '../time.ts';
import { type AuthenticationState, beginAuthentication } from './authentication.ts';
import type { InstanceConfig, SyncGroupConfig, TrackScriptConfig, VrrpConfig } from './config.ts';
import type { AnnounceTarget, Effect, Input, Transport, VrrpInterface, VrrpState } from './events.ts';
import { basePriorityOf } from './priority.ts';
import type { Accepted, HeardChecksum, Standing } from './verdict.ts';

/** Named as in keepalived's statistics; vers_err, chk_err, owner_ignored, peer_unknown and advert_unsent it does not print. */
export const counterNames = [
  'advert_rcvd',
  'advert_sent',
  'advert_unsent',
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

/** Why a packet is for no instance. */
export const strayCauses = ['truncated', 'version', 'malformed', 'unknown-vrid'] as const;
export type StrayCause = (typeof strayCauses)[number];
export type StrayCounters = Record<StrayCause, number>;

/** Who was last heard as master. */
export interface HeardMaster {
  readonly address: Address;
  readonly priority: number;
  at: Instant;
  /** Version 3 over IPv4: which reading of the checksum the peer uses. */
  readonly checksum: HeardChecksum;
}

/** Two address owners (255) at once: how far the defence has come. Its patience ends with the alarm `owner`. */
export type OwnerConflict =
  | { readonly stage: 'none' }
  /** `left`: adverts of 255 still to be sent before patience begins to count. */
  | { readonly stage: 'defending'; readonly left: number; readonly patience: Duration }
  | { readonly stage: 'yielded'; readonly to: Address };

/** Where a reason for FAULT comes from; one from tracking makes priority 0 go out twice. */
export interface FaultReason {
  readonly from: 'configuration' | 'interface' | 'address' | 'tracking';
  /** A clause for logs and status: `interface eth0 has no carrier`. */
  readonly text: string;
}

/** Lines already written of one kind: when the last one was, how many since then were not. */
interface Reported {
  at: Instant;
  lines: number;
  suppressed: number;
}
/** What keeps repeated lines rare (report.ts). Both maps are bounded. */
export interface Reports {
  readonly causes: Map<string, Reported>;
  /** The least recently used first. */
  readonly subjects: Map<string, Reported>;
}
export const noReports = (): Reports => ({ causes: new Map(), subjects: new Map() });

/** What an instance said last: it is said again as long as nothing that it is made of has changed. */
interface Spoken {
  readonly config: InstanceConfig;
  readonly interface: VrrpInterface | undefined;
  readonly authentication: AuthenticationState;
  readonly priority: number;
  readonly source: Address;
  readonly effects: readonly Extract<Effect, { readonly kind: 'advertise' }>[];
}

/** The last packet that was accepted, and with what: the same one is accepted again without being read again. */
interface Judged {
  readonly packet: Extract<Input, { readonly kind: 'packet' }>;
  readonly standing: Standing;
  readonly verdict: Accepted;
}

export interface InstanceState {
  /** Unique for the machine's life; a reload carries it over, whatever the instance is called then. */
  readonly serial: number;
  /** The key of its news and its record. */
  readonly key: string;
  /** Its place in the configuration: the order in which several instances act in one step. */
  place: number;
  config: InstanceConfig;
  /** Key of its sync group. */
  group: string | undefined;
  state: VrrpState;
  /** The state before this one. */
  former: VrrpState;
  /** What it would be if its sync group let it. */
  wanted: 'MASTER' | 'BACKUP';
  /** Its master down timer ran out while its group was not ready; the second time that deserves a line. */
  heldBack: boolean;
  since: Instant;
  /** Why it is in this state: a sentence without full stop. */
  cause: string;
  /** FAULT: why it will have left it when nothing keeps it there any more. */
  recovery: string;
  /** 255 falls to 254 while yielding to another owner. */
  basePriority: number;
  effectivePriority: number;
  /** The priority that an operator has given it until the next reload, instead of what tracking makes of the file's. */
  override: number | undefined;
  /** The interval the master uses; the own one unless version 3 learnt another. */
  masterInterval: Duration;
  /** preempt_delay: `over` once its alarm has gone off; lower priority adverts no longer count then. */
  preempt: 'idle' | 'waiting' | 'over';
  /** Own reasons for FAULT, a function of configuration, interfaces and scripts; empty = healthy. */
  faults: readonly FaultReason[];
  /** Scripts of weight 0 whose first result is awaited. */
  awaited: readonly string[];
  /** It has asked for its addresses. */
  held: boolean;
  /** Which of them the kernel has, by `targetKey`. */
  readonly present: Map<string, AnnounceTarget>;
  /** Keys of those that the burst after garp_master_delay will announce. */
  secondBurst: string[];
  /** Was MASTER until its process died: becomes MASTER again as soon as it starts. */
  resuming: boolean;
  master: HeardMaster | undefined;
  /** BACKUP: the lower priority master it is about to replace. */
  rival: HeardMaster | undefined;
  /** MASTER: who advertised beside it, with a lower priority, and when last. */
  contender: HeardMaster | undefined;
  /** Sender whose address list was last compared. */
  comparedSender: Address | undefined;
  /** Where its adverts last came from: priority 0 may still be said after the address is gone (IPv4). */
  lastSource: Address | undefined;
  /** The adverts it sent last, ready to be sent again. */
  spoken: Spoken | undefined;
  judged: Judged | undefined;
  authentication: AuthenticationState;
  ownerConflict: OwnerConflict;
  /** When the last own advert went out. */
  advertisedAt: Instant | undefined;
  /** The last advert that could not leave, and why. */
  unsent: { readonly at: Instant; readonly cause: string } | undefined;
  /** Key of the socket it uses. */
  transport: string | undefined;
  readonly reports: Reports;
  notified: VrrpState | undefined;
  /** How long after its deadline a timer of its was served: the last one and the worst. */
  readonly lateness: { last: Duration; worst: Duration };
  readonly counters: Counters;
}

export interface GroupState {
  config: SyncGroupConfig;
  /** Serials, in the order of the configuration. */
  members: readonly number[];
  state: VrrpState;
  since: Instant;
  notified: VrrpState | undefined;
}

export interface ScriptState {
  config: TrackScriptConfig;
  /** 0..rise+fall-1; up from `rise` on. */
  result: number;
  /** False until the first result (true from the start with init_fail). */
  known: boolean;
  running: boolean;
  /** Its last run could not be started: nothing waits for it. */
  untried: boolean;
  /** When it became up, down or unknown. */
  since: Instant;
  /** The run in progress belongs to a configuration that is gone: its result does not count. */
  discard: boolean;
  detail: string;
}

export interface Waiting {
  readonly owner: number;
  readonly target: AnnounceTarget;
  /** Messages still owed. */
  count: number;
}

/** The announcements of one family on one interface that wait for their gap. */
export interface PacedQueue {
  readonly family: Family;
  /** Nothing goes out before. */
  next: Instant;
  /** By owner and address, in the order of going out; one whose count is not used up goes to the end. */
  readonly waiting: Map<string, Waiting>;
}

export interface OpenTransport {
  readonly transport: Transport;
  /** Serials of the instances that share it. */
  readonly users: Set<number>;
}

/** Serials by what concerns them; made anew with each configuration. */
export interface Indexes {
  /** By family, interface (`*`: one that no instance names) and VRID. */
  readonly routers: Readonly<Record<Family, Map<string, Map<number, number[]>>>>;
  /** By interface whose state matters to them. */
  readonly interfaces: Map<string, number[]>;
  /** By interface whose address list matters to them (track_src_ip). */
  readonly sources: Map<string, number[]>;
  readonly scripts: Map<string, number[]>;
}
export const noIndexes = (): Indexes => ({
  routers: { inet: new Map(), inet6: new Map() },
  interfaces: new Map(),
  sources: new Map(),
  scripts: new Map(),
});

export interface VrrpMachine {
  config: VrrpConfig;
  phase: 'created' | 'running' | 'leaving' | 'stopped';
  /** Every deadline, by alarm and whom it is for (alarms.ts). */
  alarms: Agenda<string | number>;
  readonly interfaces: Map<string, VrrpInterface>;
  /** By serial, in the order of the configuration. */
  instances: Map<number, InstanceState>;
  nextSerial: number;
  /** How many are LEAVING. */
  leaving: number;
  indexes: Indexes;
  groups: Map<string, GroupState>;
  scripts: Map<string, ScriptState>;
  readonly transports: Map<string, OpenTransport>;
  readonly queues: Map<string, PacedQueue>;
  /** Packets for no instance, by interface. */
  readonly strayCounters: Map<string, StrayCounters>;
  readonly news: News;
  readonly reports: Reports;
}

/** A machine that has not started: give it the interfaces, then `start`. */
export const createVrrp = (config: VrrpConfig): VrrpMachine => ({
  config,
  phase: 'created',
  alarms: createAgenda(),
  interfaces: new Map(),
  instances: new Map(),
  nextSerial: 1,
  leaving: 0,
  indexes: noIndexes(),
  groups: new Map(),
  scripts: new Map(),
  transports: new Map(),
  queues: new Map(),
  strayCounters: new Map(),
  news: createNews(),
  reports: noReports(),
});

export function newInstance(
  config: InstanceConfig,
  serial: number,
  place: number,
  now: Instant,
): InstanceState {
  return {
    serial,
    key: `instance ${serial}`,
    place,
    config,
    group: undefined,
    state: 'INIT',
    former: 'INIT',
    wanted: config.initialState,
    heldBack: false,
    since: now,
    cause: 'not started yet',
    recovery: '',
    basePriority: basePriorityOf(config),
    effectivePriority: basePriorityOf(config),
    override: undefined,
    masterInterval: config.advertInterval,
    preempt: 'idle',
    faults: [],
    awaited: [],
    held: false,
    present: new Map(),
    secondBurst: [],
    resuming: false,
    master: undefined,
    rival: undefined,
    contender: undefined,
    comparedSender: undefined,
    lastSource: undefined,
    spoken: undefined,
    judged: undefined,
    authentication: beginAuthentication(config),
    ownerConflict: { stage: 'none' },
    advertisedAt: undefined,
    unsent: undefined,
    transport: undefined,
    reports: noReports(),
    notified: undefined,
    lateness: { last: zero, worst: zero },
    counters: noCounts(),
  };
}

export function newScript(config: TrackScriptConfig, now: Instant): ScriptState {
  return {
    config,
    // One success suffices at first; one failure too, as it falls from rise - 1 straight to 0.
    result: config.initFail ? 0 : config.rise - 1,
    known: config.initFail,
    running: false,
    untried: false,
    since: now,
    discard: false,
    detail: config.initFail ? 'assumed failed (init_fail)' : 'not run yet',
  };
}
