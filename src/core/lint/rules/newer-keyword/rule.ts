// Keywords that the keepalived which is to read the file does not know yet.
// Behind it: the keyword catalogue, which marks what versions after 2.2.7 introduced.

import { catalogue } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

const newer = new Map(
  catalogue
    .map(
      ({ path, keywords }) =>
        [path, new Set(keywords.filter(({ since }) => since === 'newer').map(({ name }) => name))] as const,
    )
    .filter(([path, names]) => names.size > 0 && !path.startsWith('<')),
);

export const newerKeyword: Rule = {
  id: 'newer-keyword',
  severity: 'error',
  summary: 'The keepalived named by --target does not know the keyword.',
  watch: (report, { target }) => {
    if (target !== '2.2.7') return {};
    return {
      everyBlock(path, statements) {
        const names = newer.get(path);
        if (names === undefined) return;
        for (const statement of statements) {
          if (names.has(statement.keyword))
            report(statement, `keepalived ${target} does not know ${statement.keyword}; it came later`, {
              word: 0,
            });
        }
      },
    };
  },
};
