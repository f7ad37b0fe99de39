// The keywords that name a command, and the text of the command.
// Spec: keepalived.conf(5) "SCRIPTS": the command is one word, quoted when it has arguments.

import type { Statement } from '../conf/index.ts';

export const scriptKeywords = [
  ...['script', 'misc_path', 'startup_script', 'shutdown_script'],
  ...['notify', 'notify_master', 'notify_backup', 'notify_fault', 'notify_stop', 'notify_deleted'],
  ...['notify_master_rx_lower_pri', 'notify_up', 'notify_down', 'quorum_up', 'quorum_down'],
  ...['notify_fifo_script', 'vrrp_notify_fifo_script', 'lvs_notify_fifo_script'],
] as const;

/** Keywords whose words up to the end of the line are the command; behind the others a user may follow. */
const wholeLine: ReadonlySet<string> = new Set(['script', 'misc_path']);

/** The command with its arguments; undefined where the statement has none. */
export function commandTextOf(statement: Statement): string | undefined {
  const text = wholeLine.has(statement.keyword) ? statement.words(1).join(' ') : statement.word(1);
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
