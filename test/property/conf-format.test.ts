// Laws of the formatter: the typed configuration stays what it was, and formatting twice is formatting once.
// Truth: the reader and builder themselves; real files come by LVSKIT_CORPUS, and what is refused there is counted by name.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../src/core/conf/index.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';
import { checkFormat, mainPath } from './laws.ts';

/** Real words with everything the language gives a meaning to between them. */
const scraps = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(' ', '\n', '{', '}', '  ', '\n\n', '\t', '\r\n') },
      fc.constantFrom(
        'vrrp_instance V',
        'virtual_router_id 7',
        'interface eth0',
        'virtual_ipaddress',
        '10.0.0.1',
        'global_defs',
        'router_id',
        'notify',
        '"',
        '"a  b"',
        "'",
        "'a  b'",
        '\\',
        '\\#',
        '# c\n',
        '! c\n',
      ),
      fc.constantFrom(
        '$A',
        '${A}',
        '\n$A=10.0.0.1\n',
        '\n$A=x \\\n y\n',
        '\n$B=$A z\n',
        '${B}',
        '\n@id ',
        '\n@^id ',
        '@id ',
        '\n~SEQ(A, 2) ',
        '\ninclude x\n',
        'include x ',
        '\\\n',
        '\0',
        '\xef\xbb\xbf',
        '\xe4',
        '${_HASH}',
      ),
    ),
    { maxLength: 40 },
  )
  .map(parts => Buffer.from(parts.join(''), 'latin1'));

describe('formatting', () => {
  it('changes no meaning and is done after one time, whatever the text', () => {
    let formatted = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: scraps }, fc.uint8Array({ maxLength: 200 })), bytes => {
        if (checkFormat(bytes, ['id', 'other'])) formatted++;
      }),
      { numRuns: 4_000 },
    );
    expect(formatted).toBeGreaterThan(400);
  });

  const seeds = join(import.meta.dirname, '../fixtures/seeds');
  it.each(readdirSync(seeds).filter(name => name.endsWith('.conf')))('of %s', name => {
    expect(checkFormat(readFileSync(join(seeds, name)), ['node1'])).toBe(true);
  });
});

const corpus = process.env['LVSKIT_CORPUS'];

describe('formatting real files', () => {
  // Braces that do not balance: there is no safe layout, and lint names the place.
  const isUnbalanced = (content: Uint8Array) =>
    readConfiguration(mainPath, tableReader({ [mainPath]: content }), {}).diagnostics.some(({ rule }) =>
      ['missing-brace', 'extra-brace'].includes(rule),
    );

  it.skipIf(corpus === undefined)(
    'changes no meaning; only files with unbalanced braces are left alone',
    () => {
      const folder = join(corpus ?? '', 'conf');
      const rows = readFileSync(join(corpus ?? '', 'oracle.tsv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1);
      const ids = new Map(rows.map(row => [`${row.split('\t')[0]}.conf`, row.split('\t')[5] ?? '']));
      const names = readdirSync(folder);
      const contents = new Map(names.map(name => [name, readFileSync(join(folder, name))] as const));
      const refused = [...contents].filter(
        ([name, content]) => !checkFormat(content, [ids.get(name) ?? '', 'x']) && !isUnbalanced(content),
      );
      expect(names.length).toBeGreaterThan(0);
      expect(refused.map(([name]) => name)).toEqual([]);
    },
  );
});
