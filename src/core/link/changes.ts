// What a message from the kernel changed in a mirror.
// Spec: rtnetlink(7), netdevice(7) for IFF_UP and IFF_RUNNING.

import { equal } from '../equal.ts';
import type { RouteRecord, RuleRecord } from '../netlink/index.ts';
import type { Interface, ObservedAddress } from './model.ts';

/** `interface-up`/`-down` follow IFF_UP and IFF_RUNNING together, as VRRP sees a link. */
export type LinkChange =
  | {
      readonly kind:
        | 'interface-created'
        | 'interface-deleted'
        | 'interface-up'
        | 'interface-down'
        | 'interface-changed';
      readonly interface: Interface;
    }
  | { readonly kind: 'interface-renamed'; readonly interface: Interface; readonly before: string }
  | {
      readonly kind: 'address-added' | 'address-removed' | 'address-changed';
      readonly address: ObservedAddress;
    }
  | { readonly kind: 'route-added' | 'route-removed'; readonly route: RouteRecord }
  | { readonly kind: 'rule-added' | 'rule-removed'; readonly rule: RuleRecord };

/** Whether traffic can pass: administratively up and with a carrier. */
export const isUp = (link: Interface): boolean => link.flags.up && link.flags.running;

export function interfaceChanges(before: Interface | undefined, now: Interface | undefined): LinkChange[] {
  if (now === undefined)
    return before === undefined ? [] : [{ kind: 'interface-deleted', interface: before }];
  if (before === undefined) {
    const created: LinkChange = { kind: 'interface-created', interface: now };
    return isUp(now) ? [created, { kind: 'interface-up', interface: now }] : [created];
  }
  const changes: LinkChange[] = [];
  if (before.name !== now.name)
    changes.push({ kind: 'interface-renamed', interface: now, before: before.name });
  if (isUp(before) !== isUp(now))
    changes.push({ kind: isUp(now) ? 'interface-up' : 'interface-down', interface: now });
  const stays =
    before.mac === now.mac &&
    before.broadcast === now.broadcast &&
    before.mtu === now.mtu &&
    before.lower === now.lower &&
    before.kind === now.kind &&
    before.flags.noarp === now.flags.noarp;
  if (!stays) changes.push({ kind: 'interface-changed', interface: now });
  return changes;
}

export function addressChanges(
  before: ObservedAddress | undefined,
  now: ObservedAddress | undefined,
): LinkChange[] {
  if (now === undefined) return before === undefined ? [] : [{ kind: 'address-removed', address: before }];
  if (before === undefined) return [{ kind: 'address-added', address: now }];
  // A preferred lifetime counts down by itself: that is not a change.
  const stays = equal({ ...before, preferredLifetime: 0 }, { ...now, preferredLifetime: 0 });
  return stays ? [] : [{ kind: 'address-changed', address: now }];
}
