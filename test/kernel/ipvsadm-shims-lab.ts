// Runs where a kernel has IPVS: one shell script through Debian's ipvsadm, ipvsadm-save and ipvsadm-restore, and through the linked shims.
// Spec: Debian's ipvsadm 1.31 and its scripts, in a twin namespace; returns what both answered, judges nothing.
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { labRun } from '../lab/processes.ts';
import { program, whenDone } from '../lab/program.ts';
import { lvskitWords } from './ipvs-stage.ts';
import { type Line, lines } from './ipvsadm-shims-lines.ts';

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  /** `ipvsadm -Sn` of Debian's afterwards. */
  readonly table: string;
}

export interface LabResult {
  readonly theirs: readonly Answer[];
  readonly ours: readonly Answer[];
  /** What `lvskit shims` said, and where its links lead. */
  readonly linked: { readonly said: string; readonly links: Readonly<Record<string, string>> };
  /** The same without --force where the names are taken. */
  readonly taken: { readonly status: number; readonly stderr: string };
  readonly takenBefore: string;
}

/** Carries the lines out in a namespace with the programs of a folder. */
function carryOut(space: string, label: string, programs: string): Answer[] {
  const folder = join(labRun(), label);
  mkdirSync(folder, { recursive: true });
  const at = (name: string, index: number) => join(folder, `${name}${index}`);
  const script: string[] = [
    `PATH=${programs}:$PATH`,
    `cd ${folder}`,
    `ln -s ${programs}/ipvsadm-save other-name`,
  ];
  for (const [index, line] of lines.entries()) {
    writeFileSync(at('in', index), line.input ?? '');
    script.push(
      `${line.shell(programs)} <${at('in', index)} >${at('out', index)} 2>${at('err', index)}`,
      `echo $? >${at('status', index)}; /usr/sbin/ipvsadm -Sn >${at('table', index)}`,
    );
  }
  writeFileSync(join(folder, 'script'), script.join('\n'));
  execFileSync('nsenter', [`--net=/run/netns/${space}`, 'bash', join(folder, 'script')], { stdio: 'ignore' });
  return lines.map((_: Line, index) => ({
    stdout: readFileSync(at('out', index), 'utf8'),
    stderr: readFileSync(at('err', index), 'utf8'),
    status: Number(readFileSync(at('status', index), 'utf8')),
    table: readFileSync(at('table', index), 'utf8'),
  }));
}

await program(async (): Promise<LabResult> => {
  for (const space of ['theirs', 'ours']) {
    execFileSync('ip', ['netns', 'add', space]);
    whenDone(() => execFileSync('ip', ['netns', 'del', space]));
    execFileSync('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
  }
  const [command = '', ...words] = lvskitWords('shims');
  const direct = join(labRun(), 'links', 'direct');
  const said = execFileSync(command, [...words, '--dir', direct], { encoding: 'utf8', cwd: '/' });
  const links = Object.fromEntries(readdirSync(direct).map(name => [name, readlinkSync(join(direct, name))]));
  // Links to links, with a relative one between.
  const indirect = join(labRun(), 'links', 'indirect');
  mkdirSync(indirect);
  for (const name of readdirSync(direct)) {
    symlinkSync(join('..', 'direct', name), join(indirect, `.${name}`));
    symlinkSync(`.${name}`, join(indirect, name));
  }

  const occupied = join(labRun(), 'occupied');
  mkdirSync(occupied);
  writeFileSync(join(occupied, 'ipvsadm-save'), 'mine');
  let taken = { status: 0, stderr: '' };
  try {
    execFileSync(command, [...words, '--dir', occupied], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string };
    taken = { status, stderr: stderr.replaceAll(occupied, 'DIR') };
  }
  const takenBefore = readdirSync(occupied)
    .map(name => (lstatSync(join(occupied, name)).isSymbolicLink() ? 'link' : name))
    .join();
  return {
    theirs: carryOut('theirs', 'a', '/usr/sbin'),
    ours: carryOut('ours', 'b', indirect),
    linked: { said, links },
    taken,
    takenBefore,
  };
});
