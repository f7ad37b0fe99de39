// What a terminal would obey is shown instead. Truth: ECMA-48 control functions, Unicode 15 general categories Cc, Cf, Zl, Zp.
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/core/visible.ts';

describe('visible', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Jb', 'a\\e[2Jb'],
    ['a carriage return and a new line', 'a\r\nb', 'a\\r\\nb'],
    ['NUL and bell', '\u0000\u0007', '\\x00\\x07'],
    ['a C1 control', '\u009b31m', '\\x9b31m'],
    ['a bidirectional override', 'a\u202eb', 'a\\u{202e}b'],
    ['a lone surrogate', '\ud800x', '\\u{d800}x'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ])('shows %s', (_, text, shown) => expect(visible(text)).toBe(shown));
  it('leaves printable text of any script alone', () => {
    const text = 'lb1: Größe 中文 עברית 😀 “quoted” – ok\\n';
    expect(visible(text)).toBe(text);
  });
});
