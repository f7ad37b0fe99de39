// Applies certain repairs to a file's bytes. Overlapping ones wait for the next round.
// Spec: Diagnostic.fix replaces the text of a place; places count bytes.

import type { Diagnostic, SourceFile } from '../conf/index.ts';

/** The repaired bytes, and how many repairs are in them; undefined when there is nothing to repair in this file. */
export function applyFixes(
  file: SourceFile,
  findings: readonly Diagnostic[],
): { readonly bytes: Buffer; readonly applied: number } | undefined {
  const edits = findings
    .flatMap(({ fix }) => (fix === undefined || fix.place.file !== file.path ? [] : [fix]))
    .map(({ place, text }) => ({
      start: (file.lineStarts[place.line - 1] ?? 0) + place.column - 1,
      end: (file.lineStarts[place.endLine - 1] ?? 0) + place.endColumn - 1,
      text,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let at = 0;
  let applied = 0;
  for (const { start, end, text } of edits) {
    if (start < at) continue;
    parts.push(file.text.slice(at, start), Buffer.from(text, 'utf8').toString('latin1'));
    at = end;
    applied++;
  }
  if (applied === 0) return undefined;
  parts.push(file.text.slice(at));
  return { bytes: Buffer.from(parts.join(''), 'latin1'), applied };
}
