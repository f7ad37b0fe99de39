// The ipvsadm shim on this process's own stdin, stdout and stderr, also as ipvsadm-save and ipvsadm-restore.
// Spec: ipvsadm-save(8), ipvsadm-restore(8): the latter passes over lines that begin with # and clears the table first.

import { basename, join } from 'node:path';
import { inputPortions, isThere, textAt } from '../../../host/index.ts';
import { endWithReader } from '../../closed-pipe.ts';
import { writePiece } from '../../stdout.ts';
import { loadModule } from '../kernel.ts';
import { type IpvsadmIo, ipvsadm } from './run.ts';

/**
 * What ipvsadm would have as argv[0]. The system hands a script its path alone, so one that the search path finds counts as called by its
 * name.
 */
function calledName(): string {
  const path = wordsOfProcess().at(-process.argv.slice(1).length) ?? '';
  const name = basename(path);
  // ipvsadm-save, ipvsadm-restore and lvskit itself stand for programs that call ipvsadm by its name.
  if (name !== 'ipvsadm') return 'ipvsadm';
  const found = (process.env['PATH'] ?? '')
    .split(':')
    .map(folder => join(folder, name))
    .find(isThere);
  return found === path ? name : path;
}

/** The command line as it was given: Node makes its own copy's path absolute. */
function wordsOfProcess(): readonly string[] {
  // Without /proc the path that Node tells has to do.
  return textAt('/proc/self/cmdline')?.split('\0').slice(0, -1) ?? process.argv;
}

const io: IpvsadmIo = {
  get name() {
    return calledName();
  },
  write: text => process.stdout.write(text),
  writePiece,
  complain: text => process.stderr.write(text),
  input: inputPortions,
  // Where there is none the listing says so itself.
  connections: () => textAt('/proc/net/ip_vs_conn', 'latin1'),
  loadModule,
};

/** Returns the exit status. */
export function runIpvsadm(argv: readonly string[]): Promise<number> {
  endWithReader();
  return ipvsadm(argv, io);
}

/** `ipvsadm-save [-n]`; the name it complains under is the one it was called by. */
export async function runSave(argv: readonly string[]): Promise<number> {
  endWithReader();
  if (argv.some(word => word.startsWith('-') && word !== '-n')) {
    process.stderr.write(
      `${basename(process.argv[1] ?? '')}: Script to save the IPVS table to stdout.\n   With the -n option, prints out the table in numeric format.\n`,
    );
    return 1;
  }
  return ipvsadm(argv.includes('-n') ? ['-S', '-n'] : ['-S'], io);
}

/** `ipvsadm-restore`. */
export async function runRestore(): Promise<number> {
  const rules = [...io.input()]
    .join('')
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .join('\n');
  await ipvsadm(['-C'], io);
  // The shell drops newlines at the end of what it reads and echo puts one back.
  return ipvsadm(['-R'], { ...io, input: () => [`${rules.replace(/\n+$/, '')}\n`] });
}
