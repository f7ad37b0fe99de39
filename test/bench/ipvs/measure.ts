// Runs where a kernel has IPVS: restores, saves, lists, exports and clears great tables with ipvsadm and with ours, whole processes in turns.
// Spec: Debian's ipvsadm 1.31; the built lvskit as it is installed. Wall clock, taken by a shell between two commands.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lab/bundle.mjs';
import { labRun } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';
import { type ConnectionTimes, measureConnections } from './connections.ts';

export interface Shape {
  readonly services: number;
  readonly servers: number;
  /** False where the original would take minutes: then only ours is measured. */
  readonly original: boolean;
}

/** `table` to `json` are listings for people and programs: vs list, vs list --brief, vs stats, vs rates, vs list --json. */
export type Work =
  | 'restore'
  | 'save'
  | 'list'
  | 'export'
  | 'table'
  | 'brief'
  | 'stats'
  | 'rates'
  | 'json'
  | 'clear';

/** Milliseconds of whole processes, one for each round; `start` is the same program asked for its version. Clearing: see `oursClearing`. */
export type Rounds = Readonly<Partial<Record<Work | 'start', readonly number[]>>>;

export interface Times {
  readonly shape: Shape;
  readonly ours: Rounds;
  readonly theirs: Rounds;
}

export interface Measured {
  readonly times: readonly Times[];
  readonly connections: ConnectionTimes;
}

interface Plan {
  readonly shapes: readonly Shape[];
  readonly rounds: number;
  readonly connections: number;
}

/** A step of a script: shell words, and what they count as. */
type Step = readonly [work: Work | 'start' | undefined, command: string];

/** Clearing takes milliseconds of a process: it is measured so many times as often as the rest. */
const clearings = 4;

const ours = `${process.execPath} ${join(root, 'bin', 'run.js')}`;
const at = (name: string) => join(labRun(), name);

await program(async ({ shapes, rounds, connections }: Plan): Promise<Measured> => {
  // Every part of the compiled code is made and kept once, as on a machine where lvskit has been used before.
  writeFileSync(at('rules'), rules({ services: 40, servers: 2, original: false }));
  for (let round = 0; round < 2; round++) inFreshNamespace(oursSteps);
  const times: Times[] = [];
  for (const shape of shapes) {
    writeFileSync(at('rules'), rules(shape));
    const taken: Rounds[] = [];
    let theirs: Rounds = {};
    for (let round = 0; round < rounds; round++) {
      taken.push(inFreshNamespace(oursSteps));
      if (!readFileSync(at('saved')).equals(readFileSync(at('rules'))))
        throw new Error('what was saved is not what was restored');
      if (round === 0 && shape.original) theirs = inFreshNamespace(theirsSteps);
    }
    const clearing = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < clearings * rounds; round++) {
      clearing.ours.push(...(inFreshNamespace(oursClearing).clear ?? []));
      const { start = [], clear = [] } = shape.original ? inFreshNamespace(theirsClearing) : {};
      clearing.theirs.push(...clear.map((whole, index) => whole - (start[index] ?? 0)));
    }
    taken.push({ clear: clearing.ours });
    theirs = { ...theirs, clear: clearing.theirs };
    times.push({ shape, ours: joined(taken), theirs });
    tell({ event: 'shape', ...shape, ours: joined(taken), theirs });
  }
  const listed = measureConnections(ours, connections, rounds);
  tell({ event: 'connections', ...listed });
  return { times, connections: listed };
});

function oursSteps(): readonly Step[] {
  return [
    ['start', `${ours} ipvsadm --version >/dev/null`],
    ['restore', `${ours} ipvsadm -R <${at('rules')}`],
    ['save', `${ours} ipvsadm -Sn >${at('saved')}`],
    ['list', `${ours} ipvsadm -Ln >/dev/null`],
    ['export', `${ours} vs export >/dev/null`],
    ['table', `${ours} vs list >/dev/null`],
    ['brief', `${ours} vs list --brief >/dev/null`],
    ['stats', `${ours} vs stats >/dev/null`],
    ['rates', `${ours} vs rates >/dev/null`],
    ['json', `${ours} vs list --json >/dev/null`],
    [undefined, `${ours} ipvsadm -C`],
  ];
}

/**
 * Clearing takes a small part of what a process takes to start, so ours is timed inside of its process, and theirs by processes that
 * clear beside processes that do nothing. Both clear what ours restored.
 */
function oursClearing(): readonly Step[] {
  return [
    [undefined, `${ours} ipvsadm -R <${at('rules')}`],
    ['clear', `${process.execPath} ${join(root, 'test', 'bench', 'ipvs', 'clear.cjs')}`],
  ];
}

function theirsClearing(): readonly Step[] {
  return [
    [undefined, `${ours} ipvsadm -R <${at('rules')}`],
    ['start', 'ipvsadm --version >/dev/null'],
    ['clear', 'ipvsadm -C'],
  ];
}

function theirsSteps(): readonly Step[] {
  const reading: readonly Step[] = [
    ['save', 'ipvsadm -Sn >/dev/null'],
    ['list', 'ipvsadm -Ln >/dev/null'],
    ['stats', 'ipvsadm -Ln --stats >/dev/null'],
    ['start', 'ipvsadm --version >/dev/null'],
  ];
  return [['restore', `ipvsadm -R <${at('rules')}`], ...reading, ...reading, ...reading];
}

/** Runs the steps in a namespace of their own: no trash of a cleared table lies about there. */
function inFreshNamespace(steps: () => readonly Step[]): Rounds {
  const lines = steps().map(([work, command]) =>
    work === undefined || command.endsWith('.cjs')
      ? command
      : `a=$(date +%s%N); ${command}; b=$(date +%s%N); echo ${work} $((b - a))`,
  );
  execFileSync('ip', ['netns', 'add', 'bench']);
  try {
    const script = ['set -e', 'ip link set lo up', ...lines].join('\n');
    const text = execFileSync('ip', ['netns', 'exec', 'bench', 'sh', '-c', script], { encoding: 'utf8' });
    const taken: Partial<Record<Work | 'start', number[]>> = {};
    for (const line of text.trim().split('\n')) {
      const [work, nanoseconds] = line.split(' ') as [Work | 'start', string];
      taken[work] = [...(taken[work] ?? []), Number(nanoseconds) / 1e6];
    }
    return taken;
  } finally {
    execFileSync('ip', ['netns', 'del', 'bench']);
  }
}

function joined(rounds: readonly Rounds[]): Rounds {
  const all: Partial<Record<Work | 'start', number[]>> = {};
  for (const round of rounds) {
    for (const [work, times] of Object.entries(round) as [Work | 'start', readonly number[]][])
      all[work] = [...(all[work] ?? []), ...times];
  }
  return all;
}

function rules({ services, servers }: Shape): string {
  let text = '';
  for (let one = 0; one < services; one++) {
    const service = `-t 10.${(one >> 16) & 255}.${(one >> 8) & 255}.${one & 255}:80`;
    text += `-A ${service} -s wrr\n`;
    for (let other = 0; other < servers; other++)
      text += `-a ${service} -r 192.168.${(other >> 8) & 255}.${other & 255}:8080 -m -w 1\n`;
  }
  return text;
}
