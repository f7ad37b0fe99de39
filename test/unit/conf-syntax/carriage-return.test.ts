// A carriage return is a blank like any other: lines end at line feeds only, with or without one before it.
// Truth: keepalived 2.2.7 -t names line 5 for the loopback interface below, and finds one line in a text of returns alone.

import { expect, it } from 'vitest';
import { readTable } from './file-table.ts';

it('between words is a blank, and counts as no line', () => {
  const { shown, statements } = readTable(
    'global_defs {\n router_id a\rb c\n}\nvrrp_instance V {\n interface lo\n virtual_router_id 51\r\n}\n',
  );
  expect(shown).toEqual([
    ['global_defs', [['router_id', 'a', 'b', 'c']]],
    [
      'vrrp_instance',
      'V',
      [
        ['interface', 'lo'],
        ['virtual_router_id', '51'],
      ],
    ],
  ]);
  expect(statements[1]?.block?.[0]?.place().line).toBe(5);
});

it('alone ends no comment and opens no line', () => {
  expect(readTable('router_id a # b\rc\r').shown).toEqual([['router_id', 'a']]);
  expect(readTable('a\rb\r').shown).toEqual([['a', 'b']]);
});
