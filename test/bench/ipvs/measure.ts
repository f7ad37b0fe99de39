// Runs where a kernel has IPVS: restores, saves, lists and clears great tables with ipvsadm and with ours, in turns.
// Stands behind it: Debian's ipvsadm 1.31; wall clock of the whole command, ours without the start of its process.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IpvsadmIo, ipvsadm } from '../../../src/core/cli/ipvs/ipvsadm/run.ts';
import { openIpvs } from '../../../src/core/cli/ipvs/kernel.ts';
import { tableText } from '../../../src/core/cli/ipvs/write-table.ts';
import { unwrap } from '../../../src/core/fault.ts';
import { labRun } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';

export interface Shape {
  readonly services: number;
  readonly servers: number;
  /** False where the original would take minutes: then only ours is measured. */
  readonly original: boolean;
}

/** Milliseconds. */
export interface Times {
  readonly shape: Shape;
  /** `start` is everything of the process but the work. */
  readonly ours: Readonly<Record<Work | 'start', number>>;
  readonly theirs: Readonly<Partial<Record<Work, number>>>;
}

export type Work = 'restore' | 'save' | 'list' | 'export' | 'clear';

const shapeAsked = process.env['BENCH_SHAPE'];
if (shapeAsked !== undefined) {
  // A process of its own in a fresh namespace, as a command is: nothing has run before, and no trash of a cleared table lies about.
  process.stdout.write(JSON.stringify(await oursOn(JSON.parse(shapeAsked) as Shape)));
  process.exit(0);
}

await program(async ({ shapes }: { shapes: readonly Shape[] }) => {
  const times: Times[] = [];
  for (const shape of shapes) {
    const ours = inFreshNamespace('ours', space => {
      const script = process.argv[1] ?? '';
      const command = ['env', `BENCH_SHAPE=${JSON.stringify(shape)}`, process.execPath, script];
      const begun = performance.now();
      const text = execFileSync('nsenter', [`--net=/run/netns/${space}`, ...command], { encoding: 'utf8' });
      const took = JSON.parse(text) as Record<Work, number>;
      const inside = Object.values(took).reduce((sum, one) => sum + one, 0);
      return { ...took, start: performance.now() - begun - inside };
    });
    const theirs = shape.original ? inFreshNamespace('theirs', space => theirsOn(shape, space)) : {};
    times.push({ shape, ours, theirs });
    tell({ event: 'shape', ...shape, ours, theirs });
  }
  return times;
});

function inFreshNamespace<T>(name: string, act: (name: string) => T): T {
  execFileSync('ip', ['netns', 'add', name]);
  try {
    execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
    return act(name);
  } finally {
    execFileSync('ip', ['netns', 'del', name]);
  }
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

async function timed(act: () => Promise<unknown> | unknown): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

async function oursOn(shape: Shape): Promise<Record<Work, number>> {
  const text = rules(shape);
  let written = '';
  const io: IpvsadmIo = {
    write: part => {
      written += part;
    },
    complain: part => {
      throw new Error(part);
    },
    input: () => [text],
    connections: () => undefined,
    loadModule: async () => ({ loaded: false, text: '' }),
  };
  const restore = await timed(() => ipvsadm(['-R'], io));
  const save = await timed(() => ipvsadm(['-Sn'], io));
  if (written.length !== text.length) throw new Error(`saved ${written.length} bytes of ${text.length}`);
  const list = await timed(() => ipvsadm(['-Ln'], io));
  const exported = await timed(async () => {
    const kernel = unwrap(await openIpvs());
    unwrap(await tableText(kernel.client, 'yaml'));
    kernel.close();
  });
  const clear = await timed(() => ipvsadm(['-C'], io));
  return { restore, save, list, export: exported, clear };
}

function theirsOn(shape: Shape, space: string): Record<Exclude<Work, 'export'>, number> {
  const file = join(labRun(), 'rules');
  writeFileSync(file, rules(shape));
  const at = (name: string) => join(labRun(), name);
  const run = (name: string, command: string) =>
    `date +%s%N >${at(`${name}0`)}; ${command}; date +%s%N >${at(`${name}1`)}`;
  execFileSync('nsenter', [
    `--net=/run/netns/${space}`,
    'sh',
    '-c',
    [
      run('restore', `ipvsadm -R <${file}`),
      run('save', `ipvsadm -Sn >${at('saved')}`),
      run('list', `ipvsadm -Ln >${at('listed')}`),
      run('clear', 'ipvsadm -C'),
    ].join('\n'),
  ]);
  const took = (name: string) =>
    Number(
      BigInt(readFileSync(at(`${name}1`), 'utf8').trim()) -
        BigInt(readFileSync(at(`${name}0`), 'utf8').trim()),
    ) / 1e6;
  return { restore: took('restore'), save: took('save'), list: took('list'), clear: took('clear') };
}
