// A user or group that scripts are to run as and that this machine does not have.
// Spec: keepalived.conf(5) "script_user", "user" and the words behind a notify script; keepalived then drops the script.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';
import { scriptKeywords } from '../../script-lines.ts';

/** Where the user stands; the group is the next word. */
const places: ReadonlyMap<string, number> = new Map([
  ...scriptKeywords
    .filter(keyword => keyword !== 'script' && keyword !== 'misc_path')
    .map(keyword => [keyword, 2] as const),
  ['script_user', 1],
  ['user', 1],
]);

export const unknownAccount: Rule = {
  id: 'unknown-account',
  severity: 'error',
  summary: 'A script is to run as a user or group that does not exist (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => {
    const look = (place: number) => (statement: Statement) => {
      const user = statement.length > place ? statement.word(place) : undefined;
      const group = statement.length > place + 1 ? statement.word(place + 1) : undefined;
      if (user !== undefined && machine?.hasUser?.(user) === false)
        report(statement, `there is no user ${user} here: the script is not run`, { word: place });
      if (group !== undefined && machine?.hasGroup?.(group) === false)
        report(statement, `there is no group ${group} here: the script is not run`, { word: place + 1 });
    };
    return { keywords: Object.fromEntries([...places].map(([keyword, place]) => [keyword, look(place)])) };
  },
};
