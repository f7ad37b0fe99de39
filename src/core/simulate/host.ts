// One simulated machine: a kernel, its links on segments, and the VRRP process whose effects are performed on them.
// Spec: runtime/processes/vrrp.ts, whose part this plays: transports, batches and their answers, scripts, reads of the kernel.

import type { Config } from '../conf/config.ts';
import {
  type Configure,
  createVrrpProcess,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
} from '../daemon/index.ts';
import { compactLedger, replay, type TicketedOperation } from '../link/index.ts';
import { isLinkLocal, type Mac, parsePrefix } from '../net/index.ts';
import { type AddressRecord, addAddress, type RouteNews } from '../netlink/index.ts';
import { after, between, type Duration, type Instant, instant } from '../time.ts';
import type { ResumedInstance, Transport, VrrpState } from '../vrrp/index.ts';
import { ask, createKernel, editLink, linkNamed, type SimulatedKernel } from './kernel/index.ts';
import type { KernelPace, NodeView, SimulatedNode } from './scenario.ts';

/** What is on its way to a host. Inputs of a former life of the process are dropped. */
export type Arrival =
  | { readonly kind: 'input'; readonly input: VrrpProcessInput }
  | {
      readonly kind: 'packet';
      readonly transport: string;
      readonly input: VrrpProcessInput & { readonly kind: 'packet' };
    }
  /** The kernel performs a batch. */
  | { readonly kind: 'batch'; readonly operations: readonly TicketedOperation[] }
  /** The process has read the kernel: it gets what the kernel holds at that time. */
  | { readonly kind: 'read' };

export interface Host {
  readonly node: SimulatedNode;
  readonly name: string;
  config: Config;
  kernel: SimulatedKernel;
  /** Interface index -> segment. */
  segments: Map<number, string>;
  powered: boolean;
  process: VrrpProcess | undefined;
  /** Counts lives of the process. */
  life: number;
  /** The process's clock begins with it. */
  startedAt: Instant;
  /** What the supervisor remembers: who was MASTER, and since when nobody speaks. */
  /** Numbers the boots of the machine: a ledger of another boot does not count. */
  boots: number;
  /** Text of the ownership ledger (link/ledger.ts). */
  ledger: string;
  readonly masters: Map<string, Omit<ResumedInstance, 'silence'>>;
  diedAt: Instant | undefined;
  readonly transports: Map<string, Transport>;
  readonly failing: Set<string>;
  pace: KernelPace;
  /** Each stream arrives in its own order, whatever the jitter. */
  readonly latest: Record<'batch' | 'answer' | 'notice', Instant>;
  overrunUntil: Instant | undefined;
  unsettled: number;
  /** How each instance stood when last looked at. */
  readonly standings: Map<string, Standing>;
}

/** What an instance is, and why. */
export interface Standing {
  /** undefined: no process has such an instance. */
  readonly state: VrrpState | undefined;
  readonly priority: number;
  readonly cause: string;
}

export function createHost(node: SimulatedNode, pace: KernelPace): Host {
  const host: Host = {
    node,
    name: node.name,
    config: node.config,
    kernel: createKernel(),
    segments: new Map(),
    powered: true,
    process: undefined,
    life: 0,
    startedAt: instant(0),
    masters: new Map(),
    boots: 0,
    ledger: '',
    diedAt: undefined,
    transports: new Map(),
    failing: new Set(),
    pace,
    latest: { batch: instant(0), answer: instant(0), notice: instant(0) },
    overrunUntil: undefined,
    unsettled: 0,
    standings: new Map(),
  };
  bootKernel(host);
  return host;
}

/** Hardware addresses differ by node and link. */
function macOf(name: string, position: number): Mac {
  const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) & 0xffff, 7);
  const octets = [2, 0, sum >> 8, sum & 0xff, 0, position];
  return octets.map(each => each.toString(16).padStart(2, '0')).join(':') as Mac;
}

export function addressRecord(ifindex: number, text: string): AddressRecord {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`${text} is not an address with a prefix length`);
  return {
    ifindex,
    prefix,
    scope: isLinkLocal(prefix.address) ? 253 : 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: 0,
    preferredLifetime: 'forever',
  };
}

/** The machine as it was at first: its links with their own addresses. */
export function bootKernel(host: Host): void {
  host.boots++;
  host.kernel = createKernel();
  host.segments = new Map();
  for (const [position, link] of host.node.links.entries()) {
    const mac = link.mac ?? macOf(host.name, position);
    editLink(host.kernel, { kind: 'create', name: link.name, mac, up: true });
    const index = linkNamed(host.kernel, link.name)?.index ?? 0;
    host.segments.set(index, link.segment);
    for (const text of link.addresses) ask(host.kernel, addAddress(addressRecord(index, text)));
  }
}

/** A new process: its inputs are the configuration and what the kernel holds. */
export function launch(host: Host, resume: boolean, now: Instant): readonly VrrpProcessInput[] {
  host.life++;
  host.process = createVrrpProcess();
  host.startedAt = now;
  host.unsettled = 0;
  const silence = between(host.diedAt ?? now, now);
  const remembered: Configure['resume'] = [...host.masters.values()].map(each => ({ ...each, silence }));
  host.masters.clear();
  const left = replay(host.ledger, String(host.boots));
  host.ledger = compactLedger(String(host.boots), left);
  const carry = resume && host.diedAt !== undefined ? { resume: remembered } : {};
  return [
    { kind: 'inherit', possessions: left },
    { kind: 'configure', config: host.config, ...carry },
  ];
}

/** The process is gone, however it ended. */
export function endProcess(host: Host, now: Instant): void {
  host.process = undefined;
  host.life++;
  host.diedAt = now;
  host.transports.clear();
  host.unsettled = 0;
}

export const localNow = (host: Host, now: Instant): Instant => instant(now - host.startedAt);
export const globalTime = (host: Host, local: Instant): Instant =>
  after(host.startedAt, local as number as Duration);

/** When the next item of a stream arrives. */
export function arrivalTime(
  host: Host,
  stream: keyof Host['latest'],
  now: Instant,
  roll: () => number,
): Instant {
  const { delay, jitter } = host.pace;
  const drawn = after(now, Math.round(delay + roll() * jitter) as Duration);
  const at = drawn < host.latest[stream] ? host.latest[stream] : drawn;
  host.latest[stream] = at;
  return at;
}

/** The kernel does a batch in order; returns its notices and its answers. */
export function performBatch(
  host: Host,
  operations: readonly TicketedOperation[],
): { readonly news: readonly RouteNews[]; readonly answer: VrrpProcessInput } {
  const news: RouteNews[] = [];
  const completions = operations.map(({ ticket, request }) => {
    const answer = ask(host.kernel, request);
    news.push(...answer.news);
    const { errno } = answer;
    if (errno === undefined) return { ticket, fault: undefined };
    const { operation } = request;
    return {
      ticket,
      fault: { code: 'netlink-refused', message: `${operation}: ${errno}`, operation, errno } as const,
    };
  });
  return { news, answer: { kind: 'completions', completions } };
}

/** The transports of a host that take a packet from this segment, each with the name it was opened under. */
export function hearers(
  host: Host,
  segment: string,
  advert: Extract<VrrpProcessEffect, { readonly kind: 'advertise' }>,
): readonly Transport[] {
  return [...host.transports.values()].filter(({ family, index, group }) => {
    const link = index === undefined ? undefined : host.kernel.links.get(index);
    if (link === undefined || family !== advert.family || !link.flags.up || !link.flags.running) return false;
    if (host.segments.get(link.index) !== segment) return false;
    if (group === advert.destination) return true;
    return host.kernel.addresses.some(each => each.prefix.address === advert.destination);
  });
}

export const viewOf = (host: Host): NodeView => ({
  name: host.name,
  kernel: host.kernel,
  states: statesOf(host),
  running: host.process !== undefined,
  config: host.config,
  unsettled: host.unsettled,
});

const statesOf = ({ process }: Host): ReadonlyMap<string, VrrpState> =>
  new Map([...(process?.machine?.instances.values() ?? [])].map(each => [each.config.name, each.state]));

const gone = { state: undefined, priority: 0, cause: 'its process has ended' } as const satisfies Standing;

/** The instances whose state or priority has changed since the last call, which remembers them. */
export function changedStandings(
  host: Host,
): readonly { readonly instance: string; readonly standing: Standing }[] {
  const changes: { readonly instance: string; readonly standing: Standing }[] = [];
  const instances = host.process?.machine?.instances;
  let present = 0;
  for (const { config, state, effectivePriority: priority, cause } of instances?.values() ?? []) {
    present++;
    const before = host.standings.get(config.name);
    if (before?.state === state && before.priority === priority) continue;
    const standing = { state, priority, cause };
    host.standings.set(config.name, standing);
    changes.push({ instance: config.name, standing });
  }
  if (present === host.standings.size) return changes;
  const names = new Set([...(instances?.values() ?? [])].map(({ config }) => config.name));
  for (const instance of host.standings.keys()) {
    if (names.has(instance)) continue;
    host.standings.delete(instance);
    changes.push({ instance, standing: gone });
  }
  return changes;
}
