// The keyword catalogue: every keyword of keepalived.conf once per block path, gathered from one file per family.
// Spec: keepalived.conf(5); test/fixtures/keywords.txt lists the same set of names.

import { factsOf } from '../blocks/index.ts';
import { checkersKeywords } from './checkers.ts';
import { feeds } from './feeds.ts';
import { globalDefsKeywords } from './global-defs.ts';
import type { BlockKeywords, Keyword } from './grammar.ts';
import { linesKeywords } from './lines.ts';
import { readerKeywords } from './reader.ts';
import { rootKeywords } from './root.ts';
import { serversKeywords } from './servers.ts';
import { sessionsAndFilesKeywords } from './sessions-and-files.ts';
import { vrrpGroupsKeywords } from './vrrp-groups.ts';
import { vrrpInstanceKeywords } from './vrrp-instance.ts';

/** All blocks, in the order of the manual. Paths in `<...>` are grammars of one record, not blocks. */
export const catalogue: readonly BlockKeywords[] = [
  ...rootKeywords,
  ...globalDefsKeywords,
  ...vrrpGroupsKeywords,
  ...vrrpInstanceKeywords,
  ...serversKeywords,
  ...checkersKeywords,
  ...sessionsAndFilesKeywords,
  ...linesKeywords,
  ...readerKeywords,
];

const byPath = new Map(catalogue.map(block => [block.path, block.keywords]));

/** The keywords of a block path; empty for a path the catalogue does not know. */
export const keywordsOf = (path: string): readonly Keyword[] => byPath.get(path) ?? [];

/** Paths of the blocks that know the keyword; only true blocks, no record grammars. */
export const blocksKnowing = (name: string): readonly string[] =>
  catalogue
    .filter(block => !block.path.startsWith('<') && block.keywords.some(keyword => keyword.name === name))
    .map(block => block.path);

/** The typed fields that a keyword feeds, as its descriptor or `feeds.ts` says; empty where neither does. */
export function fedBy(path: string, name: string): readonly string[] {
  const described = factsOf(path, name);
  if (described !== undefined) return described.feeds === 'none' ? [] : described.feeds;
  const block = feeds[path];
  const fed = block !== undefined && Object.hasOwn(block, name) ? block[name] : undefined;
  return fed === undefined ? [] : typeof fed === 'string' ? [fed] : fed;
}
