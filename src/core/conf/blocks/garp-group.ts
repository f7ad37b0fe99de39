// garp_group: interfaces that share one pace of gratuitous ARP and neighbour advertisements. Nothing acts on it yet.
// Spec: keepalived.conf(5) "GARP GROUP"; an interface belongs to the first group that names it.

import type { Context } from '../model/context.ts';
import type { Statement } from '../statement.ts';
import { block, type Descriptor, type Values } from './descriptor.ts';
import { seconds } from './values.ts';

const most = { min: 0, max: 4294.967295, decimals: 6 } as const;

/** Whether the name is new; one that another line has named is reported. */
function isNew(name: string, s: Statement, word: number, c: Context): boolean {
  c.mention(name, s, word);
  const first = c.pacedInterfaces.get(name);
  if (first === undefined) c.pacedInterfaces.set(name, s);
  else c.duplicate('warning', s, first, `${name} is in a garp_group already; it is ignored here`, word);
  return first === undefined;
}

export const garpGroup = block('garp_group', {
  garp_interval: seconds(most, { says: 'Least gap between two gratuitous ARPs.', feeds: 'none' }),
  gna_interval: seconds(most, { says: 'Least gap between two neighbour advertisements.', feeds: 'none' }),
  interface: {
    kind: 'value',
    arguments: [{ type: 'interface' }],
    says: 'The interface it works on.',
    feeds: 'none',
    read: (s, c) => (isNew(s.word(1) ?? '', s, 1, c) ? (s.word(1) ?? '') : undefined),
  } satisfies Descriptor<string>,
  interfaces: {
    kind: 'lines',
    arguments: [{ type: 'syntax', syntax: 'IFNAME' }],
    says: 'The interfaces that share the pace.',
    feeds: 'none',
    read: (s, c, _keyword, lines) => {
      if (lines.length === 0) c.warn('no-effect', s, 'interfaces names none');
      return lines.flatMap(line => line.words(0).filter((name, word) => isNew(name, line, word, c)));
    },
  } satisfies Descriptor<readonly string[]>,
});

export type GarpGroupValues = Values<typeof garpGroup>;
