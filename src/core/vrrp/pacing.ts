// Minimal gaps between announcements of one interface: what may not go out now waits, once per address with a count.
// Spec: keepalived.conf(5) vrrp_garp_interval (IPv4) and vrrp_gna_interval (IPv6).

import { type Family, familyOf } from '../net/index.ts';
import { after, type Duration, zero } from '../time.ts';
import { setAlarm } from './alarms.ts';
import type { AnnounceTarget } from './events.ts';
import type { PacedQueue, VrrpMachine } from './state.ts';
import type { Turn } from './turn.ts';

const gapOf = ({ config }: VrrpMachine, family: Family): Duration =>
  family === 'inet' ? config.garpInterval : config.gnaInterval;

function send(turn: Turn, owner: number, rounds: number, targets: readonly AnnounceTarget[]): void {
  const instance = turn.machine.instances.get(owner)?.config.name;
  if (instance !== undefined && targets.length > 0)
    turn.effects.push({ kind: 'announce', instance, rounds, targets });
}

const queueKey = (target: AnnounceTarget): string => `${familyOf(target.address)} ${target.interface}`;
const waitingKey = (owner: number, target: AnnounceTarget): string => `${owner} ${target.address}`;

function queueOf({ machine, now }: Turn, target: AnnounceTarget): PacedQueue {
  const key = queueKey(target);
  const found = machine.queues.get(key);
  if (found !== undefined) return found;
  const queue = { family: familyOf(target.address), next: now, waiting: new Map() };
  machine.queues.set(key, queue);
  return queue;
}

/** Sends what the gap allows now: one message, or everything when a reload has taken the gap away. */
export function runQueue(turn: Turn, key: string): void {
  const queue = turn.machine.queues.get(key);
  if (queue === undefined) return;
  const { waiting } = queue;
  while (waiting.size > 0 && queue.next <= turn.now) {
    const [first] = waiting;
    if (first === undefined) break;
    const [name, entry] = first;
    send(turn, entry.owner, 1, [entry.target]);
    waiting.delete(name);
    if (--entry.count > 0) waiting.set(name, entry);
    queue.next = after(turn.now, gapOf(turn.machine, queue.family));
  }
  setAlarm(turn.machine, 'queue', key, waiting.size > 0 ? queue.next : undefined);
}

function enqueue(turn: Turn, owner: number, count: number, target: AnnounceTarget): void {
  const { waiting } = queueOf(turn, target);
  const key = waitingKey(owner, target);
  const found = waiting.get(key);
  if (found === undefined) waiting.set(key, { owner, target, count });
  else found.count = Math.max(found.count, count);
}

/** So many rounds for these targets: at once where no gap is configured, else as the gap allows. */
export function announce(
  turn: Turn,
  owner: number,
  rounds: number,
  targets: readonly AnnounceTarget[],
): void {
  if (rounds <= 0) return;
  const paced = (target: AnnounceTarget): boolean => gapOf(turn.machine, familyOf(target.address)) > zero;
  send(
    turn,
    owner,
    rounds,
    targets.filter(target => !paced(target)),
  );
  const waiting = targets.filter(paced);
  for (const target of waiting) enqueue(turn, owner, rounds, target);
  for (const key of new Set(waiting.map(queueKey))) runQueue(turn, key);
}

/** Forgets what an owner still wanted to announce of these. */
export function forgetAnnouncements(turn: Turn, owner: number, targets: readonly AnnounceTarget[]): void {
  for (const target of targets) {
    const key = queueKey(target);
    const queue = turn.machine.queues.get(key);
    if (queue === undefined || !queue.waiting.delete(waitingKey(owner, target))) continue;
    if (queue.waiting.size === 0) setAlarm(turn.machine, 'queue', key, undefined);
  }
}
