// Runs where a kernel has IPVS: the built executable with input that is late, wrong or missing, and ipvsadm as witness of the table.
// Spec: ipvsadm 1.31 -Sn after each line; returns what was seen, judges nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lvskitWords } from '../../kernel/ipvs-stage.ts';
import { labRun } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';

export interface Seen {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** `ipvsadm -Sn` afterwards. */
  readonly table: string;
}

export type LabResult = Readonly<Record<string, Seen>>;

export const rules = [
  '-A -t 10.0.0.1:80 -s sh -b sh-port',
  '-a -t 10.0.0.1:80 -r 10.0.1.1:80 -g -w 3',
  '-A -f 5 -s rr',
  '',
].join('\n');

const witness = (...words: string[]): string => execFileSync('ipvsadm', words, { encoding: 'utf8' });

await program(async () => {
  execFileSync('sh', ['-c', 'mkdir -p /dev/pts; mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts']);
  const folder = labRun();
  const [command = '', ...first] = lvskitWords();
  const lvskit = [command, ...first].map(word => `'${word}'`).join(' ');
  const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const seen: Record<string, Seen> = {};

  /** Runs a shell line, with `rules` in the table before it unless told otherwise. */
  function run(name: string, line: string, before = rules): void {
    witness('-C');
    execFileSync('ipvsadm', ['-R'], { input: before });
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `lvskit() { ${lvskit} "$@"; }\n${line}`], {
      cwd: folder,
      encoding: 'utf8',
      input: '',
      env: { ...process.env, NO_COLOR: '1', LVSKIT: lvskit },
    });
    seen[name] = { code: status, stdout, stderr, table: witness('-Sn') };
    tell({ event: name });
  }

  file('rules', rules);
  file('empty', '');
  file('unknown', '-A -t 10.0.0.9:80 -s nosuch\n-A -f 5 -s rr\n');
  file('engine', '-A -u 10.0.0.9:80 -s rr -p 60 --pe nosuch\n');
  file('mixed', '-A -t 10.0.0.9:80 -s rr\n-a -t 10.0.0.9:80 -r [fd00::1]:80 -i\n');
  file('more', `${rules}-A -t 10.0.0.7:80 -s lc\n`);
  file('mine.yaml', 'services:\n  web:\n    image: nginx\n');

  run('restore from standard input', 'lvskit vs restore < rules');
  run('restore more', 'lvskit vs restore < more');
  run('restore from a pipe', 'cat rules | lvskit vs restore');
  run('restore from a slow pipe', '(head -1 rules; sleep 3; tail -n +2 rules) | lvskit vs restore -');
  run(
    'restore from a terminal',
    '(sleep 4; cat rules; printf "\\004"; sleep 4) | script -qec "$LVSKIT vs restore" /dev/null',
  );
  run('restore nothing', 'lvskit vs restore < empty');
  run('restore a closed input', 'lvskit vs restore <&-');
  run('apply nothing', 'false | lvskit vs apply - --prune');
  run('apply nothing, meant', 'lvskit vs apply - --format rules --prune --allow-empty < empty');
  run('an unknown scheduler', 'lvskit vs restore unknown');
  run('an unknown scheduler, only shown', 'lvskit vs restore unknown --dry-run');
  run('an unknown engine', 'lvskit vs restore engine');
  run('the loop', 'while read -r line; do echo "line $line"; lvskit rs list | wc -l; done < rules');
  run('an edit of the scheduler', 'lvskit vs edit tcp:10.0.0.1:80 -s wrr');
  run('an edit of another setting', 'lvskit vs edit tcp:10.0.0.1:80 --persistent 60');
  run('thresholds', 'lvskit rs edit tcp:10.0.0.1:80 10.0.1.1 --upper-threshold 5 --lower-threshold 9');
  run('a full disk for list', 'lvskit vs list > /dev/full');
  run('a full disk for export', 'lvskit vs export > /dev/full');
  run('a full disk for conn list', 'lvskit conn list --json > /dev/full');
  run('export over a stranger', 'lvskit vs export -o mine.yaml; echo $?; cat mine.yaml');
  run(
    'export over a table',
    'lvskit vs export -o own.yaml && echo "# kept" >> own.yaml && lvskit vs export -o own.yaml && cat own.yaml && lvskit vs diff own.yaml',
  );
  run('export to a device', 'mknod device c 1 3; lvskit vs export -o device; stat -c %F device');
  run('diff', 'lvskit vs diff rules; echo $?; lvskit vs diff more; echo $?');
  const onTerminal = (words: string) => `script -qec "$LVSKIT ${words}" /dev/null </dev/null`;
  run('an empty list on a terminal', `${onTerminal('vs list')}; ${onTerminal('conn list')}`, '-C\n');
  run('an empty list in a pipe', 'lvskit vs list | cat; lvskit conn list | cat', '-C\n');
  execFileSync('ip', ['-batch', '-'], {
    input: 'link add dummy0 type dummy\nlink set dummy0 up multicast on\naddr add 10.255.0.1/24 dev dummy0\n',
  });
  run('a daemon beside a mixed server', 'lvskit vs restore mixed && lvskit sync start backup -i dummy0');
  run('a mixed server beside a daemon', 'lvskit sync start backup -i dummy0 >&2 && lvskit vs restore mixed');
  return seen satisfies LabResult;
});
