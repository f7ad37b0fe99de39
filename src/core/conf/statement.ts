// One logical line of a configuration with its block, after expansion: what the typed configuration is built from.
// Spec: keepalived.conf(5); words, quotes and braces as its reader splits them.

import type { Place } from './config.ts';

/** Why a piece of text stands where it stands: an include, a definition or a loop, and the place of that. */
export interface Origin {
  /** A sentence fragment: `included here`, `in the definition of $NAME`, `in this loop, where N is 3`. */
  readonly message: string;
  readonly place: Place;
}

export const includedHere = 'included here';

/** Whether an expansion made the text, so that nothing can be repaired at its place; an included file is as good as any. */
export const isExpanded = (origins: readonly Origin[]): boolean =>
  origins.some(({ message }) => message !== includedHere);

/**
 * A statement. Cheap to make, made anew at each visit (compare nothing by identity): words, texts and places are computed
 * when asked for. Texts are UTF-8 where the bytes are valid UTF-8, else one character per byte.
 */
export interface Statement {
  /** The first word; in a line-list block simply the first word of the record. Never undefined, may be an empty `""`. */
  readonly keyword: string;
  /** Number of words, the keyword included; at least 1. */
  readonly length: number;
  /** Word `i` without its double quotes; 0 is the keyword, undefined beyond the last. */
  word(i: number): string | undefined;
  /** All words from `from` on (default 1: the arguments). */
  words(from?: number): readonly string[];
  /** Whether word `i` was written in double quotes. */
  isQuoted(i: number): boolean;
  /** The logical line after comment removal and substitution, quotes and backslashes kept: for script strings. */
  readonly raw: string;
  /** The statements between the braces; undefined when no `{` followed. */
  readonly block: readonly Statement[] | undefined;
  /** Where the statement (no argument: all its words) or word `i` stands in its file; for substituted text, the reference. */
  place(i?: number): Place;
  /** Innermost first: definitions the word comes from, loops around the line, includes around the file. */
  origins(i?: number): readonly Origin[];
  /** Where its `{` and `}` stand; undefined where there is none (a missing `}` is reported by the reader). */
  readonly openPlace: Place | undefined;
  readonly closePlace: Place | undefined;
}
