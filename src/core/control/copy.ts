// What the supervisor knows of its children: the last record of each subject, when it was heard, and what has happened.
// Spec: DESIGN "children push changed records": answers come from this copy, never from the process that keeps the time of adverts.

import type { Transition } from '../news.ts';
import { bounded, faultIn } from '../schema.ts';
import { type Duration, type Instant, instant } from '../time.ts';
import { createJournal, type Entry, enter, forget, type Journal } from './journal.ts';
import { type DaemonRecord, type ProcessRecord, type RecordKind, recordSchemas } from './schemas.ts';

export type ChildProcess = 'vrrp' | 'checker';

/** One push of a child: changed records only. */
export interface Push {
  readonly kind: 'status';
  /** 1 is the first push of a new process: what its predecessor said is void. */
  readonly sequence: number;
  /** The origin of its clock in microseconds of CLOCK_MONOTONIC: instants of different processes compare through it. */
  readonly origin: number;
  /** Records that wait for the next push. */
  readonly pending: number;
  readonly lateness: { readonly last: Duration; readonly worst: Duration };
  readonly records: readonly PushedRecord[];
  readonly transitions: readonly Transition[];
  /** Transitions that found no room. */
  readonly dropped: number;
}

export interface PushedRecord {
  readonly key: string;
  /** undefined: the subject is gone. */
  readonly kind: RecordKind | undefined;
  readonly record: unknown;
}

interface Kept {
  readonly kind: RecordKind;
  readonly record: { readonly name?: string };
}

/** What is known of one child process beside its records. */
export interface Child {
  state: ProcessRecord['state'];
  since: Instant;
  cause: string;
  pid: number | undefined;
  restarts: number;
  /** The next push has this number; anything else was lost. */
  sequence: number;
  heardAt: Instant | undefined;
  pending: number;
  lateness: { readonly last: Duration; readonly worst: Duration } | undefined;
  /** What is added to its instants to have them on our clock. */
  offset: number;
  /** By the child's keys. */
  readonly records: Map<string, Kept>;
}

/** Plain data, changed in place. */
export interface Copy {
  /** The origin of our own clock, as in `Push`. */
  readonly origin: number;
  readonly children: Map<ChildProcess, Child>;
  readonly journal: Journal;
  /** What is known of the daemon as a whole. */
  daemon: DaemonRecord;
}

export const createCopy = (origin: number, daemon: DaemonRecord): Copy => ({
  origin,
  children: new Map(),
  journal: createJournal(),
  daemon,
});

function childOf(copy: Copy, name: ChildProcess, now: Instant): Child {
  const found = copy.children.get(name);
  if (found !== undefined) return found;
  const child: Child = {
    state: 'ended',
    since: now,
    cause: 'not started yet',
    pid: undefined,
    restarts: 0,
    sequence: 1,
    heardAt: undefined,
    pending: 0,
    lateness: undefined,
    offset: 0,
    records: new Map(),
  };
  copy.children.set(name, child);
  return child;
}

/** A child process started, became ready, or ended. Returns what is to be told to those who follow. */
export function childMoved(
  copy: Copy,
  name: ChildProcess,
  to: ProcessRecord['state'],
  about: { readonly cause: string; readonly pid?: number | undefined },
  now: Instant,
): Entry | undefined {
  const child = childOf(copy, name, now);
  const from = child.state;
  if (to === 'starting') {
    if (child.pid !== undefined || child.restarts > 0 || from === 'restarting') child.restarts++;
    child.sequence = 1;
    child.heardAt = now;
    child.pid = about.pid;
  }
  if (to === 'restarting' || to === 'ended') child.heardAt = undefined;
  if (from === to) return undefined;
  Object.assign(child, { state: to, since: now, cause: bounded(about.cause) });
  return enter(copy.journal, { kind: 'process', name, from, to, cause: child.cause, at: now });
}

/** The file was read again, or something else happened to the daemon as a whole. */
export const daemonMoved = (copy: Copy, to: string, cause: string, now: Instant): Entry =>
  enter(copy.journal, {
    kind: 'daemon',
    name: 'reload',
    from: 'in force',
    to,
    cause: bounded(cause),
    at: now,
  });

export interface Taken {
  /** For those who follow, in order. */
  readonly entries: readonly Entry[];
  /** Why a part of the push was ignored: a fault of ours. */
  readonly fault: string | undefined;
}

/** Takes in what a child pushed. Costs what is in the push. */
export function takePush(copy: Copy, name: ChildProcess, push: Push, now: Instant): Taken {
  const child = childOf(copy, name, now);
  let fault: string | undefined;
  if (push.sequence === 1) child.records.clear();
  else if (push.sequence !== child.sequence)
    fault = `push ${child.sequence} of the ${name} process is missing`;
  child.sequence = push.sequence + 1;
  child.offset = push.origin - copy.origin;
  child.heardAt = now;
  child.pending = push.pending;
  child.lateness = push.lateness;
  // Each is taken in for itself: one that is not as it should be, or a push that is missing, keeps no other from being known.
  for (const pushed of push.records) {
    const found = keep(copy, child, pushed);
    fault ??= found;
  }
  const entries = push.transitions.map(each =>
    enter(copy.journal, { ...each, cause: bounded(each.cause), at: instant(each.at + child.offset) }),
  );
  return { entries, fault };
}

function keep(copy: Copy, child: Child, { key, kind, record }: PushedRecord): string | undefined {
  const former = child.records.get(key);
  if (kind === undefined) {
    child.records.delete(key);
    if (former?.record.name !== undefined) forget(copy.journal, former.kind, subjectName(former));
    return undefined;
  }
  const fault = faultIn(recordSchemas[kind], record, kind);
  if (fault === undefined) child.records.set(key, { kind, record: record as Kept['record'] });
  return fault;
}

/** What transitions call the subject of a record: a real server is one of its virtual server. */
export function subjectName({ kind, record }: Pick<Kept, 'kind' | 'record'>): string {
  const { name = '', virtualServer } = record as { readonly name?: string; readonly virtualServer?: string };
  return kind === 'server' ? `${virtualServer} > ${name}` : name;
}
