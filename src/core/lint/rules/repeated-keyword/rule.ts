// A setting given twice in one block: the last one counts, silently.
// Spec: the keyword catalogue; keepalived assigns again.

import type { Statement } from '../../../conf/index.ts';
import { catalogue } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** May be repeated on purpose, or is told by the reader. */
const repeatable = new Set([
  ...['script_user', 'status_code', 'regex_options', 'lvs_sync_daemon', 'digest'],
  ...['quorum_up', 'quorum_down', 'include_check', 'use_ipvlan'],
]);

const settings = new Map(
  catalogue
    .filter(({ path }) => !path.startsWith('<'))
    .map(({ path, keywords }) => [
      path,
      new Set(
        keywords
          .filter(
            ({ name, kind, once }) =>
              (kind === 'value' || kind === 'flag') &&
              once !== true &&
              !repeatable.has(name) &&
              !name.startsWith('notify') &&
              // One for each number.
              !(path === 'vrrp_instance/auth_hmac' && name === 'key'),
          )
          .map(({ name }) => name),
      ),
    ]),
);

/** Pairs are compared up to this many statements; a longer block pays for a map. */
const few = 16;

export const repeatedKeyword: Rule = {
  id: 'repeated-keyword',
  severity: 'warning',
  summary: 'A setting stands twice in one block; the last one counts.',
  watch: report => {
    const tell = (again: Statement, first: Statement) => {
      const same = again.words(1).join(' ') === first.words(1).join(' ');
      report(
        again,
        `${again.keyword} stands twice in this block${same ? '' : `: ${again.words(1).join(' ')} replaces ${first.words(1).join(' ')}`}`,
        {
          related: [{ message: 'first here', at: first }],
        },
      );
    };
    const words: string[] = [];
    return {
      everyBlock(path, statements) {
        const { length } = statements;
        if (length < 2) return;
        const known = settings.get(path);
        if (known === undefined) return;
        if (length > few) {
          const firsts = new Map<string, Statement>();
          for (const statement of statements) {
            const { keyword } = statement;
            if (!known.has(keyword)) continue;
            const first = firsts.get(keyword);
            if (first === undefined) firsts.set(keyword, statement);
            else tell(statement, first);
          }
          return;
        }
        for (let i = 0; i < length; i++) {
          const word = statements[i]?.keyword ?? '';
          words[i] = word;
          for (let j = 0; j < i; j++) {
            if (words[j] !== word) continue;
            if (known.has(word)) tell(statements[i] as Statement, statements[j] as Statement);
            break;
          }
        }
      },
    };
  },
};
