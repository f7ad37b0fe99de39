// Script words of the configuration: commands with or without a user behind them, and patterns.
// Behind it: keepalived.conf(5) "SCRIPTS": shell-like grouping by quotes, escapes, the `</path` form.

import type { ScriptCommand } from '../../script.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';

const letters: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The character an escape at `at` (behind the backslash) stands for, and where it ends. */
function decodeEscape(text: string, at: number): readonly [string, number] {
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3));
  if (octal !== null) return [String.fromCharCode(Number.parseInt(octal[0], 8) & 255), at + octal[0].length];
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at, at + 3));
  if (hex?.[1] !== undefined) return [String.fromCharCode(Number.parseInt(hex[1], 16)), at + hex[0].length];
  const letter = text[at] ?? '';
  if (letter === 'c' && at + 1 < text.length)
    return [String.fromCharCode(text.charCodeAt(at + 1) & 31), at + 2];
  return [Object.hasOwn(letters, letter) ? (letters[letter] ?? letter) : letter, at + 1];
}

/**
 * Splits a line as a shell would: blanks separate, single and double quotes group and may adjoin. Without `escapes` a
 * backslash stays and only protects the next character. Undefined: a quote is open or the line ends in a backslash.
 */
export function splitScript(text: string, escapes: boolean): readonly string[] | undefined {
  const words: string[] = [];
  let word = '';
  let started = false;
  let quote = '';
  for (let i = 0; i < text.length; ) {
    const character = text[i] ?? '';
    if (character === '\\') {
      if (i + 1 >= text.length) return undefined;
      const [value, next] = escapes ? decodeEscape(text, i + 1) : [text.slice(i, i + 2), i + 2];
      word += value;
      started = true;
      i = next;
      continue;
    }
    i++;
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      started = true;
    } else if (/\s/.test(character)) {
      if (started) words.push(word);
      word = '';
      started = false;
    } else {
      word += character;
      started = true;
    }
  }
  if (quote !== '') return undefined;
  if (started) words.push(word);
  return words;
}

/** `</path args`: the file is run through a shell, as one string. */
function commandOf(
  text: string,
  user: ScriptCommand['user'],
  group: ScriptCommand['group'],
): ScriptCommand | undefined {
  const file = /^<\s*(\/.*)$/s.exec(text);
  if (file?.[1] !== undefined) return { argv: [file[1]], user, group, shell: true };
  const argv = splitScript(text, true);
  return argv === undefined || argv[0] === undefined || argv[0] === ''
    ? undefined
    : { argv, user, group, shell: false };
}

const refuse = (s: Statement, c: Context): undefined => {
  c.warn(
    'invalid-script',
    s,
    `${s.keyword}: no command can be read here (an open quote or nothing at all); it does not run`,
  );
  return undefined;
};

/** `USER [GROUP|:GROUP|:]` from word `at` on. */
export function userOf(
  s: Statement,
  at: number,
): { readonly user: string; readonly group: string | undefined } {
  const group = s.word(at + 1)?.replace(/^:/, '');
  return { user: s.word(at) ?? '', group: group === '' ? undefined : group };
}

/** Notify scripts: the second word is the command with its arguments; a user and a group may follow. */
export function notifyCommand(s: Statement, c: Context): ScriptCommand | undefined {
  const words = splitScript(s.raw, false);
  const [, text, user, group] = words ?? [];
  if (text === undefined) return refuse(s, c);
  const given = user === undefined ? c.scriptUser : { user, group: group?.replace(/^:/, '') };
  return commandOf(text, given?.user, given?.group) ?? refuse(s, c);
}

/** `script` and `misc_path`: one quoted string, or all words after the keyword; no user behind them. */
export function plainCommand(s: Statement, c: Context): ScriptCommand | undefined {
  const words = splitScript(s.raw, false);
  if (words === undefined || words.length < 2) return refuse(s, c);
  const [, only] = words;
  const rest = s.raw.slice(s.raw.search(/\s/)).trim();
  const text = words.length === 2 ? only : rest;
  return commandOf(text ?? '', c.scriptUser?.user, c.scriptUser?.group) ?? refuse(s, c);
}

/** The one pattern word of `regex`. */
export function patternOf(s: Statement, c: Context): string | undefined {
  const words = splitScript(s.raw, true);
  if (words?.length === 2) return words[1];
  c.error('invalid-pattern', s, 'regex needs exactly one pattern; the body would not be checked');
  return undefined;
}
