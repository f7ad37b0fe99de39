// Reads a command line as ipvsadm does: long and short options, bundles, attached and separate arguments, words left over.
// Behind it: popt(3) 1.19 as observed through ipvsadm 1.31.

import { letterSpelling, type Spelling, type Switch, spellings } from './options.ts';

export interface Given {
  readonly means: Switch;
  /** Undefined where the option takes none, or takes one at will and got none. */
  readonly argument: string | undefined;
  /** The word the option stood in (its argument's word, where that was a word of its own): what a complaint quotes. */
  readonly word: string;
}

export interface CommandLine {
  readonly given: readonly Given[];
  /** What ended the reading before the end of the line. */
  readonly broken: { readonly word: string; readonly why: string } | undefined;
  /** Words that are neither options nor their arguments. */
  readonly rest: readonly string[];
}

/** Everything up to the first word that cannot be understood. */
export function readCommandLine(words: readonly string[]): CommandLine {
  const given: Given[] = [];
  const rest: string[] = [];
  let at = 0;

  /** False when the option lacks its argument. */
  const take = (spelling: Spelling, attached: string | undefined): boolean => {
    let argument = attached;
    if (spelling.argument !== 'none' && argument === undefined) {
      const following = words[at];
      const optional = spelling.argument === 'optional';
      if (following === undefined && !optional) return false;
      if (following !== undefined && !(optional && following.startsWith('-'))) {
        argument = following;
        at++;
      }
    }
    given.push({ means: spelling.means, argument, word: words[at - 1] ?? '' });
    return true;
  };
  const broken = (why: string): CommandLine => ({
    given,
    broken: { word: words[at - 1] ?? '', why },
    rest,
  });

  while (at < words.length) {
    const word = words[at++] ?? '';
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
    } else if (word === '--') {
      rest.push(...words.slice(at));
      break;
    } else if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = word.slice(2, equals < 0 ? undefined : equals);
      const spelling = Object.hasOwn(spellings, name) ? spellings[name] : undefined;
      if (spelling === undefined) return broken('unknown option');
      const attached = equals < 0 ? undefined : word.slice(equals + 1);
      if (attached !== undefined && spelling.argument === 'none')
        return broken('option does not take an argument');
      if (!take(spelling, attached)) return broken('missing argument');
    } else {
      for (let position = 1; position < word.length; position++) {
        const spelling = letterSpelling(word.charAt(position));
        if (spelling === undefined) return broken('unknown option');
        if (spelling.argument === 'none') {
          take(spelling, undefined);
          continue;
        }
        const attached = word.slice(position + 1);
        if (!take(spelling, attached === '' ? undefined : attached.replace(/^=/, '')))
          return broken('missing argument');
        break;
      }
    }
  }
  return { given, broken: undefined, rest };
}

/**
 * The lines of a restore as words. Blanks part words, `ipvsadm` is no word, and there is neither quoting nor comment: all as ipvsadm -R
 * reads them. A last line that lacks its newline and ends in two blanks is lost there, and so it is here.
 */
export function* restoreLines(text: string): Generator<readonly string[]> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? undefined : end);
    start = end < 0 ? text.length : end + 1;
    if (end < 0 && /[ \t\r]{2}$/.test(line)) return;
    const words = line.split(/[ \t\r]+/).filter(word => word !== '' && word !== 'ipvsadm');
    if (words.length > 0) yield words;
  }
}
