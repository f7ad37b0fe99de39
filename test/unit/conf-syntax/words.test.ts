// Words, quotes, comments, lines. Truth: keepalived.conf(5) and what keepalived 2.2.7 -t names in its "Unknown keyword" messages.

import { describe, expect, it } from 'vitest';
import { readTable } from './file-table.ts';

describe('words', () => {
  it('splits at any white space and ends words at quotes', () => {
    expect(readTable('a"b c"d e\tf\vg\fh\r\n').shown).toEqual([['a', 'b c', 'd', 'e', 'f', 'g', 'h']]);
  });
  it('keeps empty quoted words', () => {
    const { statements } = readTable('key "" x');
    expect(statements[0]!.words(0)).toEqual(['key', '', 'x']);
    expect([0, 1, 2, 3].map(i => statements[0]!.isQuoted(i))).toEqual([false, true, false, false]);
    expect(statements[0]!.word(3)).toBeUndefined();
  });
  it('starts comments at # and ! outside quotes, within words too', () => {
    expect(readTable('port 80#x\nport 81!x y\n! all\n# all\nmail "a#b!c" # x').shown).toEqual([
      ['port', '80'],
      ['port', '81'],
      ['mail', 'a#b!c'],
    ]);
  });
  it('reads \\# and \\! as the characters outside quotes only', () => {
    const { statements } = readTable('key a\\#b\\!c "d\\#e" \\x');
    expect(statements[0]!.words()).toEqual(['a#b!c', 'd\\#e', '\\x']);
    expect(statements[0]!.raw).toBe('key a#b!c "d\\#e" \\x');
  });
  it('does not let a backslashed quote open or close a word', () => {
    expect(readTable('script "/bin/x \\"a b\\" { # c" d').shown).toEqual([
      ['script', '/bin/x \\"a b\\" { # c', 'd'],
    ]);
    expect(readTable('script \\"/bin/x\\" # c').shown).toEqual([['script', '\\"/bin/x\\"']]);
  });
  it('reports a missing closing quote once and takes the rest of the line', () => {
    const { shown, rules } = readTable('auth_pass "abc d\nnext x');
    expect(shown).toEqual([
      ['auth_pass', 'abc d'],
      ['next', 'x'],
    ]);
    expect(rules).toEqual(['error unterminated-quote 1:11']);
  });
  it('lets single quotes protect braces and comment characters, with a warning', () => {
    const { statements, rules } = readTable("script awk '{ print \"#\" }' # gone\nrouter_id it's {\n}");
    expect(statements[0]!.raw).toBe('script awk \'{ print "#" }\'');
    expect(statements[1]!.words(0)).toEqual(['router_id', "it's"]);
    expect(statements[1]!.block).toEqual([]);
    expect(rules).toEqual(['warning single-quote 1:12']);
  });
  it('shows UTF-8 as text, other bytes as they are, and counts columns in bytes', () => {
    const bytes = Buffer.concat([Buffer.from('name größe x\nname '), Buffer.from([0xe4, 0x62])]);
    const { statements } = readTable(bytes);
    expect(statements[0]!.words()).toEqual(['größe', 'x']);
    expect(statements[0]!.place(2)).toMatchObject({ line: 1, column: 14, endColumn: 15 });
    expect(statements[1]!.words()).toEqual(['äb']);
  });
});

describe('lines', () => {
  it('accepts CRLF, a missing final line feed, and warns of a byte order mark', () => {
    const { shown, rules } = readTable('\ufeffa b\r\nc {\r\nd\r\n}');
    expect(shown).toEqual([
      ['a', 'b'],
      ['c', [['d']]],
    ]);
    expect(rules).toEqual(['warning byte-order-mark 1:1']);
  });
  it('has no continuation outside definitions', () => {
    expect(readTable('a b \\\nc').shown).toEqual([['a', 'b', '\\'], ['c']]);
  });
  it('takes a long line whole and warns, comments too', () => {
    const long = 'x'.repeat(1_100);
    const { shown, rules } = readTable(`a ${long}\n#${long}\nb`);
    expect(shown).toEqual([['a', long], ['b']]);
    expect(rules).toEqual(['warning line-too-long 1:1', 'warning line-too-long 2:1']);
  });
  it('does not warn at exactly 1022 bytes', () => {
    expect(readTable(`${'x'.repeat(1_022)}\n`).rules).toEqual([]);
    expect(readTable(`${'x'.repeat(1_023)}\n`).rules).toHaveLength(1);
  });
  it('tells megabyte lines and NUL bytes once', () => {
    const endless = 'y '.repeat(500_000);
    const { shown, rules, diagnostics } = readTable(`a\n${endless}\n${endless}\nb\0\nc\0\nd`);
    expect(shown).toEqual([['a'], ['d']]);
    expect(rules).toEqual(['error line-too-long 2:1', 'error nul-byte 4:1']);
    expect(diagnostics[0]!.message).toContain('and 1 more');
  });
});
