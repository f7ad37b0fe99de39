// Letters whose last byte is 0xa0 or 0x85, which scripts of other kinds take for blanks: à, Š, the no-break space, an ellipsis.
// Truth: keepalived splits at isspace() of the C locale, which knows six characters, all of ASCII.

import { expect, it } from 'vitest';
import { formatFile, SourceFile } from '../../../src/core/conf/index.ts';
import { checkExchange, mainPath } from '../../property/laws.ts';
import { readTable } from '../conf-syntax/file-table.ts';

const formatted = (text: string) => {
  const result = formatFile(new SourceFile(mainPath, Buffer.from(text)));
  return result.kind === 'formatted' ? result.bytes.toString() : result.diagnostics;
};

it('keeps the last byte of a comment, of a word and of a continued definition', () => {
  for (const word of ['à', 'Š', 'x\u00a0', 'x…']) {
    const text = `# voilà ${word}\nrouter_id ${word} # ${word}\n$A=${word} \\\n  ${word}\n`;
    expect(formatted(text)).toBe(text);
  }
});

it('keeps them in lists, parameters and names of conditions', () => {
  expect(readTable('~LST(i, à, Š) router_id $i\n').shown).toEqual([
    ['router_id', 'à'],
    ['router_id', 'Š'],
  ]);
  expect(readTable('$A=x ${B}\n$B=y\nz ${A}\n@à w\n', { configId: 'à' }).shown).toEqual([
    ['z', 'x', 'y'],
    ['w'],
  ]);
});

it('converts and expands them, alone and behind what needs no quotes', () => {
  checkExchange(Buffer.from('a à\n\u00a0 b\n# à\nc "d\u00a0"\n'), 'id');
  checkExchange(Buffer.from('$\xa0\n', 'latin1'), 'id');
  checkExchange(Buffer.from('{$A}\n$A=10.0.0.1\n'), 'id');
});

it('reads a word the same alone and beside bytes that are no UTF-8', () => {
  const bytes = Buffer.concat([Buffer.from('notify_x K\xf6ln ', 'latin1'), Buffer.from('服务 "K é"\n')]);
  expect(readTable(bytes).shown).toEqual([['notify_x', 'Köln', '服务', 'K é']]);
  checkExchange(bytes, 'id');
  checkExchange(
    Buffer.concat([
      Buffer.from('global_defs {\nnotification_email {\n服务 '),
      Buffer.from([0xe6, 0x9c]),
      Buffer.from(' x\n}\n}\n'),
    ]),
    'id',
  );
});
