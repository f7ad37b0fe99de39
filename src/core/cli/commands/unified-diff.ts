// The difference of two texts as a unified diff, with a shortest edit script.
// Spec: E. W. Myers, An O(ND) Difference Algorithm, 1986; POSIX diff -u output.

/** Lines of context around a change. */
const context = 3;

/** One step of the script: `=` keeps a line of both, `-` drops one of the old, `+` adds one of the new. */
interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Empty when the texts are equal. */
export function unifiedDiff(before: string, after: string, oldName: string, newName: string): string {
  if (before === after) return '';
  const edits = editScript(linesOf(before), linesOf(after));
  const hunks = hunksOf(edits).map(hunk => printHunk(edits, hunk));
  return `--- ${oldName}\n+++ ${newName}\n${hunks.join('')}`;
}

/** Lines with their ends, so that a missing last one shows. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function editScript(old: readonly string[], now: readonly string[]): readonly Edit[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const shortest = Math.min(old.length, now.length) - head;
  while (tail < shortest && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const keep = (text: string): Edit => ({ mark: ' ', text });
  return [
    ...old.slice(0, head).map(keep),
    ...shortestScript(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map(keep),
  ];
}

/** Beyond so many differences the search costs more than its answer is worth: everything is replaced. */
const mostDifferences = 2_000;

function shortestScript(old: readonly string[], now: readonly string[]): readonly Edit[] {
  // furthest[k]: how far in `old` one gets on diagonal k with d edits; one copy for each d to walk back on.
  const most = Math.min(old.length + now.length, mostDifferences);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(furthest.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[offset + k - 1]! < furthest[offset + k + 1]!);
      let x = down ? furthest[offset + k + 1]! : furthest[offset + k - 1]! + 1;
      while (x < old.length && x - k < now.length && old[x] === now[x - k]) x++;
      furthest[offset + k] = x;
      if (x >= old.length && x - k >= now.length) return walkBack(trace, old, now);
    }
  }
  return [
    ...old.map((text): Edit => ({ mark: '-', text })),
    ...now.map((text): Edit => ({ mark: '+', text })),
  ];
}

function walkBack(
  trace: readonly Int32Array[],
  old: readonly string[],
  now: readonly string[],
): readonly Edit[] {
  const edits: Edit[] = [];
  let x = old.length;
  let y = now.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const before = trace[d]!;
    const at = (k: number) => before[k + d + 1]!;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromX = d === 0 ? 0 : down ? at(k + 1) : at(k - 1);
    const fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      edits.push({ mark: ' ', text: old[--x]! });
      y--;
    }
    if (d === 0) break;
    if (down) edits.push({ mark: '+', text: now[--y]! });
    else edits.push({ mark: '-', text: old[--x]! });
  }
  return edits.reverse();
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Stretches of edits with their context, those that touch taken together. */
function hunksOf(edits: readonly Edit[]): readonly Range[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [at, { mark }] of edits.entries()) {
    if (mark === ' ') continue;
    const last = hunks[hunks.length - 1];
    const to = Math.min(edits.length, at + 1 + context);
    if (last !== undefined && at - context <= last.to) last.to = to;
    else hunks.push({ from: Math.max(0, at - context), to });
  }
  return hunks;
}

function printHunk(edits: readonly Edit[], { from, to }: Range): string {
  const count = (range: readonly Edit[], mark: '-' | '+') =>
    range.filter(edit => edit.mark === ' ' || edit.mark === mark).length;
  const before = edits.slice(0, from);
  const part = edits.slice(from, to);
  const position = (mark: '-' | '+') => {
    const lines = count(part, mark);
    const start = count(before, mark) + (lines === 0 ? 0 : 1);
    return lines === 1 ? `${start}` : `${start},${lines}`;
  };
  const lines = part.map(({ mark, text }) =>
    text.endsWith('\n') ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`,
  );
  return `@@ -${position('-')} +${position('+')} @@\n${lines.join('')}`;
}
