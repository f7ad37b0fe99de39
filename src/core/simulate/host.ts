// One simulated machine: a kernel, its links on segments, and the VRRP process whose effects are performed on them.
// Spec: runtime/processes/vrrp.ts, whose part this plays: transports, batches and their answers, scripts, reads of the kernel.

import type { Config } from '../conf/config.ts';
import { itemName, type Resume, type VrrpProcessEffect, type VrrpProcessInput } from '../daemon/index.ts';
import type { Operation } from '../link/index.ts';
import { isLinkLocal, type Mac, parsePrefix } from '../net/index.ts';
import { type AddressRecord, addAddress, type RouteNews } from '../netlink/index.ts';
import { after, between, type Duration, type Instant, instant } from '../time.ts';
import type { Transport, VrrpState } from '../vrrp/index.ts';
import { ask, createKernel, dump, editLink, linkNamed, type SimulatedKernel } from './kernel/index.ts';
import { type RunningProcess, startProcess, statesOf } from './process.ts';
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
  | { readonly kind: 'batch'; readonly operations: readonly Operation[] }
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
  process: RunningProcess | undefined;
  /** Counts lives of the process. */
  life: number;
  /** The process's clock begins with it. */
  startedAt: Instant;
  /** What the supervisor remembers: who was MASTER, and since when nobody speaks. */
  masters: readonly string[];
  diedAt: Instant | undefined;
  readonly transports: Map<string, Transport>;
  readonly failing: Set<string>;
  pace: KernelPace;
  /** Each stream arrives in its own order, whatever the jitter. */
  readonly latest: Record<'batch' | 'answer' | 'notice', Instant>;
  overrunUntil: Instant | undefined;
  unsettled: number;
  states: ReadonlyMap<string, VrrpState>;
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
    masters: [],
    diedAt: undefined,
    transports: new Map(),
    failing: new Set(),
    pace,
    latest: { batch: instant(0), answer: instant(0), notice: instant(0) },
    overrunUntil: undefined,
    unsettled: 0,
    states: new Map(),
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
  host.process = startProcess();
  host.startedAt = now;
  host.unsettled = 0;
  const remembered: Resume = { instances: host.masters, silence: between(host.diedAt ?? now, now) };
  if (!resume) host.masters = [];
  const carry = resume && host.diedAt !== undefined ? { resume: remembered } : {};
  return [
    { kind: 'configure', config: host.config, ...carry },
    { kind: 'kernel', news: dump(host.kernel) },
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

/** Errors that mean that it is so already: what runtime/processes/vrrp.ts takes for done. */
const already = {
  add: ['EEXIST'],
  remove: ['EADDRNOTAVAIL', 'ESRCH', 'ENODEV', 'ENOENT'],
} as const satisfies Record<Operation['verb'], readonly string[]>;

/** The kernel does a batch in order; returns its notices and what the process must hear of refusals. */
export function performBatch(
  host: Host,
  operations: readonly Operation[],
): { readonly news: readonly RouteNews[]; readonly answers: readonly VrrpProcessInput[] } {
  const news: RouteNews[] = [];
  const answers: VrrpProcessInput[] = [];
  for (const operation of operations) {
    const answer = ask(host.kernel, operation.request);
    news.push(...answer.news);
    const { errno } = answer;
    const done: readonly string[] = already[operation.verb];
    if (errno === undefined || done.includes(errno)) continue;
    const { verb, object, subject, request } = operation;
    const message = `${request.operation}: ${errno}`;
    answers.push({
      kind: 'refused',
      operation: `to ${verb} ${object} ${subject}`,
      fault: { code: 'netlink-refused', message, operation: request.operation, errno },
      ...(verb === 'add' ? { absent: itemName(operation) } : {}),
    });
  }
  return { news, answers };
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
  states: host.states,
  running: host.process !== undefined,
  config: host.config,
  unsettled: host.unsettled,
});

export const refreshStates = (host: Host): ReadonlyMap<string, VrrpState> =>
  host.process === undefined ? new Map() : statesOf(host.process);
