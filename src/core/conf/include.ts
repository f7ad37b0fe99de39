// The include family: how strict each word is, brace alternatives, and which files a pattern gives.
// Spec: keepalived.conf(5), include files and include_check; glob(7) and glibc's GLOB_BRACE.

import type { ConfigurationReader } from '../reader.ts';

/** What a statement demands: readable regular files; a match; a wildcard's match; a match of each brace alternative. */
export interface Strictness {
  readonly read: boolean;
  readonly match: boolean;
  readonly wildcardMatch: boolean;
  readonly braceMatch: boolean;
}

export const lenient: Strictness = { read: false, match: false, wildcardMatch: false, braceMatch: false };
export const strictest: Strictness = { read: true, match: true, wildcardMatch: true, braceMatch: true };

/** The words that include, each with what it demands by itself. */
export const includeWords: ReadonlyMap<string, Strictness> = new Map([
  ['include', lenient],
  ['includer', { ...lenient, read: true }],
  ['includem', { ...lenient, read: true, match: true }],
  ['includew', { ...lenient, read: true, match: true, wildcardMatch: true }],
  ['includeb', { ...lenient, read: true, braceMatch: true }],
  ['includea', strictest],
]);

/** The main file: it must be there and be readable. */
export const mainFile: Strictness = { read: true, match: true, wildcardMatch: true, braceMatch: false };

export const eitherStrict = (one: Strictness, other: Strictness): Strictness => ({
  read: one.read || other.read,
  match: one.match || other.match,
  wildcardMatch: one.wildcardMatch || other.wildcardMatch,
  braceMatch: one.braceMatch || other.braceMatch,
});

const checkWords: Readonly<Record<string, keyof Strictness>> = {
  read: 'read',
  match: 'match',
  wildcard_match: 'wildcardMatch',
  brace_match: 'braceMatch',
};

/**
 * What `include_check WORD...` makes of the strictness in force, and the words it does not know. No word means everything;
 * a plain word starts anew from `read`, `+word` adds, `-word` removes.
 */
export function includeCheck(
  now: Strictness,
  words: readonly string[],
): { readonly strictness: Strictness; readonly unknown: readonly string[] } {
  if (words.length === 0) return { strictness: strictest, unknown: [] };
  const unknown: string[] = [];
  let strictness = now;
  for (const text of words) {
    const sign = text[0] === '+' || text[0] === '-' ? text[0] : '';
    const key = checkWords[text.slice(sign.length)];
    if (key === undefined) unknown.push(text);
    else if (sign === '') strictness = { ...lenient, read: true, [key]: true };
    else strictness = { ...strictness, [key]: sign === '+' };
  }
  return { strictness, unknown };
}

/** `{a,b}c` -> ac, bc; nested and repeated; an unbalanced or empty `{}` stays as it is. At most `mostAlternatives`. */
export function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const waiting = [pattern];
  for (let next = waiting.pop(); next !== undefined && done.length < mostAlternatives; next = waiting.pop()) {
    const group = firstGroup(next);
    if (group === undefined) {
      done.push(next);
      continue;
    }
    const before = next.slice(0, group.open);
    const after = next.slice(group.close + 1);
    // Pushed last to first, so that they are taken in the order written.
    for (const part of [...group.parts].reverse()) waiting.push(before + part + after);
  }
  return done;
}

/** Nobody writes more; nested groups could double for ever. */
const mostAlternatives = 10_000;

function firstGroup(pattern: string): { open: number; close: number; parts: string[] } | undefined {
  for (let open = 0; open < pattern.length; open++) {
    if (pattern[open] === '\\') {
      open++;
      continue;
    }
    if (pattern[open] !== '{') continue;
    const parts: string[] = [];
    let depth = 0;
    let from = open + 1;
    for (let at = open; at < pattern.length; at++) {
      const character = pattern[at];
      if (character === '\\') at++;
      else if (character === '{') depth++;
      else if (character === ',' && depth === 1) {
        parts.push(pattern.slice(from, at));
        from = at + 1;
      } else if (character === '}' && --depth === 0) {
        parts.push(pattern.slice(from, at));
        if (parts.length === 1 && parts[0] === '') break;
        return { open, close: at, parts };
      }
    }
  }
  return undefined;
}

export const hasWildcard = (pattern: string): boolean => /(?:^|[^\\])[*?[]/.test(pattern);

export interface IncludeProblem {
  /** `include-skipped`: a file named as such is not read. `include-passed-over`: one of those a wildcard matched. */
  readonly rule: 'include-missing' | 'include-skipped' | 'include-passed-over';
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
}

/** A file to read: its path and what identifies it. */
export interface IncludedFile {
  readonly path: string;
  readonly identity: string;
}

/** The files a pattern gives, in reading order, and what was missing or passed over. */
export function findIncluded(
  pattern: string,
  directory: string,
  strictness: Strictness,
  reader: ConfigurationReader,
): { readonly files: readonly IncludedFile[]; readonly problems: readonly IncludeProblem[] } {
  const problems: IncludeProblem[] = [];
  const files: IncludedFile[] = [];
  const alternatives = expandBraces(pattern);
  let absent = false;
  for (const alternative of alternatives) {
    const paths = reader.glob(alternative, directory);
    for (const path of paths) {
      const facts = reader.facts(path);
      const reason =
        facts === undefined
          ? 'does not exist'
          : facts.directory
            ? 'is a directory'
            : !facts.regular
              ? 'is not a regular file'
              : facts.executable
                ? 'is executable'
                : !facts.readable
                  ? 'is not readable'
                  : undefined;
      if (reason === undefined) files.push({ path, identity: facts!.identity });
      else {
        const matched = hasWildcard(alternative);
        const severity = facts?.directory === true && matched ? 'info' : ('warning' as const);
        problems.push({
          rule: strictness.read ? 'include-missing' : matched ? 'include-passed-over' : 'include-skipped',
          severity: strictness.read ? 'error' : severity,
          message: `${path} is not read: it ${reason}`,
        });
      }
    }
    if (paths.length > 0) continue;
    absent = true;
    const wildcard = hasWildcard(alternative);
    const demanded =
      (alternatives.length > 1 && strictness.braceMatch) ||
      (wildcard ? strictness.wildcardMatch : strictness.match && alternatives.length === 1);
    problems.push({
      rule: demanded ? 'include-missing' : 'include-skipped',
      severity: demanded ? 'error' : wildcard ? 'info' : 'warning',
      message: wildcard ? `no file matches ${alternative}` : `there is no file ${alternative}`,
    });
  }
  // With brace_match one missing alternative takes the whole statement with it.
  const refused = absent && strictness.braceMatch && alternatives.length > 1;
  return { files: refused ? [] : files, problems };
}
