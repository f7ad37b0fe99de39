// Runs where a kernel has IPVS: the built commands where the module is not loaded, cannot be loaded, or may not be used.
// Spec: modprobe(8), setpriv(1), unshare(1); Debian's ipvsadm at the same places; returns what was said, judges nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lab/bundle.mjs';
import { patience } from '../lab/clock.ts';
import { labRun } from '../lab/processes.ts';
import { program } from '../lab/program.ts';
import { lvskitWords, type Ran } from './ipvs-stage.ts';

export interface LabResult {
  /** Place -> command -> what it answered. */
  readonly said: Readonly<Record<string, Readonly<Record<string, Ran>>>>;
  readonly facts: Readonly<Record<string, boolean>>;
}

const commands = [
  'vs list',
  'vs show tcp:10.0.0.1:80',
  'vs add tcp:10.0.0.1:80',
  'vs delete tcp:10.0.0.1:80',
  'vs clear',
  'vs zero',
  'vs stats',
  'vs rates',
  'vs save',
  'vs export',
  'vs watch -n 1',
  'vs apply TABLE',
  'vs diff TABLE',
  'vs restore RULES',
  'vs doctor tcp:10.0.0.1:80',
  'rs list',
  'rs add tcp:10.0.0.1:80 10.0.1.1',
  'rs weight tcp:10.0.0.1:80 10.0.1.1 2',
  'rs drain tcp:10.0.0.1:80 10.0.1.1',
  'timeout show',
  'timeout set --tcp 100',
  'sync status',
  'sync start master --interface lo',
  'sync stop master',
  'ipvsadm -Ln',
  'ipvsadm -A -t 10.0.0.1:80',
] as const;

const shell = (line: string): string => execFileSync('sh', ['-c', line], { encoding: 'utf8' });

/** Takes the modules away; ip_vs itself goes last. */
function unload(): void {
  const names = shell("lsmod | awk '/^ip_vs/ {print $1}'").split('\n').filter(Boolean);
  const ordered = [...names.filter(name => name !== 'ip_vs'), ...names.filter(name => name === 'ip_vs')];
  shell(`rmmod ${ordered.join(' ')}`);
}

/**
 * What an installation has, where everyone may read it: the project's folder may lie where another user has no way in. Returns the words of
 * an installed program.
 */
function install(): (program: string, ...words: string[]) => string[] {
  const place = '/run/installed';
  mkdirSync(place, { mode: 0o755 });
  for (const part of ['bin', 'dist', 'package.json', 'node_modules/koffi', 'node_modules/@koromix'])
    shell(`cd '${root}' && cp -rL --parents ${part} ${place}`);
  // The interpreter too may be in somebody's home.
  shell(`cp -L '${process.execPath}' ${place}/node && chmod -R go+rX,go-w ${place}`);
  return (program, ...words) => [join(place, 'node'), join(place, 'bin', program), ...words];
}

function run(words: readonly string[]): Ran {
  const [command = '', ...rest] = words;
  const { status, stdout, stderr } = spawnSync(command, rest, {
    encoding: 'utf8',
    timeout: patience,
    // Another user may have no way into the folder this program runs in.
    cwd: '/',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, stdout, stderr };
}

await program(async (): Promise<LabResult> => {
  const table = join(labRun(), 'table.yaml');
  const rules = join(labRun(), 'table.rules');
  writeFileSync(table, 'schema: lvskit/ipvs/1\nservices: [{address: 10.0.0.1, port: 80}]\n');
  writeFileSync(rules, '-A -t 10.0.0.1:80\n');
  const words = (command: string) =>
    lvskitWords(...command.split(' ').map(word => ({ TABLE: table, RULES: rules })[word] ?? word));
  const said: Record<string, Record<string, Ran>> = {};
  const facts: Record<string, boolean> = {};
  const all = (
    place: string,
    prefix: readonly string[],
    some: readonly string[] = commands,
    wordsOf: (command: string) => string[] = words,
  ) => {
    const here: Record<string, Ran> = {};
    for (const command of some) here[command] = run([...prefix, ...wordsOf(command)]);
    for (const theirs of ['-Ln', '-A -t 10.0.0.1:80'])
      here[`their -- ${theirs}`] = run([...prefix, 'ipvsadm', ...theirs.split(' ')]);
    said[place] = here;
  };
  const few = [
    'vs list',
    'vs add tcp:10.0.0.1:80',
    'vs watch -n 1',
    'sync status',
    'ipvsadm -Ln',
    'ipvsadm -A -t 10.0.0.1:80',
  ];

  all('without capabilities', ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all']);
  all('in a user namespace', ['unshare', '--user'], few);
  const installed = install();
  const nobody = ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'];
  facts['is another user'] = run([...nobody, 'id', '-un']).stdout === 'nobody\n';
  facts['could not change a file of lvskit'] =
    run([...nobody, 'touch', '/run/installed/bin/run.js']).code !== 0;
  all('as another user', nobody, few, command =>
    command.startsWith('ipvsadm ')
      ? installed('ipvsadm', ...command.split(' ').slice(1))
      : installed('run.js', ...command.split(' ')),
  );

  unload();
  facts['unloaded'] = !existsSync('/proc/net/ip_vs');
  said['not loaded'] = { 'vs list': run(words('vs list')) };
  facts['loaded by vs list'] = existsSync('/proc/net/ip_vs');
  unload();
  // The kernel itself asks no more, but modprobe can.
  writeFileSync('/proc/sys/kernel/modprobe', '/bin/false');
  said['not loaded by the kernel'] = { 'vs list': run(words('vs list')) };
  facts['loaded by modprobe'] = existsSync('/proc/net/ip_vs');
  unload();
  shell('mount -t tmpfs none /lib/modules');
  all(
    'no module',
    [],
    [...few, 'conn list', 'vs apply TABLE', 'vs doctor tcp:10.0.0.1:80', 'rs drain tcp:10.0.0.1:80 10.0.1.1'],
  );
  said['doctor without IPVS'] = { 'vs doctor --json': run(words('vs doctor --json')) };
  all('no module, no capabilities', ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'], few);
  shell('mount --bind /dev/null /sbin/modprobe');
  all('no modprobe', [], few);
  return { said, facts };
});
