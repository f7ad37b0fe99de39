// "Did you mean": the nearest known word within two edits. Floor 0: imports nothing.
// Spec: restricted Damerau-Levenshtein distance (insert, delete, replace, swap of neighbours).

/** Edits between the two words, or 3 when there are more than two. */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(
        (previous[j] ?? 9) + 1,
        (row[j - 1] ?? 9) + 1,
        (previous[j - 1] ?? 9) + (same ? 0 : 1),
      );
      const swapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 9) + 1);
      row.push(cost);
    }
    // Costs never fall from row to row: a row without a small one, and the one before it, decide.
    if (Math.min(...row) > 2 && Math.min(...previous) > 2) return 3;
    before = previous;
    previous = row;
  }
  return Math.min(previous[b.length] ?? 3, 3);
}

/** More names than any block has keywords; a file with many names and many typos must not take their product. */
const mostCompared = 256;

/** The nearest of the known words, at most two edits away and never more than half of the word. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(2, Math.floor(word.length / 2)) + 1;
  let compared = 0;
  for (const candidate of known) {
    if (candidate.length === word.length && candidate.toLowerCase() === word.toLowerCase()) return candidate;
    if (++compared > mostCompared) break;
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}
