// Script words of the configuration: commands with or without a user behind them, and patterns; problems are told.
// Spec: keepalived.conf(5) "SCRIPTS"; the words themselves are split by ../script-string.ts.

import type { ScriptCommand } from '../../script.ts';
import { parsePattern, parseScript, type ScriptClass } from '../script-string.ts';
import type { Statement } from '../statement.ts';
import type { Context } from './context.ts';

/** `USER [GROUP|:GROUP|:]` from word `at` on. */
export function userOf(
  s: Statement,
  at: number,
): { readonly user: string; readonly group: string | undefined } {
  const group = s.word(at + 1)?.replace(/^:/, '');
  return { user: s.word(at) ?? '', group: group === '' ? undefined : group };
}

function command(s: Statement, kind: ScriptClass, c: Context): ScriptCommand | undefined {
  const parsed = parseScript(s.raw, kind);
  if (!parsed.ok) {
    c.warn(parsed.problem.rule, s, `${s.keyword}: ${parsed.problem.message}; it does not run`);
    return undefined;
  }
  const { user, group } = c.scriptUser ?? {};
  const run = parsed.command.user === undefined ? { ...parsed.command, user, group } : parsed.command;
  return run;
}

/** Notify scripts: the second word is the command with its arguments; a user and a group may follow. */
export function notifyCommand(s: Statement, c: Context): ScriptCommand | undefined {
  const run = command(s, 'notify', c);
  if (run !== undefined) c.runs(run, s);
  return run;
}

/** `script` and `misc_path`: one quoted string, or all words after the keyword; the user is a line of its own, so the block notes what runs. */
export const plainCommand = (s: Statement, c: Context): ScriptCommand | undefined => command(s, 'command', c);

/** The one pattern word of `regex`. */
export function patternOf(s: Statement, c: Context): string | undefined {
  const parsed = parsePattern(s.raw);
  if (parsed.ok) return parsed.pattern;
  c.error('invalid-pattern', s, `regex: ${parsed.problem.message}; the body would not be checked`);
  return undefined;
}
