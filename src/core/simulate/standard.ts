// The ten standard kinds of trouble for a fleet: each is a scenario of its own, with a fault and its end.
// Spec: what befalls a pair in practice: power, daemon, process, link, tracker, LAN, reload.

import {
  type Duration,
  type Instant,
  instant,
  microseconds,
  milliseconds,
  plus,
  seconds,
  times,
  zero,
} from '../time.ts';
import { type InstanceConfig, masterDownTime } from '../vrrp/index.ts';
import type { Fleet } from './fleet.ts';
import type { NodeAction, Scenario, SimulatedAction, SimulatedNetwork } from './scenario.ts';

export interface Trouble {
  /** Short: `lb1 loses power`. */
  readonly title: string;
  /** What ends it; undefined: nothing does. */
  readonly end: string | undefined;
  readonly scenario: Scenario;
  /** When the fault comes and when it ends; the same instant where there is no fault. */
  readonly fault: Instant;
  readonly recovery: Instant;
  /** The node that the fault concerns, where it is one. */
  readonly node: string | undefined;
  /** What fails there: a script or an interface. */
  readonly tracked: string | undefined;
  /** Of many actions: what counts is who was MASTER when, not one fault and its end. */
  readonly isWhole: boolean;
}

export const usualNetwork: SimulatedNetwork = {
  delay: microseconds(200),
  jitter: microseconds(200),
  loss: 0,
  duplication: 0,
};
const lossy: SimulatedNetwork = { ...usualNetwork, loss: 0.3 };

/** The longest time in which an instance can still act on what has happened: three silences, its delays and a second. */
function patience({ version, advertInterval, downTimerAdverts, preemptDelay }: InstanceConfig): Duration {
  const silence = masterDownTime(version, 1, advertInterval, downTimerAdverts);
  return plus(plus(times(3, silence), preemptDelay), seconds(1));
}

/** How long the fleet gets to settle. */
export function settlingTime({ nodes }: Fleet): Duration {
  let longest = zero as Duration;
  for (const { config } of nodes) {
    const { instances, startupDelay, scripts } = config.vrrp;
    // A script that rises or falls needs that many runs.
    const runs = scripts.map(({ interval, timeout, rise, fall }) =>
      times(Math.max(rise, fall) + 1, plus(interval, timeout)),
    );
    const delay = plus(startupDelay, Math.max(0, ...runs) as Duration);
    for (const instance of instances)
      longest = Math.max(longest, plus(patience(instance), delay)) as Duration;
  }
  return longest;
}

const at = (time: Duration): Instant => instant(time);

interface Fault {
  readonly title: string;
  readonly end?: string;
  readonly begin: readonly SimulatedAction[];
  readonly finish?: readonly SimulatedAction[];
  readonly idle?: readonly string[];
  readonly node?: string;
  readonly tracked?: string;
}

const on = (node: string, action: NodeAction): SimulatedAction => ({ node, ...action });

/** One row a kind; each gives as many faults as the fleet has nodes, links or scripts. */
const kinds: Readonly<Record<string, (fleet: Fleet) => readonly Fault[]>> = {
  start: () => [{ title: 'all start together', begin: [] }],
  power: ({ nodes }) =>
    nodes.map(({ name }) => ({
      title: `${name} loses power`,
      end: `${name} boots`,
      node: name,
      begin: [on(name, { kind: 'power-off' })],
      finish: [on(name, { kind: 'boot' })],
    })),
  stop: ({ nodes }) =>
    nodes.map(({ name }) => ({
      title: `the daemon of ${name} is stopped`,
      end: 'it starts again',
      node: name,
      begin: [on(name, { kind: 'stop' })],
      finish: [on(name, { kind: 'start', resume: false })],
    })),
  crash: ({ nodes }) =>
    nodes.map(({ name }) => ({
      title: `the VRRP process of ${name} is killed and restarted at once`,
      node: name,
      begin: [on(name, { kind: 'kill' }), on(name, { kind: 'start', resume: true })],
    })),
  tracker: ({ nodes }) =>
    nodes.flatMap(({ name, config }) =>
      config.vrrp.scripts.map(script => ({
        title: `script ${script.name} fails on ${name}`,
        end: 'it succeeds again',
        node: name,
        tracked: script.name,
        begin: [on(name, { kind: 'script', name: script.name, success: false })],
        finish: [on(name, { kind: 'script', name: script.name, success: true })],
      })),
    ),
  link: ({ nodes }) =>
    nodes.flatMap(({ name, links }) =>
      links.map(link => ({
        title: `${link.name} of ${name} loses carrier`,
        end: 'the carrier is back',
        node: name,
        tracked: link.name,
        begin: [on(name, { kind: 'link', edit: { kind: 'carrier', name: link.name, running: false } })],
        finish: [on(name, { kind: 'link', edit: { kind: 'carrier', name: link.name, running: true } })],
      })),
    ),
  partition: ({ nodes }) =>
    nodes.length < 2
      ? []
      : [
          {
            title: 'the nodes no longer hear each other',
            end: 'they hear each other again',
            begin: [{ kind: 'partition', islands: nodes.map(({ name }) => [name]) }],
            finish: [{ kind: 'heal' }],
          },
        ],
  loss: () => [
    {
      title: '30 % of all packets are lost',
      end: 'none is lost any more',
      begin: [{ kind: 'network', network: lossy }],
      finish: [{ kind: 'network', network: usualNetwork }],
    },
  ],
  alone: ({ nodes }) =>
    nodes.length < 2
      ? []
      : nodes.map(({ name }) => ({
          title: `only ${name} starts`,
          end: 'the others start',
          begin: [],
          idle: nodes.filter(other => other.name !== name).map(other => other.name),
          finish: nodes
            .filter(other => other.name !== name)
            .map(other => on(other.name, { kind: 'start', resume: false })),
        })),
  reload: ({ nodes }) => [
    {
      title: 'all reload an unchanged file',
      begin: nodes.map(({ name, config }) => on(name, { kind: 'reload', config })),
    },
  ],
};

/** The standard scenarios of the fleet: ten kinds, each played from a start of its own, with time to settle before and after. */
export function standardTroubles(fleet: Fleet, seed: number): readonly Trouble[] {
  const settling = plus(settlingTime(fleet), milliseconds(1));
  const fault = at(settling);
  const recovery = at(times(2, settling));
  const until = at(times(3, settling));
  return Object.values(kinds).flatMap(kind =>
    kind(fleet).map(({ title, end, begin, finish = [], idle = [], node, tracked }) => ({
      title,
      end,
      // What begins with the start is looked at from there.
      fault: begin.length === 0 ? instant(0) : fault,
      recovery: end === undefined ? fault : recovery,
      node,
      tracked,
      isWhole: false,
      scenario: {
        seed,
        network: usualNetwork,
        nodes: fleet.nodes,
        idle,
        actions: [
          ...begin.map(action => ({ at: fault, action })),
          ...finish.map(action => ({ at: recovery, action })),
        ],
        until: end === undefined ? recovery : until,
        keep: ['action', 'state', 'kernel'],
      },
    })),
  );
}
