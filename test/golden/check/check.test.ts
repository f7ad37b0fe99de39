// Replays every transcript of this folder and compares each effect and each armed deadline.
// LVSKIT_REWRITE=1 writes what comes out into the files instead: review the difference before committing it.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replay } from './transcript.ts';

const folder = import.meta.dirname;
const cases = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name);

describe('checker transcripts', () => {
  it('are many', () => expect(cases.length).toBeGreaterThanOrEqual(12));

  it.each(cases)('%s', name => {
    const path = join(folder, name, 'transcript.txt');
    const expected = readFileSync(path, 'utf8');
    const played = replay(expected);
    if (process.env['LVSKIT_REWRITE'] === '1') writeFileSync(path, played);
    else expect(played).toBe(expected);
  });
});
