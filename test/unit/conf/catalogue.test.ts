// The catalogue against the list of names, the handlers against the catalogue, and the sentences against both.
// Truth: test/fixtures/keywords.txt for unconverted blocks; the others are derived (blocks.test.ts).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describedBlocks } from '../../../src/core/conf/blocks/index.ts';
import { catalogue, keywordsOf } from '../../../src/core/conf/index.ts';
import { fedBy } from '../../../src/core/conf/keywords/catalogue.ts';
import { sentenceFor } from '../../../src/core/conf/keywords/sentences.ts';
import { defineBlock, handledIn } from '../../../src/core/conf/model/block.ts';

const listed = readFileSync(join(import.meta.dirname, '../../fixtures/keywords.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('# '));
const converted = new Set(describedBlocks.map(({ path }) => path));
const catalogued = catalogue
  .filter(({ path }) => !converted.has(path))
  .flatMap(({ path, keywords }) => keywords.map(({ name }) => `${path}\t${name}`));

describe('catalogue', () => {
  it('names each keyword once per block path, and the same set as the list', () => {
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

  it('has a handler for each keyword that is acted on', () => {
    const unhandled = catalogue
      .filter(({ path }) => !path.startsWith('<'))
      .flatMap(({ path, keywords }) =>
        keywords
          .filter(({ name, acted }) => acted && !handledIn(path).includes(name))
          // The reader of the text acts on these.
          .filter(({ name }) => !fedBy(path, name).includes('conf: expand.ts'))
          .map(({ name }) => `${path} ${name}`),
      );
    expect(unhandled).toEqual([]);
  });

  it('has no handler for a word it does not know', () => {
    const table = () => defineBlock('SSL', { no_such_word: () => {} });
    expect(table).toThrow('SSL has a handler for no_such_word, which is not catalogued');
  });

  it('knows nothing of a path that is none', () => {
    expect(keywordsOf('no_such_block')).toEqual([]);
  });
});
