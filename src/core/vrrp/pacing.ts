// Minimal gaps between announcements of one interface: what may not go out now waits, once per address with a count.
// Spec: keepalived.conf(5) vrrp_garp_interval (IPv4) and vrrp_gna_interval (IPv6).

import { type Family, familyOf } from '../net/index.ts';
import { after, type Duration, earliest, type Instant, zero } from '../time.ts';
import type { VrrpConfig } from './config.ts';
import type { AnnounceTarget } from './events.ts';
import type { Turn } from './turn.ts';

interface Waiting {
  readonly instance: string;
  readonly target: AnnounceTarget;
  /** Messages still owed. */
  readonly count: number;
}

/** The announcements of one family on one interface. */
export interface PacedQueue {
  readonly family: Family;
  /** Nothing goes out before. */
  readonly next: Instant;
  /** In the order of going out; an address whose count is not used up goes to the end. */
  readonly waiting: readonly Waiting[];
}

const gapOf = (config: VrrpConfig, family: Family): Duration =>
  family === 'inet' ? config.garpInterval : config.gnaInterval;

function send(turn: Turn, instance: string, rounds: number, targets: readonly AnnounceTarget[]): void {
  if (targets.length > 0) turn.effects.push({ kind: 'announce', instance, rounds, targets });
}

function replace(turn: Turn, key: string, queue: PacedQueue): void {
  turn.queues = new Map([...turn.queues, [key, queue]]);
}

/** Sends what the gap allows now: one message, or everything when a reload has taken the gap away. */
function drain(turn: Turn, key: string): void {
  for (;;) {
    const queue = turn.queues.get(key);
    const [first, ...rest] = queue?.waiting ?? [];
    if (queue === undefined || first === undefined || queue.next > turn.now) return;
    send(turn, first.instance, 1, [first.target]);
    const waiting = first.count > 1 ? [...rest, { ...first, count: first.count - 1 }] : rest;
    replace(turn, key, { ...queue, next: after(turn.now, gapOf(turn.config, queue.family)), waiting });
  }
}

const keyOf = (target: AnnounceTarget): string => `${familyOf(target.address)} ${target.interface}`;

function enqueue(turn: Turn, instance: string, count: number, target: AnnounceTarget): void {
  const family = familyOf(target.address);
  const key = keyOf(target);
  const queue = turn.queues.get(key) ?? { family, next: turn.now, waiting: [] };
  const same = (each: Waiting): boolean =>
    each.instance === instance && each.target.address === target.address;
  const waiting = queue.waiting.some(same)
    ? queue.waiting.map(each => (same(each) ? { ...each, count: Math.max(each.count, count) } : each))
    : [...queue.waiting, { instance, target, count }];
  replace(turn, key, { ...queue, waiting });
}

/** So many rounds for these targets: at once where no gap is configured, else as the gap allows. */
export function announce(
  turn: Turn,
  instance: string,
  rounds: number,
  targets: readonly AnnounceTarget[],
): void {
  if (rounds <= 0) return;
  const paced = (target: AnnounceTarget): boolean => gapOf(turn.config, familyOf(target.address)) > zero;
  send(
    turn,
    instance,
    rounds,
    targets.filter(target => !paced(target)),
  );
  const waiting = targets.filter(paced);
  for (const target of waiting) enqueue(turn, instance, rounds, target);
  for (const key of new Set(waiting.map(keyOf))) drain(turn, key);
}

/** Forgets what an instance still wanted to announce. */
export function forgetAnnouncements(turn: Turn, instance: string): void {
  for (const [key, queue] of turn.queues) {
    const waiting = queue.waiting.filter(each => each.instance !== instance);
    if (waiting.length < queue.waiting.length) replace(turn, key, { ...queue, waiting });
  }
}

export const queueDeadline = (queues: ReadonlyMap<string, PacedQueue>): Instant | undefined =>
  earliest(...[...queues.values()].map(queue => (queue.waiting.length > 0 ? queue.next : undefined)));

export function runQueues(turn: Turn): void {
  for (const key of turn.queues.keys()) drain(turn, key);
}
