// A settling under way: what it works on, what it has decided so far, and how an operation is numbered, recorded and sent.
// Spec: DESIGN "desired state, then a plan"; settle.ts decides, bridge.ts keeps secondary addresses.

import type { Request } from '../netlink/index.ts';
import {
  type Claim,
  type Holdings,
  type Item,
  isOf,
  type OwnerId,
  type Possession,
  type Target,
  type Verb,
} from './holdings.ts';
import { type HoldingKind, rulesOf } from './kinds/index.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Obstacle } from './lower.ts';
import type { Mirror } from './mirror.ts';
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

/** A settling under way. */
export interface Turn {
  readonly holdings: Holdings;
  readonly mirror: Mirror;
  readonly operations: TicketedOperation[];
  readonly obstacles: Hindrance[];
  readonly held: Map<OwnerId, Target[]>;
  readonly ledger: LedgerEntry[];
  /** Items that somebody began or ceased to want, or asked for again. */
  readonly dirty: Set<Item>;
}

export interface Decisions {
  readonly replacements: { readonly item: Item; readonly wish: Claim; readonly request: Request }[];
  /** `anew`: it is there otherwise and has to be removed first. */
  readonly additions: { readonly item: Item; readonly wish: Claim; readonly anew: boolean }[];
  readonly removals: Set<Item>;
  /** Other names of what somebody wants: only forgotten. */
  readonly twins: Item[];
}

export function isThere(mirror: Mirror, { kind, record }: Possession): boolean {
  return rulesOf(kind).find(mirror, record) !== undefined;
}

export const labelOf = ({ holdings }: Turn, item: Item): string => {
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

/** For the ledger: what is put into the kernel, and on which card: an index may be another's after a restart. */
export function additionOf(mirror: Mirror, possession: Possession, owner: string): LedgerEntry {
  const { kind, record } = possession;
  const mac = isOf('address', possession) ? mirror.interfaces.get(possession.record.ifindex)?.mac : undefined;
  return { change: 'add', kind, record, owner, ...(mac === undefined ? {} : { mac }) };
}

/** Written before the kernel is asked. */
export function note({ ledger, mirror }: Turn, possession: Possession, owner: string): void {
  ledger.push(additionOf(mirror, possession, owner));
}

/** Numbers an operation and counts it as under way. `item` is undefined for what is not ours: others' addresses that are put back. */
export function push(
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
  item?.sent.push({ ticket, verb, before, result: undefined, fault: undefined });
}

/** The ticket that was given out last. */
const lastTicket = ({ holdings }: Turn): number => holdings.nextTicket - 1;

export function send(turn: Turn, verb: Verb, item: Item, request: Request, before?: Item['record']): void {
  push(turn, verb, item, item.subject, request, item, before);
  item.heading = verb === 'remove' ? 'absent' : 'present';
  if (verb === 'add') item.addedBy = lastTicket(turn);
  // A replacement may change nothing that a notice tells.
  if (verb === 'add') item.coming.there.push(lastTicket(turn));
  else if (verb === 'remove') item.coming.gone.push(lastTicket(turn));
}
