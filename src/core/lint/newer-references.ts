// References to environment variables, for a keepalived that does not know them yet.
// Spec: the release notes of keepalived 2.4.0; a release before takes the braces for those of a block.

import type { Diagnostic, SourceFile } from '../conf/index.ts';
import { knows, type Target } from './target.ts';

export function newerReferences(
  files: readonly SourceFile[],
  target: Target | undefined,
): readonly Diagnostic[] {
  const known = target === undefined ? 'yes' : knows(target, '2.4.0');
  if (known === 'yes') return [];
  return files.flatMap(file =>
    [...file.text.matchAll(/^[^#!\n]*?(\$\{_ENV [^}\n]*\})/gm)].map(
      ({ 0: line, 1: reference = '', index }) => ({
        rule: 'newer-value',
        severity: known === 'no' ? ('error' as const) : ('warning' as const),
        message: `keepalived ${target} does not know ${reference}; environment variables came with 2.4.0`,
        place: file.place(index + line.length - reference.length, index + line.length),
      }),
    ),
  );
}
