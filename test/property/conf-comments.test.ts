// Comments through YAML and back: none is lost, none changes its words, and a second way round changes nothing more.
// Truth: the comments of the texts themselves, found by a pattern that knows quotes; real files come by LVSKIT_CORPUS.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseYaml, printYaml } from '../../src/core/cli/commands/yaml-document.ts';
import { dataOf, decodeData, readConfiguration } from '../../src/core/conf/index.ts';
import { unwrap } from '../../src/core/fault.ts';
import { tableReader } from '../unit/conf-syntax/file-table.ts';
import { mainPath } from './laws.ts';

function there(content: Uint8Array | string): string {
  const reader = tableReader({ [mainPath]: content });
  return printYaml(dataOf(readConfiguration(mainPath, reader, { configId: 'id' }), reader));
}

function back(yaml: string): string {
  const { data, remarks } = unwrap(parseYaml(yaml, 'x.yaml'));
  return unwrap(decodeData(data, remarks));
}

/** Words of all comments of a keepalived.conf, sorted: `#` or `!` outside quotes and not behind a backslash. */
const commentsOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap(line => {
      const code = /^(?:"(?:\\.|[^"\\])*"?|(?<![^\s])'[^']*[{}#!][^']*'|\\.|[^#!"\\])*/.exec(line)?.[0] ?? '';
      const words = line
        .slice(code.length + 1)
        .trim()
        .replace(/\s+/g, ' ');
      return line.length > code.length && words !== '' ? [words] : [];
    })
    .sort();

function check(content: Uint8Array): void {
  const yaml = there(content);
  const conf = back(yaml);
  expect(commentsOf(conf)).toEqual(commentsOf(Buffer.from(content).toString('utf8')));
  // A comment at the end of two blocks at once may come to stand one level deeper, and next to others.
  const flat = (text: string) => text.replace(/^ +#/gm, '#').replace(/\n+/g, '\n');
  expect(flat(there(conf))).toBe(flat(yaml));
}

it('stand where they stood', () => {
  const text = `# of the file
# of globals
global_defs {
    # above
    router_id LVS # behind
    # last
}

# of V
vrrp_instance V {
    virtual_router_id 51
    virtual_ipaddress {
        # of the address
        10.0.0.3/24 # web
        10.0.0.4/24
        # last of the list
    }
}

vrrp_instance W {
    # first in W
    virtual_router_id 52
}

# the end
`;
  expect(back(there(text))).toBe(text);
});

it('that cannot stand there move to the next line that can', () => {
  expect(back(there('global_defs { # open\n    router_id a ! old\n} # close\n'))).toBe(
    '# open\nglobal_defs {\n    router_id a # old\n    # close\n}\n',
  );
});

const seeds = join(import.meta.dirname, '../fixtures/seeds');
it.each(readdirSync(seeds).filter(name => name.endsWith('.conf')))('of %s', name => {
  check(readFileSync(join(seeds, name)));
});

const corpus = process.env['LVSKIT_CORPUS'];

it.skipIf(corpus === undefined)(
  'of real files without definitions, includes, loops and conditions',
  { timeout: 60_000 },
  () => {
    let seen = 0;
    for (const name of readdirSync(join(corpus ?? '', 'conf'))) {
      const content = readFileSync(join(corpus ?? '', 'conf', name));
      if (/[$~@\0\r]|^\s*include/m.test(content.toString('latin1'))) continue;
      if (content.toString('utf8').includes('\ufffd')) continue;
      check(content);
      seen++;
    }
    expect(seen).toBeGreaterThan(0);
  },
);
