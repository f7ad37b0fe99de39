// Keywords that the keepalived which is to read the file does not know yet.
// Spec: the keyword catalogue, which says what releases after 2.2.7 introduced (lint/target.ts).

import { catalogue, type Since } from '../../../conf/index.ts';
import type { Details, Rule } from '../../rule.ts';
import { isOlderThanRecorded, knows, type Target } from '../../target.ts';

/** When the block itself came: its keywords of the same release are told with it. */
function cameWith(path: string): Since | undefined {
  const cut = path.lastIndexOf('/');
  const around = cut < 0 ? '(root)' : path.slice(0, cut);
  const block = catalogue.find(each => each.path === around);
  return block?.keywords.find(({ name }) => name === path.slice(cut + 1))?.since;
}

const newer = new Map(
  catalogue
    .filter(({ path }) => !path.startsWith('<'))
    .map(
      ({ path, keywords }) =>
        [
          path,
          new Map(
            keywords.flatMap(({ name, since }) =>
              since === undefined || since === cameWith(path) ? [] : [[name, since] as const],
            ),
          ),
        ] as const,
    )
    .filter(([, names]) => names.size > 0),
);

/** What to say of a keyword; undefined when the target knows it. */
function judge(
  keyword: string,
  since: Since,
  target: Target,
): { readonly message: string; readonly details: Details } | undefined {
  const came = /^\d/.test(since) ? `came with ${since}` : `came ${since}`;
  switch (knows(target, since)) {
    case 'yes':
      return undefined;
    case 'no':
      return { message: `keepalived ${target} does not know ${keyword}; it ${came}`, details: { word: 0 } };
    case 'some':
      return {
        message: `not every keepalived ${target} knows ${keyword}; it ${came}`,
        details: { word: 0, severity: 'warning' },
      };
    case 'unrecorded':
      return {
        message: `${keyword} ${came}, the release is not recorded; try it with keepalived ${target}`,
        details: { word: 0, severity: 'info' },
      };
  }
}

export const newerKeyword: Rule = {
  id: 'newer-keyword',
  severity: 'error',
  summary: 'The keepalived named by --target does not know the keyword.',
  watch: (report, { target }) => {
    if (target === undefined) return {};
    let silent = !isOlderThanRecorded(target);
    return {
      everyBlock(path, statements) {
        const [first] = statements;
        if (!silent && first !== undefined) {
          silent = true;
          const message = `what came before keepalived 2.2.7 is not recorded: keywords that ${target} lacks may go untold`;
          report(first, message, { word: 0, severity: 'info' });
        }
        const names = newer.get(path);
        if (names === undefined) return;
        for (const statement of statements) {
          const since = names.get(statement.keyword);
          const told = since === undefined ? undefined : judge(statement.keyword, since, target);
          if (told !== undefined) report(statement, told.message, told.details);
        }
      },
    };
  },
};
