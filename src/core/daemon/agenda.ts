// Deadlines of many subjects with the least one at hand: a binary heap with lazy removal. Cost per change grows with log n.
// Behind it: the usual array heap; subjects are known by name, each has at most one deadline.

import type { Instant } from '../time.ts';

interface Entry {
  readonly at: Instant;
  readonly subject: string;
}

/** Changed in place by its owner. */
export class Agenda {
  readonly #heap: Entry[] = [];
  readonly #current = new Map<string, Entry>();

  /** Arms, re-arms or (undefined) disarms the subject's deadline. */
  set(subject: string, at: Instant | undefined): void {
    if (at === this.#current.get(subject)?.at) return;
    if (at === undefined) {
      this.#current.delete(subject);
      return;
    }
    const entry = { at, subject };
    this.#current.set(subject, entry);
    this.#push(entry);
  }

  /** The least deadline. */
  next(): Instant | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#current.get(top.subject) === top) return top.at;
      this.#pop();
    }
    return undefined;
  }

  /** Takes one subject whose deadline is not after `now`, in order of deadlines. */
  takeDue(now: Instant): string | undefined {
    const at = this.next();
    if (at === undefined || at > now) return undefined;
    const [top] = this.#heap;
    if (top === undefined) return undefined;
    this.#pop();
    this.#current.delete(top.subject);
    return top.subject;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Entry;
      if (above.at <= entry.at) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = left;
      if (right < heap.length && (heap[right] as Entry).at < (heap[left] as Entry).at) least = right;
      if (least >= heap.length || last.at <= (heap[least] as Entry).at) break;
      heap[i] = heap[least] as Entry;
      i = least;
    }
    heap[i] = last;
  }
}
