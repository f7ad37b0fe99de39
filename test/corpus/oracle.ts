// keepalived -t over many files, in a network and mount namespace where the interfaces, scripts and users they name exist.
// Truth: keepalived 2.2.7 of the machine. Needs root. A run that loops is stopped after five seconds.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Question {
  readonly name: string;
  /** Its bytes as latin1. */
  readonly text: string;
  readonly configId: string | undefined;
}

export interface Surroundings {
  readonly interfaces: readonly string[];
  /** Absolute paths that shall exist and be executable. */
  readonly scripts: readonly string[];
  readonly users: readonly string[];
}

export interface Answer {
  readonly exit: number;
  readonly output: string;
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Asks keepalived about each text. `folder` is emptied by nobody: it is the caller's. */
export function askKeepalived(
  questions: readonly Question[],
  surroundings: Surroundings,
  folder: string,
): ReadonlyMap<string, Answer> {
  mkdirSync(join(folder, 'ask'), { recursive: true });
  mkdirSync(join(folder, 'said'), { recursive: true });
  mkdirSync(join(folder, 'mount'), { recursive: true });
  const list = questions.map(({ name, text, configId }) => {
    writeFileSync(join(folder, 'ask', `${name}.conf`), text, 'latin1');
    return `${name}\t${configId ?? 'none'}\n`;
  });
  writeFileSync(join(folder, 'list'), list.join(''));
  const root = join(folder, 'mount', 'root');
  const scripts = surroundings.scripts.map(
    path =>
      `mkdir -p ${quote(root + dirname(path))}; [ -e ${quote(root + path)} ] || install -m 755 /dev/stdin ${quote(root + path)} <<<'#!/bin/sh'`,
  );
  // All of them root: with another user keepalived 2.2.7 -t ends by SIGTERM when it looks at a script.
  const users = surroundings.users.map(name => `${name}:x:0:0::/:/bin/sh`);
  const groups = surroundings.users.map(name => `${name}:x:0:`);
  const lines = [
    `cd ${quote(folder)}`,
    'mount -t tmpfs none mount && mkdir mount/upper mount/work mount/root',
    'mount -t overlay overlay -o lowerdir=/,upperdir=mount/upper,workdir=mount/work mount/root',
    'mount -t proc proc mount/root/proc; mount --rbind /dev mount/root/dev; mount -t tmpfs none mount/root/run',
    'ip link set lo up',
    ...surroundings.interfaces.map(
      name => `ip link add ${quote(name)} type bridge 2>/dev/null; ip link set ${quote(name)} up 2>/dev/null`,
    ),
    ...scripts,
    ...users.map(line => `echo ${quote(line)} >> mount/root/etc/passwd`),
    ...groups.map(line => `echo ${quote(line)} >> mount/root/etc/group`),
    'mkdir -p mount/root/ask && mount --bind ask mount/root/ask',
    'while read -r name id; do',
    '  timeout -k 1 5 chroot mount/root keepalived -t -i "$id" -f /ask/$name.conf > said/$name 2>&1 < /dev/null',
    '  echo "# exit=$?" >> said/$name',
    'done < list',
  ];
  const { stderr } = spawnSync(
    'unshare',
    ['-n', '-m', '-p', '-f', '--kill-child', 'bash', '-c', lines.join('\n')],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  return new Map(
    questions.map(({ name }) => {
      const output = readFileSync(join(folder, 'said', name), 'utf8');
      const exit = /\n?# exit=(\d+)\n$/.exec(output)?.[1];
      if (exit === undefined) throw new Error(`keepalived said nothing about ${name}: ${stderr}`);
      return [name, { exit: Number(exit), output: output.replace(/# exit=\d+\n$/, '') }] as const;
    }),
  );
}
