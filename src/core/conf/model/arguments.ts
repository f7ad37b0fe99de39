// Reads one word as the number, time, truth value or address the catalogue says it is; refusals are told, not thrown.
// Spec: keepalived.conf(5); relaxed and strict numbers, decimals and booleans as keepalived's parser reads them.

import { type Address, parseAddress, parsePort } from '../../net/index.ts';
import type { Duration } from '../../time.ts';
import type { Argument, Keyword } from '../keywords/grammar.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';

type Of<T extends Argument['type']> = Extract<Argument, { readonly type: T }>;

const printRange = (min: number, max: number, unit: string | undefined) =>
  `${min}..${max}${unit === undefined ? '' : ` ${unit}`}`;

/**
 * The integer of word `word`, or undefined after a warning. Trailing characters are tolerated with a warning unless
 * the argument is strict, as keepalived does in a normal start.
 */
export function integerWord(
  s: Statement,
  word: number,
  argument: Of<'integer'>,
  c: Context,
  instead = 'it is ignored',
): number | undefined {
  const text = s.word(word) ?? '';
  let i = 0;
  const negative = text.charCodeAt(0) === 45;
  if (negative || text.charCodeAt(0) === 43) i++;
  const start = i;
  let value = 0;
  for (; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (negative) value = -value;
  const { min, max } = argument;
  if (i === start || value < min || value > max || (i < text.length && argument.strict === true)) {
    const range = printRange(min, max, argument.unit);
    c.warn('invalid-number', s, `${s.keyword}: ${text} is no whole number of ${range}; ${instead}`, word);
    return undefined;
  }
  if (i < text.length) {
    c.warn(
      'trailing-characters',
      s,
      `${s.keyword}: ${text} is read as ${value}; remove what follows the number`,
      word,
    );
  }
  return value;
}

/** A decimal number in microseconds; more decimals than allowed are rounded with a warning. */
export function decimalWord(
  s: Statement,
  word: number,
  argument: Of<'decimal'>,
  c: Context,
): Duration | undefined {
  const text = s.word(word) ?? '';
  let i = 0;
  let whole = 0;
  for (; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    whole = whole * 10 + digit;
  }
  let digits = i;
  let fraction = 0;
  let decimals = 0;
  if (text.charCodeAt(i) === 46) {
    let scale = 1;
    for (i++; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) break;
      scale /= 10;
      fraction += digit * scale;
      decimals++;
    }
    digits += decimals;
  }
  const scale = argument.unit === 's' ? 1_000_000 : 1_000;
  const number = whole + fraction;
  const value = Math.round(number * scale);
  const { min, max, unit } = argument;
  if (digits === 0 || value < Math.round(min * scale) || value > max * scale) {
    c.warn(
      'invalid-number',
      s,
      `${s.keyword}: ${text} is not within ${printRange(min, max, unit)}; it is ignored`,
      word,
    );
    return undefined;
  }
  if (i < text.length) {
    c.warn(
      'trailing-characters',
      s,
      `${s.keyword}: ${text} is read as ${number}; remove what follows the number`,
      word,
    );
  } else if (decimals > argument.decimals) {
    c.warn('too-many-decimals', s, `${s.keyword}: ${text} is rounded to ${argument.decimals} decimals`, word);
    const grain = 10 ** argument.decimals;
    return Math.round((Math.round(number * grain) / grain) * scale) as Duration;
  }
  return value as Duration;
}

/** true, on, yes / false, off, no: lower case only. */
export function parseBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === 'on' || text === 'yes') return true;
  if (text === 'false' || text === 'off' || text === 'no') return false;
  return undefined;
}

/** A flag with an optional truth value: absent means true; another word is told and leaves the setting alone. */
export function flagWord(s: Statement, c: Context): boolean | undefined {
  const text = s.length > 1 ? s.word(1) : undefined;
  if (text === undefined) return true;
  const value = parseBoolean(text);
  if (value === undefined) {
    c.warn(
      'invalid-boolean',
      s,
      `${s.keyword}: ${text} is neither true, on, yes nor false, off, no; it is ignored`,
      1,
    );
  }
  return value;
}

/** Family decided by a colon; anything from the first `-` or `/` on is ignored with a warning, as keepalived does silently. */
export function addressWord(s: Statement, word: number, c: Context): Address | undefined {
  const text = s.word(word) ?? '';
  const whole = parseAddress(text);
  if (whole !== undefined) return whole;
  const cut = text.search(/[-/]/);
  const address = cut < 0 ? undefined : parseAddress(text.slice(0, cut));
  if (address !== undefined) {
    c.warn(
      'trailing-characters',
      s,
      `${s.keyword}: ${text} is read as ${address}; no range or prefix belongs here`,
      word,
    );
  }
  return address;
}

/** Port 1..65535; only zeros mean `no port` and give 0. Undefined when it is neither. */
export function portWord(s: Statement, word: number): number | undefined {
  return parsePort(s.word(word) ?? '');
}

/** Checks the words of a keyword nobody acts on, so that its mistakes are not silent either. */
export function checkArguments(s: Statement, keyword: Keyword, c: Context): void {
  if (keyword.kind === 'block' || keyword.kind === 'lines') return;
  const { arguments: list } = keyword;
  let mostWords = list.length + 1;
  let word = 1;
  for (const [index, argument] of list.entries()) {
    if (s.length <= word) {
      if (list.slice(index).some(({ type, optional }) => type === 'integer' && optional !== true))
        c.warn('missing-argument', s, `${s.keyword} lacks its number; it is ignored`);
      return;
    }
    // A word that may be left out before others is one of those it may be, or not there.
    const text = s.word(word) ?? '';
    if (argument.type === 'word' && argument.optional === true && index + 1 < list.length)
      if (!argument.words.includes(text)) {
        mostWords--;
        continue;
      }
    switch (argument.type) {
      case 'integer':
        integerWord(s, word, argument, c);
        break;
      case 'decimal':
        decimalWord(s, word, argument, c);
        break;
      case 'boolean':
        flagWord(s, c);
        break;
      case 'word':
        oneOf(s, word, argument, c);
        break;
      case 'address':
        if (addressWord(s, word, c) === undefined)
          c.warn('invalid-address', s, `${s.keyword}: ${text} is no IP address; it is ignored`, word);
        break;
      default:
        // Free text, names and grammars of their own: nothing to check by shape alone.
        break;
    }
    word++;
  }
  if (mostWords <= list.length && s.length > mostWords)
    c.warn('unknown-word', s, `${s.keyword}: ${s.word(mostWords)} is not understood`, mostWords);
}

/** The word if it is one of the catalogue's; undefined after a warning. Upper-cased where case does not count. */
export function oneOf(s: Statement, word: number, argument: Of<'word'>, c: Context): string | undefined {
  const given = s.word(word) ?? '';
  const text = argument.ignoreCase === true ? given.toUpperCase() : given;
  if (argument.words.includes(text)) return text;
  c.warn(
    'invalid-word',
    s,
    `${s.keyword}: ${given} is none of ${argument.words.join(', ')}; it is ignored`,
    word,
  );
  return undefined;
}
