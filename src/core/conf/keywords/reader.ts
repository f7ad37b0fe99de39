// Directives of the reader: includes, definitions, conditions and loops.
// Spec: keepalived.conf(5) and the ranges keepalived's parser enforces; data only.

import { acted, type BlockKeywords } from './grammar.ts';

export const readerKeywords: readonly BlockKeywords[] = [
  {
    path: '<any level>',
    keywords: [
      acted('include', 'value', [{ type: 'glob' }]),
      acted('includer', 'value', [{ type: 'glob' }]),
      acted('includem', 'value', [{ type: 'glob' }]),
      acted('includew', 'value', [{ type: 'glob' }]),
      acted('includeb', 'value', [{ type: 'glob' }]),
      acted('includea', 'value', [{ type: 'glob' }]),
      acted('$NAME=', 'value', [{ type: 'syntax', syntax: 'TEXT (multi-line with trailing backslash)' }]),
      acted('@ID', 'value', [{ type: 'syntax', syntax: 'REST OF LINE' }]),
      acted('@^ID', 'value', [{ type: 'syntax', syntax: 'REST OF LINE' }]),
      acted('~SEQ', 'value', [{ type: 'syntax', syntax: '(VAR,[START,[STEP,]]END) TEXT' }]),
      acted('~LST', 'value', [{ type: 'syntax', syntax: '(VAR,V1,V2...) or ({V1,V2},{a,b},...) TEXT' }]),
    ],
  },
];
