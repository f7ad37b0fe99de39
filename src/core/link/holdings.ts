// What is held in the kernel, by whom, and what is known of it: the data, and who wants what from the next settling on.
// Spec: DESIGN "desired state, then a plan"; settle.ts plans, complete.ts takes the kernel's answers, hear.ts its notices.
//
// An item is there when a completion said so, never because it was asked for. Owners are serials that a reload carries over: what moves
// from one owner to another is the same item and costs no operation.

import type { Fault } from '../fault.ts';
import { type Address, type Mac, networkOf } from '../net/index.ts';
import { createNews, type News, noteChange } from '../news.ts';
import { routePlace, rulePlace } from './keys.ts';
import { type Desired, type HoldingKind, idOf, type Records, rulesOf } from './kinds/index.ts';
import type { Interest, Mirror } from './mirror.ts';
import type { AddressConfig, RouteConfig, RuleConfig } from './model.ts';

/** A serial that a reload carries over; 0 is the owner of the static lines. */
export type OwnerId = number;
export const staticOwnerId: OwnerId = 0;

/** Lines with the interface of those that name none. */
export interface Wanted {
  /** For messages only. */
  readonly label: string;
  readonly addresses: readonly { readonly config: AddressConfig; readonly device: string | undefined }[];
  readonly routes: readonly RouteConfig[];
  readonly rules: readonly RuleConfig[];
}

/** One thing that this process or a predecessor may have put into the kernel. */
export interface Possession<Kind extends HoldingKind = HoldingKind> {
  readonly kind: Kind;
  readonly record: Records[Kind];
  /** Addresses of a former life: the hardware address of their interface, whose index may be another's now. */
  readonly mac?: Mac;
  /** Of a former life, whose last words named it in two forms: which one the kernel holds is not known. */
  readonly unsure?: boolean;
}

export interface Owner {
  label: string;
  /** undefined: it wants nothing and goes with its last item. */
  wanted: Wanted | undefined;
  /** Ids of the items it claims since the last settling. */
  items: Set<string>;
  /** Names of interfaces whose appearance makes it worth another look. */
  readonly waitsFor: Set<string>;
}

/** One owner's wish for an item. */
export interface Claim extends Desired {
  /** The owner knows that it is there. */
  told: boolean;
}

/** An operation the kernel was asked for and whose result is not folded into the item's state yet, in the order of asking. */
export interface Sent {
  readonly ticket: number;
  readonly verb: Verb;
  /** Of a replacement or a removal in favour of another form: what is there still when the kernel did not do it. */
  readonly before: Records[HoldingKind] | undefined;
  /** `already`: what was asked for was so before. */
  result: 'done' | 'already' | 'refused' | 'unknown' | undefined;
  fault: Fault | undefined;
}
export type Verb = 'add' | 'replace' | 'remove';

export interface Item {
  readonly id: string;
  readonly kind: HoldingKind;
  /** As the kernel was asked for it, or found. */
  record: Records[HoldingKind];
  subject: string;
  /** Of its last owner, for messages; empty: of a former life. */
  label: string;
  readonly claims: Map<OwnerId, Claim>;
  /** What completions and notices say; while something is under way, what they said before. */
  kernel: 'absent' | 'present' | 'unknown';
  /** What it will be when all that was asked is done. */
  heading: 'absent' | 'present';
  /** We put it there or took it over: without an owner it goes. */
  ours: boolean;
  sent: Sent[];
  /** Ticket of its last addition; undefined where it was there before us: then the mirror alone tells which address is primary. */
  addedBy: number | undefined;
  /** Why the kernel did not add it. */
  refused: Fault | undefined;
  /** Tickets whose notices have not come yet, in the order of asking; `guessed`: a reading came between, they may have been lost. */
  readonly coming: { readonly there: number[]; readonly gone: number[]; guessed: boolean };
  /** A notice was passed over that may have been no echo of ours: compare with the mirror when all is answered. */
  doubt: boolean;
  /** The kernel dropped it with an address that we removed: it is not lost to somebody else but put back. */
  swept: boolean;
}

/** An operation under way; `item` is undefined for what is not ours. */
export interface Flight extends Possession {
  readonly item: string | undefined;
  readonly verb: Verb;
  readonly subject: string;
  /** Of the owner, for messages. */
  readonly label: string;
}

export interface Holdings {
  readonly owners: Map<OwnerId, Owner>;
  readonly items: Map<string, Item>;
  /** Ids of items by interface index, and by neighbourhood (kinds/kind.ts). */
  readonly onLink: Map<number, Set<string>>;
  readonly near: Map<string, Set<string>>;
  /** Owners with a line whose interface does not exist, by its name. */
  readonly waiting: Map<string, Set<OwnerId>>;
  /** Owners whose wishes the next settling looks at. */
  readonly touched: Set<OwnerId>;
  /** Items without an owner that the next settling removes if they are there. */
  readonly ownerless: Set<string>;
  /** Lines and records of a former life, not looked at yet. */
  former: (Wanted | Possession)[];
  readonly flights: Map<number, Flight>;
  nextTicket: number;
  /** Which items the kernel has come to refuse, or has no longer refused (status.ts). */
  readonly news: News;
}

export const createHoldings = (): Holdings => ({
  owners: new Map(),
  items: new Map(),
  onLink: new Map(),
  near: new Map(),
  waiting: new Map(),
  touched: new Set(),
  ownerless: new Set(),
  former: [],
  flights: new Map(),
  nextTicket: 1,
  news: createNews(),
});

/** The key of an item's news and record. */
const keyPrefix = 'refused ';
export const itemOfKey = (holdings: Holdings, key: string): Item | undefined =>
  holdings.items.get(key.slice(keyPrefix.length));

/** Why the kernel does not add it; undefined: it does, or nobody asks any more. */
export function setRefused(holdings: Holdings, item: Item, fault: Fault | undefined): void {
  if (item.refused === undefined && fault === undefined) return;
  item.refused = fault;
  noteChange(holdings.news, `${keyPrefix}${item.id}`);
}

/** Replaces what the owner wants, from the next `settle` on. */
export function want(holdings: Holdings, id: OwnerId, wanted: Wanted): void {
  const owner = holdings.owners.get(id);
  if (owner === undefined)
    holdings.owners.set(id, { label: wanted.label, wanted, items: new Set(), waitsFor: new Set() });
  else {
    owner.label = wanted.label;
    owner.wanted = wanted;
  }
  holdings.touched.add(id);
}

/**
 * The owner wants nothing from the next `settle` on. `formerly` are lines of which a former life may have left things: those go where the
 * kernel holds them and no owner wants them.
 */
export function disown(holdings: Holdings, id: OwnerId, formerly?: Wanted): void {
  const owner = holdings.owners.get(id);
  if (owner !== undefined) {
    if (formerly !== undefined) owner.label = formerly.label;
    owner.wanted = undefined;
    holdings.touched.add(id);
  }
  if (formerly !== undefined) holdings.former.push(formerly);
}

/** The owners of what the kernel refused want it again at the next `settle`. False when nothing is refused. */
export function askAgain(holdings: Holdings): boolean {
  let any = false;
  for (const { refused, claims } of holdings.items.values()) {
    if (refused === undefined) continue;
    any = true;
    for (const owner of claims.keys()) holdings.touched.add(owner);
  }
  return any;
}

/** What a predecessor left (ledger.ts): goes at the next `settle` where the kernel holds it and no owner wants it. */
export function inherit(holdings: Holdings, possessions: readonly Possession[]): void {
  holdings.former.push(...possessions);
}

/** Everything that is ours in the kernel or on its way there: a ledger that is written anew says this. */
export function possessionsOf(holdings: Holdings): Possession[] {
  const found: Possession[] = [];
  for (const { kind, record, ours, kernel, sent } of holdings.items.values())
    if (ours && (kernel !== 'absent' || sent.length > 0)) found.push({ kind, record });
  return found;
}

/** Where in the tables the routes and rules of these lines and records stand: the mirror's interest. */
export function interestOf(
  lines: Iterable<Pick<Wanted, 'routes' | 'rules'>>,
  possessions: readonly (Wanted | Possession)[] = [],
): Interest {
  const routes = new Set<string>();
  const rules = new Set<string>();
  const formerly = possessions.flatMap(possession => ('kind' in possession ? [] : possession));
  for (const line of [...lines, ...formerly]) {
    for (const { family, table, destination } of line.routes)
      routes.add(routePlace(family, table, { address: networkOf(destination), length: destination.length }));
    for (const rule of line.rules) rules.add(rulePlace(rule));
  }
  for (const possession of possessions) {
    if (!('kind' in possession)) continue;
    if (isOf('route', possession)) {
      const { family, table, destination } = possession.record;
      routes.add(routePlace(family, table, destination));
    } else if (isOf('rule', possession)) rules.add(rulePlace(possession.record));
  }
  return { routes, rules };
}

export const isOf = <Kind extends HoldingKind>(
  kind: Kind,
  possession: Possession,
): possession is Possession<Kind> => possession.kind === kind;

function put<Key>(index: Map<Key, Set<string>>, key: Key, id: string): void {
  const found = index.get(key);
  if (found === undefined) index.set(key, new Set([id]));
  else found.add(id);
}

function take<Key>(index: Map<Key, Set<string>>, key: Key, id: string): void {
  const found = index.get(key);
  found?.delete(id);
  if (found?.size === 0) index.delete(key);
}

/** The owner is looked at again when an interface of that name appears. */
export function waitFor(holdings: Holdings, name: string, id: OwnerId): void {
  const owner = holdings.owners.get(id);
  if (owner === undefined) return;
  owner.waitsFor.add(name);
  const found = holdings.waiting.get(name);
  if (found === undefined) holdings.waiting.set(name, new Set([id]));
  else found.add(id);
}

export function stopWaiting({ waiting }: Holdings, id: OwnerId, owner: Owner): void {
  for (const name of owner.waitsFor) {
    const owners = waiting.get(name);
    owners?.delete(id);
    if (owners?.size === 0) waiting.delete(name);
  }
  owner.waitsFor.clear();
}

/** Adds an item to the holdings and their indexes. */
export function enter(holdings: Holdings, possession: Possession, subject: string, isThere: boolean): Item {
  const { kind, record } = possession;
  const item: Item = {
    id: idOf(kind, record),
    kind,
    record,
    subject,
    label: '',
    claims: new Map(),
    kernel: isThere ? 'present' : 'absent',
    heading: isThere ? 'present' : 'absent',
    ours: false,
    sent: [],
    addedBy: undefined,
    refused: undefined,
    coming: { there: [], gone: [], guessed: false },
    doubt: false,
    swept: false,
  };
  holdings.items.set(item.id, item);
  for (const index of rulesOf(kind).links(record)) put(holdings.onLink, index, item.id);
  const near = neighbourhoodOf(possession);
  if (near !== undefined) put(holdings.near, near, item.id);
  return item;
}

/** From now on the item stands for this record, which has the same key. */
export function setRecord(
  holdings: Holdings,
  item: Item,
  record: Records[HoldingKind],
  subject: string,
): void {
  const { links } = rulesOf(item.kind);
  for (const index of links(item.record)) take(holdings.onLink, index, item.id);
  item.record = record;
  item.subject = subject;
  for (const index of links(record)) put(holdings.onLink, index, item.id);
}

/**
 * Forgets an item that nobody wants, that is not there and of which nothing more is to come. As long as the mirror shows it the notice of its
 * removal is still on its way: forgotten now, it would be taken for somebody else's.
 */
export function forgetIfDone(holdings: Holdings, mirror: Mirror, item: Item): void {
  const { id, kind, record } = item;
  if (item.claims.size > 0 || isMoving(item)) return;
  if (item.kernel !== 'absent' && item.ours) return;
  if (item.ours && rulesOf(kind).find(mirror, record) !== undefined) return;
  setRefused(holdings, item, undefined);
  holdings.items.delete(id);
  holdings.ownerless.delete(id);
  for (const index of rulesOf(kind).links(record)) take(holdings.onLink, index, id);
  const near = neighbourhoodOf(item);
  if (near !== undefined) take(holdings.near, near, id);
}

/** Something that was asked for is not answered yet, or its notice has not come. */
export const isMoving = ({ sent, coming }: Item): boolean =>
  sent.length > 0 || coming.there.length > 0 || coming.gone.length > 0;

/** Lines of the same route in other words: only the kernel's reports tell whether it holds both as one. */
export function relativesOf({ near, items }: Holdings, possession: Possession): Item[] {
  const { maybeSame } = rulesOf(possession.kind);
  const place = maybeSame === undefined ? undefined : neighbourhoodOf(possession);
  if (maybeSame === undefined || place === undefined) return [];
  const own = idOf(possession.kind, possession.record);
  return [...(near.get(place) ?? [])].flatMap(id => {
    const other = id === own ? undefined : items.get(id);
    return other !== undefined && maybeSame(possession.record, other.record) ? [other] : [];
  });
}

export function neighbourhoodOf({ kind, record }: Possession): string | undefined {
  const near = rulesOf(kind).neighbourhood(record);
  return near === undefined ? undefined : `${kind} ${near}`;
}

/** An address that an owner may announce now: the kernel said that it is there. */
export interface Target {
  readonly ifindex: number;
  readonly interface: string;
  readonly address: Address;
}

/** `address 10.0.0.1/32 dev eth0` */
export const nameOf = ({ kind, subject }: { readonly kind: HoldingKind; readonly subject: string }): string =>
  `${kind} ${subject}`;
