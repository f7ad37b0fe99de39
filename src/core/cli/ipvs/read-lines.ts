// The lines of an open file, a portion at a time: a table of the kernel needs no memory for itself.
// Spec: proc(5); each read gives a page at most there.

import { closeSync, readSync } from 'node:fs';

/** Closes the file at its end. Bytes above ASCII are taken for Latin-1, so that any text passes. */
export function* readLines(file: number): Generator<string> {
  const bytes = Buffer.alloc(65_536);
  let rest = '';
  try {
    for (let count = readSync(file, bytes); count > 0; count = readSync(file, bytes)) {
      const lines = (rest + bytes.toString('latin1', 0, count)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
  if (rest !== '') yield rest;
}
