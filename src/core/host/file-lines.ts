// Files and standard input a portion at a time: a great table needs no memory for itself.
// Spec: read(2), proc(5): a read gives a page at most there.

import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** A descriptor for `readLines`. Throws a system error. */
export const openToRead = (path: string): number => openSync(path, 'r');

/** The lines of an open file, which is closed at its end. Bytes above ASCII are taken for Latin-1, so that any text passes. */
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

/** Bytes of standard input, 0 at its end. Where another program made it non-blocking, what is not there yet is waited for. */
function readSome(bytes: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Standard input as UTF-8, blocking. */
export function* inputPortions(): Generator<string> {
  const bytes = Buffer.alloc(16_384);
  const decoder = new StringDecoder('utf8');
  for (let count = readSome(bytes); count > 0; count = readSome(bytes))
    yield decoder.write(bytes.subarray(0, count));
  yield decoder.end();
}
