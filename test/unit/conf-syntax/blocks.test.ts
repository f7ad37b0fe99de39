// Blocks and braces. Truth: keepalived.conf(5) for what is well formed; one diagnosis per mistake is our own rule.

import { describe, expect, it } from 'vitest';
import { readTable } from './file-table.ts';

describe('blocks', () => {
  it('splits lines at braces outside double quotes', () => {
    expect(readTable('a { b 1 } c{d 2}\ne\n{\nf } g "{" }').shown).toEqual([
      ['a', [['b', '1']]],
      ['c', [['d', '2']]],
      ['e', [['f']]],
      ['g', '{'],
    ]);
  });
  it('tells where braces stand', () => {
    const [statement] = readTable('a b\n{\n  c\n}\n').statements;
    expect(statement!.openPlace).toMatchObject({ line: 2, column: 1 });
    expect(statement!.closePlace).toMatchObject({ line: 4, column: 1 });
    expect(statement!.block![0]!.openPlace).toBeUndefined();
    expect(statement!.place()).toMatchObject({ line: 1, column: 1, endLine: 1, endColumn: 4 });
  });
  it('keeps an empty block apart from none', () => {
    const [one, other] = readTable('a { }\nb').statements;
    expect(one!.block).toEqual([]);
    expect(other!.block).toBeUndefined();
  });
});

const good = `vrrp_instance A {
    state MASTER
    virtual_ipaddress {
        10.0.0.1
    }
    priority 1
}
vrrp_instance B {
    state BACKUP
}
`;
const without = (line: number) =>
  good
    .split('\n')
    .filter((_, at) => at !== line - 1)
    .join('\n');

describe('one diagnosis for each brace mistake', () => {
  const whole = readTable(good);

  it('has none for a good text', () => expect(whole.rules).toEqual([]));

  it('finds a missing inner "}" at the keyword that its block does not know', () => {
    const { shown, rules, diagnostics } = readTable(without(5));
    expect(rules).toEqual(['error missing-brace 3:5']);
    expect(diagnostics[0]!.related?.[0]?.place.line).toBe(5);
    expect(shown).toEqual(whole.shown);
  });
  it('finds them without any indentation', () => {
    const flat = good.replace(/^ +/gm, '');
    const mistakes = [
      [flat.replace('10.0.0.1\n}\n', '10.0.0.1\n'), 'error missing-brace 3:1'],
      [flat.replace('1\n}\nvrrp_instance B', '1\nvrrp_instance B'), 'error missing-brace 1:1'],
      [flat.replace('10.0.0.1\n}\n', '10.0.0.1\n}\n}\n'), 'error extra-brace 6:1'],
      [flat.replace('virtual_ipaddress {', 'virtual_ipaddress'), 'error missing-brace 3:1'],
      [flat.replace('vrrp_instance A {', 'vrrp_instance A'), 'error missing-brace 1:1'],
      [flat.replace('vrrp_instance A {', 'vrrp_instance A { {'), 'error unexpected-brace 1:19'],
      [flat.replace('virtual_ipaddress {', 'virtual_ipaddress {{'), 'error unexpected-brace 3:20'],
    ] as const;
    for (const [text, rule] of mistakes) {
      const { shown, rules } = readTable(text);
      expect(rules).toEqual([rule]);
      expect(shown).toEqual(whole.shown);
    }
  });
  it('finds a missing outer "}"', () => {
    const { shown, rules, diagnostics } = readTable(without(7));
    expect(rules).toEqual(['error missing-brace 1:1']);
    expect(diagnostics[0]!.related?.[0]?.place.line).toBe(7);
    expect(shown).toEqual(whole.shown);
  });
  it('finds a missing "{" by the indentation', () => {
    const { shown, rules } = readTable(good.replace('virtual_ipaddress {', 'virtual_ipaddress'));
    expect(rules).toEqual(['error missing-brace 3:5']);
    expect(shown).toEqual(whole.shown);
  });
  it('finds a second "}" for one block', () => {
    const { shown, rules } = readTable(good.replace('    }\n', '    }\n    }\n'));
    expect(rules).toEqual(['error extra-brace 6:5']);
    expect(shown).toEqual(whole.shown);
  });
  it('finds a "}" too many at the end', () => {
    expect(readTable(`${good}}\n`).rules).toEqual(['error extra-brace 11:1']);
  });
  it('finds the innermost open block of a truncated file', () => {
    expect(readTable('a {\n  b {\n    c\n').rules).toEqual(['error missing-brace 2:3']);
  });
  it('does not take a closing brace for the content of a block', () => {
    expect(readTable('a {\n  b {\n\t c\n    }\n}\n}\n').rules).toEqual(['error extra-brace 6:1']);
  });
  it('keeps the plain reading of an unindented text', () => {
    const { shown, rules } = readTable('x {\ny {\n}\n}\na {\nb {\nc\n}\nd {\ne\n}\n');
    expect(rules).toEqual(['error missing-brace 5:1']);
    expect(shown).toEqual([
      ['x', [['y', []]]],
      [
        'a',
        [
          ['b', [['c']]],
          ['d', [['e']]],
        ],
      ],
    ]);
  });
  it('takes what a nameless block holds for its surroundings', () => {
    const { shown, rules } = readTable('a {\n  {\n    b\n  }\n  c\n}\n');
    expect(rules).toEqual(['error unexpected-brace 2:3']);
    expect(shown).toEqual([['a', [['b'], ['c']]]]);
  });
  it('survives a hundred thousand braces', () => {
    expect(readTable('a{\n'.repeat(100_000)).rules).toHaveLength(2);
    expect(readTable('}'.repeat(1_000)).rules).toEqual(['error extra-brace 1:1']);
  });
});
