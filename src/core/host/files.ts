// The real ConfigurationReader: files, glob(7), environment, random numbers. The only part of reading that touches the machine.
// Spec: keepalived.conf(5), include files; glob(7) as glibc does it, sorted by bytes.

import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { fail, succeed } from '../fault.ts';
import type { ConfigurationReader, FileFacts } from '../reader.ts';
import { unreadableFile } from './file-faults.ts';

/** Reads from this machine, with this process's rights. */
export function createReader(): ConfigurationReader {
  return {
    read(path) {
      try {
        return succeed(readFileSync(path));
      } catch (error) {
        return fail(unreadableFile(path, error));
      }
    },
    facts: factsOf,
    glob: expandGlob,
    absolute: path => resolve(path),
    environment: name => process.env[name],
    random: (minimum, maximum) => minimum + Math.floor(Math.random() * (maximum - minimum + 1)),
    hostName: () => hostname(),
  };
}

function factsOf(path: string): FileFacts | undefined {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  if (stat === undefined) return undefined;
  return {
    regular: stat.isFile(),
    directory: stat.isDirectory(),
    executable: (stat.mode & 0o111n) !== 0n,
    readable: mayRead(path),
    identity: `${stat.dev}:${stat.ino}`,
  };
}

function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const hasMagic = (segment: string) => /[*?[]/.test(segment.replace(/\\[\s\S]/g, ''));

/**
 * The existing entries that a pattern names, sorted by bytes. `*`, `?` and `[...]` do not match `/` nor a leading dot; a
 * backslash takes the next character's meaning away. Brace alternatives are not looked at.
 */
export function expandGlob(pattern: string, directory: string): readonly string[] {
  const absolute = pattern.startsWith('/');
  const segments = pattern.split('/').filter(segment => segment !== '');
  const base = absolute ? '/' : directory === '' ? '' : directory.endsWith('/') ? directory : `${directory}/`;
  let found: readonly string[] = [base];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    found = found.flatMap(prefix =>
      matchSegment(prefix, segment).map(name => prefix + name + (last ? '' : '/')),
    );
  }
  return segments.length === 0 ? [] : found;
}

function matchSegment(prefix: string, segment: string): readonly string[] {
  if (!hasMagic(segment)) {
    const name = segment.replace(/\\([\s\S])/g, '$1');
    return exists(prefix + name) ? [name] : [];
  }
  const matches = segmentMatcher(segment);
  try {
    return readdirSync(prefix === '' ? '.' : prefix)
      .filter(name => matches.test(name) && (!name.startsWith('.') || segment.startsWith('.')))
      .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  } catch {
    // A directory that is absent or closed to us has no entries; the caller reports that nothing matched.
    return [];
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // ENOTDIR, EACCES, ELOOP: for us there is nothing at that path.
    return false;
  }
}

/** One path segment of a glob(7) pattern as a regular expression over a name. */
export function segmentMatcher(segment: string): RegExp {
  let source = '';
  for (let at = 0; at < segment.length; at++) {
    const character = segment[at]!;
    if (character === '*') {
      // A run of stars means one; several in a row would only make the matcher slow.
      if (segment[at - 1] !== '*' || at === 0) source += '[\\s\\S]*';
    } else if (character === '?') source += '[\\s\\S]';
    else if (character === '\\' && at + 1 < segment.length) source += literal(segment[++at]!);
    else if (character === '[') {
      const set = characterSet(segment, at);
      source += set === undefined ? '\\[' : set.source;
      if (set !== undefined) at = set.end;
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, 'u');
}

const literal = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

const namedClasses: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
};

/** `[abc]`, `[!a-z]`, `[[:digit:]]` from its bracket on; undefined when it has no end and so stands for itself. */
function characterSet(segment: string, open: number): { source: string; end: number } | undefined {
  let at = open + 1;
  const negated = segment[at] === '!' || segment[at] === '^';
  if (negated) at++;
  const first = at;
  let source = '';
  for (; at < segment.length; at++) {
    const character = segment[at]!;
    if (character === ']' && at > first) return { source: `[${negated ? '^' : ''}${source}]`, end: at };
    const named = /^\[:([a-z]+):\]/.exec(segment.slice(at));
    if (named !== null && namedClasses[named[1]!] !== undefined) {
      source += namedClasses[named[1]!];
      at += named[0].length - 1;
    } else if (character === '-' && at > first && segment[at + 1] !== ']' && isRange(segment, at))
      source += '-';
    else source += character.replace(/[\\^\-[\](){}|/&.!]/, escapeInSet);
  }
  return undefined;
}

/** A range that runs upwards; `[z-a]` matches nothing in glob(7) and would be an error in a regular expression. */
const isRange = (segment: string, dash: number): boolean =>
  /[A-Za-z0-9]/.test(segment[dash - 1]!) &&
  /[A-Za-z0-9]/.test(segment[dash + 1] ?? '') &&
  segment[dash - 1]! <= segment[dash + 1]!;

// Under the `u` flag only syntax characters may be escaped.
const escapeInSet = (character: string) => (/[&!]/.test(character) ? character : `\\${character}`);
