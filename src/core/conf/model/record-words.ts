// The words a record may have (an address, a route, a rule, ...), joined with the code that reads each of them.
// Spec: keywords/lines.ts is the only list of these words; a reader that lacks one of them, or knows another, does not load.

import { keywordsOf } from '../keywords/catalogue.ts';
import type { Keyword } from '../keywords/grammar.ts';

export interface RecordWord<Read> {
  readonly keyword: Keyword;
  readonly read: Read;
}

export interface RecordWords<Read> {
  readonly path: string;
  readonly words: ReadonlyMap<string, RecordWord<Read>>;
}

/** Entries that stand for a value (`ADDR`, `IFNAME`) or for any other word (`<other>`), not for a word of the language. */
const isPlaceholder = ({ name }: Keyword): boolean => /^[A-Z]+$|^</.test(name);

/** The words of a record grammar with their readers. Throws when the two lists differ, in either direction. */
export function defineRecord<Read>(path: string, readers: Readonly<Record<string, Read>>): RecordWords<Read> {
  const words = new Map<string, RecordWord<Read>>();
  for (const keyword of keywordsOf(path)) {
    if (isPlaceholder(keyword)) continue;
    const read = Object.hasOwn(readers, keyword.name) ? readers[keyword.name] : undefined;
    if (read === undefined) throw new RangeError(`${path}: no reader knows the word ${keyword.name}`);
    words.set(keyword.name, { keyword, read });
  }
  for (const name of Object.keys(readers))
    if (!words.has(name)) throw new RangeError(`${path}: a reader knows ${name}, which is not catalogued`);
  return { path, words };
}
