// Words behind the last one that a keyword takes: keepalived ignores them without saying so.
// Spec: the keyword catalogue.

import type { Argument, Keyword } from '../../../conf/index.ts';
import { catalogue } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** Arguments that are more than one word, or whose words are judged elsewhere. */
const several: ReadonlySet<Argument['type']> = new Set(['syntax', 'script', 'user', 'regex', 'hex']);

/** Most words of a statement, the keyword included; 0: any number. */
function mostWords({ kind, arguments: args }: Keyword): number {
  if (kind === 'list') return 0;
  // What a block of records calls syntax is that of its records.
  if (kind === 'lines') return args.filter(({ type }) => type !== 'syntax').length + 1;
  const endless = args.some(({ type, repeated }) => repeated === true || several.has(type));
  return endless ? 0 : args.length + 1;
}

const limits = new Map(
  catalogue
    .filter(({ path }) => !path.startsWith('<'))
    .map(({ path, keywords }) => [
      path,
      new Map(
        keywords.flatMap(keyword => {
          const most = mostWords(keyword);
          return most === 0 ? [] : [[keyword.name, most] as const];
        }),
      ),
    ]),
);

export const extraWords: Rule = {
  id: 'extra-words',
  severity: 'warning',
  summary: 'A line has more words than its keyword takes; the rest is ignored.',
  watch: report => ({
    everyBlock(path, statements) {
      const limitOf = limits.get(path);
      if (limitOf === undefined) return;
      for (let i = 0; i < statements.length; i++) {
        const statement = statements[i];
        if (statement === undefined || statement.length === 1) continue;
        const most = limitOf.get(statement.keyword);
        if (most === undefined || statement.length <= most) continue;
        const extra = statement.word(most) ?? '';
        const remark = extra.startsWith('//') ? '; // begins no comment here: write # or !' : '';
        report(
          statement,
          `${statement.keyword} takes ${most - 1 === 0 ? 'no value' : most === 2 ? 'one value' : `${most - 1} values`}: ${extra} is ignored${remark}`,
          {
            word: most,
          },
        );
      }
    },
  }),
};
