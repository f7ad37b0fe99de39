// Keywords with a newer name, which later versions may stop to know.
// Spec: the keyword catalogue, which names what to write instead.

import { catalogue } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** Told by the reader, with more to say. */
const toldElsewhere = new Set(['nb_get_retry', 'or', 'lvs_sync_daemon_interface']);

const newNames = new Map(
  catalogue
    .filter(({ path }) => !path.startsWith('<'))
    .map(({ path, keywords }) => {
      const here = new Set(keywords.map(({ name }) => name));
      const renamed = keywords.flatMap(({ name, deprecatedBy }) =>
        deprecatedBy === undefined || toldElsewhere.has(name)
          ? []
          : [[name, { instead: deprecatedBy, sameBlock: here.has(deprecatedBy) }] as const],
      );
      return [path, new Map(renamed)] as const;
    })
    .filter(([, renamed]) => renamed.size > 0),
);

export const deprecatedKeyword: Rule = {
  id: 'deprecated-keyword',
  severity: 'info',
  summary: 'A keyword has a newer name.',
  fixable: true,
  watch: report => ({
    everyBlock(path, statements) {
      const renamed = newNames.get(path);
      if (renamed === undefined) return;
      for (let i = 0; i < statements.length; i++) {
        const statement = statements[i];
        const known = statement === undefined ? undefined : renamed.get(statement.keyword);
        if (statement === undefined || known === undefined) continue;
        const { instead, sameBlock } = known;
        // Where both stand in the block a new name would make the line a repetition.
        const both = statements.some(({ keyword }) => keyword === instead);
        report(statement, `${statement.keyword} is deprecated: write ${instead}`, {
          word: 0,
          ...(sameBlock && !both ? { fix: { message: `write ${instead}`, text: instead } } : {}),
        });
      }
    },
  }),
};
