// The unified difference: what it says turns the old text into the new, and not more than needed.
// Truth: POSIX diff -u; `apply` below reads hunks as patch(1) does.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/core/cli/commands/unified-diff.ts';

/** Applies the hunks strictly: positions and context must fit. */
function apply(text: string, diff: string): string {
  const old = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  const lines = diff.split('\n').slice(2, -1);
  for (const [index, line] of lines.entries()) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      out.push(...old.slice(at, start));
      at = start;
    } else if (!line.startsWith('\\')) {
      const content = line.slice(1) + (lines[index + 1]?.startsWith('\\') ? '' : '\n');
      if (line[0] !== '+') expect(old[at++]).toBe(content);
      if (line[0] !== '-') out.push(content);
    }
  }
  return [...out, ...old.slice(at)].join('');
}

const texts = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 40 }), fc.boolean())
  .map(([lines, end]) => lines.join('\n') + (end ? '\n' : ''));

it('turns the old text into the new', () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const diff = unifiedDiff(one, other, 'one', 'other');
      if (one === other) expect(diff).toBe('');
      else expect(apply(one, diff)).toBe(other);
    }),
  );
});

it('shows a changed line with three lines around it', () => {
  const lines = Array.from({ length: 9 }, (_, i) => `${i}\n`);
  const other = lines.map(line => (line === '4\n' ? 'x\n' : line));
  expect(unifiedDiff(lines.join(''), other.join(''), 'a', 'b')).toBe(
    '--- a\n+++ b\n@@ -2,7 +2,7 @@\n 1\n 2\n 3\n-4\n+x\n 5\n 6\n 7\n',
  );
});
