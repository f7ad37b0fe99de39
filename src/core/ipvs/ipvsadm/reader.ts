// Reads a command line as ipvsadm does: long and short options, bundles, attached and separate arguments, words left over.
// Spec: popt(3) 1.19 as observed through ipvsadm 1.31.

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
  const reading = new Words(words);
  const why = reading.readAll();
  return {
    given: reading.given,
    broken: why === undefined ? undefined : { word: reading.last, why },
    rest: reading.rest,
  };
}

class Words {
  readonly given: Given[] = [];
  readonly rest: string[] = [];
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** The word read last. */
  get last(): string {
    return this.#words[this.#at - 1] ?? '';
  }

  /** Why the reading ended early. */
  readAll(): string | undefined {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++] ?? '';
      if (word.charCodeAt(0) !== dash || word.length === 1) {
        this.rest.push(word);
        continue;
      }
      if (word === '--') {
        this.rest.push(...this.#words.slice(this.#at));
        return undefined;
      }
      const why = word.charCodeAt(1) === dash ? this.#long(word) : this.#letters(word);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #long(word: string): string | undefined {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const spelling = Object.hasOwn(spellings, name) ? spellings[name] : undefined;
    if (spelling === undefined) return 'unknown option';
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    if (attached !== undefined && spelling.argument === 'none') return 'option does not take an argument';
    return this.#take(spelling, attached);
  }

  #letters(word: string): string | undefined {
    for (let position = 1; position < word.length; position++) {
      const spelling = letterSpelling(word.charAt(position));
      if (spelling === undefined) return 'unknown option';
      if (spelling.argument !== 'none') {
        const attached =
          position + 1 === word.length ? undefined : word.slice(position + 1).replace(/^=/, '');
        return this.#take(spelling, attached);
      }
      this.#take(spelling, undefined);
    }
    return undefined;
  }

  #take(spelling: Spelling, attached: string | undefined): string | undefined {
    let argument = attached;
    if (spelling.argument !== 'none' && argument === undefined) {
      const following = this.#words[this.#at];
      const optional = spelling.argument === 'optional';
      if (following === undefined && !optional) return 'missing argument';
      if (following !== undefined && !(optional && following.startsWith('-'))) {
        argument = following;
        this.#at++;
      }
    }
    this.given.push({ means: spelling.means, argument, word: this.last });
    return undefined;
  }
}

const dash = 45;

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13;

/** The words of a restore's line: blanks part them, `ipvsadm` is none, and there is neither quoting nor comment, as ipvsadm -R reads. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    while (at < line.length && isBlank(line.charCodeAt(at))) at++;
    const start = at;
    while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
    const word = line.slice(start, at);
    if (word !== '' && word !== 'ipvsadm') words.push(word);
  }
  return words;
}

/**
 * The lines of a restore without their newlines. A last line that lacks its newline and ends in two blanks is lost with ipvsadm -R, and
 * so it is here. The text may come in pieces.
 */
export function* restoreLines(pieces: Iterable<string>): Generator<string> {
  let rest = '';
  for (const piece of pieces) {
    const text = rest + piece;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      yield text.slice(start, end);
      start = end + 1;
    }
    rest = text.slice(start);
  }
  if (rest !== '' && !/[ \t\r]{2}$/.test(rest)) yield rest;
}
