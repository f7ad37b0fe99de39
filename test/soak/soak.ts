// The long runs: demo on a busy machine, thousands of reloads, a flood, a million damaged packets; a table of figures at the end.
// Spec: DESIGN section 3 (soak). Nothing here judges times: a part fails when something does not happen, ends or throws.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { root } from '../lab/bundle.mjs';
import { labResult, runOnMachine } from '../lab/run-program.ts';
import { damagedPackets } from './packets.ts';

export interface Part {
  /** What happened, in the order to print it. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly failures: readonly string[];
}

/** Keeps every processor busy until the returned function is called. */
function makeBusy(): () => void {
  const loops: ChildProcess[] = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;) Math.random();'], { stdio: 'ignore' }),
  );
  const stop = () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
  process.once('exit', stop);
  return stop;
}

const failing = /did not happen|not within|did not come/;
/** A request that was lost in a phase in which none may be: why. */
const unexpected = /\blost {2}(both|web2 alone|lvs\d serves|lvs1 comes back)/;

/** One run of the demo: its exit code and what it says did not happen. */
function demoOnce(): Promise<{ readonly code: number | null; readonly said: readonly string[] }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [join(root, 'test', 'demo', 'run.mjs')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
    }
    child.on('close', code => {
      const said = text.split('\n').filter(line => failing.test(line) || unexpected.test(line));
      resolve({ code, said: said.map(line => line.slice(0, 300)) });
    });
  });
}

async function demo(times: number): Promise<Part> {
  const failures: string[] = [];
  const took: number[] = [];
  const stop = makeBusy();
  try {
    for (let run = 1; run <= times; run++) {
      const begun = performance.now();
      const { code, said } = await demoOnce();
      took.push(Math.round((performance.now() - begun) / 1000));
      if (code !== 0) failures.push(`run ${run}: ${said.join('; ') || `exit status ${code}`}`);
      console.log(`demo ${run} of ${times}: ${code === 0 ? 'ok' : failures.at(-1)}`);
    }
  } finally {
    stop();
  }
  return {
    figures: { passed: times - failures.length, failed: failures.length, 'seconds each': took.join(' ') },
    failures,
  };
}

const inLab = (script: string) => (times: number) =>
  labResult<Part>({ script, args: { times }, timeout: 8 * 3_600_000 }, runOnMachine);

/** Name -> how often by itself, and what runs it. */
const parts = {
  packets: { times: 1_000_000, run: damagedPackets },
  reloads: { times: 5_000, run: inLab('test/soak/reloads-lab.ts') },
  /** In seconds. */
  flood: { times: 300, run: inLab('test/soak/flood-lab.ts') },
  demo: { times: 20, run: demo },
} as const satisfies Record<string, { times: number; run(times: number): Promise<Part> | Part }>;

const { values } = parseArgs({
  options: { only: { type: 'string' }, times: { type: 'string' }, json: { type: 'string' } },
});
const wanted = values.only?.split(',');
const unknown = wanted?.filter(name => !(name in parts)) ?? [];
const count = values.times === undefined ? undefined : Number(values.times);
if (unknown.length > 0 || (count !== undefined && !(Number.isInteger(count) && count > 0))) {
  console.error(`usage: npm run soak -- [--only ${Object.keys(parts).join(',')}] [--times N] [--json FILE]`);
  process.exit(2);
}

const table = new Table({ head: ['part', 'times', 'seconds', 'figures'], style: { head: [], border: [] } });
const results: Record<string, Part & { readonly times: number; readonly seconds: number }> = {};
for (const [name, { times: usual, run }] of Object.entries(parts)) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  const times = count ?? usual;
  const begun = performance.now();
  console.log(`${name}: ${times} times`);
  let part: Part;
  try {
    part = await run(times);
  } catch (error) {
    part = { figures: {}, failures: [error instanceof Error ? error.message : String(error)] };
  }
  const seconds = Math.round((performance.now() - begun) / 1000);
  results[name] = { ...part, times, seconds };
  const lines = Object.entries(part.figures).map(([what, value]) => `${what}: ${value}`);
  table.push([name, times, seconds, lines.join('\n')]);
}
console.log(table.toString());
const failures = Object.entries(results).flatMap(([name, part]) =>
  part.failures.map(text => `${name}: ${text}`),
);
for (const failure of failures) console.log(`failed: ${failure}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
console.log(failures.length === 0 ? 'nothing failed' : `${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
