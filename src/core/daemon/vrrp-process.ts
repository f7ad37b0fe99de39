// The VRRP process as a machine: feeds the VRRP machine what the kernel and the wire say, lowers its effects to operations and frames.
// Spec: DESIGN "a packet's walk"; it knows no protocol word, it routes.

import type { Config } from '../conf/config.ts';
import type { Fault } from '../fault.ts';
import {
  announcement,
  changesBetween,
  emptyHolding,
  emptyMirror,
  type Holding,
  type LinkChange,
  type Mirror,
  type Operation,
  observe,
} from '../link/index.ts';
import type { RouteNews } from '../netlink/index.ts';
import type { ScriptCommand } from '../script.ts';
import { after, between, earliest, type Instant, instant, plus, seconds } from '../time.ts';
import * as vrrp from '../vrrp/index.ts';
import { changeHolding, type Holdings, hear, neverSeen, noHoldings, rehear } from './holdings.ts';
import { ourAddresses, vrrpInterface } from './interfaces.ts';
import type { Resume, ToChild } from './messages.ts';
import {
  type NotificationInput,
  type NotificationState,
  noNotifications,
  notificationDeadline,
  stepNotifications,
} from './notifications.ts';

export interface VrrpProcess {
  readonly phase: 'waiting' | 'running' | 'stopping' | 'finished';
  readonly config: Config | undefined;
  readonly resume: Resume | undefined;
  /** Names of the instances that are MASTER, as last told. */
  readonly masters: readonly string[];
  /** undefined until the kernel was read for the first time. */
  readonly holdings: Holdings | undefined;
  readonly machine: vrrp.VrrpMachine | undefined;
  readonly notifications: NotificationState;
  /** While stopping: when notify scripts that still run are no longer waited for. */
  readonly patienceUntil: Instant | undefined;
}

/** How long a stop waits for STOP notifications. */
const stopPatience = seconds(1);

type Passed = Extract<
  vrrp.Effect,
  { readonly kind: 'advertise' | 'run-script' | 'open-transport' | 'close-transport' | 'log' }
>;

export type VrrpProcessInput =
  | ToChild
  /** Everything the kernel holds: at start, and again after notices were lost. */
  | { readonly kind: 'kernel'; readonly news: readonly RouteNews[] }
  | { readonly kind: 'news'; readonly news: readonly RouteNews[] }
  /** The kernel refused an operation: the mirror is no longer to be trusted. */
  | {
      readonly kind: 'refused';
      readonly operation: string;
      readonly fault: Fault;
      /** What could not be added, as itemName names it: it never was there, so nobody else took it away. */
      readonly absent?: string;
    }
  | Extract<vrrp.Input, { readonly kind: 'packet' | 'script-result' }>
  | Extract<NotificationInput, { readonly kind: 'ended' }>
  | { readonly kind: 'stop' }
  | { readonly kind: 'wake' };

export type VrrpProcessEffect =
  | Passed
  | { readonly kind: 'apply'; readonly operations: readonly Operation[] }
  | {
      readonly kind: 'send-frames';
      readonly frames: readonly { readonly ifindex: number; readonly frame: Uint8Array }[];
    }
  | { readonly kind: 'run-notify'; readonly ticket: number; readonly command: ScriptCommand }
  /** Read the kernel anew and answer with `kernel`. */
  | { readonly kind: 'read-kernel' }
  | { readonly kind: 'masters'; readonly instances: readonly string[] }
  | { readonly kind: 'ready' }
  | { readonly kind: 'configured' }
  /** Everything is given back and told; end when no notify script runs any more. */
  | { readonly kind: 'finish' };

interface Step {
  readonly state: VrrpProcess;
  readonly effects: readonly VrrpProcessEffect[];
}

export const createVrrpProcess: VrrpProcess = {
  phase: 'waiting',
  config: undefined,
  resume: undefined,
  masters: [],
  holdings: undefined,
  machine: undefined,
  notifications: noNotifications,
  patienceUntil: undefined,
};

/** Owner of the static addresses, routes and rules. */
const staticOwner = 'static';

export const vrrpProcessDeadline = (state: VrrpProcess): Instant | undefined =>
  earliest(
    state.machine === undefined ? undefined : vrrp.deadline(state.machine),
    notificationDeadline(state.notifications),
    state.patienceUntil,
  );

/** One input at a time, mutable inside a step and nowhere else. */
class Turn {
  state: VrrpProcess;
  readonly effects: VrrpProcessEffect[] = [];
  readonly now: Instant;
  /** Somebody became MASTER or ceased to be. */
  holdingsChanged = false;

  constructor(state: VrrpProcess, now: Instant) {
    this.state = state;
    this.now = now;
  }

  set(change: Partial<VrrpProcess>): void {
    this.state = { ...this.state, ...change };
  }

  /** Steps the VRRP machine and lowers what it asks for, in its order. */
  tell(input: vrrp.Input): void {
    const { machine } = this.state;
    if (machine === undefined) return;
    for (const effect of vrrp.step(machine, input, this.now)) this.lower(effect);
  }

  lower(effect: vrrp.Effect): void {
    switch (effect.kind) {
      case 'hold': {
        this.holdingsChanged = true;
        const former = this.state.holdings?.held.get(String(effect.owner))?.holding;
        this.change(String(effect.owner), former ?? emptyHolding, holdingOf(effect));
        // The mirror is moved on as if the kernel had done it already.
        this.tell(vrrp.heldOf(effect));
        return;
      }
      case 'release': {
        this.holdingsChanged = true;
        const held = this.state.holdings?.held.get(String(effect.owner))?.holding;
        this.change(String(effect.owner), held ?? holdingOf(effect), undefined);
        return;
      }
      case 'stopped':
        this.leave();
        return;
      case 'announce':
        this.announce(effect);
        return;
      case 'notify':
        this.notify({
          kind: 'notify',
          subject: `${effect.subject} ${effect.name}`,
          commands: effect.commands,
        });
        return;
      case 'advertise':
      case 'run-script':
      case 'open-transport':
      case 'close-transport':
      case 'log':
        this.effects.push(effect);
        return;
    }
  }

  notify(input: NotificationInput): void {
    const stepped = stepNotifications(this.state.notifications, input, this.now);
    this.set({ notifications: stepped.state });
    this.effects.push(...stepped.effects);
  }

  nameOf(owner: string): string {
    return this.state.machine?.instances.get(Number(owner))?.config.name ?? owner;
  }

  change(owner: string, owned: Holding, wanted: Holding | undefined): void {
    const { holdings } = this.state;
    if (holdings === undefined) return;
    const changed = changeHolding(holdings, owner, owned, wanted);
    this.set({ holdings: changed.state });
    for (const { subject, obstacle } of changed.obstacles) {
      const cause =
        obstacle.cause === 'no-interface'
          ? `interface ${obstacle.interface ?? ''} does not exist`
          : 'lightweight tunnel encapsulation is not supported';
      this.effects.push({
        kind: 'log',
        level: 'warning',
        message: `${this.nameOf(owner)}: ${subject} cannot be held: ${cause}`,
      });
    }
    if (changed.operations.length > 0) this.effects.push({ kind: 'apply', operations: changed.operations });
  }

  tellMasters(): void {
    if (!this.holdingsChanged) return;
    const masters = mastersOf(this.state);
    const before = this.state.masters;
    if (masters.length === before.length && masters.every((name, i) => name === before[i])) return;
    this.set({ masters });
    this.effects.push({ kind: 'masters', instances: masters });
  }

  announce(effect: vrrp.Effect & { readonly kind: 'announce' }): void {
    const links = [...(this.state.holdings?.mirror.interfaces.values() ?? [])];
    const round = effect.targets.flatMap(target => {
      const link = links.find(({ name }) => name === target.interface);
      const frame = link === undefined ? undefined : announcement(target.address, link);
      return link === undefined || frame === undefined ? [] : [{ ifindex: link.index, frame }];
    });
    const frames = Array.from({ length: effect.rounds }, () => round).flat();
    if (frames.length > 0) this.effects.push({ kind: 'send-frames', frames });
  }

  /** The machine leaves; what it held goes when a successor is heard, or in a while. */
  stop(): void {
    const { phase } = this.state;
    if (phase === 'waiting') this.leave();
    if (phase !== 'running') return;
    this.set({ phase: 'stopping' });
    this.tell({ kind: 'stop' });
  }

  /** Everything is given back; from here on only notify scripts are waited for. */
  leave(): void {
    const { config } = this.state;
    this.set({ phase: 'stopping', patienceUntil: after(this.now, stopPatience) });
    if (config !== undefined) this.change(staticOwner, staticHolding(config), undefined);
  }

  /** Configuration and kernel are both known: the machine meets the interfaces and starts. */
  startWhenComplete(): void {
    const { config, holdings, phase, resume } = this.state;
    if (phase !== 'waiting' || config === undefined || holdings === undefined) return;
    this.set({ phase: 'running', machine: vrrp.createVrrp(config.vrrp) });
    this.tellInterfaces(new Set(holdings.mirror.interfaces.keys()));
    const statics = staticHolding(config);
    this.change(staticOwner, emptyHolding, statics);
    this.tell({ kind: 'start', resume: resumable(config, resume, this.now) });
    this.effects.push({ kind: 'ready' });
  }

  tellInterfaces(indexes: ReadonlySet<number>): void {
    const { config, holdings } = this.state;
    if (config === undefined || holdings === undefined) return;
    const ours = ourAddresses(config.vrrp);
    for (const index of indexes) {
      const link = holdings.mirror.interfaces.get(index);
      if (link === undefined) continue;
      this.tell({
        kind: 'interface',
        name: link.name,
        interface: vrrpInterface(holdings.mirror, link, ours),
      });
    }
  }

  /** What changed in the kernel, told as interfaces; then what was lost. */
  heard(
    changes: readonly LinkChange[],
    lost: readonly { readonly owner: string; readonly what: string }[],
  ): void {
    const touched = new Set<number>();
    for (const change of changes) {
      switch (change.kind) {
        case 'interface-deleted':
          this.tell({ kind: 'interface', name: change.interface.name, interface: undefined });
          break;
        case 'interface-renamed':
          this.tell({ kind: 'interface', name: change.before, interface: undefined });
          touched.add(change.interface.index);
          break;
        case 'interface-created':
        case 'interface-up':
        case 'interface-down':
        case 'interface-changed':
          touched.add(change.interface.index);
          break;
        case 'address-added':
        case 'address-removed':
        case 'address-changed':
          touched.add(change.address.ifindex);
          break;
        case 'route-added':
        case 'route-removed':
        case 'rule-added':
        case 'rule-removed':
          break;
      }
    }
    this.tellInterfaces(touched);
    for (const { owner, what } of lost) {
      if (owner !== staticOwner) this.tell({ kind: 'address-lost', owner: Number(owner), what });
      else this.restoreStatic(what);
    }
  }

  restoreStatic(what: string): void {
    const { config } = this.state;
    if (config === undefined) return;
    this.effects.push({
      kind: 'log',
      level: 'warning',
      message: `Static ${what} was removed by others; adding it again`,
    });
    this.change(staticOwner, emptyHolding, staticHolding(config));
  }
}

function holdingOf(effect: vrrp.Effect & { readonly kind: 'hold' | 'release' }): Holding {
  const addresses = effect.addresses.map(config => ({ config, device: effect.interface }));
  return { addresses, routes: effect.routes, rules: effect.rules };
}

const staticHolding = ({ vrrp }: Config): Holding => ({
  addresses: vrrp.staticAddresses.map(config => ({ config, device: undefined })),
  routes: vrrp.staticRoutes,
  rules: vrrp.staticRules,
});

/** What the predecessor was MASTER of. The clock counts from the start of this process. */
function resumable(
  { vrrp: config }: Config,
  resume: Resume | undefined,
  now: Instant,
): vrrp.ResumedInstance[] {
  if (resume === undefined) return [];
  const silence = plus(resume.silence, between(instant(0), now));
  return config.instances
    .filter(({ name }) => resume.instances.includes(name))
    .map(each => ({
      identity: vrrp.identityOf(each),
      master: true,
      silence,
      authentication: vrrp.beginAuthentication(each),
    }));
}

function mastersOf({ machine }: VrrpProcess): readonly string[] {
  return [...(machine?.instances.values() ?? [])]
    .filter(({ state }) => state === 'MASTER')
    .map(({ config }) => config.name);
}

const mirrorOf = (news: readonly RouteNews[]): Mirror => observe(emptyMirror, news).mirror;

function heed(turn: Turn, input: VrrpProcessInput): void {
  const { state } = turn;
  switch (input.kind) {
    case 'configure': {
      const before = state.config;
      turn.set({ config: input.config, resume: input.resume });
      if (state.phase === 'waiting') {
        turn.startWhenComplete();
        return;
      }
      if (state.phase !== 'running') return;
      if (before !== undefined) turn.change(staticOwner, staticHolding(before), staticHolding(input.config));
      turn.tell({ kind: 'configure', config: input.config.vrrp });
      turn.tellInterfaces(new Set(turn.state.holdings?.mirror.interfaces.keys() ?? []));
      turn.effects.push({ kind: 'configured' });
      return;
    }
    case 'kernel': {
      const mirror = mirrorOf(input.news);
      if (state.holdings === undefined) {
        turn.set({ holdings: noHoldings(mirror) });
        turn.startWhenComplete();
        return;
      }
      const reread = rehear(state.holdings, mirror, changesBetween(state.holdings.mirror, mirror));
      turn.set({ holdings: reread.state });
      turn.heard(reread.changes, reread.lost);
      return;
    }
    case 'news': {
      if (state.holdings === undefined) return;
      const told = hear(state.holdings, input.news);
      turn.set({ holdings: told.state });
      turn.heard(told.changes, told.lost);
      return;
    }
    case 'refused':
      if (state.holdings !== undefined && input.absent !== undefined)
        turn.set({ holdings: neverSeen(state.holdings, input.absent) });
      turn.effects.push(
        {
          kind: 'log',
          level: 'error',
          message: `The kernel refused ${input.operation}: ${input.fault.message}`,
        },
        { kind: 'read-kernel' },
      );
      return;
    case 'packet':
    case 'script-result':
      turn.tell(input);
      return;
    case 'ended':
      turn.notify(input);
      return;
    case 'stop':
      turn.stop();
      return;
    case 'wake':
      turn.tell(input);
      turn.notify(input);
      return;
  }
}

export function stepVrrpProcess(state: VrrpProcess, input: VrrpProcessInput, now: Instant): Step {
  if (state.phase === 'finished') return { state, effects: [] };
  const turn = new Turn(state, now);
  heed(turn, input);
  turn.tellMasters();
  const { phase, notifications, patienceUntil } = turn.state;
  const waited = patienceUntil !== undefined && patienceUntil <= now;
  if (phase === 'stopping' && patienceUntil !== undefined && (notifications.lanes.size === 0 || waited)) {
    turn.set({ phase: 'finished', patienceUntil: undefined });
    turn.effects.push({ kind: 'finish' });
  }
  return { state: turn.state, effects: turn.effects };
}
