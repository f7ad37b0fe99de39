// Runs where a kernel has IPVS: each command line through ipvsadm in one namespace and through ours, in this process, in its twin.
// Spec: ipvsadm 1.31; returns what both answered and both tables, judges nothing.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ipvsadm } from '../../src/core/cli/ipvs/index.ts';
import { labRun } from '../lab/processes.ts';
import { program, tell, whenDone } from '../lab/program.ts';
import type { Scenario, Step } from './ipvsadm-lines.ts';

/** What one command line answered, and the table after it as the real `ipvsadm -Sn` prints it; not looked at after a refused line (2). */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  readonly table: string;
}

export interface Answers {
  readonly scenario: string;
  readonly theirs: readonly Answer[];
  readonly ours: readonly Answer[];
}

/** Commands after which the table cannot be another. */
function showsOnly(step: Step): boolean {
  return step.prepares === true || /^(-[Ll]|-S|--list|--save|-v|--version)/.test(step.words[0] ?? '');
}

/** What a table saved by one of the programs looks like after the other restored it. */
export interface Crossing {
  readonly saved: string;
  readonly restored: string;
}

export interface LabResult {
  readonly answers: readonly Answers[];
  readonly oursToTheirs: Crossing;
  readonly theirsToOurs: Crossing;
}

await program(async ({ scenarios }: { scenarios: readonly Scenario[] }) => {
  execFileSync('ip', ['netns', 'add', 'twin']);
  whenDone(() => execFileSync('ip', ['netns', 'del', 'twin']));
  const device =
    'link add dummy0 type dummy\nlink set dummy0 up multicast on\naddr add 10.255.0.1/24 dev dummy0\n';
  execFileSync('ip', ['-batch', '-'], { input: device });
  execFileSync('ip', ['-n', 'twin', '-batch', '-'], { input: `link set lo up\n${device}` });
  const answers: Answers[] = [];
  for (const scenario of scenarios) {
    const theirs = runTheirs(scenario);
    const ours = await runOurs(scenario);
    answers.push({ scenario: scenario.name, theirs, ours });
    tell({ event: 'scenario', name: scenario.name, steps: scenario.steps.length });
  }
  return { answers, ...(await crossings(scenarios)) } satisfies LabResult;
});

/** The richest table, saved by ours and restored by theirs, and the other way round. */
async function crossings(scenarios: readonly Scenario[]) {
  const rich = scenarios.find(({ name }) => name === 'every kind of entry in every listing');
  const rules = (rich?.steps ?? []).filter(({ words }) => /^-[Aa]$/.test(words[0] ?? ''));
  const fill = rules.map(({ words }) => words.join(' ')).join('\n');
  const theirs = (word: string, input = '') => execFileSync('ipvsadm', [word], { input, encoding: 'utf8' });
  const ours = async (word: string, input = '') => (await run({ words: [word], input })).stdout;
  theirs('-C');
  theirs('-R', `${fill}\n`);
  const [savedByOurs, savedByTheirs] = [await ours('-Sn'), theirs('-Sn')];
  // A mark above 2^31 is saved as a negative number, which neither reads back: the original's fault, kept.
  const readable = (text: string) => text.replaceAll(/^.* -f -\d+.*\n/gm, '');
  theirs('-C');
  theirs('-R', readable(savedByOurs));
  const oursToTheirs = { saved: readable(savedByOurs), restored: theirs('-Sn') };
  await ours('-C');
  await ours('-R', readable(savedByTheirs));
  return { oursToTheirs, theirsToOurs: { saved: readable(savedByTheirs), restored: await ours('-Sn') } };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** One shell for the whole scenario: starting a process from here is ten times dearer than from there. */
function runTheirs(scenario: Scenario): Answer[] {
  const folder = join(labRun(), 'theirs');
  mkdirSync(folder, { recursive: true });
  const at = (name: string, index: number) => join(folder, `${name}${index}`);
  const script = ['ipvsadm -C', 'ipvsadm --set 900 120 300'];
  for (const [index, step] of scenario.steps.entries()) {
    writeFileSync(at('in', index), step.input ?? '');
    script.push(
      `ipvsadm ${step.words.map(quote).join(' ')} <${at('in', index)} >${at('out', index)} 2>${at('err', index)}`,
      `s=$?; echo $s >${at('status', index)}; : >${at('table', index)}`,
    );
    if (!showsOnly(step)) script.push(`[ $s = 2 ] || ipvsadm -Sn >${at('table', index)}`);
  }
  writeFileSync(join(folder, 'script'), script.join('\n'));
  execFileSync('nsenter', ['--net=/run/netns/twin', 'sh', join(folder, 'script')]);
  return scenario.steps.map((_, index) => ({
    stdout: readFileSync(at('out', index), 'utf8'),
    stderr: readFileSync(at('err', index), 'utf8'),
    status: Number(readFileSync(at('status', index), 'utf8')),
    table: readFileSync(at('table', index), 'utf8'),
  }));
}

async function runOurs(scenario: Scenario): Promise<Answer[]> {
  const answers: Answer[] = [];
  execFileSync('ipvsadm', ['-C']);
  execFileSync('ipvsadm', ['--set', '900', '120', '300']);
  for (const step of scenario.steps) answers.push(await run(step));
  return answers;
}

async function run(step: Step): Promise<Answer> {
  let [stdout, stderr] = ['', ''];
  const status = await ipvsadm(step.words, {
    name: 'ipvsadm',
    write: text => {
      stdout += text;
    },
    writePiece(piece) {
      stdout += Buffer.from(piece).toString();
      return true;
    },
    complain: text => {
      stderr += text;
    },
    input: () => [step.input ?? ''],
    connections: () => readFileSync('/proc/net/ip_vs_conn', 'latin1'),
    loadModule: async () => ({ loaded: false, text: '' }),
  });
  const looked = !showsOnly(step) && status !== 2;
  const table = looked ? execFileSync('ipvsadm', ['-Sn'], { encoding: 'utf8' }) : '';
  return { stdout, stderr, status, table };
}
