// The proof that two layouts of a file are read alike: under every config-id the file mentions, and under none of them.
// Spec: keepalived.conf(5), conditions; where braces do not balance, the reader goes by indentation and nothing is proven.

import { fail, succeed } from '../fault.ts';
import type { ConfigurationReader } from '../reader.ts';
import type { Diagnostic } from './config.ts';
import { type Reading, readConfiguration } from './read.ts';
import type { SourceFile } from './source.ts';
import type { Statement } from './statement.ts';

/** Why `after` must not take the place of `before`; empty when it may. */
export function proveSame(before: SourceFile, after: SourceFile): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  let balanced = 0;
  for (const configId of mentionedIds(before)) {
    const old = read(before, configId);
    const braces = old.diagnostics.filter(({ rule }) => braceRules.has(rule));
    if (braces.length > 0) {
      // Lines for other hosts only: this host never reads the file. One balanced reading must remain.
      found.push(...braces);
      continue;
    }
    balanced++;
    const difference = before === after ? undefined : differenceOf(old, read(after, configId));
    if (difference !== undefined) return [difference];
  }
  return balanced > 0 ? [] : found.slice(0, 1);
}

const braceRules: ReadonlySet<string> = new Set(['missing-brace', 'extra-brace']);

/** A file that names more hosts than this is proven for the first of them. */
const mostIds = 16;

function mentionedIds(file: SourceFile): readonly string[] {
  // No condition compares equal with the empty word, since a word stands behind each `@`.
  const nobody = '';
  if (!file.text.includes('@')) return [nobody];
  const ids = new Set<string>();
  for (const match of file.text
    .slice(file.bodyStart)
    .matchAll(/(?:^|[ \t\n\v\f\r])@\^?([^ \t\n\v\f\r^][^ \t\n\v\f\r]*)/g)) {
    if (ids.size < mostIds) ids.add(Buffer.from(match[1]!, 'latin1').toString('utf8'));
  }
  return [...ids, nobody];
}

function read(file: SourceFile, configId: string): Reading {
  return readConfiguration(file.path, onlyThis(file), { configId });
}

/** A machine with one file: what it includes is looked at by its own formatting. */
function onlyThis(file: SourceFile): ConfigurationReader {
  const content = file.bytes.subarray(0, file.size);
  return {
    read: path =>
      path === file.path
        ? succeed(content)
        : fail({ code: 'file-unreadable', message: `${path} is not looked at` }),
    facts: path =>
      path === file.path
        ? { regular: true, directory: false, executable: false, readable: true, identity: path }
        : undefined,
    glob: pattern => (pattern === file.path ? [pattern] : []),
    absolute: path => path,
    environment: name => name,
    random: minimum => minimum,
    hostName: () => '',
  };
}

function differenceOf(old: Reading, now: Reading): Diagnostic | undefined {
  const found = compare(old.statements, now.statements);
  const rules = (reading: Reading) =>
    reading.diagnostics
      .filter(({ rule }) => rule !== 'line-too-long')
      .map(({ rule, message }) => `${rule} ${message}`)
      .join('\n');
  if (found === undefined && rules(old) === rules(now)) return undefined;
  const place = found?.place() ?? old.diagnostics[0]?.place ?? now.diagnostics[0]!.place;
  const message = 'the canonical layout would be read differently from here on; the file is left alone';
  return { rule: 'format-unsafe', severity: 'error', message, place };
}

/** The first statement that is not the same, or the last one that has no counterpart. */
function compare(old: readonly Statement[], now: readonly Statement[]): Statement | undefined {
  for (let at = 0; at < Math.max(old.length, now.length); at++) {
    const [one, other] = [old[at], now[at]];
    if (one === undefined || other === undefined) return one ?? other;
    if (one.raw !== other.raw && signature(one) !== signature(other)) return one;
    const [inner, counterpart] = [one.block, other.block];
    if ((inner === undefined) !== (counterpart === undefined)) return one;
    if (inner === undefined || counterpart === undefined) continue;
    const found = compare(inner, counterpart);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Words with their quotes, and how they stand together; where a script would look at the blanks, these too. */
function signature(statement: Statement): string {
  const { raw } = statement;
  const outside = raw.replace(/"(?:\\[\s\S]|[^"\\])*"/g, '""');
  if (/['\\]/.test(outside)) return raw;
  return raw.replace(/("(?:\\[\s\S]|[^"\\])*"?)|[ \t\f\v\r]+/g, (_, quoted) => quoted ?? ' ');
}
