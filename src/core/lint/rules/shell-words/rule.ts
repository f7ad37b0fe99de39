// Operators of the shell in a command that no shell sees: they become arguments of the program.
// Spec: keepalived.conf(5) "SCRIPTS" (commands are executed, not interpreted).

import type { Rule } from '../../rule.ts';
import { commandTextOf, scriptKeywords } from '../../script-lines.ts';

const operators = new Set([
  '|',
  '||',
  '&',
  '&&',
  ';',
  '>',
  '>>',
  '<',
  '2>',
  '2>&1',
  '&>',
  '>/dev/null',
  '2>/dev/null',
  '&>/dev/null',
  '1>/dev/null',
]);

export const shellWords: Rule = {
  id: 'shell-words',
  severity: 'warning',
  summary: 'A command contains operators of the shell, but no shell runs it.',
  watch: report => ({
    keywords: Object.fromEntries(
      scriptKeywords.map(keyword => [
        keyword,
        statement => {
          const text = commandTextOf(statement);
          if (text === undefined || text.startsWith('<')) return;
          const words = text.split(/\s+/);
          // A shell of its own understands them.
          if (/(^|\/)(ba|da|z|k|a)?sh$/.test(words[0] ?? '')) return;
          const operator = words.find(word => operators.has(word) || /;$|`|\$\(/.test(word));
          if (operator === undefined) return;
          report(
            statement,
            `no shell runs this command: ${operator} is handed to ${words[0]} as an argument; put it into a script, or write /bin/sh -c`,
            { word: 1 },
          );
        },
      ]),
    ),
  }),
};
