// Deadlines of many subjects, the earliest at hand: a binary heap that knows where each subject stands. Floor 0.
// A change costs log n, the earliest costs nothing; equal deadlines are taken in the order in which they were armed.

import type { Instant } from './time.ts';

interface Entry<Subject> {
  readonly subject: Subject;
  at: Instant;
  /** Breaks ties: entries armed earlier come first. */
  order: number;
  /** Where it stands in the heap. */
  place: number;
}

/** Plain data, changed in place by its owner: `structuredClone` gives an agenda that goes on alike. */
export interface Agenda<Subject extends string | number> {
  readonly heap: Entry<Subject>[];
  readonly entries: Map<Subject, Entry<Subject>>;
  /** Counts armings. */
  armed: number;
}

export const createAgenda = <Subject extends string | number>(): Agenda<Subject> => ({
  heap: [],
  entries: new Map(),
  armed: 0,
});

/** The earliest deadline; undefined when nothing is armed. */
export const nextDeadline = <Subject extends string | number>(agenda: Agenda<Subject>): Instant | undefined =>
  agenda.heap[0]?.at;

/** Arms, re-arms or (undefined) disarms the subject's deadline. Arming it for the same instant again changes nothing. */
export function arm<Subject extends string | number>(
  agenda: Agenda<Subject>,
  subject: Subject,
  at: Instant | undefined,
): void {
  const found = agenda.entries.get(subject);
  if (at === undefined) {
    if (found !== undefined) remove(agenda, found);
    return;
  }
  if (found === undefined) {
    const entry = { subject, at, order: agenda.armed++, place: agenda.heap.length };
    agenda.entries.set(subject, entry);
    agenda.heap.push(entry);
    rise(agenda.heap, entry);
    return;
  }
  if (found.at === at) return;
  const later = at > found.at;
  found.at = at;
  found.order = agenda.armed++;
  if (later) sink(agenda.heap, found);
  else rise(agenda.heap, found);
}

/** Disarms and returns the subject with the earliest deadline if that is not after `now`. */
export function takeDue<Subject extends string | number>(
  agenda: Agenda<Subject>,
  now: Instant,
): Subject | undefined {
  const [first] = agenda.heap;
  if (first === undefined || first.at > now) return undefined;
  remove(agenda, first);
  return first.subject;
}

function remove<Subject extends string | number>(agenda: Agenda<Subject>, entry: Entry<Subject>): void {
  agenda.entries.delete(entry.subject);
  const last = agenda.heap.pop();
  if (last === undefined || last === entry) return;
  last.place = entry.place;
  agenda.heap[entry.place] = last;
  rise(agenda.heap, last);
  sink(agenda.heap, last);
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

/** Moves the entry up to where it belongs: those above it that are later come down one by one. */
function rise<Subject>(heap: Entry<Subject>[], entry: Entry<Subject>): void {
  let { place } = entry;
  while (place > 0) {
    const above = heap[(place - 1) >> 1] as Entry<Subject>;
    if (!isBefore(entry, above)) break;
    heap[place] = above;
    const free = above.place;
    above.place = place;
    place = free;
  }
  heap[place] = entry;
  entry.place = place;
}

/**
 * Moves the entry down to where it belongs. What comes to the top mostly belongs at the bottom: the gap goes down to a leaf without a look at
 * the entry, which then rises as far as it must.
 */
function sink<Subject>(heap: Entry<Subject>[], entry: Entry<Subject>): void {
  let { place } = entry;
  for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
    let least = heap[below] as Entry<Subject>;
    const other = heap[below + 1];
    if (other !== undefined && (other.at < least.at || (other.at === least.at && other.order < least.order)))
      least = other;
    heap[place] = least;
    const free = least.place;
    least.place = place;
    place = free;
  }
  entry.place = place;
  rise(heap, entry);
}
