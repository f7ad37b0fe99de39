// The ordered requests that turn what the kernel holds into what is wanted, touching nothing that is not ours.
// Spec: the order of keepalived(8): addresses, routes, rules when adding; the reverse when removing.

import { printPrefix } from '../net/index.ts';
import {
  addAddress,
  addRoute,
  addRule,
  type Request,
  type RouteNews,
  type RouteRecord,
  removeAddress,
  removeRoute,
  removeRule,
} from '../netlink/index.ts';
import { addressKey, routeKey, ruleKey } from './keys.ts';
import { lowerAddress, lowerRoute, lowerRule, type Obstacle } from './lower.ts';
import type { AddressConfig, RouteConfig, RuleConfig } from './model.ts';
import type { Mirror } from './observe.ts';

/** Lines with the interface of those that name none. */
export interface Holding {
  readonly addresses: readonly { readonly config: AddressConfig; readonly device: string | undefined }[];
  readonly routes: readonly RouteConfig[];
  readonly rules: readonly RuleConfig[];
}

export const emptyHolding: Holding = { addresses: [], routes: [], rules: [] };

export interface Operation {
  readonly verb: 'add' | 'remove';
  readonly object: 'address' | 'route' | 'rule';
  /** For people: `10.0.0.1/32 dev eth0`, `203.0.113.0/24`, `5000`. */
  readonly subject: string;
  readonly request: Request;
  /**
   * What the kernel will report when it has done it; undefined where that cannot be told beforehand (a route whose device the kernel finds).
   */
  readonly news: RouteNews | undefined;
}

export interface Plan {
  readonly operations: readonly Operation[];
  /** Wanted lines that cannot be had now. */
  readonly obstacles: readonly { readonly subject: string; readonly obstacle: Obstacle }[];
}

interface Item {
  readonly object: Operation['object'];
  readonly key: string;
  readonly subject: string;
  readonly present: boolean;
  readonly add: Request;
  readonly remove: Request;
  readonly added: RouteNews | undefined;
  readonly removed: RouteNews;
}

function items(holding: Holding, mirror: Mirror) {
  const found: Item[] = [];
  const obstacles: { subject: string; obstacle: Obstacle }[] = [];
  for (const { config, device } of holding.addresses) {
    const subject = `${printPrefix(config.prefix)} dev ${config.dev ?? device ?? '?'}`;
    const lowered = lowerAddress(config, mirror, device);
    if (!lowered.ok) {
      obstacles.push({ subject, obstacle: lowered.obstacle });
      continue;
    }
    const { record } = lowered;
    const key = addressKey(record);
    const present = mirror.addresses.has(key);
    found.push({
      object: 'address',
      key,
      subject,
      present,
      add: addAddress(record),
      remove: removeAddress(record),
      added: { kind: 'address', gone: false, record },
      removed: { kind: 'address', gone: true, record },
    });
  }
  for (const config of holding.routes) {
    const subject = printPrefix(config.destination);
    const lowered = lowerRoute(config, mirror);
    if (!lowered.ok) {
      obstacles.push({ subject, obstacle: lowered.obstacle });
      continue;
    }
    const { record } = lowered;
    const twin = routeTwin(mirror, record);
    const complete = record.hops.every(hop => hop.ifindex !== undefined);
    found.push({
      object: 'route',
      key: routeKey(record),
      subject,
      present: twin !== undefined,
      add: addRoute(record, config.insert),
      remove: removeRoute(record),
      added: complete ? { kind: 'route', gone: false, record } : undefined,
      removed: { kind: 'route', gone: true, record: twin ?? record },
    });
  }
  for (const config of holding.rules) {
    const record = lowerRule(config);
    const key = ruleKey(record);
    found.push({
      object: 'rule',
      key,
      subject: String(record.preference ?? 'rule'),
      present: mirror.rules.has(key),
      add: addRule(record),
      remove: removeRule(record),
      added: { kind: 'rule', gone: false, record },
      removed: { kind: 'rule', gone: true, record },
    });
  }
  return { found, obstacles };
}

/** A route whose hop names no device is held with the device the kernel found: compare without it. */
function routeTwin(mirror: Mirror, record: RouteRecord): RouteRecord | undefined {
  const exact = mirror.routes.get(routeKey(record));
  if (exact !== undefined || record.hops.every(hop => hop.ifindex !== undefined)) return exact;
  const wanted = routeKey(record);
  for (const held of mirror.routes.values()) {
    if (held.hops.length !== record.hops.length) continue;
    const hops = held.hops.map((hop, i) =>
      record.hops[i]?.ifindex === undefined ? { ...hop, ifindex: undefined } : hop,
    );
    if (routeKey({ ...held, hops }) === wanted) return held;
  }
  return undefined;
}

/**
 * From `owned` (what we may have put there: the last wanted state, or after a restart all the file names) to `wanted`. What is there is
 * adopted, what is gone is not removed again; a wanted line that appears twice is added once. Removals come first.
 */
export function planHolding(mirror: Mirror, owned: Holding, wanted: Holding): Plan {
  const before = items(owned, mirror).found;
  const { found: after, obstacles } = items(wanted, mirror);
  const keep = new Set(after.map(item => item.object + item.key));
  const operations: Operation[] = [];
  const seen = new Set<string>();
  for (const item of before.reverse()) {
    const id = item.object + item.key;
    if (!item.present || keep.has(id) || seen.has(id)) continue;
    seen.add(id);
    const { object, subject, remove: request, removed: news } = item;
    operations.push({ verb: 'remove', object, subject, request, news });
  }
  seen.clear();
  for (const item of after) {
    const id = item.object + item.key;
    if (item.present || seen.has(id)) continue;
    seen.add(id);
    const { object, subject, add: request, added: news } = item;
    operations.push({ verb: 'add', object, subject, request, news });
  }
  return { operations, obstacles };
}
