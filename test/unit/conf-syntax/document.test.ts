// The lossless tree of one file. Truth: the text itself; node kinds follow keepalived.conf(5).

import { describe, expect, it } from 'vitest';
import { type Document, type Node, parseDocument, printDocument } from '../../../src/core/conf/index.ts';
import { SourceFile } from '../../../src/core/conf/source.ts';

const parse = (text: string): Document => parseDocument(new SourceFile('x', Buffer.from(text)));

type Shown =
  | readonly [kind: string, ...tokens: string[]]
  | readonly [kind: string, tokens: string[], nodes: readonly Shown[]];
const show = (nodes: readonly Node[]): readonly Shown[] =>
  nodes.map(({ kind, tokens, block }) => {
    const texts = tokens.map(({ text }) => text);
    return block === undefined ? [kind, ...texts] : [kind, texts, show([...block.before, ...block.nodes])];
  });

describe('document', () => {
  it('keeps comments, macros and braces as nodes', () => {
    const text = `# top
$A= \\
  x { \\
# in between \\
  y
include d/*.conf # why
a b # own
{ # inner
  "c d" }
~SEQ(I, 3) k {
@id e { f }
`;
    expect(show(parse(text).nodes)).toEqual([
      ['comment', '# top'],
      ['definition', '$A= \\', 'x { \\', '# in between \\', 'y'],
      ['include', 'include', 'd/*.conf'],
      ['comment', '# why'],
      [
        'statement',
        ['a', 'b'],
        [
          ['comment', '# own'],
          ['comment', '# inner'],
          ['statement', '"c d"'],
        ],
      ],
      ['loop', '~SEQ(I, 3) k {'],
      ['statement', ['@id', 'e'], [['statement', 'f']]],
    ]);
    expect(printDocument(parse(text))).toBe(text);
  });

  it('prints what was changed in the tree', () => {
    const document = parse('a {\n  b 1 # keep\n}\n');
    const [outer] = document.nodes;
    const [inner, ...rest] = outer!.block!.nodes;
    const [keyword, value] = inner!.tokens;
    const changed = { ...inner!, tokens: [keyword!, { ...value!, text: '2' }] };
    const block = { ...outer!.block!, nodes: [changed, ...rest] };
    expect(printDocument({ ...document, nodes: [{ ...outer!, block }] })).toBe('a {\n  b 2 # keep\n}\n');
  });

  it.each([
    '',
    '\n',
    '\r\n\t ',
    'a',
    'a {',
    '}}}',
    '{{{',
    '\ufeffa',
    'a\0b\nc',
    `${'x'.repeat(70_000)}\ny`,
    '$A=\\',
    '$A=\\\n',
    '{'.repeat(100_000),
  ])('gives back text %#', text =>
    expect(printDocument(parse(text))).toBe(Buffer.from(text).toString('latin1')),
  );
});
