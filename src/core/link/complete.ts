// The kernel answered an operation: only this says that something is there, whatever the order in which answers come.
// Spec: rtnetlink(7); EEXIST, ENODEV, ESRCH, EADDRNOTAVAIL, ENOENT say that what was asked for is so already.

import type { Fault } from '../fault.ts';
import {
  type Flight,
  forgetIfDone,
  type Holdings,
  type Item,
  type OwnerId,
  relativesOf,
  type Sent,
  setRecord,
  setRefused,
  type Target,
} from './holdings.ts';
import { rulesOf } from './kinds/index.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Mirror } from './mirror.ts';
import { additionOf, type OwnerTargets, tell } from './settling.ts';

export interface Completed {
  /** What was asked; undefined for a ticket that is not known. */
  readonly flight: Flight | undefined;
  /** Owners that may announce these addresses now. */
  readonly held: readonly OwnerTargets[];
  /** To be appended to the ledger. */
  readonly ledger: readonly LedgerEntry[];
  /** The kernel refused it: worth a message. */
  readonly refused: boolean;
  /** It was asked for because somebody wants it, be it the removal of another form: what was refused is worth asking again. */
  readonly isWanted: boolean;
  /** What is there cannot be told from what was heard: read the kernel. */
  readonly reread: boolean;
}

const nothing: Completed = {
  flight: undefined,
  held: [],
  ledger: [],
  refused: false,
  isWanted: false,
  reread: false,
};

/** Errno values with which what was asked for is so already: an addition of what another run left, a removal of what an interface took along. */
const doneAlready: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'ESRCH', 'ENODEV', 'ENOENT']);

function resultOf(
  { verb, kind, record }: Flight,
  mirror: Mirror,
  fault: Fault | undefined,
): NonNullable<Sent['result']> {
  if (fault === undefined) return 'done';
  const { errno, code } = fault;
  const isThereAlready = () => errno === 'EEXIST' && !rulesOf(kind).rivalled(mirror, record);
  if (errno !== undefined && (verb === 'remove' ? doneAlready.has(errno) : isThereAlready()))
    return 'already';
  return code === 'netlink-refused' || code === 'not-permitted' ? 'refused' : 'unknown';
}

/** Takes the kernel's answer to one operation of a `Settled`: `fault` is undefined when it did it. */
export function complete(
  holdings: Holdings,
  mirror: Mirror,
  ticket: number,
  fault: Fault | undefined,
): Completed {
  const flight = holdings.flights.get(ticket);
  if (flight === undefined) return nothing;
  holdings.flights.delete(ticket);
  const result = resultOf(flight, mirror, fault);
  const item = flight.item === undefined ? undefined : holdings.items.get(flight.item);
  const sent = item?.sent.find(each => each.ticket === ticket);
  if (item === undefined || sent === undefined) return { ...nothing, flight, refused: result === 'refused' };
  sent.result = result;
  sent.fault = fault;
  // It was there before: where it is in the kernel's order is not known from our asking.
  if (flight.verb === 'add' && fault !== undefined && item.addedBy === ticket) item.addedBy = undefined;
  const isWanted = flight.verb !== 'remove' || sent.before !== undefined;
  // No notice comes of what was so already or was refused.
  const echo = flight.verb === 'remove' ? 'gone' : 'there';
  if (fault !== undefined && flight.verb !== 'replace' && result !== 'unknown')
    expectNoMore(holdings, item, echo, ticket);
  if (item.sent.some(each => each.result === undefined))
    return { ...nothing, flight, refused: result === 'refused', isWanted };
  const before = item.ours;
  const changes = item.sent.length > 1 || flight.verb === 'replace';
  const folded = fold(holdings, mirror, item);
  return {
    flight,
    held: [...folded.held].map(([owner, targets]) => ({ owner, targets })),
    ledger: closing(mirror, item, before, changes),
    refused: result === 'refused',
    isWanted,
    reread: folded.reread,
  };
}

/** No notice of this ticket comes. If one was taken for it already, it was that of another line of the same route. */
function expectNoMore(holdings: Holdings, item: Item, echo: 'there' | 'gone', ticket: number): void {
  const at = item.coming[echo].indexOf(ticket);
  if (at >= 0) {
    item.coming[echo].splice(at, 1);
    return;
  }
  for (const { coming } of relativesOf(holdings, item)) if (coming[echo].shift() !== undefined) return;
}

/** What the ledger has to know when all is answered: that it is gone, or in which form it is there where there were several. */
function closing(mirror: Mirror, item: Item, ours: boolean, changed: boolean): LedgerEntry[] {
  const { kind, record, label, kernel, claims } = item;
  if (ours && kernel === 'absent' && claims.size === 0)
    return [{ change: 'remove', kind, record, owner: '' }];
  const isKnown = changed && kernel === 'present' && claims.size > 0;
  return isKnown ? [{ ...additionOf(mirror, item, label), settled: true }] : [];
}

/** Everything asked about the item is answered: its state follows from the answers in the order of asking. */
function fold(
  holdings: Holdings,
  mirror: Mirror,
  item: Item,
): { readonly held: ReadonlyMap<OwnerId, Target[]>; readonly reread: boolean } {
  let kept: Item['record'] | undefined;
  for (const { verb, before, result, fault } of item.sent) {
    if (before !== undefined && result !== 'done') kept ??= before;
    else if (result === 'done') kept = undefined;
    if (result === 'unknown') item.kernel = 'unknown';
    else if (result === 'done' || result === 'already')
      item.kernel = verb === 'remove' ? 'absent' : 'present';
    else if (verb === 'add') item.kernel = 'absent';
    if (verb === 'remove' && before === undefined) continue;
    // That it was there already says nothing good where its former form is still there.
    if (result === 'refused' || result === 'unknown') setRefused(holdings, item, fault);
    else if (verb !== 'remove' && kept === undefined) setRefused(holdings, item, undefined);
  }
  item.sent = [];
  if (kept !== undefined) setRecord(holdings, item, kept, item.subject);
  item.heading = item.kernel === 'absent' ? 'absent' : 'present';
  const held = new Map<OwnerId, Target[]>();
  const seen = rulesOf(item.kind).find(mirror, item.record) !== undefined;
  const reread = item.kernel === 'unknown' || (item.doubt && seen !== (item.kernel === 'present'));
  if (!reread) item.doubt = false;
  if (item.kernel !== 'present') for (const claim of item.claims.values()) claim.told = false;
  else if (!reread) tell(mirror, item, held);
  if (item.claims.size === 0 && item.kernel !== 'absent' && item.ours) holdings.ownerless.add(item.id);
  forgetIfDone(holdings, mirror, item);
  return { held, reread };
}
