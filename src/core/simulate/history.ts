// Who held an address and when, who was MASTER and when: read from a simulation's events.
// Spec: the kernels' own changes, not what a process believes.

import type { Address } from '../net/index.ts';
import { type Instant, instant } from '../time.ts';
import type { SimulatedEvent } from './scenario.ts';

export interface Span {
  readonly node: string;
  readonly from: Instant;
  /** undefined: still so at the end. */
  readonly to: Instant | undefined;
}

function spansOf(
  events: readonly SimulatedEvent[],
  read: (event: SimulatedEvent) => boolean | undefined,
): readonly Span[] {
  const open = new Map<string, Instant>();
  const closed: Span[] = [];
  const close = (node: string, to: Instant): void => {
    const from = open.get(node);
    if (from !== undefined && open.delete(node)) closed.push({ node, from, to });
  };
  for (const event of events) {
    if (event.kind === 'action') {
      if (event.action.kind === 'power-off') close(event.action.node, event.at);
      continue;
    }
    const holds = read(event);
    if (holds === false) close(event.node, event.at);
    else if (holds === true && !open.has(event.node)) open.set(event.node, event.at);
  }
  const rest = [...open].map(([node, from]) => ({ node, from, to: undefined }));
  return [...closed, ...rest].sort((a, b) => a.from - b.from);
}

/** Nodes whose kernel held the address: also after a kill, until the machine loses power. */
export const holdersOf = (events: readonly SimulatedEvent[], address: Address): readonly Span[] =>
  spansOf(events, event => {
    if (event.kind !== 'kernel' || event.news.kind !== 'address') return undefined;
    return event.news.record.prefix.address === address ? !event.news.gone : undefined;
  });

/** Nodes whose process was MASTER of the instance; one that is killed ceases to be. */
export const mastersOf = (events: readonly SimulatedEvent[], instance: string): readonly Span[] =>
  spansOf(events, event =>
    event.kind === 'state' && event.instance === instance ? event.state === 'MASTER' : undefined,
  );

/** Nodes whose process was MASTER of a virtual router; `instanceOn` names the node's instance of it. */
export const mastershipOf = (
  events: readonly SimulatedEvent[],
  instanceOn: (node: string) => string | undefined,
): readonly Span[] =>
  spansOf(events, event =>
    event.kind === 'state' && event.instance === instanceOn(event.node)
      ? event.state === 'MASTER'
      : undefined,
  );

/** The nodes whose span is open at that time. */
export const openAt = (spans: readonly Span[], time: Instant): readonly string[] => [
  ...new Set(
    spans.filter(({ from, to }) => from <= time && (to === undefined || to > time)).map(each => each.node),
  ),
];

/** The spans of time between `from` and `to` in which at least two nodes' spans were open. */
export function overlaps(
  spans: readonly Span[],
  from: Instant,
  to: Instant,
): readonly { from: Instant; to: Instant }[] {
  const edges = spans.flatMap(span => [
    { at: span.from, step: 1 },
    { at: span.to ?? to, step: -1 },
  ]);
  // What ends at an instant ends before what begins there.
  edges.sort((a, b) => a.at - b.at || a.step - b.step);
  const found: { from: Instant; to: Instant }[] = [];
  let open = 0;
  let since = from;
  for (const { at, step } of edges) {
    if (open >= 2 && at > since && since < to)
      found.push({ from: instant(Math.max(since, from)), to: instant(Math.min(at, to)) });
    open += step;
    since = at;
  }
  return found.filter(each => each.to > each.from);
}

/** The spans of time between `from` and `to` in which none of these spans was open. */
export function gaps(
  spans: readonly Span[],
  from: Instant,
  to: Instant,
): readonly { from: Instant; to: Instant }[] {
  const found: { from: Instant; to: Instant }[] = [];
  let covered = from;
  for (const span of spans) {
    if (span.from > covered && covered < to)
      found.push({ from: covered, to: instant(Math.min(span.from, to)) });
    const end = span.to ?? to;
    if (end > covered) covered = end;
  }
  if (covered < to) found.push({ from: covered, to });
  return found;
}
