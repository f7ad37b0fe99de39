// Laws of the configuration reader: printing gives the bytes back, nothing throws, work grows with the input and not faster.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/core/conf/document.ts';
import { encodeDocument } from '../../src/core/conf/print.ts';
import { SourceFile } from '../../src/core/conf/source.ts';
import type { Statement } from '../../src/core/conf/statement.ts';
import { Tape } from '../../src/core/conf/tape.ts';
import { readTable } from '../unit/conf-syntax/file-table.ts';

const roundTrip = (bytes: Uint8Array) => encodeDocument(parseDocument(new SourceFile('x', bytes)));

/** Looks at everything a statement offers; a throw anywhere fails the law. */
function visit(statements: readonly Statement[]): number {
  let seen = 0;
  for (const statement of statements) {
    seen += 1 + visit(statement.block ?? []);
    expect(statement.length).toBeGreaterThan(0);
    expect(statement.word(0)).toBe(statement.keyword);
    for (let i = 0; i < statement.length; i++) {
      const place = statement.place(i);
      expect(place.line).toBeGreaterThan(0);
      expect(place.column).toBeGreaterThan(0);
      statement.origins(i);
    }
    expect(typeof statement.raw).toBe('string');
    statement.place();
    void statement.openPlace;
    void statement.closePlace;
  }
  return seen;
}

/** Texts made of what the language gives a meaning to, far denser than real files. */
const scraps = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b1',
        ' ',
        '\t',
        '\n',
        '\r\n',
        '{',
        '}',
        '"',
        "'",
        '\\',
        '#',
        '!',
        '$',
        '$A',
        '${A}',
        '$A=',
        '${',
        '@id ',
        '@^',
      ],
      ...[
        '~SEQ(A, 3) ',
        '~LST({A,B},{x,y})',
        '(',
        ')',
        ',',
        'include main.conf',
        'include_check ',
        '\\\n',
        '\0',
        '\xef\xbb\xbf',
        '\xe4',
        '=',
        '${_ENV X}',
        '${_HASH}',
      ],
    ),
    { maxLength: 60 },
  )
  .map(parts => Buffer.from(parts.join(''), 'latin1'));

describe('configuration syntax', () => {
  it('prints any bytes back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), scraps), bytes => {
        expect(roundTrip(bytes).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), scraps), bytes => {
        const { statements, diagnostics } = readTable(bytes, { configId: 'id' });
        visit(statements);
        for (const { place } of diagnostics) expect(place.line).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads each byte a bounded number of times, counted', () => {
    const repeated = [
      'a b {\n',
      '"',
      "'a ",
      "'#",
      '${a',
      '${a}',
      '$',
      '\\',
      '}',
      '#',
      '\0',
      'x\n',
      '~',
      '@',
      '{ ',
      "' ' ",
    ];
    for (const scrap of repeated) {
      const bytes = Buffer.concat([
        Buffer.from(scrap.repeat(Math.ceil(20_000 / scrap.length))),
        Buffer.from('\n'),
      ]);
      let reads = 0;
      const counting = new Proxy(bytes, {
        get(target, key) {
          reads++;
          return Reflect.get(target, key);
        },
      });
      new Tape(16).scan(counting, 0, bytes.length - 1);
      expect(reads, JSON.stringify(scrap)).toBeLessThan(12 * bytes.length);
    }
  });

  it('keeps the number of statements of a tree equal to the number of lines that hold words', () => {
    const words = fc
      .array(fc.constantFrom('a', 'bc', 'd9'), { minLength: 1, maxLength: 4 })
      .map(list => list.join(' '));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), lines => {
        const { statements, diagnostics } = readTable(lines.map(line => `  ${line} # c\n\n`).join(''));
        expect(visit(statements)).toBe(lines.length);
        expect(diagnostics).toEqual([]);
      }),
    );
  });
});

// Real files stay where they are: a directory with conf/ and templates/ is named by the environment.
const corpus = process.env['LVSKIT_CORPUS'];

describe('real configuration files', () => {
  const files = (corpus === undefined ? [] : ['conf', 'templates']).flatMap(folder =>
    readdirSync(join(corpus!, folder)).map(name => join(corpus!, folder, name)),
  );

  it.skipIf(corpus === undefined)('are printed back byte for byte and read without a crash', () => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const bytes = readFileSync(file);
      expect(roundTrip(bytes).equals(bytes), file).toBe(true);
      visit(readTable(bytes).statements);
    }
  });
});
