// ONE plan over all owners that were touched: what is equal only changes owners, the rest is replaced, added, then removed in reverse.
// Spec: DESIGN "desired state, then a plan"; inet_insert_ifa and __inet_del_ifa of net/ipv4/devinet.c for secondary addresses.

import { familyOf, printPrefix } from '../net/index.ts';
import type { AddressRecord, Request } from '../netlink/index.ts';
import {
  type Claim,
  enter,
  forgetIfDone,
  type Holdings,
  type Item,
  isOf,
  neighbourhoodOf,
  type OwnerId,
  type Possession,
  setRecord,
  stopWaiting,
  type Target,
  type Verb,
  type Wanted,
  waitFor,
} from './holdings.ts';
import { addressKey, subnetKey } from './keys.ts';
import { type Desired, type HoldingKind, idOf, rankOf, rulesOf } from './kinds/index.ts';
import type { LedgerEntry } from './ledger.ts';
import { lowerAddress, lowerRoute, lowerRule, type Obstacle } from './lower.ts';
import { isSecondary, type Mirror } from './mirror.ts';

/** A request with the ticket under which its outcome is to be reported to `complete`. */
export interface TicketedOperation {
  readonly ticket: number;
  readonly verb: Verb;
  readonly kind: HoldingKind;
  /** For people: `10.0.0.1/32 dev eth0`, `203.0.113.0/24`, `5000`. */
  readonly subject: string;
  readonly request: Request;
}

export interface OwnerTargets {
  readonly owner: OwnerId;
  readonly targets: Target[];
}

/** A wanted line that cannot be had now. */
export interface Hindrance {
  readonly owner: OwnerId;
  readonly label: string;
  readonly subject: string;
  readonly obstacle: Obstacle;
}

export interface Settled {
  /** One batch, in this order. */
  readonly operations: readonly TicketedOperation[];
  readonly obstacles: readonly Hindrance[];
  /** What was there already. */
  readonly held: readonly OwnerTargets[];
  /** To be appended to the ledger BEFORE the batch is sent. */
  readonly ledger: readonly LedgerEntry[];
}

interface Lowering {
  readonly desired: Desired[];
  readonly obstacles: { readonly subject: string; readonly obstacle: Obstacle }[];
}

/** Lines as records, those without their interface as obstacles. */
function lower(wanted: Wanted, mirror: Mirror): Lowering {
  const desired: Desired[] = [];
  const obstacles: Lowering['obstacles'] = [];
  for (const { config, device } of wanted.addresses) {
    const subject = `${printPrefix(config.prefix)} dev ${config.dev ?? device ?? '?'}`;
    const lowered = lowerAddress(config, mirror, device);
    if (!lowered.ok) obstacles.push({ subject, obstacle: lowered.obstacle });
    else
      desired.push({
        kind: 'address',
        record: lowered.record,
        subject,
        tracked: config.tracked,
        insert: undefined,
      });
  }
  for (const config of wanted.routes) {
    const subject = printPrefix(config.destination);
    const lowered = lowerRoute(config, mirror);
    if (!lowered.ok) obstacles.push({ subject, obstacle: lowered.obstacle });
    else
      desired.push({
        kind: 'route',
        record: lowered.record,
        subject,
        tracked: config.tracked,
        insert: config.insert,
      });
  }
  for (const config of wanted.rules) {
    const record = lowerRule(config);
    const subject = String(record.preference ?? 'rule');
    desired.push({ kind: 'rule', record, subject, tracked: config.tracked, insert: undefined });
  }
  return { desired, obstacles };
}

/** A settling under way. */
interface Turn {
  readonly holdings: Holdings;
  readonly mirror: Mirror;
  readonly operations: TicketedOperation[];
  readonly obstacles: Hindrance[];
  readonly held: Map<OwnerId, Target[]>;
  readonly ledger: LedgerEntry[];
  /** Items that somebody began or ceased to want, or asked for again. */
  readonly dirty: Set<Item>;
}

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

function isThere(mirror: Mirror, { kind, record }: Possession): boolean {
  return rulesOf(kind).find(mirror, record) !== undefined;
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
    const item = holdings.items.get(itemId) ?? enter(holdings, wish, wish.subject, isThere(mirror, wish));
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

const noLines: Lowering = { desired: [], obstacles: [] };

/** What a former life may have left is ours, whoever wants it now. */
function recallFormer(turn: Turn): void {
  const { holdings, mirror, dirty } = turn;
  for (const former of holdings.former) {
    if ('kind' in former && isElsewhere(former, mirror)) continue;
    const lines =
      'kind' in former ? [{ ...former, subject: subjectOf(former, mirror) }] : lower(former, mirror).desired;
    for (const line of lines) {
      const found = isThere(mirror, line);
      const known = holdings.items.get(idOf(line.kind, line.record));
      if (known === undefined && !found) continue;
      const item = known ?? enter(holdings, line, line.subject, found);
      // As it was asked for then: a line that has changed since is a difference.
      if (found && !item.ours) setRecord(holdings, item, line.record, line.subject);
      item.ours = true;
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

interface Decisions {
  readonly replacements: { readonly item: Item; readonly wish: Claim; readonly request: Request }[];
  /** `anew`: it is there otherwise and has to be removed first. */
  readonly additions: { readonly item: Item; readonly wish: Claim; readonly anew: boolean }[];
  readonly removals: Set<Item>;
  /** Other names of what somebody wants: only forgotten. */
  readonly twins: Item[];
}

/** Whether the kernel's route is also that of a line that somebody wants: one names the device, the other lets the kernel find it. */
function hasTwin({ holdings, mirror }: Turn, item: Item): boolean {
  const { exclusive, find } = rulesOf(item.kind);
  const near = exclusive ? neighbourhoodOf(item) : undefined;
  if (near === undefined || item.sent.length > 0) return false;
  const found = find(mirror, item.record);
  for (const id of holdings.near.get(near) ?? []) {
    const other = holdings.items.get(id);
    if (found === undefined || other === undefined || other === item || other.claims.size === 0) continue;
    if (other.heading === 'present' && find(mirror, other.record) === found) return true;
  }
  return false;
}

function decide(turn: Turn): void {
  const { holdings } = turn;
  const decisions: Decisions = { replacements: [], additions: [], removals: new Set(), twins: [] };
  for (const item of turn.dirty) {
    const wish = chosen(item);
    if (wish === undefined) {
      if (item.heading === 'present' && item.ours) {
        if (hasTwin(turn, item)) decisions.twins.push(item);
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

const labelOf = ({ holdings }: Turn, item: Item): string => {
  for (const id of item.claims.keys()) return holdings.owners.get(id)?.label ?? item.label;
  return item.label;
};

/** Notes for each owner that does not know it yet that the item is there; addresses are named. */
export function tell(mirror: Mirror, item: Item, held: Map<OwnerId, Target[]>): void {
  for (const [owner, claim] of item.claims) {
    if (claim.told) continue;
    claim.told = true;
    if (!isOf('address', item)) continue;
    const { ifindex, prefix } = item.record;
    const target = {
      ifindex,
      interface: mirror.interfaces.get(ifindex)?.name ?? '',
      address: prefix.address,
    };
    const targets = held.get(owner);
    if (targets === undefined) held.set(owner, [target]);
    else targets.push(target);
  }
}

/** For the ledger: what is about to be put into the kernel, and on which card: an index may be another's after a restart. */
function note({ ledger, mirror }: Turn, possession: Possession, owner: string): void {
  const { kind, record } = possession;
  const mac = isOf('address', possession) ? mirror.interfaces.get(possession.record.ifindex)?.mac : undefined;
  ledger.push({ change: 'add', kind, record, owner, ...(mac === undefined ? {} : { mac }) });
}

/** Numbers an operation and counts it as under way. `item` is undefined for what is not ours: others' addresses that are put back. */
function push(
  turn: Turn,
  verb: Verb,
  possession: Possession,
  subject: string,
  request: Request,
  item: Item | undefined,
  before?: Item['record'],
): void {
  const { holdings, operations } = turn;
  const ticket = holdings.nextTicket++;
  const { kind, record } = possession;
  const label = item === undefined ? '' : labelOf(turn, item);
  holdings.flights.set(ticket, { item: item?.id, verb, kind, record, subject, label });
  operations.push({ ticket, verb, kind, subject, request });
  item?.sent.push({ ticket, verb, before, result: undefined });
}

/** The ticket that was given out last. */
const lastTicket = ({ holdings }: Turn): number => holdings.nextTicket - 1;

function send(turn: Turn, verb: Verb, item: Item, request: Request, before?: Item['record']): void {
  push(turn, verb, item, item.subject, request, item, before);
  item.heading = verb === 'remove' ? 'absent' : 'present';
  if (verb === 'add') item.addedBy = lastTicket(turn);
  // A replacement may change nothing that a notice tells.
  if (verb === 'add') item.coming.there++;
  else if (verb === 'remove') item.coming.gone++;
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
  item.refused = undefined;
  item.ours = true;
  note(turn, item, labelOf(turn, item));
  send(turn, 'add', item, rules.add(item.record, wish.insert));
}

function remove(turn: Turn, decisions: Decisions, item: Item): void {
  decisions.removals.delete(item);
  const removal = () => send(turn, 'remove', item, rulesOf(item.kind).remove(item.record));
  if (isOf('address', item) && familyOf(item.record.prefix.address) === 'inet')
    bridged(turn, decisions, item, removal);
  else removal();
}

/** An address that goes with the primary one, unless the sysctl promote_secondaries is set. */
interface Dependant {
  readonly record: AddressRecord;
  readonly subject: string;
  readonly item: Item | undefined;
}

/** Others' and our own addresses that the kernel removes with this one. */
function dependants(turn: Turn, decisions: Decisions, item: Item & Possession<'address'>): Dependant[] {
  const { holdings, mirror } = turn;
  const own = addressKey(item.record);
  const seen = mirror.addresses.get(own);
  if (followsAnother(turn.holdings, item)) return [];
  const quiet = item.sent.length === 0 && item.coming.there === 0 && item.coming.gone === 0;
  if (seen !== undefined && isSecondary(seen) && quiet) return [];
  const found: Dependant[] = [];
  const near = subnetKey(item.record);
  for (const id of holdings.near.get(`address ${near}`) ?? []) {
    const other = holdings.items.get(id);
    if (other === undefined || other === item || !isOf('address', other)) continue;
    // What has no owner goes anyway; what others put there is seen in the mirror.
    if (other.claims.size > 0 && other.ours && other.heading === 'present' && !decisions.removals.has(other))
      found.push({ record: other.record, subject: other.subject, item: other });
  }
  for (const key of mirror.addressesInSubnet.get(near) ?? []) {
    const seen = mirror.addresses.get(key);
    if (seen === undefined || key === own || !isSecondary(seen)) continue;
    const known = holdings.items.get(idOf('address', seen));
    if (known !== undefined && (known.ours || known.claims.size > 0)) continue;
    const subject = `${printPrefix(seen.prefix)} dev ${mirror.interfaces.get(seen.ifindex)?.name ?? ''}`;
    found.push({ record: { ...seen, flags: seen.flags & ~kernelFlags }, subject, item: undefined });
  }
  return found;
}

/**
 * Whether one of ours was added before it to the same subnet and is there: then the other one is primary, or one before that. Notices may not
 * have said so yet.
 */
function followsAnother({ near, items }: Holdings, item: Item & Possession<'address'>): boolean {
  const { addedBy } = item;
  if (addedBy === undefined) return false;
  for (const id of near.get(`address ${subnetKey(item.record)}`) ?? []) {
    const other = items.get(id);
    if (other === undefined || other === item || other.addedBy === undefined) continue;
    if (other.addedBy < addedBy && other.heading === 'present' && other.kernel === 'present') return true;
  }
  return false;
}

/** IFA_F_SECONDARY, IFA_F_PERMANENT: set by the kernel. */
const kernelFlags = 0x81;

/**
 * Removes an IPv4 address that may be its subnet's primary one. Its secondary ones go with it; each is held as a /32 meanwhile, which is
 * a subnet of its own, and added again, so that none is ever missing. Where the kernel promotes them, EEXIST says that all is well.
 */
function bridged(
  turn: Turn,
  decisions: Decisions,
  item: Item & Possession<'address'>,
  removal: () => void,
): void {
  const others = dependants(turn, decisions, item);
  const { add: adding, remove: removing } = rulesOf('address');
  const bridges = others.flatMap(({ record, subject }) => bridgeFor(turn, record, subject) ?? []);
  for (const bridge of bridges) {
    note(turn, bridge, '');
    send(turn, 'add', bridge, adding(bridge.record, undefined));
  }
  removal();
  // In reverse: instances mostly go in their order, and the next one is then secondary, which takes nothing along.
  for (const { record, subject, item: other } of others.reverse()) {
    if (other !== undefined) send(turn, 'add', other, adding(record, undefined));
    else push(turn, 'add', { kind: 'address', record }, subject, adding(record, undefined), undefined);
  }
  for (const bridge of bridges) send(turn, 'remove', bridge, removing(bridge.record));
}

/** The /32 that holds an address meanwhile: an item of ours without an owner. undefined: it is there anyway. */
function bridgeFor(
  { holdings, mirror }: Turn,
  record: AddressRecord,
  subject: string,
): (Item & Possession<'address'>) | undefined {
  const bridge: AddressRecord = {
    ...record,
    prefix: { address: record.prefix.address, length: 32 },
    peer: undefined,
    broadcast: undefined,
  };
  const possession: Possession<'address'> = { kind: 'address', record: bridge };
  const known = holdings.items.get(idOf('address', bridge));
  if (known === undefined && isThere(mirror, possession)) return undefined;
  const item = known ?? enter(holdings, possession, subject.replace(/\/\d+/, '/32'), false);
  if (item.heading === 'present' || !isOf('address', item)) return undefined;
  item.ours = true;
  return item;
}
