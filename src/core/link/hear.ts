// The kernel reports what changed: echoes of our own operations are recognised, what others took away is lost.
// Spec: rtnetlink(7): every change is reported once and in order; answers to requests come on another socket, earlier or later.

import type { Address } from '../net/index.ts';
import type { LinkChange } from './changes.ts';
import {
  forgetIfDone,
  type Holdings,
  type Item,
  isOf,
  nameOf,
  type OwnerId,
  type Possession,
  setRefused,
  type Target,
  waitFor,
} from './holdings.ts';
import { idsOf, rulesOf } from './kinds/index.ts';
import type { Mirror } from './mirror.ts';
import { type OwnerTargets, tell } from './settling.ts';

export interface Heard {
  /** Tracked items that somebody else took away. */
  readonly lost: readonly { readonly owner: OwnerId; readonly what: string }[];
  /** What came back by other hands. */
  readonly held: readonly OwnerTargets[];
  /** The changes that are not echoes of what was done for instances: what an instance may have to hear of its interfaces. */
  readonly foreign: readonly LinkChange[];
  /** Something that was refused or had no interface may be had now: settle. */
  readonly unsettled: boolean;
  /** What is there cannot be told from what was heard: read the kernel. */
  readonly reread: boolean;
}

/** Hearing under way. */
interface Turn {
  readonly holdings: Holdings;
  readonly mirror: Mirror;
  readonly lost: { owner: OwnerId; what: string }[];
  readonly held: Map<OwnerId, Target[]>;
  readonly foreign: LinkChange[];
  readonly passedOver: Set<Item>;
  /** Interfaces deleted in the same batch: what goes with them is not lost to anybody. */
  readonly deleted: Set<number>;
  /** Interfaces and addresses of the removals that we asked for: the kernel drops IPv4 routes with an interface's last one, or its source. */
  readonly removed: { readonly links: Set<number>; readonly sources: Set<Address> };
  /** Something without an owner is there, which was not known. */
  unsettled: boolean;
  reread: boolean;
}

const begin = (holdings: Holdings, mirror: Mirror): Turn => ({
  holdings,
  mirror,
  lost: [],
  held: new Map(),
  foreign: [],
  passedOver: new Set(),
  deleted: new Set(),
  removed: { links: new Set(), sources: new Set() },
  unsettled: false,
  reread: false,
});

const finish = (turn: Turn): Heard => ({
  lost: turn.lost,
  held: [...turn.held].map(([owner, targets]) => ({ owner, targets })),
  foreign: turn.foreign,
  unsettled: turn.unsettled || turn.holdings.touched.size > 0,
  reread: turn.reread,
});

/** Takes what `applyNews` returned. */
export function hear(holdings: Holdings, mirror: Mirror, changes: readonly LinkChange[]): Heard {
  const turn = begin(holdings, mirror);
  for (const change of changes)
    if (change.kind === 'interface-deleted') turn.deleted.add(change.interface.index);
  for (const change of changes) {
    if (hearLink(turn, change)) turn.foreign.push(change);
    else if (!hearItem(turn, change)) turn.foreign.push(change);
  }
  for (const item of turn.passedOver) {
    if (item.doubt && item.sent.length === 0 && item.claims.size > 0 && !isSeen(mirror, item))
      turn.reread = true;
  }
  return finish(turn);
}

const isSeen = (mirror: Mirror, { kind, record }: Possession): boolean =>
  rulesOf(kind).find(mirror, record) !== undefined;

/** Takes what `reread` returned after notices were lost: the mirror says what is there, except where operations are under way. */
export function rehear(holdings: Holdings, mirror: Mirror, changes: readonly LinkChange[]): Heard {
  const turn = begin(holdings, mirror);
  for (const change of changes)
    if (change.kind === 'interface-deleted') turn.deleted.add(change.interface.index);
  for (const change of changes) {
    hearLink(turn, change);
    turn.foreign.push(change);
  }
  for (const item of [...holdings.items.values()]) {
    // Notices of what was done before may be lost or may still come: those expected stay so, and a wrong guess ends in another reading.
    item.doubt = item.sent.length > 0;
    item.coming.guessed = item.coming.there.length > 0 || item.coming.gone.length > 0;
    if (item.sent.length > 0) continue;
    const seen = isSeen(mirror, item);
    if (seen) appear(turn, item);
    else if (item.kernel !== 'absent') disappear(turn, item);
    forgetIfDone(holdings, turn.mirror, item);
  }
  return finish(turn);
}

/** Handles changes of interfaces; false for others. */
function hearLink(turn: Turn, change: LinkChange): boolean {
  const { holdings } = turn;
  switch (change.kind) {
    case 'interface-deleted': {
      const { index, name } = change.interface;
      for (const item of onLink(holdings, index)) {
        waitAll(holdings, item, name);
        if (item.sent.length === 0) {
          disappear(turn, item);
          forgetIfDone(holdings, turn.mirror, item);
        }
      }
      return true;
    }
    case 'interface-renamed':
      for (const item of onLink(holdings, change.interface.index)) waitAll(holdings, item, change.before);
      wake(holdings, change.interface.name);
      return true;
    case 'interface-created':
      wake(holdings, change.interface.name);
      return true;
    case 'interface-up':
      for (const item of onLink(holdings, change.interface.index)) {
        if (item.sent.length === 0 && item.kernel === 'absent') touch(holdings, item.claims.keys());
      }
      return true;
    case 'interface-down':
    case 'interface-changed':
      return true;
    default:
      return false;
  }
}

const onLink = ({ onLink, items }: Holdings, index: number): Item[] =>
  [...(onLink.get(index) ?? [])].flatMap(id => items.get(id) ?? []);

function waitAll(holdings: Holdings, item: Item, name: string): void {
  for (const owner of item.claims.keys()) waitFor(holdings, name, owner);
}

function wake(holdings: Holdings, name: string): void {
  touch(holdings, holdings.waiting.get(name) ?? []);
}

function touch({ touched }: Holdings, owners: Iterable<OwnerId>): void {
  for (const owner of owners) touched.add(owner);
}

function reported(
  change: LinkChange,
): { readonly gone: boolean; readonly possession: Possession } | undefined {
  switch (change.kind) {
    case 'address-added':
    case 'address-removed':
      return {
        gone: change.kind === 'address-removed',
        possession: { kind: 'address', record: change.address },
      };
    case 'route-added':
    case 'route-removed':
      return { gone: change.kind === 'route-removed', possession: { kind: 'route', record: change.route } };
    case 'rule-added':
    case 'rule-removed':
      return { gone: change.kind === 'rule-removed', possession: { kind: 'rule', record: change.rule } };
    default:
      return undefined;
  }
}

/** True for an echo of what was done for an instance. */
function hearItem(turn: Turn, change: LinkChange): boolean {
  const report = reported(change);
  if (report === undefined) return false;
  const { kind, record } = report.possession;
  const items = idsOf(kind, record).flatMap(id => turn.holdings.items.get(id) ?? []);
  const expecting = firstExpecting(items, report.gone ? 'gone' : 'there');
  let own = false;
  for (const item of expecting === undefined ? items : [expecting]) {
    const isEcho = report.gone ? hearGone(turn, item) : hearThere(turn, item);
    // Static lines are read by nobody else: instances hear of them as of any address of the interface.
    own = isEcho && !item.claims.has(0);
    if (isEcho && report.gone) noteRemoval(turn, report.possession);
  }
  return own;
}

function noteRemoval({ removed }: Turn, possession: Possession): void {
  if (!isOf('address', possession)) return;
  removed.links.add(possession.record.ifindex);
  removed.sources.add(possession.record.prefix.address);
}

/** The mirror reports what goes with an address right after it (mirror.ts): it went by our doing. */
function wentWithOurs({ removed }: Turn, item: Item): boolean {
  if (!isOf('route', item)) return false;
  const { hops, preferredSource } = item.record;
  if (preferredSource !== undefined && removed.sources.has(preferredSource)) return true;
  return hops.some(({ ifindex }) => ifindex !== undefined && removed.links.has(ifindex));
}

/** Of two lines of one route, the one that was asked for first: notices come in the order of asking. */
function firstExpecting(items: readonly Item[], what: 'there' | 'gone'): Item | undefined {
  let first: Item | undefined;
  for (const item of items) {
    const [ticket] = item.coming[what];
    const earliest = first?.coming[what][0];
    if (ticket !== undefined && (earliest === undefined || ticket < earliest)) first = item;
  }
  return first;
}

function hearThere(turn: Turn, item: Item): boolean {
  item.doubt = false;
  item.swept = false;
  if (item.coming.there.shift() !== undefined) {
    settleGuess(item);
    if (turn.holdings.ownerless.has(item.id)) turn.unsettled = true;
    forgetIfDone(turn.holdings, turn.mirror, item);
    return true;
  }
  if (item.sent.length === 0) appear(turn, item);
  return false;
}

function settleGuess({ coming }: Item): void {
  if (coming.there.length === 0 && coming.gone.length === 0) coming.guessed = false;
}

function hearGone(turn: Turn, item: Item): boolean {
  const { coming, sent } = item;
  if (coming.gone.shift() !== undefined) {
    // Should be there: the notice of our removal may have been lost, and this be another's.
    if (sent.length === 0 && (coming.there.length === 0 || coming.guessed) && item.kernel === 'present') {
      item.doubt = true;
      turn.passedOver.add(item);
    }
    settleGuess(item);
    forgetIfDone(turn.holdings, turn.mirror, item);
    return true;
  }
  if (coming.there.length > 0) {
    // It was removed before our addition, of which the notice is still to come.
    item.doubt = true;
    turn.passedOver.add(item);
    return true;
  }
  // Another route that answers to the same lines may be there still.
  if (isSeen(turn.mirror, { kind: item.kind, record: item.record })) return false;
  item.swept = wentWithOurs(turn, item);
  if (sent.length === 0) {
    disappear(turn, item);
    forgetIfDone(turn.holdings, turn.mirror, item);
    return false;
  }
  // Others removed it after an addition of ours, or this is older than the last reading: the mirror tells when all is answered.
  item.doubt = true;
  return false;
}

/** It is there, by whatever hand. */
function appear(turn: Turn, item: Item): void {
  // We removed it and nobody of ours wants it: somebody else has put it there.
  if (item.kernel === 'absent' && item.claims.size === 0) item.ours = false;
  if (item.kernel === 'unknown') {
    // What timed out may have changed it or not: its owners look again, without any it goes.
    touch(turn.holdings, item.claims.keys());
    turn.unsettled = true;
    // A removal that did not reach the kernel makes no notice.
    item.coming.gone.pop();
  }
  // What is there and refused all the same is there in another form than the wanted one.
  if (item.kernel !== 'present') setRefused(turn.holdings, item, undefined);
  item.kernel = 'present';
  item.heading = 'present';
  item.swept = false;
  if (item.claims.size > 0) {
    item.ours = true;
    tell(turn.mirror, item, turn.held);
  } else if (item.ours) turn.holdings.ownerless.add(item.id);
}

/** It is not there any more, and not by our doing. What never was known to be there is not lost but tried again. */
function disappear(turn: Turn, item: Item): void {
  if (item.kernel === 'present') lose(turn, item);
  else if (item.kernel === 'unknown') {
    touch(turn.holdings, item.claims.keys());
    item.coming.there.pop();
  }
  item.kernel = 'absent';
  item.heading = 'absent';
  item.swept = false;
}

function lose({ holdings, lost, deleted }: Turn, item: Item): void {
  const wentWithLink = rulesOf(item.kind)
    .links(item.record)
    .some(index => deleted.has(index));
  for (const [owner, claim] of item.claims) {
    claim.told = false;
    if (item.swept) holdings.touched.add(owner);
    else if (claim.tracked && !wentWithLink) lost.push({ owner, what: nameOf(claim) });
  }
}
