// Who is MASTER with everything healthy, and whether a failing tracker moves the address: the daemon's own arithmetic.
// Spec: vrrp/priority.ts (weights are added, the sum alone is kept in 1..254); keepalived.conf(5) track_*, nopreempt; RFC 9568 section 6.4.2.

import { contribution, effectivePriority, ownerPriority } from '../../vrrp/index.ts';
import type { InstanceConfig } from '../rule.ts';
import type { Member, Router } from './match.ts';
import { type FleetReport, lineOf } from './report.ts';

type Weighted = InstanceConfig['trackScripts'][number];

/** Something that a node tracks with a weight. */
interface Tracker {
  /** The block that names it. */
  readonly block: 'track_script' | 'track_interface' | 'track_process' | 'track_bfd';
  readonly name: string;
  readonly item: Pick<Weighted, 'weight' | 'reverse'>;
}

/** All of which up and down are all there is: a tracked file has any number, and is left out. */
const trackersOf = (config: InstanceConfig): readonly Tracker[] => [
  ...config.trackScripts.map(item => ({ block: 'track_script' as const, name: item.script, item })),
  ...config.trackInterfaces.map(item => ({ block: 'track_interface' as const, name: item.interface, item })),
  ...config.trackProcesses.map(item => ({ block: 'track_process' as const, name: item.name, item })),
  ...config.trackBfd.map(item => ({ block: 'track_bfd' as const, name: item.name, item })),
];

const best = ({ item }: Tracker): number => Math.max(contribution(item, true), contribution(item, false));
const worst = ({ item }: Tracker): number => Math.min(contribution(item, true), contribution(item, false));

/** Priority with every tracker in its better state. */
export const healthy = (config: InstanceConfig): number =>
  effectivePriority(config.priority, trackersOf(config).map(best));

/** Priority when this one fails and the others do not. */
function failed(config: InstanceConfig, broken: Tracker): number {
  const all = trackersOf(config).map(each =>
    each.block === broken.block && each.name === broken.name ? worst(each) : best(each),
  );
  return effectivePriority(config.priority, all);
}

/** Who becomes master, and whether something that fails can change it. */
export function compareElection(router: Router, report: FleetReport): void {
  const ranked = [...router].sort((a, b) => healthy(b.sight.config) - healthy(a.sight.config));
  const [first, second] = ranked;
  if (first === undefined || second === undefined) return;
  compareStates(router, first, report);
  const [highest, next] = [healthy(first.sight.config), healthy(second.sight.config)];
  if (highest === next) {
    const [a, b] = router.indexOf(first) < router.indexOf(second) ? [first, second] : [second, first];
    report.say(
      'fleet-priority',
      `priority ${b.sight.config.priority} is the one of ${a.node.path}: the higher address decides who is master`,
      lineOf(b, 'priority'),
      { message: 'the same priority', at: lineOf(a, 'priority') },
    );
  }
  compareTrackers(first, ranked.slice(1), report);
}

function compareStates(router: Router, first: Member, report: FleetReport): void {
  const masters = router.filter(({ sight }) => sight.config.initialState === 'MASTER');
  const [master, ...others] = masters;
  if (master === undefined) return;
  for (const member of others)
    report.say(
      'fleet-state',
      `state MASTER here and in ${master.node.path}: both start as master and send, until the lower priority gives in`,
      lineOf(member, 'state'),
      { message: 'the other master', at: lineOf(master, 'state') },
    );
  const [highest, own] = [healthy(first.sight.config), healthy(master.sight.config)];
  if (others.length > 0 || own >= highest) return;
  const consequence = first.sight.config.preempt
    ? 'which takes over at once'
    : 'which has nopreempt: whoever is MASTER first stays it';
  report.say(
    'fleet-state',
    `state MASTER has priority ${own}, below ${highest} of ${first.node.path}, ${consequence}`,
    lineOf(master, 'priority'),
    { message: 'the higher priority', at: lineOf(first, 'priority') },
  );
}

/** For each tracker of the master: whether its failure moves the address. Without a weight it is FAULT, and the address moves. */
function compareTrackers(master: Member, rivals: readonly Member[], report: FleetReport): void {
  const { config, lines } = master.sight;
  if (config.priority === ownerPriority) return;
  const [rival] = rivals;
  if (rival === undefined) return;
  for (const tracker of trackersOf(config)) {
    if (tracker.item.weight === 0) continue;
    const left = failed(config, tracker);
    const lower = rivals.filter(({ sight }) => healthy(sight.config) > left);
    if (lower.some(({ sight }) => sight.config.preempt)) continue;
    const before = healthy(config);
    const stands = `${tracker.name} failing here: priority ${before} -> ${left}, ${rival.node.path} stands at ${healthy(rival.sight.config)}`;
    const why =
      lower.length > 0
        ? ' but has nopreempt: the addresses do not move, whatever the weight is; weight 0 makes it FAULT'
        : `: the addresses do not move; ${remedyOf(tracker, config, healthy(rival.sight.config))}`;
    const record = lines.get(tracker.block)?.block?.find(({ keyword }) => keyword === tracker.name);
    report.say('fleet-weight', `${stands}${why}`, record ?? lineOf(master, tracker.block), {
      message: 'the priority it has to fall below',
      at: lineOf(rival, 'priority'),
    });
  }
}

/** The largest weight that keepalived takes. */
const mostWeight = 253;

function remedyOf(tracker: Tracker, config: InstanceConfig, rival: number): string {
  const others = trackersOf(config).filter(
    each => each !== tracker && (each.block !== tracker.block || each.name !== tracker.name),
  );
  // What is left of it all when the tracker adds nothing: only the sum is kept in 1..254.
  const without = others.map(best).reduce((sum, each) => sum + each, config.priority);
  if (worst(tracker) < 0) {
    const wanted = rival - without - 1;
    if (-wanted <= mostWeight) return `it must take at least ${-wanted}, or have weight 0 for FAULT`;
  }
  const most = rival - 1 - (without - config.priority);
  return most >= 1
    ? `its failure leaves what it adds to: lower the priority to ${most} or less, or take weight 0 for FAULT`
    : 'take weight 0 for FAULT';
}
