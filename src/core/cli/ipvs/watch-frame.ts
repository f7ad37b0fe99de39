// What `vs watch` makes of two looks at the table: rates from the difference, history for sparklines, and what changed.
// Spec: the kernel's 64-bit counters; its own rates lag by seconds and are not used.

import {
  type Counters,
  destinationKey,
  type ObservedService,
  type Operation,
  plan,
  serviceKey,
} from '../../ipvs/index.ts';

/** Per second. */
export interface Rates {
  readonly connections: number;
  readonly packets: number;
  readonly bytes: number;
}

export interface Row {
  /** serviceKey, and destinationKey for a server. */
  readonly service: string;
  readonly server: string | undefined;
  readonly rates: Rates;
  readonly active: number;
  readonly inactive: number;
  /** New connections per second, oldest first. */
  readonly history: readonly number[];
}

export interface Frame {
  /** Milliseconds on any clock that only goes forward. */
  readonly at: number;
  readonly services: readonly ObservedService[];
  readonly rows: ReadonlyMap<string, Row>;
  /** What turned the table before into this one. */
  readonly changes: readonly Operation[];
}

const historyLength = 30;
const still: Rates = { connections: 0, packets: 0, bytes: 0 };

/** A counter that went back was zeroed, or belongs to a new entry under an old name: it counts from 0. */
function perSecond(now: bigint, before: bigint | undefined, seconds: number): number {
  if (before === undefined || seconds <= 0) return 0;
  return Number(now >= before ? now - before : now) / seconds;
}

function ratesOf(now: Counters, before: Counters | undefined, seconds: number): Rates {
  if (before === undefined) return still;
  const sum = (c: Counters, kind: 'Packets' | 'Bytes') => c[`in${kind}`] + c[`out${kind}`];
  return {
    connections: perSecond(now.connections, before.connections, seconds),
    packets: perSecond(sum(now, 'Packets'), sum(before, 'Packets'), seconds),
    bytes: perSecond(sum(now, 'Bytes'), sum(before, 'Bytes'), seconds),
  };
}

const countersOf = (services: readonly ObservedService[]): Map<string, Counters> => {
  const found = new Map<string, Counters>();
  for (const service of services) {
    const key = serviceKey(service.id);
    found.set(key, service.counters);
    for (const one of service.destinations) found.set(`${key} > ${destinationKey(one)}`, one.counters);
  }
  return found;
};

/** The frame of `services` seen at `at`, after `previous`. */
export function nextFrame(
  previous: Frame | undefined,
  services: readonly ObservedService[],
  at: number,
): Frame {
  const seconds = previous === undefined ? 0 : (at - previous.at) / 1000;
  const before = countersOf(previous?.services ?? []);
  const rows = new Map<string, Row>();
  const add = (key: string, row: Omit<Row, 'rates' | 'history'>, counters: Counters) => {
    const rates = ratesOf(counters, before.get(key), seconds);
    const past = previous?.rows.get(key)?.history ?? [];
    rows.set(key, { ...row, rates, history: [...past, rates.connections].slice(-historyLength) });
  };
  for (const service of services) {
    const key = serviceKey(service.id);
    const total = (kind: 'activeConnections' | 'inactiveConnections') =>
      service.destinations.reduce((sum, one) => sum + one[kind], 0);
    const own = { active: total('activeConnections'), inactive: total('inactiveConnections') };
    add(key, { service: key, server: undefined, ...own }, service.counters);
    for (const one of service.destinations) {
      const server = destinationKey(one);
      const counts = { active: one.activeConnections, inactive: one.inactiveConnections };
      add(`${key} > ${server}`, { service: key, server, ...counts }, one.counters);
    }
  }
  const changes = previous === undefined ? [] : plan(previous.services, services, { prune: true });
  return { at, services, rows, changes };
}

const levels = '▁▂▃▄▅▆▇█';

/** One character per value, the greatest at the top; '' without values. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1e-9);
  return values
    .map(value => levels[Math.min(levels.length - 1, Math.floor((value / most) * levels.length))] ?? ' ')
    .join('');
}

export const sortKeys = ['address', 'connections', 'packets', 'bytes', 'active'] as const;
export type SortKey = (typeof sortKeys)[number];

/** Services, and servers inside each, by the key: greatest first, except addresses, which keep their order. */
export function sortServices(frame: Frame, key: SortKey): ObservedService[] {
  if (key === 'address') return [...frame.services];
  const weigh = (row: Row | undefined): number =>
    row === undefined ? 0 : key === 'active' ? row.active : row.rates[key];
  return [...frame.services]
    .sort((a, b) => weigh(frame.rows.get(serviceKey(b.id))) - weigh(frame.rows.get(serviceKey(a.id))))
    .map(service => {
      const own = serviceKey(service.id);
      const row = (one: (typeof service.destinations)[number]) =>
        frame.rows.get(`${own} > ${destinationKey(one)}`);
      return {
        ...service,
        destinations: [...service.destinations].sort((a, b) => weigh(row(b)) - weigh(row(a))),
      };
    });
}
