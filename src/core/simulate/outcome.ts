// What came of a trouble for each virtual router: who was MASTER before, during and after, how long nobody or two were, and why, in words.
// Spec: the kernels' and processes' own changes; RFC 9568 section 6 and keepalived.conf(5) for the reasons.

import { between, type Duration, type Instant, inSeconds, instant, zero } from '../time.ts';
import type { InstanceConfig, VrrpState } from '../vrrp/index.ts';
import type { Router } from './fleet.ts';
import { gaps, holdersOf, mastershipOf, openAt, overlaps, type Span } from './history.ts';
import type { SimulatedEvent, SimulationResult } from './scenario.ts';
import type { Trouble } from './standard.ts';

/** How an instance of a node stands. */
export interface NodeStanding {
  /** undefined: the node runs no process. */
  readonly state: VrrpState | undefined;
  readonly priority: number;
  readonly cause: string;
}

export interface Moment {
  readonly masters: readonly string[];
  readonly nodes: ReadonlyMap<string, NodeStanding>;
}

export interface Outcome {
  readonly router: Router;
  readonly before: Moment;
  readonly during: Moment;
  readonly after: Moment;
  /** Longest time without the address on any node between the fault and the end; zero: none. */
  readonly withoutHolder: Duration;
  /** Longest time with two MASTERs. */
  readonly twoMasters: Duration;
  /** For the timeline. */
  readonly masters: readonly Span[];
  readonly states: readonly StateSpan[];
  /** `bad`: no MASTER, or two, where the fault is over or leaves a healthy node. */
  readonly grade: 'good' | 'note' | 'bad';
  /** Sentences: what happened, and why. */
  readonly verdict: readonly string[];
}

export interface StateSpan {
  readonly node: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly state: VrrpState | undefined;
}

const nameOf = (router: Router, node: string): string | undefined => router.instances.get(node)?.name;

const unheard: NodeStanding = { state: undefined, priority: 0, cause: 'its process is not running' };

/** What every node's instance of the router was at that time. */
function momentAt(
  events: readonly SimulatedEvent[],
  router: Router,
  masters: readonly Span[],
  time: Instant,
): Moment {
  const nodes = new Map<string, NodeStanding>([...router.instances.keys()].map(node => [node, unheard]));
  for (const event of events) {
    if (event.at > time) break;
    if (event.kind !== 'state' || event.instance !== nameOf(router, event.node)) continue;
    const { state, priority, cause } = event;
    nodes.set(event.node, { state, priority, cause });
  }
  return { masters: openAt(masters, time), nodes };
}

/** `lb1 from 1 s, lb2 from 12.5 s`: the order of MASTERs, for a scenario of many actions. */
function verdictOfAll(masters: readonly Span[], until: Instant): string[] {
  if (masters.length === 0) return ['nobody becomes MASTER'];
  const shown = masters
    .slice(0, mostShown)
    .map(({ node, from }) => `${node} from ${shortSeconds(between(instant(0), from))}`);
  const more = masters.length - shown.length;
  const last = openAt(masters, until);
  return [
    `MASTER is ${shown.join(', ')}${more > 0 ? ` and ${more} more changes` : ''}`,
    `at the end ${last.length > 1 ? `${list(last)} are` : last.length === 1 ? `${list(last)} is` : 'nobody is'}`,
  ];
}
const mostShown = 8;

function statesOf(events: readonly SimulatedEvent[], router: Router, until: Instant): readonly StateSpan[] {
  const spans: StateSpan[] = [];
  const open = new Map<string, { from: Instant; state: VrrpState | undefined }>(
    [...router.instances.keys()].map(node => [node, { from: instant(0), state: undefined }]),
  );
  const close = (node: string, to: Instant) => {
    const span = open.get(node);
    if (span !== undefined && to > span.from) spans.push({ node, ...span, to });
  };
  for (const event of events) {
    if (event.kind !== 'state' || event.instance !== nameOf(router, event.node)) continue;
    if (open.get(event.node)?.state === event.state) continue;
    close(event.node, event.at);
    open.set(event.node, { from: event.at, state: event.state });
  }
  for (const node of open.keys()) close(node, until);
  return spans;
}

const longest = (spans: readonly { readonly from: Instant; readonly to: Instant }[]): Duration =>
  spans.reduce((most, { from, to }) => Math.max(most, to - from), zero as number) as Duration;

/** Seconds as people read them: 3.6, 0.03. */
export const shortSeconds = (span: Duration): string =>
  `${Number(inSeconds(span).toPrecision(span < 1_000_000 ? 2 : 3))} s`;

const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'nobody') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const standingOf = ({ nodes }: Moment, node: string): NodeStanding => nodes.get(node) ?? unheard;

/** `lb1 148, lb2 100`: the priorities that decide. */
const priorities = (moment: Moment): string =>
  [...moment.nodes]
    .filter(([, { state }]) => state !== undefined)
    .map(([node, { state, priority }]) => `${node} ${state === 'FAULT' ? 'is in FAULT' : `has ${priority}`}`)
    .join(', ');

/** Why a node that is back does not become MASTER again. */
function reasonToWait(
  config: InstanceConfig | undefined,
  node: string,
  holder: string,
  moment: Moment,
): string {
  const back = standingOf(moment, node);
  if (back.state === undefined) return `${node} does not run`;
  if (back.state === 'FAULT') return `${node} is in FAULT: ${back.cause}`;
  const other = standingOf(moment, holder);
  if (back.priority < other.priority)
    return `priority ${back.priority} of ${node} is below ${other.priority} of ${holder}`;
  if (back.priority === other.priority)
    return `${node} and ${holder} have the same priority ${back.priority}`;
  if (config?.preempt === false) return `nopreempt on ${node}`;
  return back.cause;
}

/** What the fault does, while it lasts. */
function verdictDuring(
  router: Router,
  trouble: Trouble,
  before: Moment,
  during: Moment,
  took: Duration | undefined,
): string[] {
  const [was] = before.masters;
  const [is] = during.masters;
  if (during.masters.length > 1) return [`${list(during.masters)} are MASTER at the same time`];
  if (is === undefined) {
    const why = [...during.nodes].map(
      ([node, { state, cause }]) => `${node}: ${state ?? 'not running'}, ${cause}`,
    );
    return [`nobody is MASTER (${why.join('; ')})`];
  }
  if (was === undefined) return [`${is} becomes MASTER`];
  if (is !== was)
    return [`${is} takes over from ${was}${took === undefined ? '' : ` after ${shortSeconds(took)}`}`];
  if (tracks(router, trouble) && trouble.node === is && during.nodes.size > 1)
    return [`stays with ${is}: ${priorities(during)}`];
  return [`stays with ${is}`];
}

function verdictAfter(
  router: Router,
  trouble: Trouble,
  before: Moment,
  during: Moment,
  after: Moment,
): string[] {
  if (trouble.end === undefined) return [];
  const [is] = after.masters;
  if (after.masters.length > 1) return [`then ${list(after.masters)} stay MASTER at the same time`];
  if (is === undefined) return ['then nobody is MASTER'];
  const returned = before.masters.find(node => node !== is);
  const same = during.masters.length === 1 && during.masters[0] === is;
  if (!same) return [`then ${is} is MASTER${before.masters.includes(is) ? ' again' : ''}`];
  if (returned === undefined) return [];
  return [`then ${is} keeps it: ${reasonToWait(router.instances.get(returned), returned, is, after)}`];
}

/** A healthy node that could be MASTER: it runs and is in no FAULT. */
const couldServe = ({ nodes }: Moment): boolean =>
  [...nodes.values()].some(({ state }) => state !== undefined && state !== 'FAULT');

/** Something that the master tracks fails and another node could serve, but the address stays where it is. */
const failureIsIgnored = ({ tracked, node }: Trouble, { masters, nodes }: Moment): boolean =>
  tracked !== undefined &&
  masters[0] === node &&
  [...nodes].some(([name, { state }]) => name !== node && state === 'BACKUP') &&
  nodes.get(node ?? '')?.state === 'MASTER';

function gradeOf(trouble: Trouble, router: Router, during: Moment, after: Moment): Outcome['grade'] {
  const last = trouble.end === undefined ? during : after;
  if (last.masters.length !== 1) return 'bad';
  if (during.masters.length === 0 && couldServe(during)) return 'bad';
  if (tracks(router, trouble) && failureIsIgnored(trouble, during)) return 'note';
  return during.masters.length === 1 ? 'good' : 'note';
}

/** Whether what fails concerns the router at all: what its instance or the instance's group tracks. */
const tracks = (router: Router, { node, tracked }: Trouble): boolean =>
  tracked !== undefined && router.tracked.get(node ?? '')?.has(tracked) === true;

/** What the played trouble meant for the router. */
export function outcomeOf(trouble: Trouble, router: Router, { events }: SimulationResult): Outcome {
  const { until } = trouble.scenario;
  const masters = mastershipOf(events, node => nameOf(router, node));
  const moment = (time: Instant) => momentAt(events, router, masters, time);
  // What happens at the instant of the fault belongs to it.
  const before = moment(instant(Math.max(0, trouble.fault - 1)));
  const during = trouble.recovery > trouble.fault ? moment(instant(trouble.recovery - 1)) : moment(until);
  const after = moment(until);
  const address = [...router.instances.values()][0]?.addresses[0]?.prefix.address;
  const holders = address === undefined ? masters : holdersOf(events, address);
  const next = masters.find(({ node, from }) => from >= trouble.fault && node === during.masters[0]);
  const took = next === undefined ? undefined : between(trouble.fault, next.from);
  const alone = before.masters.length === 0;
  return {
    router,
    before,
    during,
    after,
    withoutHolder: alone ? zero : longest(gaps(holders, trouble.fault, until)),
    twoMasters: longest(overlaps(masters, trouble.fault, until)),
    masters,
    states: statesOf(events, router, until),
    grade: gradeOf(trouble, router, during, after),
    verdict: trouble.isWhole
      ? verdictOfAll(masters, until)
      : [
          ...verdictDuring(router, trouble, before, during, took),
          ...verdictAfter(router, trouble, before, during, after),
        ],
  };
}
