// A script that root runs and that others may change: the file, or a folder on the way to it.
// Spec: keepalived.conf(5) "enable_script_security"; the components that keepalived judges.

import { flawOf, flawSentence } from '../../../script-security.ts';
import type { Facts, Rule } from '../../rule.ts';
import { commandTextOf, scriptKeywords } from '../../script-lines.ts';

const commands: ReadonlySet<string> = new Set(scriptKeywords);
const isRoot = (user: string | undefined) => user === undefined || user === 'root' || user === '0';

/** `/a`, `/a/b`, ... of a path, the whole path last. */
const componentsOf = (path: string): readonly string[] =>
  path.split('/').flatMap((name, index, names) => (name === '' ? [] : [names.slice(0, index + 1).join('/')]));

/** The first component that somebody other than root may change, and how to mend it. */
function weakness(path: string, machine: NonNullable<Facts['machine']>): string | undefined {
  for (const component of ['/', ...componentsOf(path)]) {
    const facts = machine.facts(component);
    if (facts?.permissions === undefined) continue;
    const { mode, uid, gid } = facts.permissions;
    const flaw = flawOf({ kind: facts.directory ? 'directory' : 'file', mode, uid, gid });
    const names = { owner: machine.userName?.(uid) ?? uid, group: machine.groupName?.(gid) ?? gid };
    if (flaw !== undefined) return flawSentence(flaw, component, mode, names);
  }
  return undefined;
}

export const insecureScript: Rule = {
  id: 'insecure-script',
  severity: 'error',
  summary: 'A script that root runs can be changed by others (only with --on-target).',
  needsMachine: true,
  watch: (report, { machine }) => {
    if (machine === undefined) return {};
    let defaultUser: string | undefined;
    return {
      everyBlock(_path, statements) {
        const users = statements.filter(({ keyword }) => keyword === 'user' || keyword === 'script_user');
        for (const line of users) if (line.keyword === 'script_user') defaultUser = line.word(1);
        const own = users.find(({ keyword }) => keyword === 'user')?.word(1);
        for (const statement of statements) {
          if (!commands.has(statement.keyword)) continue;
          const whole = statement.keyword === 'script' || statement.keyword === 'misc_path';
          if (!isRoot((whole ? own : statement.word(2)) ?? defaultUser)) continue;
          const [path = ''] = commandTextOf(statement)?.split(/\s+/) ?? [];
          const reason = path.startsWith('/') ? weakness(path, machine) : undefined;
          if (reason !== undefined) report(statement, `root runs ${path}, but ${reason}`, { word: 1 });
        }
      },
    };
  },
};
