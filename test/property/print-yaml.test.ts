// YAML printed for machines: what is printed is what is read, by readers of YAML 1.2 and, for tables, of 1.1.
// Truth: the package yaml as the reader.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { printYaml } from '../../src/core/cli/print-yaml.ts';

/** Texts that readers have taken for something else. */
const traps = [
  ...[
    'no',
    'Yes',
    'null',
    '~',
    'on',
    'y',
    '1e3',
    '0x10',
    '1_000',
    '12:30',
    '1:2:3:4:5:6:7:8',
    '.inf',
    '-',
    '- a',
    '--- a',
  ],
  ...[
    'a: b',
    'a #b',
    '#a',
    'a,',
    '',
    ' a',
    'a ',
    'a\nb',
    '@a',
    '%a',
    '!a',
    '&a',
    '*a',
    '[a',
    '{a',
    '"a',
    "'a",
    '|',
    '>',
    '?a',
    ':a',
  ],
  ...[
    '10.0.0.1',
    '10.0.0.1/24',
    '::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '\u0000',
    '\u2028',
    'é',
    '=',
    '<<',
    'tcp 10.0.0.1:80',
  ],
];

const json = fc.jsonValue({ stringUnit: 'binary' });
const text = fc.oneof(fc.constantFrom(...traps), fc.string({ unit: 'binary' }), fc.string());
const nested = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      text.filter(key => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe('YAML for machines', () => {
  it('reads back as what was printed', () => {
    fc.assert(
      fc.property(fc.oneof(json, nested), value => {
        expect(parse(printYaml(value), { uniqueKeys: false })).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps texts texts for readers of YAML 1.1', () => {
    for (const trap of traps) {
      expect(parse(printYaml({ [trap]: [trap] }), { version: '1.1' })).toEqual({ [trap]: [trap] });
    }
  });

  it('leaves out what is undefined', () => {
    expect(printYaml({ a: undefined, b: [{ c: undefined }], d: { e: undefined } })).toBe(
      'b:\n  - {}\nd:\n  {}\n',
    );
    expect(printYaml([])).toBe('[]\n');
    expect(printYaml({})).toBe('{}\n');
  });
});
