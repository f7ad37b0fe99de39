// Makes a directory of configuration files a corpus: asks keepalived about DIR/conf/*.conf and writes DIR/oracle.tsv, DIR/oracle/.
// Truth: keepalived 2.2.7 of the machine, asked by oracle.ts. Needs root.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { kindOf } from './differences.ts';
import { messagesOf } from './judge.ts';
import { type Answer, askKeepalived } from './oracle.ts';
import { type Base, commonestId, surroundingsOf } from './surroundings.ts';

const header = [
  ...['id', 'exit', 'error_lines', 'exit_bare', 'error_lines_bare', 'config_id', 'verdict', 'unique_lines'],
];

/** `unanswered`: it looped or crashed. Exit 6 hides 5, so the messages decide. */
function verdictOf({ exit, output }: Answer): string {
  if (exit > 100) return 'unanswered';
  const messages = messagesOf(output);
  if (messages.length === 0) return 'ok';
  const rest = messages.filter(({ text }) => !text.startsWith('SECURITY VIOLATION'));
  if (rest.length === 0) return 'security_only';
  return rest.every(({ text }) => kindOf(text) !== undefined) ? 'machine_only' : 'error';
}

export function askAbout(corpus: string): void {
  const bases = readdirSync(join(corpus, 'conf'))
    .filter(name => name.endsWith('.conf'))
    .map((name): Base => {
      const path = join(corpus, 'conf', name);
      const text = readFileSync(path, 'latin1');
      return { path, text, configId: commonestId(text) };
    });
  const folder = mkdtempSync(join(tmpdir(), 'lvskit-ask-'));
  const nameOf = ({ path }: Base) => basename(path, '.conf');
  const questions = bases.map(base => ({ ...base, name: nameOf(base) }));
  const answers = askKeepalived(questions, surroundingsOf(bases), folder);
  mkdirSync(join(corpus, 'oracle'), { recursive: true });
  const rows = bases.map(base => {
    const answer = answers.get(nameOf(base)) ?? { exit: 125, output: '' };
    writeFileSync(join(corpus, 'oracle', `${nameOf(base)}.txt`), answer.output);
    const { length } = messagesOf(answer.output);
    const unique = new Set(answer.output.split('\n')).size - 1;
    const verdict = verdictOf(answer);
    return [nameOf(base), answer.exit, length, '', '', base.configId ?? '', verdict, unique];
  });
  writeFileSync(join(corpus, 'oracle.tsv'), `${[header, ...rows].map(row => row.join('\t')).join('\n')}\n`);
  rmSync(folder, { recursive: true, force: true });
}
