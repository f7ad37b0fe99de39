// What an accepted advert does to a BACKUP and to a MASTER: the election itself.
// Spec: RFC 9568 sections 6.4.2 and 6.4.3; keepalived's nopreempt, preempt_delay, *_no_advert, owner conflicts.

import { type Address, compareAddresses } from '../net/index.ts';
import { noteChange } from '../news.ts';
import { after, printSeconds } from '../time.ts';
import { sendAdvert, sourceOf } from './advert.ts';
import { announceAgainstLower } from './bursts.ts';
import { followBackup, yieldGroup } from './group.ts';
import { notifyEvent } from './notify.ts';
import { defendOwnership, reclaim } from './owner.ts';
import { ownerPriority } from './priority.ts';
import { report } from './report.ts';
import type { HeardMaster, InstanceState } from './state.ts';
import {
  endPreemptDelay,
  enterBackup,
  masterDownOfInstance,
  setTimer,
  skewOfInstance,
  withinPreemptDelay,
} from './transition.ts';
import { groupOf, membersOf, type Turn } from './turn.ts';
import type { Advert } from './verdict.ts';

function heard(turn: Turn, advert: Advert): HeardMaster {
  const { source, priority, checksum } = advert;
  return { address: source, priority, at: turn.now, checksum };
}

function remember(turn: Turn, instance: InstanceState, advert: Advert): void {
  const { master } = instance;
  const { source, priority, checksum } = advert;
  if (master?.address === source && master.priority === priority && master.checksum === checksum)
    master.at = turn.now;
  else instance.master = heard(turn, advert);
  instance.heldBack = false;
  if (instance.config.version === 3) instance.masterInterval = advert.interval;
}

/** A BACKUP says whom it follows, when it first hears a master and when the master changes. */
function nameMaster(turn: Turn, instance: InstanceState, { source, priority }: Advert): void {
  if (instance.master?.address === source) return;
  noteChange(turn.machine.news, instance.key);
  report(turn, 'info', instance, 'master', source, `master is ${source}, priority ${priority}`);
}

export function hearAsBackup(turn: Turn, instance: InstanceState, advert: Advert): void {
  reclaim(turn, instance, advert);
  if (advert.priority === 0) {
    instance.master = heard(turn, advert);
    setTimer(turn, instance, after(turn.now, skewOfInstance(instance)));
    return;
  }
  const lower = advert.priority < instance.effectivePriority;
  if (!lower) endPreemptDelay(turn, instance);
  if (lower && instance.config.preempt && !withinPreemptDelay(turn, instance)) {
    instance.rival = heard(turn, advert);
    const difference = `priority ${advert.priority}, lower than our ${instance.effectivePriority}`;
    report(
      turn,
      'info',
      instance,
      'lower while BACKUP',
      advert.source,
      `advert of ${advert.source} has ${difference}: not accepted, the master down timer goes on`,
    );
    return;
  }
  nameMaster(turn, instance, advert);
  remember(turn, instance, advert);
  instance.rival = undefined;
  instance.wanted = 'BACKUP';
  setTimer(turn, instance, after(turn.now, masterDownOfInstance(instance)));
  yieldGroup(turn, instance);
}

/** Positive when the advert beats us: priority first, then the larger address. */
function comparison(instance: InstanceState, advert: Advert, own: Address | undefined): number {
  const byPriority = advert.priority - instance.effectivePriority;
  if (byPriority !== 0 || own === undefined) return byPriority;
  return compareAddresses(advert.source, own);
}

function answerLower(turn: Turn, instance: InstanceState, advert: Advert): void {
  const { config } = instance;
  // When it was last heard decides whether there are two masters now: that is more than a count.
  noteChange(turn.machine.news, instance.key);
  instance.contender = heard(turn, advert);
  const theirs = `${advert.source} adverts priority ${advert.priority}`;
  report(
    turn,
    'warning',
    instance,
    'lower while MASTER',
    advert.source,
    `${theirs} while we are MASTER with ${instance.effectivePriority}: it should give way`,
  );
  if (!config.lowerPriorityNoAdvert) {
    sendAdvert(turn, instance, instance.effectivePriority);
    setTimer(turn, instance, after(turn.now, config.advertInterval));
  }
  const group = groupOf(turn.machine, instance);
  announceAgainstLower(turn, instance);
  for (const member of group === undefined ? [] : membersOf(turn.machine, group)) {
    if (member !== instance && member.state === 'MASTER') announceAgainstLower(turn, member);
  }
  notifyEvent(turn, instance, 'MASTER_RX_LOWER_PRI', { from: 'MASTER', cause: theirs });
}

function yieldTo(turn: Turn, instance: InstanceState, advert: Advert): void {
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
    // RFC 9568 section 6.4.3: answer priority 0 at once, so that the BACKUPs start their timers anew.
    sendAdvert(turn, instance, instance.effectivePriority);
    return;
  }
  const own = sourceOf(turn.machine, instance);
  if (advert.source === own) {
    const text = `an advert came from our own address ${own}: a loop, or another machine uses it`;
    report(turn, 'warning', instance, 'own address', undefined, text);
    return;
  }
  if (advert.priority === ownerPriority && instance.effectivePriority === ownerPriority) {
    if (comparison(instance, advert, own) < 0) defendOwnership(turn, instance, advert);
    if (instance.effectivePriority === ownerPriority && comparison(instance, advert, own) < 0) return;
  }
  if (comparison(instance, advert, own) > 0) {
    if (instance.config.higherPrioritySendAdvert) sendAdvert(turn, instance, instance.effectivePriority);
    yieldTo(turn, instance, advert);
  } else answerLower(turn, instance, advert);
}
