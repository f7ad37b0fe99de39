// What an accepted advert does to a BACKUP and to a MASTER: the election itself.
// Spec: RFC 9568 sections 6.4.2 and 6.4.3; keepalived's nopreempt, preempt_delay, *_no_advert, owner conflicts.

import { type Address, compareAddresses } from '../net/index.ts';
import { after, microseconds, printSeconds, zero } from '../time.ts';
import type { Advert } from './accept.ts';
import { sendAdvert, sourceOf } from './advert.ts';
import { announceAgainstLower } from './bursts.ts';
import { followBackup, yieldGroup } from './group.ts';
import { notifyEvent } from './notify.ts';
import { basePriorityOf, ownerPriority } from './priority.ts';
import type { HeardMaster, InstanceState } from './state.ts';
import { priorityOf } from './tracking.ts';
import { enterBackup, masterDownOfInstance, skewOfInstance } from './transition.ts';
import { complain, groupOf, membersOf, type Turn } from './turn.ts';

function heard(turn: Turn, advert: Advert): HeardMaster {
  const { source, priority, checksum } = advert;
  return { address: source, priority, at: turn.now, checksum };
}

function remember(turn: Turn, instance: InstanceState, advert: Advert): void {
  if (instance.master !== undefined && instance.master.address !== advert.source) instance.complaints = [];
  instance.master = heard(turn, advert);
  if (instance.config.version === 3) instance.masterInterval = advert.interval;
}

/** An owner that yielded takes its 255 back once its opponent has gone or given in. */
function reclaim(turn: Turn, instance: InstanceState, advert: Advert): void {
  const conflict = instance.ownerConflict;
  if (conflict.stage !== 'yielded') return;
  if (advert.source === conflict.to && advert.priority === ownerPriority) return;
  instance.ownerConflict = { stage: 'none' };
  instance.basePriority = basePriorityOf(instance.config);
  instance.effectivePriority = priorityOf(turn, instance);
}

/** Whether a lower priority advert still counts: preempt_delay starts with the first one. */
function withinPreemptDelay(turn: Turn, instance: InstanceState): boolean {
  const { preemptDelay } = instance.config;
  if (preemptDelay <= zero) return false;
  instance.preemptUntil ??= after(turn.now, preemptDelay);
  return turn.now < instance.preemptUntil;
}

export function hearAsBackup(turn: Turn, instance: InstanceState, advert: Advert): void {
  reclaim(turn, instance, advert);
  if (advert.priority === 0) {
    instance.master = heard(turn, advert);
    instance.timer = after(turn.now, skewOfInstance(instance));
    return;
  }
  const lower = advert.priority < instance.effectivePriority;
  if (!lower) instance.preemptUntil = undefined;
  if (lower && instance.config.preempt && !withinPreemptDelay(turn, instance)) {
    instance.rival = heard(turn, advert);
    const difference = `priority ${advert.priority}, lower than our ${instance.effectivePriority}`;
    complain(
      turn,
      'info',
      instance,
      `lower ${advert.source}`,
      `advert of ${advert.source} has ${difference}: not accepted, the master down timer goes on`,
    );
    return;
  }
  remember(turn, instance, advert);
  instance.rival = undefined;
  instance.wanted = 'BACKUP';
  instance.timer = after(turn.now, masterDownOfInstance(instance));
  yieldGroup(turn, instance);
}

/** Positive when the advert beats us: priority first, then the larger address. */
function comparison(instance: InstanceState, advert: Advert, own: Address | undefined): number {
  const byPriority = advert.priority - instance.effectivePriority;
  if (byPriority !== 0 || own === undefined) return byPriority;
  return compareAddresses(advert.source, own);
}

/** Two owners: the one with the larger address defends itself, and at last lowers its voice to 254. */
function defendOwnership(turn: Turn, instance: InstanceState, advert: Advert): void {
  const conflict = instance.ownerConflict;
  const expired = conflict.stage === 'defending' && conflict.until !== undefined && turn.now > conflict.until;
  if (conflict.stage !== 'defending' || expired) {
    const longest = Math.max(instance.config.advertInterval, advert.interval);
    instance.ownerConflict = {
      stage: 'defending',
      left: 2,
      patience: microseconds((longest * 12) / 10),
      until: undefined,
    };
    complain(
      turn,
      'error',
      instance,
      `owner ${advert.source}`,
      `${advert.source} also claims to be the address owner (priority 255): correct one of the two`,
    );
    return;
  }
  if (conflict.until === undefined) return;
  instance.ownerConflict = { stage: 'yielded', to: advert.source };
  instance.basePriority = 254;
  instance.effectivePriority = 254;
  complain(
    turn,
    'error',
    instance,
    `yield ${advert.source}`,
    `owner ${advert.source} does not give in: our priority falls to 254`,
  );
}

function answerLower(turn: Turn, instance: InstanceState, advert: Advert): void {
  const { config } = instance;
  const theirs = `${advert.source} adverts priority ${advert.priority}`;
  complain(
    turn,
    'warning',
    instance,
    `lower ${advert.source}`,
    `${theirs} while we are MASTER with ${instance.effectivePriority}: it should give way`,
  );
  if (!config.lowerPriorityNoAdvert) {
    sendAdvert(turn, instance, instance.effectivePriority);
    instance.timer = after(turn.now, config.advertInterval);
  }
  const group = groupOf(turn, instance);
  announceAgainstLower(turn, instance);
  for (const member of group === undefined ? [] : membersOf(turn, group)) {
    if (member !== instance && member.state === 'MASTER') announceAgainstLower(turn, member);
  }
  notifyEvent(turn, config, 'MASTER_RX_LOWER_PRI', instance.effectivePriority);
}

function giveWay(turn: Turn, instance: InstanceState, advert: Advert): void {
  const because =
    advert.priority === instance.effectivePriority
      ? `equal priority ${advert.priority} and the larger address`
      : `priority ${advert.priority}, ours is ${instance.effectivePriority}`;
  const interval =
    instance.config.version === 3 && advert.interval !== instance.config.advertInterval
      ? `, its interval is ${printSeconds(advert.interval)} s`
      : '';
  remember(turn, instance, advert);
  instance.wanted = 'BACKUP';
  enterBackup(
    turn,
    instance,
    `${advert.source} is the better master: ${because}${interval}`,
    masterDownOfInstance(instance),
    0,
  );
  followBackup(turn, instance);
}

export function hearAsMaster(turn: Turn, instance: InstanceState, advert: Advert): void {
  if (advert.priority === 0) {
    // Everybody waits for its skew now; our voice ends that (RFC 9568 section 6.4.3).
    sendAdvert(turn, instance, instance.effectivePriority);
    return;
  }
  const own = sourceOf(turn, instance);
  if (advert.source === own) {
    const text = `an advert came from our own address ${own}: a loop, or another machine uses it`;
    complain(turn, 'warning', instance, 'own address', text);
    return;
  }
  if (advert.priority === ownerPriority && instance.effectivePriority === ownerPriority) {
    if (comparison(instance, advert, own) < 0) defendOwnership(turn, instance, advert);
    if (instance.effectivePriority === ownerPriority && comparison(instance, advert, own) < 0) return;
  }
  if (comparison(instance, advert, own) > 0) {
    if (instance.config.higherPrioritySendAdvert) sendAdvert(turn, instance, instance.effectivePriority);
    giveWay(turn, instance, advert);
  } else answerLower(turn, instance, advert);
}
