// Tables in YAML and JSON as they should not be: every fault with line and column in our own words, none of a library, none silently accepted.
// Truth: RFC 8259, YAML 1.2.2; docs/ipvs-table.schema.json for the fields.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTable } from '../../src/core/cli/ipvs/table-file.ts';
import { readJsonText } from '../../src/core/cli/json-text.ts';
import { readYamlText } from '../../src/core/cli/yaml-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvskit-document-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** `LINE:COLUMN MESSAGE` of everything that is wrong; none: it is taken. */
async function faults(name: string, text: string): Promise<readonly string[]> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const read = await readTable(path, undefined);
  if (read.ok) return [];
  expect(read.fault.code).toBe('configuration-refused');
  return (read.fault.details ?? []).map(detail => detail.replace(`${path}:`, '').replace(': error:', ''));
}

const foreign =
  /YAML\.|parseAllDocuments|Maximum call stack|in JSON at|Unexpected token|resolve alias|Error:/;

describe('YAML', () => {
  const head = 'schema: lvskit/ipvs/1\nservices:\n';
  it('names everything that is wrong with a table, each at its place', async () => {
    const text = `${head}- address: 10.0.0.300
  port: 80
  schduler: rr
  destinations:
  - {address: 10.0.1.1, weight: -1}
  - {address: 0.0.0.0}
  - {address: 10.0.1.2, upperThreshold: 5, lowerThreshold: 9}
- {fwmark: 0}
- {fwmark: 5, port: 80}
- {address: 10.0.0.1}
- fwmark: 7
  destinations: [{address: 10.0.1.1}, {address: 10.0.1.1}]
`;
    expect(await faults('t.yaml', text)).toEqual([
      "3:3 services[0].address must be an IP address (got '10.0.0.300')",
      expect.stringMatching(/^5:3 services\[0\]\.schduler unknown; known are protocol, address/),
      '7:25 services[0].destinations[0].weight must be an integer 0-2147483647 (got -1)',
      expect.stringMatching(
        /^8:6 services\[0\]\.destinations\[1\]\.address 0\.0\.0\.0 is an unspecified address/,
      ),
      expect.stringMatching(
        /^9:44 services\[0\]\.destinations\[2\]\.lowerThreshold the lower threshold 9 must not/,
      ),
      '10:4 services[1].fwmark must be an integer 1-4294967295 (got 0)',
      '11:15 services[2].port does not go with fwmark',
      '12:3 services[3].port must be an integer 0-65535 (missing)',
      '14:39 services[4].destinations[1] 10.0.1.1:0 appears twice in its service',
    ]);
  });

  it.each([
    ['two documents', `${head}---\na: 1\n`, '3:1 a second document begins here: only one is allowed'],
    ['a key twice', `${head}- fwmark: 1\n  fwmark: 2\n`, '4:3 the key appears twice in its mapping'],
    ['an open bracket', 'schema: [\n', '2:1 wrong indentation, or a bracket above is not closed'],
    [
      'a tab',
      'schema: lvskit/ipvs/1\nservices:\n\t- fwmark: 1\n',
      '3:1 indentation must be spaces, not tabs',
    ],
    [
      'an unknown tag',
      'schema: !foo lvskit/ipvs/1\n',
      '1:9 unknown tag, or a value that does not fit its tag',
    ],
    ['an alias of nothing', 'schema: *x\n', '1:9 the alias *x names no anchor above it'],
    ['too many brackets', `a: ${'['.repeat(100_000)}`, '1:1 nested too deeply'],
    [
      'too much indentation',
      Array.from({ length: 9000 }, (_, n) => `${' '.repeat(n)}- `).join('\n'),
      'nested too deeply',
    ],
    ['too many list items in each other', `${'- '.repeat(100_000)}x`, '1:1 nested too deeply'],
    ['too many keys in each other', `${'? '.repeat(100_000)}x`, '1:1 nested too deeply'],
  ])('%s', async (_, text, told) => {
    const found = await faults('t.yaml', text);
    expect(found[0]).toContain(told);
    for (const one of found) expect(one).not.toMatch(foreign);
  });

  it('aliases that unfold without measure', async () => {
    const bomb = Array.from({ length: 12 }, (_, n) =>
      n === 0
        ? 'a0: &a0 [x,x,x,x,x,x,x,x,x]'
        : `a${n}: &a${n} [${Array(9)
            .fill(`*a${n - 1}`)
            .join(',')}]`,
    ).join('\n');
    expect(await faults('t.yaml', `${bomb}\n`)).toEqual(['1:1 its aliases unfold to too much']);
  });

  it('is told by its own name even when somebody asks for one more fault at the end', () => {
    expect(readYamlText('a: b\nc: [1, 2\n').problems[0]).toMatchObject({ line: 3 });
  });
});

describe('JSON', () => {
  it.each([
    ['', '1:1 expected a value, the text ends'],
    ['{', '1:2 expected a key in double quotes, the text ends'],
    ['{"schema": "lvskit/ipvs/1",}', "1:28 expected a key in double quotes, found '}'"],
    ["{'a': 1}", "1:2 expected a key in double quotes, found '''"],
    ['{"a": 1} x', "1:10 expected the end of the text, found 'x'"],
    ['{"a": 01}', "1:8 expected ',' or '}', found '1'"],
    ['{\n "a": tru\n}', "2:7 expected a value, found 't'"],
    ['{"a": "b\nc"}', '1:7 the string is not closed, or holds a control character or an unknown escape'],
    ['{"a": 1,\n"a": 2}', "2:1 the key 'a' appears twice"],
    ['['.repeat(100_000), '1:66 nested more than 64 levels deep'],
  ])('%j', async (text, told) => {
    const found = await faults('t.json', text);
    expect(found).toEqual([told]);
  });

  it('places what is wrong with a table', async () => {
    const text = `\ufeff{
  "schema": "lvskit/ipvs/1",
  "services": [
    {"fwmark": 5, "weight": 1},
    {"fwmark": 0,
     "destinations": [{"address": "x"}]}
  ]
}`;
    expect(await faults('t.json', text)).toEqual([
      expect.stringMatching(/^4:19 services\[0\]\.weight unknown/),
      '5:6 services[1].fwmark must be an integer 1-4294967295 (got 0)',
      "6:24 services[1].destinations[0].address must be an IP address (got 'x')",
    ]);
  });

  it('gives the values that JSON.parse gives', () => {
    for (const text of [
      'null',
      ' [1, -2.5e3, "\\u00e9\\n", {"a": {}, "__proto__": 1}] ',
      '{"x": [true, false, null]}',
    ])
      expect(JSON.stringify(readJsonText(text).value)).toBe(JSON.stringify(JSON.parse(text)));
  });
});

describe('a keepalived.conf that does not end in .conf', () => {
  it('is taken for one, with IPv6 addresses too', async () => {
    const text =
      'vrrp_instance A {\n  virtual_ipaddress {\n    fd00::1/64\n  }\n}\nvirtual_server fd00::2 80 {\n}\n';
    const path = join(folder, 'keepalived.txt');
    writeFileSync(path, text);
    const read = await readTable(path, undefined);
    expect(read.ok ? [] : (read.fault.details ?? [])).toEqual([]);
  });
});
