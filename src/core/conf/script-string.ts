// Script lines tokenised a second time, with shell-like quotes and C-like escapes, into a program and its arguments.
// Spec: keepalived.conf(5), scripts; notify-type keywords take USER and GROUP after the command, others do not.

import type { ScriptCommand } from '../script.ts';
import { isBlank } from './mapped.ts';
import { readable } from './source.ts';

/**
 * `notify`: the second word is the command, then USER and GROUP (notify*, quorum_up, *_fifo_script, startup_script, ...).
 * `command`: everything after the keyword is the command (`script`, `misc_path`).
 */
export type ScriptClass = 'notify' | 'command';

export interface ScriptProblem {
  readonly rule: 'script-missing' | 'script-quote' | 'script-escape' | 'script-extra-words';
  readonly message: string;
}

export type ScriptResult =
  | { readonly ok: true; readonly command: ScriptCommand }
  | { readonly ok: false; readonly problem: ScriptProblem };

/** Parses `Statement.raw` of a script keyword. */
export function parseScript(raw: string, scriptClass: ScriptClass): ScriptResult {
  const words = tokenise(toBytes(raw), false);
  if (!Array.isArray(words)) return refuse(words);
  const [, command, user, group, ...extra] = words;
  if (command === undefined) return refuse({ rule: 'script-missing', message: 'there is no command' });
  if (scriptClass === 'notify') {
    if (extra.length > 0) {
      const message = `after command, user and group nothing is expected, but there is ${readable(extra.join(' '))}`;
      return refuse({ rule: 'script-extra-words', message });
    }
    return commandOf(command, user, group);
  }
  // One quoted string holds program and arguments; several words are program and arguments themselves.
  if (words.length === 2) return commandOf(command, undefined, undefined);
  const whole = words.slice(1).join(' ');
  if (isFileTest(whole)) return shellCommand(whole, undefined, undefined);
  const escaped = tokenise(toBytes(raw), true);
  if (!Array.isArray(escaped)) return refuse(escaped);
  return succeed(escaped.slice(1), undefined, undefined);
}

/** The one word of `regex` and its like, escapes interpreted. */
export function parsePattern(
  raw: string,
): { ok: true; pattern: string } | { ok: false; problem: ScriptProblem } {
  const words = tokenise(toBytes(raw), true);
  if (!Array.isArray(words)) return refuse(words);
  const [, pattern, ...extra] = words;
  if (pattern === undefined) return refuse({ rule: 'script-missing', message: 'there is no pattern' });
  if (extra.length > 0) {
    return refuse({ rule: 'script-extra-words', message: 'the pattern must be one word: put it in quotes' });
  }
  return { ok: true, pattern: readable(pattern) };
}

function commandOf(text: string, user: string | undefined, group: string | undefined): ScriptResult {
  if (isFileTest(text)) return shellCommand(text, user, group);
  const argv = tokenise(text, true);
  if (!Array.isArray(argv)) return refuse(argv);
  if (argv.length === 0 || argv[0] === '')
    return refuse({ rule: 'script-missing', message: 'the command is empty' });
  return succeed(argv, user, group);
}

/** `</path`: "can this file be opened", a redirection that only a shell understands. */
const isFileTest = (text: string): boolean => /^<[ \t]*\//.test(text);

const shellCommand = (text: string, user: string | undefined, group: string | undefined): ScriptResult =>
  succeed([text], user, group, true);

const succeed = (
  argv: readonly string[],
  user: string | undefined,
  group: string | undefined,
  shell = false,
): ScriptResult => {
  const nameOf = (name: string | undefined) => (name === undefined ? undefined : readable(name));
  return { ok: true, command: { argv: argv.map(readable), user: nameOf(user), group: nameOf(group), shell } };
};

const refuse = (problem: ScriptProblem): { readonly ok: false; readonly problem: ScriptProblem } => ({
  ok: false,
  problem,
});

/** Escapes make bytes, so the words are put together as bytes (latin1) and read as UTF-8 at the end. */
const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Words by white space; quotes group, and parts written together are one word. Without `escapes` backslashes stay, but protect. */
function tokenise(text: string, escapes: boolean): string[] | ScriptProblem {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '\\') {
      if (at + 1 >= text.length) return { rule: 'script-escape', message: 'the line ends in a backslash' };
      const pair = escapes ? readEscape(text, at) : { text: text.slice(at, at + 2), end: at + 2 };
      word = (word ?? '') + pair.text;
      at = pair.end;
      continue;
    }
    if (quote === character) quote = '';
    else if (quote !== '') word = (word ?? '') + character;
    else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (isBlank(character.charCodeAt(0)) || character === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
    at++;
  }
  if (quote !== '') return { rule: 'script-quote', message: `the closing ${quote} is missing` };
  if (word !== undefined) words.push(word);
  return words;
}

const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** With `at` on a backslash that something follows. */
function readEscape(text: string, at: number): { text: string; end: number } {
  const rest = text.slice(at + 1, at + 5);
  const number = /^(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(rest);
  if (number !== null) {
    const value = number[1] !== undefined ? Number.parseInt(number[1], 16) : Number.parseInt(number[2]!, 8);
    return { text: String.fromCharCode(value & 0xff), end: at + 1 + number[0].length };
  }
  if (rest[0] === 'c' && rest[1] !== undefined) {
    return { text: String.fromCharCode(rest.charCodeAt(1) & 0x1f), end: at + 3 };
  }
  const character = rest[0]!;
  return { text: controls[character] ?? character, end: at + 2 };
}
