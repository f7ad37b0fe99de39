// `npm run bench:lint`: `lvskit run -t` and `lvskit lint` beside `keepalived -t` on big configurations, in one run.
// Whole processes, run in turn; medians and bests of wall time, medians of processor time, ratios to keepalived's, peak memory.
// Usage: node test/bench/lint.mjs [--runs N] [--json FILE] [SERVICESxSERVERS...]; needs `npm run build` before, and keepalived.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bigConfiguration } from './generate.mjs';

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '9' }, json: { type: 'string' } },
  allowPositionals: true,
});
const runs = Number(values.runs);
const sizes = (positionals.length > 0 ? positionals : ['500x100', '30000x1', '15000x1']).map(text =>
  text.split('x').map(Number),
);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = process.env['LVSKIT_BIN'] ?? join(root, 'bin/run.js');
if (!existsSync(bin)) throw new Error(`${bin} does not exist`);

/** What issue and house promise: the most that each may cost of keepalived's time. */
const limits = { 'run -t': 1, lint: 1.5 };
const commands = {
  'keepalived -t': file => ['keepalived', ['-t', '-f', file]],
  'run -t': file => [process.execPath, [bin, 'run', '-t', '-f', file]],
  lint: file => [process.execPath, [bin, 'lint', '--format', 'line', file]],
};

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Milliseconds of wall and processor, peak kilobytes; GNU time(1) measures the child alone. */
function measure([program, args]) {
  const start = performance.now();
  const child = spawnSync('/usr/bin/time', ['-f', '%U %S %M', program, ...args], { encoding: 'utf8' });
  const wall = performance.now() - start;
  const [user, system, peak] = child.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  if (child.status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${child.status}: ${child.stderr}`);
  return { wall, processor: (user + system) * 1000, peak };
}

const directory = mkdtempSync(join(tmpdir(), 'lvskit-bench-'));
const report = [];
try {
  for (const [services, servers] of sizes) {
    const file = join(directory, `${services}x${servers}.conf`);
    writeFileSync(file, bigConfiguration(services, servers));
    const samples = Object.fromEntries(Object.keys(commands).map(name => [name, []]));
    for (let run = 0; run < runs; run++) {
      for (const [name, command] of Object.entries(commands)) samples[name].push(measure(command(file)));
    }
    const of = (name, key) => median(samples[name].map(sample => sample[key]));
    // The quickest run is what the machine can do when nobody else wants it.
    const best = name => Math.min(...samples[name].map(sample => sample.wall));
    for (const name of Object.keys(commands)) {
      const [wall, processor, peak] = ['wall', 'processor', 'peak'].map(key => of(name, key));
      report.push({
        configuration: `${services}x${servers}`,
        command: name,
        wall: Math.round(wall),
        wallRatio: Number((wall / of('keepalived -t', 'wall')).toFixed(2)),
        best: Math.round(best(name)),
        bestRatio: Number((best(name) / best('keepalived -t')).toFixed(2)),
        processor: Math.round(processor),
        processorRatio: Number((processor / of('keepalived -t', 'processor')).toFixed(2)),
        limit: limits[name] ?? null,
        peakMegabytes: Math.round(peak / 1024),
      });
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
console.table(report);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ runs, report }, null, 2)}\n`);
