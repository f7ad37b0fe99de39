// The catalogue against the list of names, the handlers against the catalogue, and the sentences against both.
// Truth: test/fixtures/keywords.txt.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, keywordsOf } from '../../../src/core/conf/index.ts';
import { sentenceFor } from '../../../src/core/conf/keywords/sentences.ts';

const listed = readFileSync(join(import.meta.dirname, '../../fixtures/keywords.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('# '));
const catalogued = catalogue.flatMap(({ path, keywords }) => keywords.map(({ name }) => `${path}\t${name}`));

describe('catalogue', () => {
  it('names each keyword once per block path, and the same set as the list', () => {
    expect(listed.length).toBe(671);
    expect([...catalogued].sort()).toEqual([...listed].sort());
    expect(new Set(catalogued).size).toBe(catalogued.length);
  });

  it('has sound ranges', () => {
    const numbers = catalogue.flatMap(({ keywords }) =>
      keywords.flatMap(({ arguments: args }) =>
        args.filter(item => item.type === 'integer' || item.type === 'decimal'),
      ),
    );
    expect(numbers.length).toBeGreaterThan(150);
    for (const { min, max } of numbers) expect(min).toBeLessThan(max);
  });

  it('says one sentence about each keyword, ending in a full stop', () => {
    const silent = catalogue.flatMap(({ path, keywords }) =>
      keywords
        .filter(({ name }) => !(sentenceFor(path, name) ?? '').endsWith('.'))
        .map(({ name }) => `${path} ${name}`),
    );
    expect(silent).toEqual([]);
  });

  it('knows nothing of a path that is none', () => {
    expect(keywordsOf('no_such_block')).toEqual([]);
  });
});
