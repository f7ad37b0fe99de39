// ONE plan over all owners that were touched: what is equal only changes owners, the rest is replaced, added, then removed in reverse.
// Spec: DESIGN "desired state, then a plan".

import { familyOf, printPrefix } from '../net/index.ts';
import { bridged } from './bridge.ts';
import {
  type Claim,
  enter,
  forgetIfDone,
  type Holdings,
  type Item,
  isMoving,
  isOf,
  neighbourhoodOf,
  type OwnerId,
  type Possession,
  relativesOf,
  setRecord,
  setRefused,
  stopWaiting,
  waitFor,
} from './holdings.ts';
import { type Desired, idOf, rankOf, rulesOf } from './kinds/index.ts';
import { lower, noLines } from './lines.ts';
import type { Mirror } from './mirror.ts';
import { type Decisions, isThere, labelOf, note, type Settled, send, type Turn, tell } from './settling.ts';

/** Plans for every owner touched since the last settling, and for what has no owner. The operations count as sent when this returns. */
export function settle(holdings: Holdings, mirror: Mirror): Settled {
  const turn: Turn = {
    holdings,
    mirror,
    operations: [],
    obstacles: [],
    held: new Map(),
    ledger: [],
    dirty: new Set(),
  };
  // Claims of all owners first: what moves from one to another must never look unwanted.
  const touched = [...holdings.touched];
  holdings.touched.clear();
  for (const id of touched) claim(turn, id);
  recallFormer(turn);
  for (const id of holdings.ownerless) {
    const item = holdings.items.get(id);
    if (item !== undefined) turn.dirty.add(item);
  }
  holdings.ownerless.clear();
  decide(turn);
  return {
    operations: turn.operations,
    obstacles: turn.obstacles,
    held: [...turn.held].map(([owner, targets]) => ({ owner, targets })),
    ledger: turn.ledger,
  };
}

/** Replaces the owner's claims by those of what it wants now. */
function claim(turn: Turn, id: OwnerId): void {
  const { holdings, mirror, dirty } = turn;
  const owner = holdings.owners.get(id);
  if (owner === undefined) return;
  const before = owner.items;
  owner.items = new Set();
  stopWaiting(holdings, id, owner);
  const { desired, obstacles } = owner.wanted === undefined ? noLines : lower(owner.wanted, mirror);
  for (const { subject, obstacle } of obstacles) {
    turn.obstacles.push({ owner: id, label: owner.label, subject, obstacle });
    if (obstacle.cause === 'no-interface' && obstacle.interface !== undefined)
      waitFor(holdings, obstacle.interface, id);
  }
  for (const wish of desired) {
    const itemId = idOf(wish.kind, wish.record);
    const item = itemFor(turn, itemId, wish);
    if (owner.items.has(itemId)) continue;
    owner.items.add(itemId);
    before.delete(itemId);
    item.claims.set(id, { ...wish, told: item.claims.get(id)?.told ?? false });
    item.label = owner.label;
    dirty.add(item);
  }
  for (const itemId of before) {
    const item = holdings.items.get(itemId);
    if (item === undefined) continue;
    item.claims.delete(id);
    item.label = owner.label;
    dirty.add(item);
  }
  if (owner.wanted === undefined) holdings.owners.delete(id);
}

/** The item of a wish. Where another line of the same route is on its way, what the kernel shows may be that one's and go with it. */
function itemFor({ holdings, mirror }: Turn, id: string, wish: Desired): Item {
  const known = holdings.items.get(id);
  const isShaky = relativesOf(holdings, wish).some(isMoving);
  if (known === undefined) return enter(holdings, wish, wish.subject, isThere(mirror, wish) && !isShaky);
  if (isShaky && known.claims.size === 0 && known.sent.length === 0) {
    known.kernel = 'absent';
    known.heading = 'absent';
  }
  return known;
}

/** What a former life may have left is ours, whoever wants it now. */
function recallFormer(turn: Turn): void {
  const { holdings, mirror, dirty } = turn;
  for (const former of holdings.former) {
    if ('kind' in former && isElsewhere(former, mirror)) continue;
    const lines =
      'kind' in former ? [{ ...former, subject: subjectOf(former, mirror) }] : lower(former, mirror).desired;
    for (const line of lines) {
      const { find, asAsked } = rulesOf(line.kind);
      const shown = find(mirror, line.record);
      const found = shown !== undefined;
      const known = holdings.items.get(idOf(line.kind, line.record));
      if (known === undefined && !found) continue;
      const item = known ?? enter(holdings, line, line.subject, found);
      // As it was asked for then: a line that has changed since is a difference.
      if (found && !item.ours) setRecord(holdings, item, line.record, line.subject);
      item.ours = true;
      if (found && 'kind' in former && former.unsure === true)
        setRecord(holdings, item, asAsked?.(shown, line.record) ?? shown, line.subject);
      dirty.add(item);
    }
  }
  holdings.former = [];
}

/** The interface of that index is another one now. */
const isElsewhere = (former: Possession, mirror: Mirror): boolean =>
  former.mac !== undefined &&
  isOf('address', former) &&
  mirror.interfaces.get(former.record.ifindex)?.mac !== former.mac;

function subjectOf(possession: Possession, mirror: Mirror): string {
  if (isOf('address', possession)) {
    const { prefix, ifindex } = possession.record;
    return `${printPrefix(prefix)} dev ${mirror.interfaces.get(ifindex)?.name ?? ifindex}`;
  }
  if (isOf('route', possession)) return printPrefix(possession.record.destination);
  return isOf('rule', possession) ? String(possession.record.preference ?? 'rule') : possession.kind;
}

/** Whose wish counts where several owners want the same thing: the eldest's, whatever the order of asking. */
function chosen(item: Item): Claim | undefined {
  let eldest: OwnerId | undefined;
  for (const id of item.claims.keys()) if (eldest === undefined || id < eldest) eldest = id;
  return eldest === undefined ? undefined : item.claims.get(eldest);
}

/**
 * Whether the kernel's route is also that of a line that somebody wants: one names the device, the other lets the kernel find it. `unknown`
 * until all that was asked of both is answered and reported.
 */
function twinOf({ holdings, mirror }: Turn, item: Item): 'none' | 'unknown' | 'wanted' {
  const { find } = rulesOf(item.kind);
  for (const other of relativesOf(holdings, item)) {
    if (other.claims.size === 0 || other.heading !== 'present') continue;
    const found = find(mirror, item.record);
    if (isMoving(item) || isMoving(other) || found === undefined) return 'unknown';
    if (find(mirror, other.record) === found) return 'wanted';
  }
  return 'none';
}

function decide(turn: Turn): void {
  const { holdings } = turn;
  const decisions: Decisions = { replacements: [], additions: [], removals: new Set(), twins: [] };
  for (const item of turn.dirty) {
    const wish = chosen(item);
    if (wish === undefined) {
      if (item.heading === 'present' && item.ours) {
        const twin = twinOf(turn, item);
        if (twin === 'wanted') decisions.twins.push(item);
        else if (twin === 'unknown') holdings.ownerless.add(item.id);
        else decisions.removals.add(item);
      } else if (item.ours && item.kernel === 'unknown' && item.sent.length === 0)
        holdings.ownerless.add(item.id);
      else forgetIfDone(holdings, turn.mirror, item);
      continue;
    }
    const { same, replace } = rulesOf(item.kind);
    if (item.heading === 'absent') decisions.additions.push({ item, wish, anew: false });
    else if (item.ours && !same(item.record, wish.record)) {
      const request = replace(item.record, wish.record);
      if (request === undefined) decisions.additions.push({ item, wish, anew: true });
      else decisions.replacements.push({ item, wish, request });
    } else keep(turn, item, wish);
  }
  for (const { item, wish, request } of decisions.replacements) {
    const before = item.record;
    setRecord(holdings, item, wish.record, wish.subject);
    note(turn, item, labelOf(turn, item));
    send(turn, 'replace', item, request, before);
  }
  const additions = decisions.additions.sort((a, b) => rankOf(a.item.kind) - rankOf(b.item.kind));
  for (const { item, wish, anew } of additions) add(turn, decisions, item, wish, anew);
  const removals = [...decisions.removals].reverse().sort((a, b) => rankOf(b.kind) - rankOf(a.kind));
  for (const item of removals) if (decisions.removals.has(item)) remove(turn, decisions, item);
  for (const item of decisions.twins) {
    turn.ledger.push({ change: 'remove', kind: item.kind, record: item.record, owner: '' });
    item.ours = false;
    forgetIfDone(holdings, turn.mirror, item);
  }
}

/** It is there as it is wanted: ours from now on, and those who do not know it yet learn it. */
function keep(turn: Turn, item: Item, wish: Claim): void {
  item.subject = wish.subject;
  if (!item.ours) {
    item.ours = true;
    setRecord(turn.holdings, item, wish.record, wish.subject);
    note(turn, item, labelOf(turn, item));
  }
  if (item.sent.length === 0 && item.kernel === 'present') tell(turn.mirror, item, turn.held);
}

function add(turn: Turn, decisions: Decisions, item: Item, wish: Claim, anew: boolean): void {
  const { holdings } = turn;
  const rules = rulesOf(item.kind);
  const near = neighbourhoodOf(item);
  if (anew) remove(turn, decisions, item);
  // With NLM_F_EXCL the kernel would take the old one for the new one, without it both for one of two hops.
  if (rules.exclusive && near !== undefined) {
    for (const id of holdings.near.get(near) ?? []) {
      const other = holdings.items.get(id);
      if (other !== undefined && other !== item && decisions.removals.has(other))
        remove(turn, decisions, other);
    }
  }
  setRecord(holdings, item, wish.record, wish.subject);
  setRefused(holdings, item, undefined);
  item.ours = true;
  note(turn, item, labelOf(turn, item));
  send(turn, 'add', item, rules.add(item.record, wish.insert));
}

function remove(turn: Turn, decisions: Decisions, item: Item): void {
  decisions.removals.delete(item);
  const before = item.claims.size > 0 ? item.record : undefined;
  const removal = () => send(turn, 'remove', item, rulesOf(item.kind).remove(item.record), before);
  if (isOf('address', item) && familyOf(item.record.prefix.address) === 'inet')
    bridged(turn, decisions, item, removal);
  else removal();
}
