// A LAN of whole VRRP processes under a virtual clock: delay, loss, duplication, partitions, kills, restarts, reloads, foreign edits.
// Spec: runtime/processes/vrrp.ts for what a host does; the only randomness is the seed, so that equal scenarios give equal events.

import { type Agenda, arm, createAgenda, nextDeadline, takeDue } from '../agenda.ts';
import {
  stepVrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../daemon/index.ts';
import { ledgerHead, ledgerLines } from '../link/index.ts';
import type { RouteNews } from '../netlink/index.ts';
import { after, type Instant, instant, microseconds, plus, times } from '../time.ts';
import { createDice, type Dice } from './dice.ts';
import { type Disturbance, disturb } from './disturb.ts';
import {
  type Arrival,
  arrivalTime,
  bootKernel,
  changedStandings,
  createHost,
  endProcess,
  globalTime,
  type Host,
  hearers,
  launch,
  localNow,
  performBatch,
  viewOf,
} from './host.ts';
import { dump } from './kernel/index.ts';
import type {
  Inspector,
  KernelPace,
  NodeAction,
  Scenario,
  SimulatedAction,
  SimulatedEvent,
  SimulatedNetwork,
  SimulationResult,
} from './scenario.ts';

interface Delivery {
  readonly host: Host;
  readonly life: number;
  readonly arrival: Arrival;
}

/** A process whose wake does not move its deadline would stop the clock. */
const tooManyWakes = 10_000;
const scriptRunTime = microseconds(10_000);
/** What an idle machine's kernel takes. */
const usualPace: KernelPace = { delay: microseconds(100), jitter: microseconds(50) };

class Lan {
  readonly events: SimulatedEvent[] = [];
  readonly hosts: ReadonlyMap<string, Host>;
  readonly #roll: Dice;
  readonly #inspect: Inspector | undefined;
  #network: SimulatedNetwork;
  #islands: readonly (readonly string[])[] | undefined;
  /** What is on its way, by number; equal times arrive in the order in which they left. */
  readonly #underway = new Map<number, Delivery>();
  readonly #arrivals: Agenda<number> = createAgenda();
  #sent = 0;
  /** When each process wants to be woken. */
  readonly #wakes: Agenda<string> = createAgenda();
  /** Segment -> the hosts that have had a link on it, in their order. */
  readonly #bySegment = new Map<string, Host[]>();
  readonly #keeps: (event: SimulatedEvent) => boolean;
  #now: Instant = instant(0);
  /** Wakes in a row without time passing. */
  #idle = 0;

  constructor(scenario: Scenario, inspect: Inspector | undefined) {
    this.#roll = createDice(scenario.seed);
    this.#network = scenario.network;
    this.#inspect = inspect;
    const kept = scenario.keep;
    this.#keeps = kept === undefined ? () => true : ({ kind }) => kept.includes(kind);
    const pace = scenario.pace ?? usualPace;
    this.hosts = new Map(scenario.nodes.map(node => [node.name, createHost(node, pace)]));
    for (const host of this.hosts.values())
      for (const segment of host.segments.values()) this.#join(host, segment);
  }

  #join(host: Host, segment: string): void {
    const members = this.#bySegment.get(segment) ?? [];
    if (!members.includes(host)) members.push(host);
    this.#bySegment.set(segment, members);
  }

  #note(event: SimulatedEvent): void {
    if (this.#keeps(event)) this.events.push(event);
  }

  start(host: Host, resume: boolean): void {
    if (host.process !== undefined || !host.powered) return;
    for (const input of launch(host, resume, this.#now)) this.#feed(host, input);
  }

  #feed(host: Host, input: VrrpProcessInput): void {
    if (host.process === undefined) return;
    const effects = stepVrrpProcess(host.process, input, localNow(host, this.#now));
    for (const effect of effects) {
      this.#note({ at: this.#now, kind: 'effect', node: host.name, effect });
      this.#perform(host, effect);
    }
    this.#noteStates(host);
    this.#armWake(host);
    this.#inspect?.(viewOf(host), this.#now);
  }

  /** Only a step of the process changes when it wants to be woken; a deadline that has passed is due now. */
  #armWake(host: Host): void {
    const due = host.process === undefined ? undefined : vrrpProcessDeadline(host.process);
    const time = due === undefined ? undefined : globalTime(host, due);
    arm(this.#wakes, host.name, time !== undefined && time < this.#now ? this.#now : time);
  }

  #noteStates(host: Host): void {
    const changes = changedStandings(host);
    for (const { instance, standing } of changes)
      this.#note({ at: this.#now, kind: 'state', node: host.name, instance, ...standing });
  }

  #perform(host: Host, effect: VrrpProcessEffect): void {
    switch (effect.kind) {
      case 'advertise':
        this.#carry(host, effect);
        return;
      case 'apply':
        host.unsettled++;
        this.#later(host, 'batch', { kind: 'batch', operations: effect.operations });
        return;
      case 'open-transport':
        host.transports.set(effect.transport.key, effect.transport);
        return;
      case 'close-transport':
        host.transports.delete(effect.transport.key);
        return;
      case 'run-script': {
        const success = !host.failing.has(effect.name);
        const detail = success ? 'exited with status 0' : 'exited with status 1';
        this.#soon(host, { kind: 'script-result', name: effect.name, success, detail });
        return;
      }
      case 'deliver':
        this.#soon(host, {
          kind: 'ended',
          ticket: effect.ticket,
          success: true,
          detail: 'exited with status 0',
        });
        return;
      case 'watch-kernel':
      case 'read-kernel':
        host.unsettled++;
        this.#later(host, 'answer', { kind: 'read' });
        return;
      case 'master':
        if (effect.instance.master) host.masters.set(effect.instance.identity, effect.instance);
        else host.masters.delete(effect.instance.identity);
        return;
      case 'record':
        host.ledger += ledgerLines(effect.entries);
        return;
      case 'finish':
        this.#finish(host);
        return;
      case 'send-frames':
      case 'cancel':
      case 'log':
      case 'ready':
      case 'configured':
      case 'listen-for':
        return;
    }
  }

  /** The process ends when the kernel has answered everything. */
  #finish(host: Host): void {
    const unsent = [...this.#underway.values()].filter(each => each.life === host.life && each.host === host);
    for (const { arrival } of unsent)
      if (arrival.kind === 'batch') this.#reported(host, performBatch(host, arrival.operations).news);
    this.#end(host);
    host.masters.clear();
    host.ledger = ledgerHead(String(host.boots));
    host.diedAt = undefined;
  }

  #end(host: Host): void {
    endProcess(host, this.#now);
    this.#noteStates(host);
    this.#armWake(host);
  }

  #soon(host: Host, input: VrrpProcessInput): void {
    this.#enqueue(after(this.#now, scriptRunTime), host, { kind: 'input', input });
  }

  #later(host: Host, stream: 'batch' | 'answer' | 'notice', arrival: Arrival): void {
    this.#enqueue(arrivalTime(host, stream, this.#now, this.#roll), host, arrival);
  }

  #enqueue(at: Instant, host: Host, arrival: Arrival): void {
    const number = this.#sent++;
    this.#underway.set(number, { host, life: host.life, arrival });
    arm(this.#arrivals, number, at);
  }

  #connected(a: Host, b: Host): boolean {
    if (this.#islands === undefined) return true;
    return this.#islands.some(island => island.includes(a.name) && island.includes(b.name));
  }

  #carry(from: Host, advert: Extract<VrrpProcessEffect, { readonly kind: 'advertise' }>): void {
    const index = from.transports.get(advert.transport)?.index;
    const link = index === undefined ? undefined : from.kernel.links.get(index);
    const segment = link === undefined ? undefined : from.segments.get(link.index);
    if (segment === undefined || link?.flags.up !== true || !link.flags.running) return;
    for (const host of this.#bySegment.get(segment) ?? []) {
      if (host === from || host.process === undefined || !this.#connected(from, host)) continue;
      const open = hearers(host, segment, advert);
      if (open.length === 0 || this.#roll() < this.#network.loss) continue;
      const copies = this.#roll() < this.#network.duplication ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const took = plus(this.#network.delay, times(this.#roll(), this.#network.jitter));
        for (const { key, interface: name = '' } of open) {
          const { family, source, destination, bytes } = advert;
          const ttl = family === 'inet6' && advert.ttl === undefined ? undefined : (advert.ttl ?? 255);
          const input = { kind: 'packet', interface: name, family, source, destination, ttl, bytes } as const;
          const arrival: Arrival = { kind: 'packet', transport: key, input };
          this.#enqueue(after(this.#now, took), host, arrival);
        }
      }
    }
  }

  /** The kernel changed: each notice is an input of its own, unless it is lost. */
  #reported(host: Host, news: readonly RouteNews[]): void {
    for (const each of news) {
      this.#note({ at: this.#now, kind: 'kernel', node: host.name, news: each });
      if (host.process === undefined) continue;
      if (host.overrunUntil !== undefined && this.#now < host.overrunUntil) continue;
      host.unsettled++;
      this.#later(host, 'notice', { kind: 'input', input: { kind: 'news', news: [each] } });
    }
    this.#inspect?.(viewOf(host), this.#now);
  }

  act(at: Instant, action: SimulatedAction): void {
    this.#now = at;
    this.#note({ at, kind: 'action', action });
    if (action.kind === 'partition') this.#islands = action.islands;
    else if (action.kind === 'heal') this.#islands = undefined;
    else if (action.kind === 'network') this.#network = action.network;
    else {
      const host = this.hosts.get(action.node);
      if (host !== undefined) this.#actOn(host, action);
    }
  }

  #actOn(host: Host, action: NodeAction): void {
    switch (action.kind) {
      case 'kill':
        if (host.process !== undefined) this.#end(host);
        return;
      case 'start':
        this.start(host, action.resume);
        return;
      case 'stop':
        this.#feed(host, { kind: 'stop' });
        return;
      case 'power-off':
        this.#end(host);
        host.powered = false;
        return;
      case 'boot':
        if (host.powered) return;
        host.powered = true;
        bootKernel(host);
        for (const segment of host.segments.values()) this.#join(host, segment);
        this.start(host, false);
        return;
      case 'reload':
        host.config = action.config;
        this.#feed(host, { kind: 'configure', config: action.config });
        return;
      case 'pace':
        host.pace = action.pace;
        return;
      case 'script':
        if (action.success) host.failing.delete(action.name);
        else host.failing.add(action.name);
        return;
      default:
        if (host.powered) this.#disturb(host, action);
    }
  }

  /** What happens to the kernel without the process. */
  #disturb(host: Host, action: Disturbance): void {
    const { news, segment } = disturb(host, action);
    if (segment !== undefined) this.#join(host, segment);
    if (news !== undefined) this.#reported(host, news);
    if (action.kind !== 'overrun') return;
    host.overrunUntil = after(this.#now, action.span);
    if (host.process === undefined) return;
    host.unsettled++;
    this.#enqueue(host.overrunUntil, host, { kind: 'read' });
  }

  /** Delivers and wakes, in order of time, up to and including `until`; what arrives comes before who wakes. */
  runUntil(until: Instant): void {
    for (;;) {
      const arrival = nextDeadline(this.#arrivals);
      const wake = nextDeadline(this.#wakes);
      const waking = wake !== undefined && (arrival === undefined || wake < arrival);
      const least = waking ? wake : arrival;
      if (least === undefined || least > until) break;
      this.#idle = least > this.#now || !waking ? 0 : this.#idle + 1;
      this.#now = least;
      if (waking) this.#wake();
      else this.#deliver();
    }
    this.#now = until;
  }

  #wake(): void {
    const name = takeDue(this.#wakes, this.#now);
    const host = name === undefined ? undefined : this.hosts.get(name);
    if (this.#idle > tooManyWakes) throw new Error(`${name} is woken for ever at ${this.#now}`);
    if (host !== undefined) this.#feed(host, { kind: 'wake' });
  }

  #deliver(): void {
    const number = takeDue(this.#arrivals, this.#now);
    const delivery = number === undefined ? undefined : this.#underway.get(number);
    if (number === undefined || delivery === undefined) return;
    this.#underway.delete(number);
    const { host, life, arrival } = delivery;
    if (life !== host.life) return;
    switch (arrival.kind) {
      case 'batch': {
        host.unsettled--;
        const { news, answer } = performBatch(host, arrival.operations);
        this.#reported(host, news);
        host.unsettled++;
        this.#later(host, 'answer', { kind: 'input', input: answer });
        return;
      }
      case 'read':
        host.unsettled--;
        this.#feed(host, { kind: 'kernel', news: dump(host.kernel) });
        return;
      case 'packet':
        if (host.transports.has(arrival.transport)) this.#feed(host, arrival.input);
        return;
      case 'input':
        if (arrival.input.kind === 'news' || arrival.input.kind === 'completions') host.unsettled--;
        this.#feed(host, arrival.input);
        return;
    }
  }
}

/** Plays a scenario from 0 to `until`. Equal scenarios give equal results. */
export function simulate(scenario: Scenario, inspect?: Inspector): SimulationResult {
  const lan = new Lan(scenario, inspect);
  for (const host of lan.hosts.values())
    if (!(scenario.idle ?? []).includes(host.name)) lan.start(host, false);
  for (const { at, action } of scenario.actions) {
    lan.runUntil(at);
    lan.act(at, action);
  }
  lan.runUntil(scenario.until);
  return {
    events: lan.events,
    nodes: new Map([...lan.hosts.values()].map(host => [host.name, viewOf(host)])),
  };
}
