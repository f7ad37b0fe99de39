// A script that does not exist, or may not be executed, on the machine that is to run it.
// Spec: keepalived.conf(5) "SCRIPTS"; keepalived -t says nothing about a missing notify script.

import type { Rule } from '../../rule.ts';
import { commandTextOf, scriptKeywords } from '../../script-lines.ts';

export const missingScriptFile: Rule = {
  id: 'missing-script-file',
  severity: 'error',
  summary: 'A script is not there, or not executable (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => ({
    keywords: Object.fromEntries(
      scriptKeywords.map(keyword => [
        keyword,
        statement => {
          const [path = ''] = commandTextOf(statement)?.split(/\s+/) ?? [];
          if (!path.startsWith('/')) return;
          const facts = machine?.facts(path);
          if (facts === undefined) report(statement, `${path} does not exist here`, { word: 1 });
          else if (!facts.regular) report(statement, `${path} is no regular file`, { word: 1 });
          else if (!facts.executable)
            report(statement, `${path} has no execute permission: chmod +x ${path}`, { word: 1 });
        },
      ]),
    ),
  }),
};
