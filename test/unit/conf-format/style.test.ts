// The canonical style, rule by rule, and what is left alone because a line break or a blank would mean something.
// Truth: keepalived.conf(5) for what a line is; the style itself is lvskit's own.
import { describe, expect, it } from 'vitest';
import { formatFile, SourceFile } from '../../../src/core/conf/index.ts';

function format(text: string): string {
  const formatted = formatFile(new SourceFile('x.conf', Buffer.from(text, 'latin1')));
  if (formatted.kind === 'refused') throw new Error(formatted.diagnostics[0]?.message);
  const once = formatted.bytes.toString('latin1');
  const again = formatFile(new SourceFile('x.conf', formatted.bytes));
  expect(again).toEqual({ kind: 'formatted', bytes: formatted.bytes, changed: false });
  return once;
}

describe('layout', () => {
  it('puts one statement on a line, braces behind their keyword, four blanks a level', () => {
    expect(format('vrrp_instance  V\t{ state MASTER }')).toBe('vrrp_instance V {\n    state MASTER\n}\n');
    expect(format('a\n{\n\tb\n  {\nc   1\n}}\n')).toBe('a {\n    b {\n        c 1\n    }\n}\n');
    expect(format('a{}b{c}')).toBe('a {\n}\n\nb {\n    c\n}\n');
  });

  it('keeps one of several empty lines, none at the edges of a block, one between root blocks', () => {
    expect(format('\n\na {\n\n b 1\n\n\n c 1\n\n}\nd {\n}\n\n\n\ne 1\nf 1\n\n')).toBe(
      'a {\n    b 1\n\n    c 1\n}\n\nd {\n}\n\ne 1\nf 1\n',
    );
  });

  it('makes line feeds of other line ends and keeps the byte order mark', () => {
    expect(format('\xef\xbb\xbfa 1\r\nb {\r\nc\r\n}')).toBe('\xef\xbb\xbfa 1\n\nb {\n    c\n}\n');
  });

  it('leaves a line in which $NAME touches a brace: behind a blank it would be a reference', () => {
    for (const line of ['a {$A}', '{$A}', '@id $A{}']) {
      const text = `$A=10.0.0.1\n${line}\n`;
      expect(format(text)).toContain(line);
    }
  });

  it('is the same when formatted again: a line that closes a block and opens one is no head of a block', () => {
    expect(format('$A\r\n# c\n\n@^id }{')).toBe('$A\n# c\n@^id } {\n');
  });

  it('gives nothing for nothing', () => {
    expect(format('')).toBe('');
    expect(format(' \n\n\t')).toBe('');
  });
});

describe('comments', () => {
  it('stay behind the line they stand behind, and above the block they stand above', () => {
    expect(format('a 1   # one \n# head\nb\n# in between\n{ ! two\nc 1 } # three\n')).toBe(
      'a 1 # one\n\n# head\nb { ! two\n    # in between\n    c 1\n} # three\n',
    );
  });

  it('of a keyword and of its brace are both kept', () => {
    expect(format('b # one\n{ # two\n}\n')).toBe('b { # one\n    # two\n}\n');
  });

  it('are indented like the code around them', () => {
    expect(format('a {\n# c\n#d\n}\n   # e')).toBe('a {\n    # c\n    #d\n}\n\n# e\n');
  });
});

describe('what is left alone', () => {
  it('blanks in quotes, and blanks that a script would see', () => {
    expect(format('a {\nnotify  "/x  y"   u\nscript  \'/x   y\'   z\nb "c"d\ne  \\# f\n}')).toBe(
      'a {\n    notify "/x  y" u\n    script  \'/x   y\'   z\n    b "c"d\n    e  \\# f\n}\n',
    );
  });

  it('an open quote takes up everything, so nothing is put behind it', () => {
    expect(format('a "b  c\n{\nd 1\n}\n')).toBe('a "b  c\n{\n    d 1\n}\n');
  });

  it('a condition is for its own line only', () => {
    expect(format('@x  a  1 {\n@y a 2 {\n@x  b { c   d }\ne 1\n}\n')).toBe(
      '@x a 1 {\n@y a 2 {\n    @x b { c d }\n    e 1\n}\n',
    );
    expect(format('@x a 1\n{\nb 1\n}\n')).toBe('@x a 1\n{\n    b 1\n}\n');
  });

  it('definitions with their further lines, and the empty line that ends them', () => {
    expect(format('a {\n $A=x \\\n   y  z \\\n\n}\n')).toBe('a {\n    $A=x \\\n   y  z \\\n\n}\n');
    expect(format('  $A=x   y\nb 1')).toBe('$A=x   y\nb 1\n');
  });

  it('lines with a reference, unless all its definitions are plain words', () => {
    expect(format('$A=1 2\nx  $A { b }\n')).toBe('$A=1 2\n\nx $A {\n    b\n}\n');
    expect(format('$A=1 \\\n 2\nx  $A { b }\n')).toBe('$A=1 \\\n 2\nx  $A { b }\n');
    expect(format('x  $A { b }\n')).toBe('x  $A { b }\n');
    expect(format('$A=1 2\ninclude y\nx  $A { b }\n')).toBe('$A=1 2\ninclude y\nx  $A { b }\n');
    expect(format('$A=1\n~LST(A, 1, 2) y  $A\nx  $A { b }\n')).toBe(
      '$A=1\n~LST(A, 1, 2) y  $A\nx  $A { b }\n',
    );
  });

  it('loops and includes', () => {
    expect(format('a {\n  ~SEQ(i, 3)  b  $i { c }\n include  x y \n}')).toBe(
      'a {\n    ~SEQ(i, 3)  b  $i { c }\n    include  x y\n}\n',
    );
    expect(format('a { include x }\n')).toBe('a { include x }\n');
  });

  it('lines that indentation would make too long for the buffer of keepalived 2.2', () => {
    const long = `b ${'x'.repeat(1018)}`;
    expect(format(`a {\n  ${long}\n}`)).toBe(`a {\n${long}\n}\n`);
  });

  it('lines that no reader takes', () => {
    expect(format('a 1\n   b \0  c  \nd   1')).toBe('a 1\n   b \0  c  \nd 1\n');
  });
});

describe('a file whose braces do not balance', () => {
  it.each(['a {\nb 1\n', 'a 1 }\n', 'a\nb {\n}\n}\n'])('%j is refused with its cause', text => {
    const formatted = formatFile(new SourceFile('x.conf', Buffer.from(text)));
    expect(formatted.kind).toBe('refused');
    expect(formatted.kind === 'refused' && formatted.diagnostics.map(({ rule }) => rule)).toEqual([
      expect.stringMatching(/^(missing|extra)-brace$/),
    ]);
  });
});
