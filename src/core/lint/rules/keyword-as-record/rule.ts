// A keyword inside a block of records: keepalived takes it for one more mail address, script or interface.
// Spec: keepalived.conf(5); inside such blocks no keyword is looked up.

import { catalogue } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

interface Block {
  readonly lists: ReadonlySet<string>;
  /** Keywords that are no likely names. */
  readonly words: ReadonlySet<string>;
}

const blocks: ReadonlyMap<string, Block> = new Map(
  catalogue.flatMap(({ path, keywords }) => {
    const lists = keywords.filter(({ kind }) => kind === 'lines').map(({ name }) => name);
    const words = keywords.map(({ name }) => name).filter(name => name.includes('_'));
    return lists.length === 0 || path.startsWith('<') || path === '(root)'
      ? []
      : [[path, { lists: new Set(lists), words: new Set(words) }] as const];
  }),
);

export const keywordAsRecord: Rule = {
  id: 'keyword-as-record',
  severity: 'warning',
  summary: 'A keyword stands inside a list, where it is taken for one of its entries.',
  watch: report => ({
    everyBlock(path, statements) {
      const known = blocks.get(path);
      if (known === undefined) return;
      for (let i = 0; i < statements.length; i++) {
        const statement = statements[i];
        if (statement === undefined || !known.lists.has(statement.keyword)) continue;
        const record = statement.block?.find(({ keyword }) => known.words.has(keyword));
        if (record === undefined) continue;
        report(
          record,
          `${record.keyword} is taken for an entry of ${statement.keyword} here; close that block before it`,
          {
            word: 0,
          },
        );
      }
    },
  }),
};
