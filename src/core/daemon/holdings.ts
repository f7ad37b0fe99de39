// What the daemon holds in the kernel: addresses, routes and rules by owner, planned against the mirror of what is there.
// Spec: link/ (mirror and plan); a holding is adopted where found, and its loss to others is noticed.

import {
  addressKey,
  emptyHolding,
  type Holding,
  type LinkChange,
  type Mirror,
  type Obstacle,
  type Operation,
  observe,
  planHolding,
} from '../link/index.ts';
import type { RouteNews } from '../netlink/index.ts';

interface Held {
  readonly holding: Holding;
  /** Of it, what has been seen in the kernel since: its absence means that somebody else removed it. */
  readonly seen: ReadonlySet<string>;
}

export interface Holdings {
  readonly mirror: Mirror;
  readonly held: ReadonlyMap<string, Held>;
  /** Own removals of addresses that the kernel has not reported back yet, by address key. */
  readonly leaving: ReadonlyMap<string, number>;
  /** Items the kernel refused: in the mirror as if they were there until it is read anew, yet never seen. */
  readonly refused: ReadonlySet<string>;
}

export interface HoldingStep {
  readonly state: Holdings;
  readonly operations: readonly Operation[];
  readonly obstacles: readonly { readonly subject: string; readonly obstacle: Obstacle }[];
}

export const noHoldings = (mirror: Mirror): Holdings => ({
  mirror,
  held: new Map(),
  leaving: new Map(),
  refused: new Set(),
});

export const itemName = ({ object, subject }: Pick<Operation, 'object' | 'subject'>): string =>
  `${object} ${subject}`;

/** Names of what the plan would have to add now. */
function missing(mirror: Mirror, holding: Holding): ReadonlySet<string> {
  return new Set(planHolding(mirror, emptyHolding, holding).operations.map(itemName));
}

/** Every item of a holding by name: on an empty machine all of them would have to be added. */
function present(mirror: Mirror, holding: Holding): ReadonlySet<string> {
  const bare = { ...mirror, addresses: new Map(), routes: new Map(), rules: new Map() };
  const absent = missing(mirror, holding);
  return new Set([...missing(bare, holding)].filter(name => !absent.has(name)));
}

const onlyTracked = ({ addresses, routes, rules }: Holding): Holding => ({
  addresses: addresses.filter(({ config }) => config.tracked),
  routes: routes.filter(({ tracked }) => tracked),
  rules: rules.filter(({ tracked }) => tracked),
});

/**
 * The owner shall hold `wanted` (undefined: nothing) instead of `owned` (what may be there from before). The mirror is moved on as if the
 * kernel had done it already, so that the next plan in the same breath builds on it.
 */
export function changeHolding(
  state: Holdings,
  owner: string,
  owned: Holding,
  wanted: Holding | undefined,
): HoldingStep {
  const { operations, obstacles } = planHolding(state.mirror, owned, wanted ?? emptyHolding);
  const { mirror } = observe(
    state.mirror,
    operations.flatMap(({ news }) => news ?? []),
  );
  const leaving = new Map(state.leaving);
  for (const { verb, news } of operations) {
    if (verb !== 'remove' || news?.kind !== 'address') continue;
    const key = addressKey(news.record);
    leaving.set(key, (leaving.get(key) ?? 0) + 1);
  }
  const held = new Map(state.held);
  if (wanted === undefined) held.delete(owner);
  else held.set(owner, { holding: wanted, seen: present(mirror, onlyTracked(wanted)) });
  const retried = new Set(operations.map(itemName));
  const refused = new Set([...state.refused].filter(name => !retried.has(name)));
  return { state: { mirror, held, leaving, refused }, operations, obstacles };
}

/** The kernel refused to add it: its absence is nobody's doing. */
export function neverSeen(state: Holdings, item: string): Holdings {
  const held = new Map(state.held);
  for (const [owner, { holding, seen }] of state.held) {
    if (seen.has(item)) held.set(owner, { holding, seen: new Set([...seen].filter(name => name !== item)) });
  }
  return { ...state, held, refused: new Set([...state.refused, item]) };
}

export interface News {
  readonly state: Holdings;
  readonly changes: readonly LinkChange[];
  /** Tracked items that somebody else took away, by owner. */
  readonly lost: readonly { readonly owner: string; readonly what: string }[];
}

/** The kernel reports changes. Echoes of our own removals are recognised and told to nobody. */
export function hear(state: Holdings, news: readonly RouteNews[]): News {
  const leaving = new Map(state.leaving);
  const fresh = news.filter(item => {
    if (item.kind !== 'address' || !item.gone) return true;
    const key = addressKey(item.record);
    const own = leaving.get(key) ?? 0;
    if (own > 1) leaving.set(key, own - 1);
    else leaving.delete(key);
    return own === 0;
  });
  const { mirror, changes } = observe(state.mirror, fresh);
  return settle({ ...state, mirror, leaving }, changes);
}

/** The mirror was read anew: what differs is taken as told. */
export function rehear(state: Holdings, mirror: Mirror, changes: readonly LinkChange[]): News {
  return settle({ ...state, mirror, leaving: new Map(), refused: new Set() }, changes);
}

const removes: ReadonlySet<LinkChange['kind']> = new Set([
  'address-removed',
  'route-removed',
  'rule-removed',
]);

function settle(state: Holdings, changes: readonly LinkChange[]): News {
  if (changes.length === 0 || state.held.size === 0) return { state, changes, lost: [] };
  const lost: { owner: string; what: string }[] = [];
  const held = new Map(state.held);
  const losing = changes.some(({ kind }) => removes.has(kind));
  for (const [owner, { holding, seen }] of state.held) {
    const there = present(state.mirror, onlyTracked(holding));
    const now = new Set([...there].filter(name => !state.refused.has(name)));
    if (losing) for (const what of seen) if (!now.has(what)) lost.push({ owner, what });
    held.set(owner, { holding, seen: now });
  }
  return { state: { ...state, held }, changes, lost };
}
