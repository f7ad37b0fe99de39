// What /proc tells of other processes. Spec: proc(5).
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The TCP ports that a process listens on. Truth: proc(5) fd and net/tcp, state 0A. */
export function listening(pid: number): readonly number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      try {
        return /^socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/${pid}/net/${table}`, 'latin1')
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(words => words[3] === '0A' && inodes.has(words[9] ?? ''))
      .map(words => Number.parseInt(words[1]?.split(':')[1] ?? '', 16)),
  );
}

/** Living processes whose command line has the word. Zombies have none. */
export const living = (word: string): readonly number[] =>
  readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .map(Number)
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
      } catch {
        return false;
      }
    });
