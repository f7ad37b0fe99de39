// Definitions, conditions, loops. Truth: keepalived.conf(5); cases marked 2.2.7 were compared with what keepalived 2.2.7 -t reads.

import { describe, expect, it } from 'vitest';
import { loopPasses } from '../../../src/core/conf/loops.ts';
import { readTable } from './file-table.ts';

describe('definitions', () => {
  it('replaces $NAME before a blank and ${NAME} anywhere, in quotes too (2.2.7)', () => {
    const text = '$IF=eth0\nkey $IF $IFx ${IF}x "a $IF ${IF}" ($IF)';
    expect(readTable(text).shown).toEqual([['key', 'eth0', '$IFx', 'eth0x', 'a eth0 eth0', '(eth0)']]);
  });
  it('replaces again what a value refers to, at the time of use (2.2.7)', () => {
    expect(readTable('$A=${B}x\n$B=foo\n${A} b').shown).toEqual([['foox', 'b']]);
    expect(readTable('$A=$B\n$B=x\n${A}foo').shown).toEqual([['$Bfoo']]);
    expect(readTable('$A=_INSTANCE\nfoo${${A}}', { configId: 'i' }).shown).toEqual([['fooi']]);
  });
  it('a mark that a definition escapes begins a comment where it is used (2.2.7)', () => {
    const text = '$OFF=\\#\n$OFF a b\nc $OFF d\ne "$OFF f"\n$Q="\\#"\ng $Q';
    expect(readTable(text).shown).toEqual([['c'], ['e', '# f'], ['g', '\\#']]);
  });
  it('lets a later definition win and takes an empty one', () => {
    expect(readTable('$A=1\na ${A}\n$A=2\nb ${A}\n$A=\nc ${A}d').shown).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', 'd'],
    ]);
  });
  it('puts several lines in the place of a reference (2.2.7)', () => {
    const text =
      '$BLOCK= \\\n  name { \\\n  # comment \\\n    inner ${N} \\\n  }\n$N=7\nbefore\n$BLOCK\nx ${TWO} y';
    expect(readTable(`$TWO=one \\\ntwo\n${text}`).shown).toEqual([
      ['before'],
      ['name', [['inner', '7']]],
      ['x', 'one', 'y'],
      ['two'],
    ]);
  });
  it('ends a value of several lines at an empty line (2.2.7)', () => {
    expect(readTable('$A= \\\n foo1 a \\\n\n foo3\n$A').shown).toEqual([['foo3'], ['foo1', 'a']]);
  });
  it('goes on after a comment that ends in a backslash, and ends at one that does not (2.2.7)', () => {
    expect(readTable('$A= \\\n foo1 a # c \\\n# d \\\n foo2 # e\n foo3\n$A').shown).toEqual([
      ['foo3'],
      ['foo1', 'a'],
      ['foo2'],
    ]);
    expect(readTable('$A= \\\n foo1 \\\n# d\n foo3\n$A').shown).toEqual([['foo3'], ['foo1']]);
  });
  it('nests values of several lines, inner lines first', () => {
    expect(readTable('$X=$Y a \\\nx1\n$Y=y0 \\\ny1\npre $X post').shown).toEqual([
      ['pre', 'y0', 'a', 'post'],
      ['y1'],
      ['x1'],
    ]);
  });
  it('knows the standard names', () => {
    const text =
      'a ${_PWD} ${_INSTANCE} ${_RANDOM 4 4} ${_ENV WHO} "${_HASH}${_BANG}" ${_RANDOM 0 9}x\nb ${_HASH} c';
    expect(readTable(text, { environment: { WHO: 'größe' } }).shown).toEqual([
      ['a', '/etc', 'node1', '4', 'größe', '#!', '4x'],
      ['b'],
    ]);
  });
  it('refuses wrong parameters', () => {
    expect(readTable('a ${_RANDOM 5 1} ${_ENV} ${_PWD x}').rules).toEqual([
      'error definition-parameter 1:3',
      'error definition-parameter 1:18',
      'error definition-parameter 1:26',
    ]);
  });
  it('leaves unknown references, braces and all', () => {
    const { shown, rules } = readTable('a ${NO} "$HOME ${NO}" x\n');
    expect(shown).toEqual([['a', '${NO}', '$HOME ${NO}', 'x']]);
    expect(rules).toEqual([
      'error unknown-definition 1:3',
      'warning unknown-definition 1:10',
      'warning unknown-definition 1:16',
    ]);
  });
  it('tells what only looks like a reference, as the defaults of a shell do, unless it is quoted', () => {
    const { shown, rules } = readTable('a ${LEVEL:-7} x${DEV%.*}y "${NAME:-z}"\n');
    expect(shown).toEqual([['a', '${LEVEL:-7}', 'x${DEV%.*}y', '${NAME:-z}']]);
    expect(rules).toEqual(['error unknown-definition 1:3', 'error unknown-definition 1:16']);
  });
  it('refuses a blank before "="', () => {
    const { shown, rules } = readTable('$A = 3\nb');
    expect(shown).toEqual([['b']]);
    expect(rules).toEqual(['error definition-blank 1:1']);
  });
  it('stops what never ends, with one error', () => {
    const once = (text: string) => expect(readTable(text).rules).toHaveLength(1);
    once('$A=$A x\nfoo $A\n');
    once('$A=${B}\n$B=${A}\nfoo ${A}\n');
    once('$A=a \\\n$A\n$A\n');
    once('$A=~ $A\n$A\n');
    const doubling = Array.from({ length: 40 }, (_, i) => `$A${i}=\${A${i + 1}}\${A${i + 1}}`).join('\n');
    once(`${doubling}\n$A40=\nfoo \${A0}`);
    once(`${doubling}\n$A40=x\nfoo \${A0}`);
  });
});

describe('places and origins', () => {
  it('puts a replaced word at its reference and tells the definitions, innermost first', () => {
    const { statements } = readTable('$B=foo\n$A=x ${B}\nkey a${A}\n');
    const [statement] = statements;
    expect(statement!.words(0)).toEqual(['key', 'ax', 'foo']);
    expect(statement!.place(0)).toMatchObject({ line: 3, column: 1, endColumn: 4 });
    expect(statement!.place(1)).toMatchObject({ line: 3, column: 5, endColumn: 10 });
    expect(statement!.place(2)).toMatchObject({ line: 3, column: 6, endColumn: 10 });
    expect(statement!.origins(0)).toEqual([]);
    const told = statement!
      .origins(2)
      .map(({ message, place }) => `${message} ${place.line}:${place.column}`);
    expect(told).toEqual(['in the definition of $B 1:4', 'in the definition of $A 2:6']);
  });
  it('tells definition, loop and include of one word', () => {
    const { statements } = readTable({
      '/etc/main.conf': '$V=5\nblock {\n  include sub.conf\n}\n',
      '/etc/sub.conf': '~SEQ(N, 2) key${N} ${V}\n',
    });
    const last = statements[0]!.block![1]!;
    expect(last.words(0)).toEqual(['key2', '5']);
    expect(last.place(1)).toMatchObject({ file: '/etc/sub.conf', line: 1, column: 20 });
    const told = last
      .origins(1)
      .map(({ message, place }) => `${message} ${place.file}:${place.line}:${place.column}`);
    expect(told).toEqual([
      'in the definition of $V /etc/main.conf:1:4',
      'in this loop, where N is 2 /etc/sub.conf:1:1',
      'included here /etc/main.conf:3:3',
    ]);
    expect(last.origins(0).map(({ message }) => message)).toEqual([
      'in this loop, where N is 2',
      'included here',
    ]);
  });
  it('tells the line of a definition of several lines', () => {
    const { statements } = readTable('$A=one \\\n  two x\n$A\n');
    expect(statements[1]!.place()).toMatchObject({ line: 3, column: 1 });
    expect(statements[1]!.origins(1)[0]!.place).toMatchObject({ line: 2, column: 7 });
  });
});

describe('conditions', () => {
  it('compares the whole word with the config-id', () => {
    const text = '@a one\n@^a two\n@ab three\n@a\n@a @^b four\n@^b $X=5\n@a v ${X}';
    expect(readTable(text, { configId: 'a' }).shown).toEqual([['one'], ['four'], ['v', '5']]);
  });
  it('takes braces in an id for letters (2.2.7)', () => {
    const text = '@}low a {\n@low} b {\n c\n}\n@x @{ d';
    expect(readTable(text, { configId: 'low}' })).toMatchObject({ shown: [['b', [['c']]]], rules: [] });
    expect(readTable('@{a k\nnext', { configId: 'b' })).toMatchObject({ shown: [['next']], rules: [] });
  });
  it('takes the host name up to its first dot by default', () => {
    expect(readTable('@node1 x').shown).toEqual([['x']]);
  });
  it('passes over the further lines of a definition that is not for us, with a warning', () => {
    const { shown, rules } = readTable('@other $A= \\\n  foo { \\\n  bar\nnext');
    expect(shown).toEqual([['next']]);
    expect(rules).toEqual(['warning condition-continuation 1:1']);
  });
});

describe('loops', () => {
  const values = (word: string, parameters: string) => {
    const passes = loopPasses(word, parameters);
    return typeof passes === 'string'
      ? 'refused'
      : passes.map(pass => pass.map(([, value]) => value).join('+')).join(' ');
  };
  it.each([
    ['~SEQ', 'I, 3', '1 2 3'],
    ['~SEQ', 'I, 0', '1 0'],
    ['~SEQ', 'I, -3', '-1 -2 -3'],
    ['~SEQ', 'I, 5, 3', '5 4 3'],
    ['~SEQ', 'I, 1, 3, 9', '1 4 7'],
    ['~SEQ', 'I, 010, 0xa', '8 9 10'],
    ['~SEQ', 'I, 1, 0, 9', 'refused'],
    ['~SEQ', 'I, 1, -1, 9', 'refused'],
    ['~SEQ', 'I', 'refused'],
    ['~SEQ', 'I, 08', 'refused'],
    ['~SEQ', '1, 2', 'refused'],
    ['~SEQ', 'I, 99999999', 'refused'],
    ['~SEQx', 'I, 9, 17', '9 a b c d e f 10 11'],
    ['~SEQx', 'I, -3', 'refused'],
    ['~LST', 'V, a, b', 'a b'],
    ['~LST', '{V, W}, {a, b}, {c}, d', 'a+b c+ d+'],
    ['~LST', '{V}, {a, b}', 'refused'],
    ['~LST', 'V', 'refused'],
    ['~LST', '{V, {W}}', 'refused'],
    ['~LST', 'V a', 'refused'],
  ])('%s(%s) gives %s', (word, parameters, expected) => expect(values(word, parameters)).toBe(expected));

  it('nests, the outer one slowest, and keeps the last value', () => {
    expect(readTable('$N=2\n~SEQ(I, $N) ~LST(V, x, y) k ${I}${V}\nlast ${I}${V}').shown).toEqual([
      ['k', '1x'],
      ['k', '1y'],
      ['k', '2x'],
      ['k', '2y'],
      ['last', '2y'],
    ]);
  });
  it('runs from a definition, over a definition of several lines', () => {
    const text = '$B=vrrp_instance VI_${I} { \\\n  priority 10${I} \\\n}\n$LOOP=~SEQ(I, 2) $B\n$LOOP\n';
    expect(readTable(text).shown).toEqual([
      ['vrrp_instance', 'VI_1', [['priority', '101']]],
      ['vrrp_instance', 'VI_2', [['priority', '102']]],
    ]);
  });
  it('tells a mistake inside a loop once', () => {
    expect(readTable('~SEQ(I, 50) k ${NO}').rules).toEqual(['error unknown-definition 1:15']);
  });
  it('ends nested loops that make more lines than any configuration has, with one error', () => {
    const { statements, rules } = readTable('~SEQ(I, 9000) ~SEQ(J, 9000) k\nnext');
    expect(rules).toEqual(['error expansion-too-large 1:15']);
    // Passes of the outer loop count too.
    expect(statements.length).toBe(500_001 - 56);
    expect(readTable('~SEQ(I, 9000) ~SEQ(J, 9000) @no k').rules).toHaveLength(1);
    expect(statements.at(-1)!.keyword).toBe('next');
  });
  it('ends a definition that contains itself twice long before that', () => {
    const { statements, rules } = readTable('$A=x \\\n $A \\\n y $A \\\n z\n$A\nnext');
    expect(new Set(rules.map(rule => rule.split(' ')[1]))).toContain('expansion-too-large');
    expect(statements.length).toBeLessThan(20_000);
    expect(statements.at(-1)!.keyword).toBe('next');
  });
  it('drops a malformed loop with an error and passes other ~ lines on', () => {
    const { shown, rules } = readTable('~SEQ(I, x) k\n~SEQ(I, 3 k\n~other y');
    expect(shown).toEqual([['~other', 'y']]);
    expect(rules).toEqual(['error loop-malformed 1:1', 'error loop-malformed 2:1']);
  });
});
