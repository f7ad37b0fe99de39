// Whatever stands in a file, the linter gives findings with sound places, and every rule it names has a page.
// Truth: the promise of engine.ts; the texts are real configurations with words cut, doubled, swapped and replaced.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyFixes, formatNames, pageOf, reporters } from '../../src/core/lint/index.ts';
import { lintText } from '../unit/lint/lint-text.ts';

const seeds = join(import.meta.dirname, '../fixtures/seeds');
const texts = readdirSync(seeds)
  .filter(name => name.endsWith('.conf'))
  .map(name => readFileSync(join(seeds, name), 'latin1'));
const words = [
  ...new Set(texts.join(' ').split(/\s+/)),
  '{',
  '}',
  '"',
  '$',
  '#',
  '@',
  '0',
  '-1',
  '99999999999',
  '::',
  '\0',
];

const edit = fc.record({
  at: fc.nat(4_000),
  remove: fc.nat(40),
  insert: fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })),
});

it('no text makes it throw, and no place lies outside of the text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { maxLength: 12 }), (text, edits) => {
      let broken = text;
      for (const { at, remove, insert } of edits) {
        const start = Math.min(at, broken.length);
        broken = `${broken.slice(0, start)} ${insert} ${broken.slice(start + remove)}`;
      }
      const result = lintText(broken);
      const [file] = result.files;
      for (const { rule, place } of result.findings) {
        expect(pageOf(rule), rule).toBeDefined();
        expect(place.line).toBeGreaterThanOrEqual(1);
        expect(place.line).toBeLessThanOrEqual(Math.max(1, file?.lineStarts.length ?? 1));
        expect(place.endLine > place.line || place.endColumn >= place.column).toBe(true);
      }
      for (const name of formatNames) reporters[name]([result], { version: '0', colour: false });
      if (file !== undefined) applyFixes(file, result.findings);
    }),
    { numRuns: 150 },
  );
});
