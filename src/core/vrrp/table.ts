// The state x event table of one instance: every pair has its entry, what is ignored is ignored by name.
// Spec: RFC 9568 section 6.4, with keepalived's FAULT for failed preconditions.

import { noteCount } from '../news.ts';
import { after, between, printSeconds } from '../time.ts';
import { sendAdvert } from './advert.ts';
import type { VrrpState } from './events.ts';
import { followMaster, heldBackBy } from './group.ts';
import { hearAsBackup, hearAsMaster } from './hearing.ts';
import { hearSuccessor, leave, leaveAlone } from './leaving.ts';
import { report } from './report.ts';
import type { InstanceState } from './state.ts';
import {
  enterBackup,
  enterFault,
  enterMaster,
  enterStop,
  masterDownOfInstance,
  recoverBackup,
  setTimer,
  skewOfInstance,
  startBackup,
} from './transition.ts';
import { groupOf, membersOf, type Turn, tell } from './turn.ts';
import type { Advert } from './verdict.ts';

/** What can happen to an instance. */
export type Occurrence =
  /** Its timer has run out. */
  | { readonly event: 'expire' }
  | { readonly event: 'advert'; readonly advert: Advert }
  /** It, or a member of its group, has a reason for FAULT. */
  | { readonly event: 'fail'; readonly cause: string; readonly farewells: number }
  /** No fault, but something is not known yet. */
  | { readonly event: 'wait'; readonly script: string }
  /** No fault and nothing to wait for. */
  | { readonly event: 'heal' }
  /** Others removed a tracked address, route or rule. */
  | { readonly event: 'lost'; readonly what: string }
  | { readonly event: 'stop'; readonly cause: string };

type Handler<E extends Occurrence['event']> = (
  turn: Turn,
  instance: InstanceState,
  occurrence: Extract<Occurrence, { readonly event: E }>,
) => void;

const ignore = (): void => {};

/** Why the master down timer could run out. */
function takeoverCause(turn: Turn, instance: InstanceState): string {
  const { master, rival, effectivePriority } = instance;
  if (rival !== undefined)
    return `takes over from ${rival.address}: its priority ${rival.priority} is lower than our ${effectivePriority}`;
  if (master === undefined) return 'no master heard';
  if (master.priority === 0) return `master ${master.address} resigned (priority 0)`;
  return `no advert from master ${master.address} for ${printSeconds(between(master.at, turn.now))} s`;
}

const takeOver: Handler<'expire'> = (turn, instance) => {
  instance.wanted = 'MASTER';
  const reluctant = heldBackBy(turn, instance);
  if (reluctant !== undefined) {
    // The other members' timers end a little later as a rule: the first time deserves no line.
    if (instance.heldBack) {
      const other = reluctant.config.name;
      const text = `would be MASTER (${takeoverCause(turn, instance)}), but ${other} of its sync group does not want to`;
      report(turn, 'info', instance, 'held back', other, text);
    }
    instance.heldBack = true;
    setTimer(turn, instance, after(turn.now, masterDownOfInstance(instance)));
    return;
  }
  enterMaster(turn, instance, takeoverCause(turn, instance));
  followMaster(turn, instance);
};

const repeatAdvert: Handler<'expire'> = (turn, instance) => {
  sendAdvert(turn, instance, instance.effectivePriority);
  setTimer(turn, instance, after(turn.now, instance.config.advertInterval));
};

const hearBackup: Handler<'advert'> = (turn, instance, { advert }) => hearAsBackup(turn, instance, advert);
const hearMaster: Handler<'advert'> = (turn, instance, { advert }) => hearAsMaster(turn, instance, advert);

const fail: Handler<'fail'> = (turn, instance, { cause, farewells }) => {
  enterFault(turn, instance, cause, farewells);
  instance.recovery = `no longer: ${cause}`;
};

const awaiting = (script: string): string => `waits for the first result of script ${script}`;

function stayInFault(turn: Turn, instance: InstanceState, cause: string, recovery: string): void {
  instance.recovery = recovery;
  if (instance.cause === cause) return;
  instance.cause = cause;
  tell(turn, 'info', instance, `still FAULT: ${cause}`);
}

const failOtherwise: Handler<'fail'> = (turn, instance, { cause }) =>
  stayInFault(turn, instance, cause, `no longer: ${cause}`);

const awaitInFault: Handler<'wait'> = (turn, instance, { script }) =>
  stayInFault(turn, instance, awaiting(script), `script ${script} has given its first result`);

const awaitFirst: Handler<'wait'> = (turn, instance, { script }) => {
  const cause = awaiting(script);
  if (instance.cause === cause) return;
  instance.cause = cause;
  tell(turn, 'info', instance, cause);
};

const begin: Handler<'heal'> = (turn, instance) => {
  if (!instance.resuming) return startBackup(turn, instance, 'starts');
  instance.resuming = false;
  enterMaster(turn, instance, 'resumes after a restart of its process');
};

const recover: Handler<'heal'> = (turn, instance) => recoverBackup(turn, instance, instance.recovery);

/** The whole group lets go and comes back; the group itself announces nothing. */
const loseAddress: Handler<'lost'> = (turn, instance, { what }) => {
  const group = groupOf(turn.machine, instance);
  for (const member of group === undefined ? [instance] : membersOf(turn.machine, group)) {
    if (member.state !== 'MASTER') continue;
    const whose = member === instance ? '' : `, held by ${instance.config.name} of its sync group`;
    enterBackup(turn, member, `${what} was removed by somebody else${whose}`, skewOfInstance(member), 1);
    member.wanted = 'MASTER';
  }
};

const stop: Handler<'stop'> = (turn, instance, { cause }) => enterStop(turn, instance, cause);

const depart: Handler<'stop'> = (turn, instance, { cause }) => leave(turn, instance, cause);

const succeed: Handler<'advert'> = (turn, instance, { advert }) => hearSuccessor(turn, instance, advert);

const table = {
  INIT: {
    expire: ignore,
    advert: ignore,
    fail,
    wait: awaitFirst,
    heal: begin,
    lost: ignore,
    stop,
  },
  BACKUP: {
    expire: takeOver,
    advert: hearBackup,
    fail,
    // A script added by a reload has not run yet: what runs well goes on until it has.
    wait: ignore,
    heal: ignore,
    // It holds nothing; the removal was our own.
    lost: ignore,
    stop,
  },
  MASTER: {
    expire: repeatAdvert,
    advert: hearMaster,
    fail,
    wait: ignore,
    heal: ignore,
    lost: loseAddress,
    stop: depart,
  },
  FAULT: {
    expire: ignore,
    advert: ignore,
    fail: failOtherwise,
    wait: awaitInFault,
    heal: recover,
    lost: ignore,
    stop,
  },
  LEAVING: {
    expire: leaveAlone,
    advert: succeed,
    // Whatever happens now, it ends within a second.
    fail: ignore,
    wait: ignore,
    heal: ignore,
    lost: ignore,
    stop: ignore,
  },
  STOP: {
    expire: ignore,
    advert: ignore,
    fail: ignore,
    wait: ignore,
    heal: ignore,
    lost: ignore,
    stop: ignore,
  },
} as const satisfies Record<VrrpState, { readonly [E in Occurrence['event']]: Handler<E> }>;

/** What an occurrence does to an instance in its present state. */
export function dispatch(turn: Turn, instance: InstanceState, occurrence: Occurrence): void {
  noteCount(turn.machine.news, instance.key);
  const handler = table[instance.state][occurrence.event] as Handler<Occurrence['event']>;
  handler(turn, instance, occurrence);
}
