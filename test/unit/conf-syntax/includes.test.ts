// Includes and their strictness. Truth: keepalived.conf(5), the include family and include_check; glob(7).

import { describe, expect, it } from 'vitest';
import { expandBraces, includeCheck, lenient, strictest } from '../../../src/core/conf/include.ts';
import { readTable } from './file-table.ts';

describe('includes', () => {
  it('reads files in place, sorted, relative to the including file, at any level', () => {
    const { shown, files } = readTable({
      '/etc/main.conf': 'a {\n  include d/*.conf\n}\nz',
      '/etc/d/2.conf': 'two',
      '/etc/d/1.conf': 'one {\ninclude sub/x\n}',
      '/etc/d/sub/x': 'x ${_PWD}',
    });
    expect(shown).toEqual([['a', [['one', [['x', '/etc/d/sub']]], ['two']]], ['z']]);
    expect(files.map(({ path }) => path)).toEqual([
      '/etc/main.conf',
      '/etc/d/1.conf',
      '/etc/d/sub/x',
      '/etc/d/2.conf',
    ]);
  });
  it('keeps definitions across files and takes patterns from them', () => {
    const table = { '/etc/main.conf': '$F=s.conf\ninclude ${F}\nb ${X}', '/etc/s.conf': '$X=1' };
    expect(readTable(table).shown).toEqual([['b', '1']]);
  });
  it('reads one file twice when told so', () => {
    const table = { '/etc/main.conf': 'a {\ninclude c\n}\nb {\ninclude c\n}', '/etc/c': 'c' };
    const { shown, statements } = readTable(table);
    expect(shown).toEqual([
      ['a', [['c']]],
      ['b', [['c']]],
    ]);
    expect(statements.map(({ block }) => block![0]!.origins()[0]!.place.line)).toEqual([2, 5]);
  });
  it('refuses a cycle and shows its chain', () => {
    const table = { '/etc/main.conf': 'include a', '/etc/a': 'x\ninclude b', '/etc/b': 'include a\ny' };
    const { shown, diagnostics } = readTable(table);
    expect(shown).toEqual([['x'], ['y']]);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(['include-cycle']);
    expect(diagnostics[0]!.place.file).toBe('/etc/b');
    expect(diagnostics[0]!.related!.map(({ place }) => place.file)).toEqual(['/etc/a', '/etc/main.conf']);
  });
  it.each([
    ['include nope', 'warning include-skipped'],
    ['include no*', 'info include-skipped'],
    ['includer nope', 'warning include-skipped'],
    ['includem nope', 'error include-missing'],
    ['includem no*', 'info include-skipped'],
    ['includew no*', 'error include-missing'],
    ['includeb {x,nope}', 'error include-missing'],
    ['include {x,nope}', 'warning include-skipped'],
    ['includea nope', 'error include-missing'],
    ['include exe', 'warning include-skipped'],
    ['includer exe', 'error include-missing'],
    ['include ex*', 'warning include-passed-over'],
    ['include dir', 'warning include-skipped'],
    ['include di*', 'info include-passed-over'],
    ['global_defs { include_check }\ninclude nope', 'error include-missing'],
    ['include_check read\ninclude nope', 'warning include-skipped'],
    ['include_check +match\ninclude nope', 'error include-missing'],
    ['include_check nonsense', 'error include-check'],
  ])('%s gives %s', (text, expected) => {
    const table = { '/etc/main.conf': text, '/etc/x': 'x', '/etc/exe': 'exe', '/etc/dir': '' };
    const { diagnostics } = readTable(table, {
      facts: { '/etc/exe': { executable: true }, '/etc/dir': { directory: true, regular: false } },
    });
    expect(diagnostics.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([expected]);
  });
  it('reads nothing of a brace_match statement when an alternative is missing, else what exists', () => {
    const read = (word: string) => readTable({ '/etc/main.conf': `${word} {x,nope}`, '/etc/x': 'x' }).shown;
    expect(read('includeb')).toEqual([]);
    expect(read('include')).toEqual([['x']]);
  });
  it('takes quotes as part of the name, and says so', () => {
    expect(readTable('include "f"').diagnostics[0]!.message).toContain('quotes are part of the name');
  });
  it('passes include without a pattern and unknown include words on', () => {
    expect(readTable('include\nincludes x').shown).toEqual([['include'], ['includes', 'x']]);
  });
  it('reports a missing main file', () => {
    expect(readTable({}).rules).toEqual(['error include-missing 1:1']);
  });
  it('tells of mistakes in an included file where it was included', () => {
    const { diagnostics } = readTable({ '/etc/main.conf': '\ninclude a', '/etc/a': 'x "y\n}' });
    const told = diagnostics.map(({ rule, place, related }) => [rule, place.file, related?.[0]?.place.line]);
    expect(told).toEqual([
      ['unterminated-quote', '/etc/a', 2],
      ['extra-brace', '/etc/a', 2],
    ]);
  });
});

describe('brace alternatives', () => {
  it.each([
    ['a', ['a']],
    ['{a,b}.conf', ['a.conf', 'b.conf']],
    ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2']],
    ['x{a,{b,c}d}', ['xa', 'xbd', 'xcd']],
    ['{}a', ['{}a']],
    ['{a', ['{a']],
    ['\\{a,b}', ['\\{a,b}']],
  ])('%s', (pattern, expected) => expect(expandBraces(pattern)).toEqual(expected));

  it('stays bounded', () => expect(expandBraces('{a,b}'.repeat(30)).length).toBe(10_000));
});

describe('include_check', () => {
  it('sets, adds and removes', () => {
    expect(includeCheck(lenient, []).strictness).toEqual(strictest);
    expect(includeCheck(strictest, ['match']).strictness).toEqual({ ...lenient, read: true, match: true });
    expect(includeCheck(strictest, ['-match']).strictness).toEqual({ ...strictest, match: false });
    expect(includeCheck(lenient, ['+brace_match']).strictness).toEqual({ ...lenient, braceMatch: true });
    expect(includeCheck(lenient, ['nope']).unknown).toEqual(['nope']);
  });
});
