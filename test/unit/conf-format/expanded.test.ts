// The expanded text: what it leaves out, what it keeps, and how it says where a line comes from.
// Truth: keepalived.conf(5); that it is read as before is the law in test/property/conf-exchange.test.ts.
import { describe, expect, it } from 'vitest';
import { printExpanded } from '../../../src/core/conf/index.ts';
import { readTable, show } from '../conf-syntax/file-table.ts';

type Files = Parameters<typeof readTable>[0];

const expand = (files: Files, origins = false) =>
  printExpanded(readTable(files, { configId: 'lb1' }).statements, { origins });

/** What the expanded text is read as. */
const reread = (files: Files) => show(readTable(expand(files)).statements);

describe('expansion printed', () => {
  it('resolves includes, definitions, loops and conditions', () => {
    const files = {
      '/etc/main.conf': '$VIP=10.0.0.1 # c\n@lb1 a  1\n@lb2 a 2\ninclude more.conf\n',
      '/etc/more.conf': 'b $VIP 80 {\n~SEQ(i, 2) c 10.1.1.$i { d }\n}\n',
    };
    expect(expand(files)).toBe(
      'a 1\n\nb 10.0.0.1 80 {\n    c 10.1.1.1 {\n        d\n    }\n    c 10.1.1.2 {\n        d\n    }\n}\n',
    );
  });

  it('says behind each line where it comes from', () => {
    const files = {
      '/etc/main.conf': '$V=10.0.0.1\ninclude more.conf\n',
      '/etc/more.conf': 'a {\n  b $V\n}\n',
    };
    const included = 'included here at /etc/main.conf:2';
    expect(expand(files, true)).toBe(
      `a { # /etc/more.conf:1, ${included}\n    b 10.0.0.1 # /etc/more.conf:2, ${included}, in the definition of $V at /etc/main.conf:1\n}\n`,
    );
  });

  it('puts nothing behind a line that would take it up', () => {
    expect(expand('a "b\n{\nc\n}\n', true)).toBe(
      '# /etc/main.conf:1\na "b\n{\n    c # /etc/main.conf:3\n}\n',
    );
  });

  it('escapes what would begin a comment', () => {
    expect(expand('a \\#b c\\!d "#e" # f\n')).toBe('a \\#b c\\!d "#e"\n');
    expect(expand('a "${_HASH} b" \\\\\\#\n')).toBe('a "# b" \\\\\\#\n');
  });

  it.each(['include x', '@lb9 b', '$A=1', '~SEQ(i, 2) b'])(
    'does not make a directive of %j inside a line',
    words => {
      expect(reread(`a { ${words}\n}\n`)).toEqual(show(readTable(`a { ${words}\n}\n`).statements));
    },
  );

  it('keeps blanks and quotes that scripts see', () => {
    expect(expand('a  \'b  c\'   d\ne "f  g"h\n')).toBe('a  \'b  c\'   d\ne "f  g"h\n');
  });
});
