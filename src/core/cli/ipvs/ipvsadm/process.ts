// The ipvsadm shim on this process's own stdin, stdout and stderr, also as ipvsadm-save and ipvsadm-restore.
// Behind it: ipvsadm-save(8), ipvsadm-restore(8): the latter passes over lines that begin with # and clears the table first.

import { readFileSync } from 'node:fs';
import { loadModule } from '../kernel.ts';
import { type IpvsadmIo, ipvsadm } from './run.ts';

const io: IpvsadmIo = {
  write: text => process.stdout.write(text),
  complain: text => process.stderr.write(text),
  input: async () => readFileSync(0, 'utf8'),
  connections() {
    try {
      return readFileSync('/proc/net/ip_vs_conn', 'latin1');
    } catch {
      // The listing says so itself.
      return undefined;
    }
  },
  loadModule,
};

/** Returns the exit status. */
export const runIpvsadm = (argv: readonly string[]): Promise<number> => ipvsadm(argv, io);

/** `ipvsadm-save [-n]`. */
export async function runSave(argv: readonly string[]): Promise<number> {
  if (argv.some(word => word.startsWith('-') && word !== '-n')) {
    process.stderr.write(
      'usage: ipvsadm-save [-n]\n  Prints the IPVS table as rules; -n keeps it numeric.\n',
    );
    return 1;
  }
  return ipvsadm(argv.includes('-n') ? ['-S', '-n'] : ['-S'], io);
}

/** `ipvsadm-restore`. */
export async function runRestore(): Promise<number> {
  const rules = (await io.input())
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .join('\n');
  await ipvsadm(['-C'], io);
  // The shell drops newlines at the end of what it reads and echo puts one back.
  return ipvsadm(['-R'], { ...io, input: async () => `${rules.replace(/\n+$/, '')}\n` });
}
