// Removing an IPv4 address without its secondary ones: each that stays is held as a /32 meanwhile.
// Spec: inet_insert_ifa and __inet_del_ifa of linux/net/ipv4/devinet.c; sysctl promote_secondaries.

import { printPrefix } from '../net/index.ts';
import type { AddressRecord } from '../netlink/index.ts';
import { enter, type Holdings, type Item, isMoving, isOf, type Possession } from './holdings.ts';
import { addressKey, subnetKey } from './keys.ts';
import { idOf, rulesOf } from './kinds/index.ts';
import { isSecondary } from './mirror.ts';
import { type Decisions, isThere, note, push, send, type Turn } from './settling.ts';

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
  if (seen !== undefined && isSecondary(seen) && !isMoving(item)) return [];
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
export function bridged(
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
