// A password that a comment character cuts short.
// Spec: keepalived.conf(5) "Comments" (! and # begin one anywhere outside double quotes).

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

export const commentInPassword: Rule = {
  id: 'comment-in-password',
  severity: 'warning',
  summary: 'A comment begins directly behind a password, probably inside it.',
  watch: report => {
    const passwords: Statement[] = [];
    return {
      keywords: {
        auth_pass: statement => {
          if (statement.length > 1) passwords.push(statement);
        },
      },
      end({ files }) {
        for (const statement of passwords) {
          const place = statement.place(1);
          const file = files.find(({ path }) => path === place.file);
          if (file === undefined) continue;
          const next = file.text[(file.lineStarts[place.endLine - 1] ?? 0) + place.endColumn - 1];
          if (next !== '#' && next !== '!') continue;
          report(
            statement,
            `the password ends before ${next}, which begins a comment; write it in double quotes`,
            {
              word: 1,
            },
          );
        }
      },
    };
  },
};
