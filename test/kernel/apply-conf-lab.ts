// Runs where a kernel has IPVS: each configuration through keepalived, `lvskit run` and `vs apply`, one after the other in one namespace each.
// Spec: Debian's keepalived 2.2.7 and ipvsadm 1.31; returns observations, judges nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lab/bundle.mjs';
import { patience, pause, waitFor } from '../lab/clock.ts';
import { type Daemon, startDaemon } from '../lab/daemon.ts';
import { labRun, runIn } from '../lab/processes.ts';
import { program, tell, whenDone } from '../lab/program.ts';

/** What one program made of a configuration. */
export interface Held {
  /** `ipvsadm -Sn`, sorted. */
  readonly rules: readonly string[];
  /** `lvskit vs export --json`: netmasks and thresholds that ipvsadm leaves out. */
  readonly table: unknown;
  /** stderr of the command, or the daemon's log. */
  readonly told: string;
}

export interface Outcome {
  readonly keepalived: Held;
  readonly run: Held;
  readonly apply: Held & { readonly exit: number };
  /** `vs diff` while `lvskit run` holds the table. */
  readonly drift: { readonly exit: number; readonly text: string };
}

const lvskit = (host: string, ...words: string[]) => {
  const command = [`--net=/run/netns/${host}`, process.execPath, join(root, 'bin', 'run.js'), ...words];
  const { status, stdout, stderr } = spawnSync('nsenter', command, { encoding: 'utf8' });
  return { exit: status ?? -1, text: stdout, told: stderr };
};

const rulesOf = (host: string) =>
  runIn(host, 'ipvsadm', '-Sn')
    .split('\n')
    .filter(line => line !== '')
    .sort();

const look = (host: string, told: string): Held => ({
  rules: rulesOf(host),
  table: JSON.parse(lvskit(host, 'vs', 'export', '--json').text),
  told,
});

/** The table once it has been the same for a second. */
async function settled(host: string): Promise<void> {
  let last = '';
  await waitFor('a table that rests', patience, async () => {
    const before = last;
    await pause(1000);
    last = rulesOf(host).join('\n');
    return last !== '' && last === before;
  });
}

async function daemonHolds(
  host: string,
  daemon: Daemon,
  text: string,
): Promise<{ held: Held; drift: Outcome['drift'] }> {
  const running = startDaemon(host, daemon, text);
  await settled(host);
  const held = look(host, running.log());
  const { exit, text: shown } = lvskit(host, 'vs', 'diff', writeConfiguration(text));
  await running.stop();
  runIn(host, 'ipvsadm', '-C');
  return { held, drift: { exit, text: shown } };
}

let count = 0;
function writeConfiguration(text: string): string {
  const file = join(labRun(), `apply-${++count}.conf`);
  writeFileSync(file, text);
  return file;
}

await program(async (configurations: Readonly<Record<string, string>>) => {
  const host = 'applied';
  execFileSync('ip', ['netns', 'add', host]);
  whenDone(() => execFileSync('ip', ['netns', 'del', host]));
  runIn(host, 'ip', 'link', 'set', 'lo', 'up');
  const outcomes: Record<string, Outcome> = {};
  for (const [name, text] of Object.entries(configurations)) {
    const theirs = await daemonHolds(host, 'keepalived', text);
    const ours = await daemonHolds(host, 'lvskit', text);
    const applied = lvskit(host, 'vs', 'apply', writeConfiguration(text));
    const apply = { ...look(host, applied.told), exit: applied.exit };
    runIn(host, 'ipvsadm', '-C');
    outcomes[name] = { keepalived: theirs.held, run: ours.held, apply, drift: ours.drift };
    tell({ event: 'configuration', name });
  }
  return outcomes;
});
