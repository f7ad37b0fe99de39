// What one step of the VRRP process shares: stepping the VRRP machine, lowering its effects, settling what is held.
// Spec: RFC 9568 section 6.4.2 (advertisement, addresses, announcements: in this order on the wire).

import { type AlertEvent, type AlertInput, alertsAtRest, stepAlerts, unfinished } from '../alert/index.ts';
import type { Config } from '../conf/config.ts';
import {
  announcement,
  disown,
  type Holdings,
  interfaceNamed,
  type OwnerTargets,
  settle,
  staticOwnerId,
  type Wanted,
  want,
} from '../link/index.ts';
import { after, type Instant, seconds } from '../time.ts';
import * as vrrp from '../vrrp/index.ts';
import { vrrpSubject } from './alert-subjects.ts';
import { vrrpInterface } from './interfaces.ts';
import type { VrrpProcess, VrrpProcessEffect } from './vrrp-state.ts';

export interface Turn {
  readonly process: VrrpProcess;
  readonly now: Instant;
  readonly effects: VrrpProcessEffect[];
}

type EffectOf<K extends vrrp.Effect['kind']> = Extract<vrrp.Effect, { readonly kind: K }>;

/** How long a stop waits for the programs of the last states: as long as keepalived does, after those before them. */
const stopPatience = seconds(1.2);

/** Steps the VRRP machine and lowers what it asks for; what that makes of the holdings is one plan. */
export function tell(turn: Turn, input: vrrp.Input): void {
  const { machine } = turn.process;
  if (machine === undefined) return;
  for (const effect of vrrp.step(machine, input, turn.now)) lower(turn, effect);
  settleHoldings(turn);
}

export function log(turn: Turn, level: vrrp.LogLevel, message: string): void {
  turn.effects.push({ kind: 'log', level, message });
}

export function tellAlerts(turn: Turn, input: AlertInput): void {
  turn.effects.push(...stepAlerts(turn.process.alerts, input, turn.now));
}

const pass = (turn: Turn, effect: EffectOf<'advertise' | 'run-script' | 'log'>): void => {
  turn.effects.push(effect);
};

const lowered: { readonly [K in vrrp.Effect['kind']]: (turn: Turn, effect: EffectOf<K>) => void } = {
  advertise: pass,
  'run-script': pass,
  log: pass,
  'open-transport'(turn, { transport }) {
    turn.process.transports.set(transport.key, transport);
    turn.effects.push({ kind: 'open-transport', transport, vrids: vridsOf(turn.process, transport) });
  },
  'close-transport'(turn, effect) {
    turn.process.transports.delete(effect.transport.key);
    turn.effects.push(effect);
  },
  hold(turn, effect) {
    want(turn.process.holdings, effect.owner, wantedOf(effect));
    reportMaster(turn, effect.owner);
  },
  release(turn, effect) {
    disown(turn.process.holdings, effect.owner, wantedOf(effect));
    reportMaster(turn, effect.owner);
  },
  announce,
  notify(turn, notice) {
    tellAlerts(turn, { kind: 'event', event: eventOf(notice, turn.now) });
  },
  stopped: leave,
};

function eventOf(notice: EffectOf<'notify'>, at: Instant): AlertEvent {
  const { subject, name, state: to, occurrence, from, cause, commands, line, mail } = notice;
  const isInstance = subject === 'INSTANCE';
  return {
    kind: occurrence ? 'occurrence' : 'state',
    subject: vrrpSubject(subject, name),
    name: isInstance ? name : `sync group ${name}`,
    ...{ from, to, cause, at, commands, line, mail },
    fields: { ...(isInstance ? { instance: name } : { group: name }), from, to, cause },
  };
}

function lower(turn: Turn, effect: vrrp.Effect): void {
  (lowered[effect.kind] as (turn: Turn, effect: vrrp.Effect) => void)(turn, effect);
}

const wantedOf = (effect: EffectOf<'hold' | 'release'>): Wanted => ({
  label: effect.instance,
  addresses: effect.addresses.map(config => ({ config, device: effect.interface })),
  routes: effect.routes,
  rules: effect.rules,
});

export const staticWants = ({ vrrp: { staticAddresses, staticRoutes, staticRules } }: Config): Wanted => ({
  label: 'static',
  addresses: staticAddresses.map(config => ({ config, device: undefined })),
  routes: staticRoutes,
  rules: staticRules,
});

export const placeOf = (family: string, name: string | undefined): string => `${family} ${name ?? '*'}`;

export const vridsOf = ({ vrids }: VrrpProcess, transport: vrrp.Transport): readonly number[] =>
  vrids.get(placeOf(transport.family, transport.interface)) ?? [];

/** The supervisor keeps who is MASTER, so that a successor of this process can go on. */
function reportMaster({ process, effects }: Turn, owner: number): void {
  const instance = process.machine?.instances.get(owner);
  const before = process.masters.get(owner);
  if (instance?.state !== 'MASTER') {
    // A reload may have ended it: its identity is known from the report alone.
    if (before !== undefined) effects.push({ kind: 'master', instance: { ...before, master: false } });
    process.masters.delete(owner);
  } else if (before === undefined) {
    const { config, authentication } = instance;
    const report = { identity: vrrp.identityOf(config), master: true, authentication };
    process.masters.set(owner, report);
    effects.push({ kind: 'master', instance: report });
  }
}

function announce({ process: { mirror }, effects }: Turn, { rounds, targets }: EffectOf<'announce'>): void {
  const round = targets.flatMap(({ interface: name, address }) => {
    const link = interfaceNamed(mirror, name);
    const frame = link === undefined ? undefined : announcement(address, link);
    return link === undefined || frame === undefined ? [] : [{ ifindex: link.index, frame }];
  });
  const frames = Array.from({ length: rounds }, () => round).flat();
  if (frames.length > 0) effects.push({ kind: 'send-frames', frames });
}

/** One plan over all owners whose wants have changed; what is there already may be announced. */
export function settleHoldings(turn: Turn): void {
  const { holdings, mirror, phase } = turn.process;
  // Not before the machine has started: what a predecessor left looks unwanted until somebody wants it.
  if (phase === 'waiting' || isSettled(holdings)) return;
  // What only goes waits until the kernel has answered: the removals of many instances are then one plan, in which none has to be held
  // while another one goes.
  if (holdings.flights.size > 0 && !isAnythingWanted(holdings)) return;
  const { operations, obstacles, held, ledger } = settle(holdings, mirror);
  for (const { label, subject, obstacle } of obstacles) {
    const cause =
      obstacle.cause === 'no-interface'
        ? `interface ${obstacle.interface ?? ''} does not exist`
        : 'lightweight tunnel encapsulation is not supported';
    log(turn, 'warning', `${label}: ${subject} cannot be held: ${cause}`);
  }
  if (ledger.length > 0) turn.effects.push({ kind: 'record', entries: ledger });
  if (operations.length > 0) turn.effects.push({ kind: 'apply', operations });
  tellHeld(turn, held);
}

const isSettled = ({ touched, former, ownerless }: Holdings): boolean =>
  touched.size === 0 && former.length === 0 && ownerless.size === 0;

/** Whether an owner that wants something waits to be settled. */
function isAnythingWanted({ touched, owners }: Holdings): boolean {
  for (const id of touched) if (owners.get(id)?.wanted !== undefined) return true;
  return false;
}

export function tellHeld(turn: Turn, held: readonly OwnerTargets[]): void {
  for (const { owner, targets } of held) {
    if (owner !== staticOwnerId) tell(turn, { kind: 'held', owner, targets });
  }
}

export function tellInterfaces(turn: Turn, indexes: Iterable<number>): void {
  const { mirror, ours } = turn.process;
  for (const index of indexes) {
    const link = mirror.interfaces.get(index);
    if (link === undefined) continue;
    tell(turn, { kind: 'interface', name: link.name, interface: vrrpInterface(mirror, link, ours) });
  }
}

/** The machine has stopped, or never began: static items are given back; from here on only notify scripts are waited for. */
export function leave(turn: Turn): void {
  const { process, now } = turn;
  process.phase = 'stopping';
  process.patienceUntil = after(now, stopPatience);
  disown(process.holdings, staticOwnerId);
  settleHoldings(turn);
}

export function finishWhenIdle(turn: Turn): void {
  const { process, now, effects } = turn;
  if (process.phase !== 'stopping') return;
  const { holdings, alerts } = process;
  const waited = process.patienceUntil !== undefined && process.patienceUntil <= now;
  const isAtRest = holdings.flights.size + holdings.touched.size + holdings.former.length === 0;
  if (!(alertsAtRest(alerts) && isAtRest) && !waited) return;
  effects.push(...unfinished(alerts));
  process.phase = 'finished';
  process.patienceUntil = undefined;
  process.refusals.again = undefined;
  effects.push({ kind: 'finish' });
}
