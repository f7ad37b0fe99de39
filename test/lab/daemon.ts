// Starts a director's daemon in a host: keepalived or lvskit, with the same options and its own files.
// Spec: keepalived(8): -n no fork, -l log to the console, -D detail, -f file, -p -r -c pid files.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';
import { labRun, type Running, startIn } from './processes.ts';

export type Daemon = 'keepalived' | 'lvskit';

/** The daemon under test: lvskit, unless LVSKIT_LAB_DAEMON says keepalived (which proves the lab itself). */
export function daemonUnderTest(text = process.env['LVSKIT_LAB_DAEMON']): Daemon {
  if (text === undefined || text === 'lvskit') return 'lvskit';
  if (text === 'keepalived') return 'keepalived';
  throw new Error(`unknown daemon ${text}: lvskit or keepalived`);
}

let count = 0;
const configurations = new WeakMap<Running, string>();

/** The file a daemon was started with: to be overwritten before a reload. */
export function configurationOf(daemon: Running): string {
  const file = configurations.get(daemon);
  if (file === undefined) throw new Error(`${daemon.name} is no daemon of startDaemon`);
  return file;
}

/** Starts the daemon with a configuration; everything it writes is in the running process's log. */
export function startDaemon(host: string, daemon: Daemon, configuration: string): Running {
  const stem = join(labRun(), `${host}-${daemon}-${++count}`);
  writeFileSync(`${stem}.conf`, configuration);
  const options = [
    '-n',
    '-l',
    '-D',
    '-f',
    `${stem}.conf`,
    '-p',
    `${stem}.pid`,
    '-r',
    `${stem}.vrrp`,
    '-c',
    `${stem}.check`,
  ];
  const running =
    daemon === 'keepalived'
      ? startIn(host, daemon, 'keepalived', options)
      : startIn(host, daemon, process.execPath, [join(root, 'bin', 'run.js'), 'run', ...options]);
  configurations.set(running, `${stem}.conf`);
  return running;
}
