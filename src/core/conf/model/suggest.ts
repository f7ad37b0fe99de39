// What to tell about an unknown word of a configuration: the nearest known word, or the block a known word belongs in.
// Spec: nearest.ts.

import { nearest } from '../../nearest.ts';
import { blocksKnowing } from '../keywords/catalogue.ts';

const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What to tell about an unknown word, as the end of a sentence: a likely word, or where the word belongs. */
export function hint(
  word: string,
  known: Iterable<string>,
): { readonly text: string; readonly word: string | undefined; readonly misplaced: boolean } {
  // First: a word that some block has is no misspelling of one that this block has (vrrp_script, vrrp_strict).
  const homes = [...new Set(blocksKnowing(word).map(lastOf))];
  if (homes.length > 0) {
    const where = homes.map(home => (home === '(root)' ? 'at file level' : `in ${home}`));
    return { text: `; it belongs ${where.slice(0, 3).join(' or ')}`, word: undefined, misplaced: true };
  }
  const near = nearest(word, known);
  return near === undefined
    ? { text: '', word: undefined, misplaced: false }
    : { text: `; did you mean ${near}?`, word: near, misplaced: false };
}
