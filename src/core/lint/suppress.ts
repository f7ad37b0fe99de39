// Comments that silence a rule: `lvskit-disable-line RULE[, RULE] -- reason`, `-next-line`, `-file`. A reason is demanded.
// Spec: the habit of stylelint and eslint; comment characters are those of keepalived.conf(5).

import type { Diagnostic, Place, SourceFile } from '../conf/index.ts';

interface Suppression {
  readonly file: string;
  /** The line it silences; 0 for the whole file. */
  readonly line: number;
  readonly rules: readonly string[];
  readonly place: Place;
  readonly used: Set<string>;
}

const pattern = /[#!][^\n]*?\blvskit-disable-(line|next-line|file)\b([^\n]*)/g;

/** The suppressions of a file, and what is wrong with those that are refused. */
function readSuppressions(file: SourceFile, refused: Diagnostic[]): readonly Suppression[] {
  if (!file.text.includes('lvskit-disable-')) return [];
  const found: Suppression[] = [];
  for (const match of file.text.matchAll(pattern)) {
    const [all, scope = '', rest = ''] = match;
    const start = match.index + all.indexOf('lvskit-disable-');
    const place = file.place(start, match.index + all.trimEnd().length);
    const [names = '', reason = ''] = rest.split(/\s--(?:\s|$)/, 2);
    const rules = names.split(/[\s,]+/).filter(name => name !== '');
    if (rules.length === 0 || reason.trim() === '') {
      const message =
        rules.length === 0
          ? `name the rule: lvskit-disable-${scope} RULE -- why`
          : `say why: lvskit-disable-${scope} ${rules.join(', ')} -- why; until then nothing is silenced`;
      refused.push({ rule: 'suppression-without-reason', severity: 'warning', message, place });
      continue;
    }
    const line = scope === 'file' ? 0 : place.line + (scope === 'next-line' ? 1 : 0);
    found.push({ file: file.path, line, rules, place, used: new Set() });
  }
  return found;
}

export interface Suppressed {
  readonly kept: readonly Diagnostic[];
  /** How many findings were silenced. */
  readonly silenced: number;
}

/** Drops findings that comments silence, adds findings about those comments. `active`: whether a rule exists and is on. */
export function applySuppressions(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
  active: (rule: string) => boolean,
): Suppressed {
  const refused: Diagnostic[] = [];
  const suppressions = files.flatMap(file => readSuppressions(file, refused));
  if (suppressions.length === 0) return { kept: [...diagnostics, ...refused], silenced: 0 };
  const byLine = new Map<string, Suppression[]>();
  for (const suppression of suppressions) {
    const key = `${suppression.line} ${suppression.file}`;
    const known = byLine.get(key);
    if (known === undefined) byLine.set(key, [suppression]);
    else known.push(suppression);
  }
  const kept = diagnostics.filter(({ rule, place }) => {
    const match = [place.line, 0]
      .flatMap(line => byLine.get(`${line} ${place.file}`) ?? [])
      .find(({ rules }) => rules.includes(rule));
    match?.used.add(rule);
    return match === undefined;
  });
  const unused = suppressions.flatMap(({ rules, used, place }) =>
    rules
      .filter(rule => active(rule) && !used.has(rule))
      .map((rule): Diagnostic => {
        const message = `${rule} finds nothing here; remove the comment`;
        return { rule: 'unused-suppression', severity: 'warning', message, place };
      }),
  );
  return { kept: [...kept, ...refused, ...unused], silenced: diagnostics.length - kept.length };
}
