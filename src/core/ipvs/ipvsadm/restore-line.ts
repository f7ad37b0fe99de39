// One line of a restore: the fast reader of common lines first, then the reader of every command line.
// Spec: ipvsadm(8) --restore; ipvsadm 1.31 reads each line as a command line without the program's name.

import { readSavedLine } from '../fast/saved-line.ts';
import type { NameLookup } from '../text-parse.ts';
import { type Reading, readCommand } from './command.ts';
import { wordsOf } from './reader.ts';

/** Reads a line of a restore; undefined where there is nothing on it. */
export function readRestoreLine(line: string, names: NameLookup): Reading | undefined {
  const command = readSavedLine(line);
  if (command !== undefined) return { kind: 'command', command };
  const words = wordsOf(line);
  return words.length === 0 ? undefined : readCommand(words, names);
}
