// Groups, files, processes and sessions that are defined and that nothing refers to.
// Spec: keepalived.conf(5); keepalived says nothing about them.

import type { Statement } from '../../../conf/index.ts';
import type { Rule } from '../../rule.ts';

/** Block keyword -> the keyword whose records name it. */
const kinds = {
  track_file: 'track_file',
  vrrp_track_file: 'track_file',
  vrrp_track_process: 'track_process',
  bfd_instance: 'track_bfd',
  virtual_server_group: 'virtual_server',
} as const;

export const unusedDefinition: Rule = {
  id: 'unused-definition',
  severity: 'info',
  summary: 'Something is defined that nothing refers to.',
  watch: report => {
    const defined: Statement[] = [];
    const used = new Set<string>();
    const use = (keyword: string, name: string | undefined) => used.add(`${keyword} ${name}`);
    const names = (statement: Statement) => {
      for (const record of statement.block ?? []) use(statement.keyword, record.keyword);
    };
    return {
      blocks: {
        '(root)'(statements) {
          for (let i = 0; i < statements.length; i++) {
            const statement = statements[i] as Statement;
            const { keyword } = statement;
            if (keyword === 'virtual_server') {
              if (statement.word(1) === 'group') use(keyword, statement.word(2));
            } else if (Object.hasOwn(kinds, keyword)) defined.push(statement);
          }
        },
        'virtual_server/real_server/FILE_CHECK': ([...lines]) => {
          for (const line of lines) if (line.keyword === 'track_file') use('track_file', line.word(1));
        },
        'virtual_server/real_server/BFD_CHECK': ([...lines]) => {
          for (const line of lines) if (line.keyword === 'name') use('track_bfd', line.word(1));
        },
        vrrp_instance: statements => {
          for (const line of statements) if (line.keyword.startsWith('track_')) names(line);
        },
        vrrp_sync_group: statements => {
          for (const line of statements) if (line.keyword.startsWith('track_')) names(line);
        },
      },
      end() {
        for (const statement of defined) {
          const { keyword } = statement;
          const name = statement.word(1);
          if (!used.has(`${kinds[keyword as keyof typeof kinds]} ${name}`))
            report(statement, `${keyword} ${name ?? ''} is not used by anything`, { word: 1 });
        }
      },
    };
  },
};
