// What has happened, numbered: the last thousand transitions for those who follow, and the last 32 of each subject for those who ask why.
// Spec: DESIGN "everything can answer why"; memory is bounded by the number of subjects.

import type { Transition } from '../news.ts';

/** A transition with its number; `at` is on the clock of the supervisor. */
export interface Entry extends Transition {
  readonly sequence: number;
}

const mostEntries = 1_024;
export const mostPerSubject = 32;

/** Plain data, changed in place. */
export interface Journal {
  /** The number of the entry that comes next; the first is 1. */
  next: number;
  /** The latest, in order, with consecutive numbers. */
  entries: Entry[];
  /** By `kind name`, the oldest first. */
  readonly subjects: Map<string, Entry[]>;
}

export const createJournal = (): Journal => ({ next: 1, entries: [], subjects: new Map() });

const subjectOf = (kind: string, name: string): string => `${kind} ${name}`;

export function enter(journal: Journal, transition: Transition): Entry {
  const entry = { ...transition, sequence: journal.next++ };
  journal.entries.push(entry);
  if (journal.entries.length >= 2 * mostEntries) journal.entries = journal.entries.slice(mostEntries);
  const subject = subjectOf(transition.kind, transition.name);
  const history = journal.subjects.get(subject);
  if (history === undefined) journal.subjects.set(subject, [entry]);
  else {
    history.push(entry);
    if (history.length > mostPerSubject) history.shift();
  }
  return entry;
}

export const historyOf = ({ subjects }: Journal, kind: string, name: string): readonly Entry[] =>
  subjects.get(subjectOf(kind, name)) ?? [];

/** A subject that is gone takes its history with it. */
export const forget = ({ subjects }: Journal, kind: string, name: string): void =>
  void subjects.delete(subjectOf(kind, name));

export interface Since {
  readonly entries: readonly Entry[];
  /** How many that were asked for are not kept any more. */
  readonly lost: number;
}

/** Every entry after this number up to the latest, so that nothing is missing before what follows. One from the future (another daemon's) gets all. */
export function entriesAfter({ entries, next }: Journal, after: number): Since {
  const kept = entries[0]?.sequence ?? next;
  const first = Math.max(kept, next - mostEntries);
  const from = after >= next ? first : Math.max(first, after + 1);
  return {
    entries: entries.slice(from - kept),
    lost: after >= next ? 0 : Math.max(0, first - after - 1),
  };
}
