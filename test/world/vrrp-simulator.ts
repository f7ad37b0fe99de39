// A LAN of nodes that run the VRRP machine under a virtual clock: delay, loss, duplication, partitions, crashes.
// Spec: the machine itself; the only randomness is the seed, so that equal scenarios give equal traces.

import type { Address } from '../../src/core/net/index.ts';
import {
  after,
  type Duration,
  type Instant,
  instant,
  milliseconds,
  plus,
  times,
} from '../../src/core/time.ts';
import { deadline } from '../../src/core/vrrp/alarms.ts';
import { targetsIn } from '../../src/core/vrrp/bursts.ts';
import type { VrrpConfig } from '../../src/core/vrrp/config.ts';
import type { Effect, Input, VrrpInterface } from '../../src/core/vrrp/events.ts';
import { step } from '../../src/core/vrrp/machine.ts';
import { createVrrp, type VrrpMachine } from '../../src/core/vrrp/state.ts';

export interface SimulatedNode {
  readonly name: string;
  readonly config: VrrpConfig;
  /** By name; interfaces of the same name are on the same segment. */
  readonly interfaces: Readonly<Record<string, VrrpInterface>>;
}

export interface SimulatedNetwork {
  /** Every packet takes this long, and up to `jitter` longer. */
  readonly delay: Duration;
  readonly jitter: Duration;
  /** Chances of 0..1 for each packet and receiver. */
  readonly loss: number;
  readonly duplication: number;
}

export type SimulatedAction =
  /** The process is killed: nothing is said, its addresses stay where they are until the host itself goes. */
  | { readonly kind: 'crash'; readonly node: string }
  /** Starts a node that crashed or stopped, as at boot; one that is still leaving starts when it has stopped. */
  | { readonly kind: 'restart'; readonly node: string }
  | { readonly kind: 'stop'; readonly node: string }
  | {
      readonly kind: 'interface';
      readonly node: string;
      readonly name: string;
      readonly interface: VrrpInterface | undefined;
    }
  /** Only nodes of one island hear each other; a node that is not named is alone. */
  | { readonly kind: 'partition'; readonly islands: readonly (readonly string[])[] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'network'; readonly network: SimulatedNetwork }
  | { readonly kind: 'configure'; readonly node: string; readonly config: VrrpConfig }
  | { readonly kind: 'address-lost'; readonly node: string; readonly instance: string; readonly what: string }
  /** What the script answers from now on; at first every script succeeds. */
  | { readonly kind: 'script'; readonly node: string; readonly name: string; readonly success: boolean };

export interface Scenario {
  /** Any whole number; drives loss, duplication and jitter. */
  readonly seed: number;
  readonly network: SimulatedNetwork;
  readonly nodes: readonly SimulatedNode[];
  /** In order of time; nodes start at 0 unless `idle`. */
  readonly actions: readonly { readonly at: Instant; readonly action: SimulatedAction }[];
  /** Nodes that do not start by themselves. */
  readonly idle?: readonly string[];
  readonly until: Instant;
}

export type SimulatedEvent =
  | { readonly at: Instant; readonly kind: 'effect'; readonly node: string; readonly effect: Effect }
  | { readonly at: Instant; readonly kind: 'action'; readonly action: SimulatedAction };

export interface SimulationResult {
  readonly events: readonly SimulatedEvent[];
  /** At the end; undefined for a node that does not run. */
  readonly machines: ReadonlyMap<string, VrrpMachine | undefined>;
}

/** Called after each step of each node, for laws that must hold at every moment. */
export type Inspector = (
  node: string,
  machine: VrrpMachine,
  now: Instant,
  effects: readonly Effect[],
) => void;

interface Host {
  readonly name: string;
  config: VrrpConfig;
  readonly interfaces: Map<string, VrrpInterface>;
  readonly failing: Set<string>;
  machine: VrrpMachine | undefined;
  /** Counts lives, so that what was on its way to a former process is not delivered. */
  life: number;
  /** It is to start again as soon as it has stopped. */
  restarting: boolean;
}

interface Delivery {
  readonly at: Instant;
  readonly host: Host;
  readonly life: number;
  readonly input: Input;
}

const scriptRunTime = milliseconds(10);

/** Mulberry32: small, seedable, good enough for dice. Returns 0 <= x < 1. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Lan {
  readonly events: SimulatedEvent[] = [];
  readonly hosts: Map<string, Host>;
  readonly #roll: () => number;
  readonly #inspect: Inspector | undefined;
  #network: SimulatedNetwork;
  #islands: readonly (readonly string[])[] | undefined;
  #queue: Delivery[] = [];
  #now: Instant = instant(0);

  constructor(scenario: Scenario, inspect: Inspector | undefined) {
    this.#roll = dice(scenario.seed);
    this.#network = scenario.network;
    this.#inspect = inspect;
    this.hosts = new Map(
      scenario.nodes.map(node => {
        const interfaces = new Map(Object.entries(node.interfaces));
        const { name, config } = node;
        return [
          name,
          { name, config, interfaces, failing: new Set(), machine: undefined, life: 0, restarting: false },
        ];
      }),
    );
  }

  boot(host: Host): void {
    if (host.machine !== undefined) {
      host.restarting = host.machine.phase === 'leaving';
      return;
    }
    host.restarting = false;
    host.life++;
    host.machine = createVrrp(host.config);
    for (const [name, each] of host.interfaces)
      this.#feed(host, { kind: 'interface', name, interface: each });
    this.#feed(host, { kind: 'start' });
  }

  #feed(host: Host, input: Input): void {
    const { machine } = host;
    if (machine === undefined) return;
    const effects = step(machine, input, this.#now);
    for (const effect of effects) {
      this.events.push({ at: this.#now, kind: 'effect', node: host.name, effect });
      if (effect.kind === 'advertise') this.#carry(host, effect);
      if (effect.kind === 'run-script') this.#answer(host, effect.name);
    }
    this.#inspect?.(host.name, machine, this.#now, effects);
    // The kernel has them at once.
    for (const effect of effects) {
      if (effect.kind === 'hold') this.#feed(host, heldOf(effect));
    }
    if (machine.phase !== 'stopped' || host.machine !== machine) return;
    host.machine = undefined;
    if (host.restarting) this.boot(host);
  }

  #answer(host: Host, name: string): void {
    const success = !host.failing.has(name);
    const detail = success ? 'exited with status 0' : 'exited with status 1';
    const at = after(this.#now, scriptRunTime);
    this.#enqueue({ at, host, life: host.life, input: { kind: 'script-result', name, success, detail } });
  }

  /** Later arrivals of the same instant stay behind earlier ones. */
  #enqueue(delivery: Delivery): void {
    let index = this.#queue.length;
    while (index > 0 && (this.#queue[index - 1]?.at ?? 0) > delivery.at) index--;
    this.#queue.splice(index, 0, delivery);
  }

  #connected(a: Host, b: Host): boolean {
    if (this.#islands === undefined) return true;
    return this.#islands.some(island => island.includes(a.name) && island.includes(b.name));
  }

  #carry(from: Host, advert: Extract<Effect, { readonly kind: 'advertise' }>): void {
    for (const [name, own] of from.interfaces) {
      const speaks =
        advert.interface === undefined ? own.addresses.includes(advert.source) : advert.interface === name;
      if (!speaks || !own.up || !own.running) continue;
      for (const host of this.hosts.values()) {
        if (host === from || host.machine === undefined || !this.#connected(from, host)) continue;
        if (!hears(host, name, advert.destination)) continue;
        if (this.#roll() < this.#network.loss) continue;
        const copies = this.#roll() < this.#network.duplication ? 2 : 1;
        for (let copy = 0; copy < copies; copy++) this.#send(host, name, advert);
      }
    }
  }

  #send(host: Host, name: string, advert: Extract<Effect, { readonly kind: 'advertise' }>): void {
    const { family, source, destination, ttl = 255, bytes } = advert;
    const at = after(this.#now, plus(this.#network.delay, times(this.#roll(), this.#network.jitter)));
    const input: Input = { kind: 'packet', interface: name, family, source, destination, ttl, bytes };
    this.#enqueue({ at, host, life: host.life, input });
  }

  act(at: Instant, action: SimulatedAction): void {
    this.#now = at;
    this.events.push({ at, kind: 'action', action });
    if (action.kind === 'partition') this.#islands = action.islands;
    else if (action.kind === 'heal') this.#islands = undefined;
    else if (action.kind === 'network') this.#network = action.network;
    else {
      const host = this.hosts.get(action.node);
      if (host !== undefined) this.#actOn(host, action);
    }
  }

  #actOn(host: Host, action: Extract<SimulatedAction, { readonly node: string }>): void {
    switch (action.kind) {
      case 'crash':
        host.restarting = false;
        host.machine = undefined;
        return;
      case 'restart':
        this.boot(host);
        return;
      case 'stop':
        host.restarting = false;
        this.#feed(host, { kind: 'stop' });
        return;
      case 'interface':
        if (action.interface === undefined) host.interfaces.delete(action.name);
        else host.interfaces.set(action.name, action.interface);
        this.#feed(host, { kind: 'interface', name: action.name, interface: action.interface });
        return;
      case 'configure':
        host.config = action.config;
        this.#feed(host, { kind: 'configure', config: action.config });
        return;
      case 'address-lost':
        for (const { config, serial } of host.machine?.instances.values() ?? []) {
          if (config.name === action.instance)
            this.#feed(host, { kind: 'address-lost', owner: serial, what: action.what });
        }
        return;
      case 'script':
        if (action.success) host.failing.delete(action.name);
        else host.failing.add(action.name);
        return;
    }
  }

  /** Delivers and wakes, in order of time, up to and including `until`. */
  runUntil(until: Instant): void {
    for (;;) {
      const arrival = this.#queue[0];
      let waking: Host | undefined;
      let least = arrival?.at ?? (Number.POSITIVE_INFINITY as Instant);
      for (const host of this.hosts.values()) {
        const due = host.machine === undefined ? undefined : deadline(host.machine);
        if (due !== undefined && due < least) [waking, least] = [host, due];
      }
      if (least > until) break;
      this.#now = least;
      if (waking !== undefined) this.#feed(waking, { kind: 'wake' });
      else if (arrival !== undefined) this.#deliver(arrival);
      else break;
    }
    this.#now = until;
  }

  #deliver(delivery: Delivery): void {
    this.#queue.shift();
    const { host, life, input } = delivery;
    if (life !== host.life) return;
    if (input.kind === 'packet' && !listens(host.interfaces.get(input.interface))) return;
    this.#feed(host, input);
  }
}

/** The kernel's answer to a wish that it fulfils: every address of it. */
export const heldOf = (effect: Extract<Effect, { readonly kind: 'hold' }>): Input => ({
  kind: 'held',
  owner: effect.owner,
  targets: targetsIn(effect.interface, effect.addresses),
});

const listens = (found: VrrpInterface | undefined): boolean => found?.up === true && found.running;

/** Whether a socket of the host takes packets for this destination from the segment. */
function hears(host: Host, name: string, destination: Address): boolean {
  const found = host.interfaces.get(name);
  if (found === undefined || !listens(found)) return false;
  const open = [...(host.machine?.transports.values() ?? [])].map(each => each.transport);
  return open.some(
    each =>
      (each.interface === undefined || each.interface === name) &&
      (each.group === undefined ? found.addresses.includes(destination) : each.group === destination),
  );
}

/** Plays a scenario to its end. The same scenario always gives the same result. */
export function simulate(scenario: Scenario, inspect?: Inspector): SimulationResult {
  const lan = new Lan(scenario, inspect);
  for (const host of lan.hosts.values()) {
    if (!(scenario.idle ?? []).includes(host.name)) lan.boot(host);
  }
  for (const { at, action } of scenario.actions) {
    lan.runUntil(at);
    lan.act(at, action);
  }
  lan.runUntil(scenario.until);
  return {
    events: lan.events,
    machines: new Map([...lan.hosts.values()].map(host => [host.name, host.machine])),
  };
}

export interface Holding {
  readonly node: string;
  readonly instance: string;
  readonly from: Instant;
  /** undefined: still held at the end. */
  readonly to: Instant | undefined;
}

/** Who held the addresses of which instance and when; a crash ends a holding. */
export function holdingsOf(events: readonly SimulatedEvent[]): readonly Holding[] {
  const open = new Map<string, Holding>();
  const closed: Holding[] = [];
  const close = (key: string, to: Instant): void => {
    const holding = open.get(key);
    open.delete(key);
    if (holding !== undefined) closed.push({ ...holding, to });
  };
  for (const event of events) {
    const { at } = event;
    if (event.kind === 'action') {
      if (event.action.kind !== 'crash') continue;
      for (const [key, { node }] of open) if (node === event.action.node) close(key, at);
      continue;
    }
    const { node, effect } = event;
    if (effect.kind !== 'hold' && effect.kind !== 'release') continue;
    const key = `${node} ${effect.owner}`;
    if (effect.kind === 'release') close(key, at);
    else if (!open.has(key)) open.set(key, { node, instance: effect.instance, from: at, to: undefined });
  }
  return [...closed, ...open.values()];
}
