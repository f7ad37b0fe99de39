// `npm run bench:lint`: `lvskit run -t` and `lvskit lint` beside `keepalived -t` on big configurations, in one run.
// Whole processes, run in turn; medians and bests of wall time, medians of processor time, ratios to keepalived's, peak memory;
// then the same at ten times the size, and whether the budgets hold (exit code 1 if not).
// Usage: node test/bench/lint.mjs [--runs N] [--real-time] [--json FILE] [SERVICESxSERVERS...]; needs `npm run build` before, and keepalived.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bigConfiguration } from './generate.mjs';

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '9' },
    json: { type: 'string' },
    // On a busy machine: the measured processes come before all others (chrt(1), as root), ours and keepalived's alike.
    'real-time': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const runs = Number(values.runs);
const sizes = (positionals.length > 0 ? positionals : ['500x100', '30000x1']).map(text =>
  text.split('x').map(Number),
);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = process.env['LVSKIT_BIN'] ?? join(root, 'bin/run.js');
if (!existsSync(bin)) throw new Error(`${bin} does not exist`);

/** The most that a command may cost: times keepalived's wall time, megabytes, and how much dearer a service may be in a file ten times as big. */
const limits = { 'run -t': 1, lint: 1.5 };
const mostMegabytes = 400;
const mostGrowth = 1.25;
const commands = {
  'keepalived -t': file => ['keepalived', '-t', '-f', file],
  'run -t': file => [process.execPath, bin, 'run', '-t', '-f', file],
  lint: file => [process.execPath, bin, 'lint', '--format', 'line', file],
  fmt: file => [process.execPath, bin, 'fmt', '--check', file],
  expand: file => [process.execPath, bin, 'expand', file],
};

const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Milliseconds of wall and processor, peak kilobytes; GNU time(1) measures the child alone. */
function measure(command) {
  const words = [...(values['real-time'] ? ['chrt', '-r', '5'] : []), '/usr/bin/time', '-f', '%U %S %M'];
  const [program, ...args] = [...words, ...command];
  const start = performance.now();
  const child = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const wall = performance.now() - start;
  // fmt --check says 1 where the style of a file is not ours.
  if (child.status !== 0 && !(child.status === 1 && command.includes('fmt')))
    throw new Error(`${command.join(' ')} ended with ${child.status}: ${child.stderr}`);
  const [user, system, peak] = child.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, processor: (user + system) * 1000, peak };
}

/** Samples of every command on a file of this size. */
function measureAll(directory, services, servers, rounds) {
  const file = join(directory, `${services}x${servers}.conf`);
  writeFileSync(file, bigConfiguration(services, servers));
  const samples = Object.fromEntries(Object.keys(commands).map(name => [name, []]));
  // The first round fills caches and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const sample = measure(command(file));
      if (round > 0) samples[name].push(sample);
    }
  }
  rmSync(file);
  return samples;
}

const directory = mkdtempSync(join(tmpdir(), 'lvskit-bench-'));
const report = [];
const growth = [];
const broken = [];
const judge = (fine, text) => fine || broken.push(text);
try {
  const empty = Array.from({ length: runs }, () => measure([process.execPath, '-e', '0']).wall);
  const start = median(empty);
  for (const [services, servers] of sizes) {
    const size = `${services}x${servers}`;
    const samples = measureAll(directory, services, servers, runs);
    const tenfold = measureAll(directory, services * 10, servers, Math.ceil(runs / 4));
    const of = (name, key, from = samples) => median(from[name].map(sample => sample[key]));
    // The quickest run is what the machine can do when nobody else wants it.
    const best = name => Math.min(...samples[name].map(sample => sample.wall));
    for (const name of Object.keys(commands)) {
      const [wall, processor, peak] = ['wall', 'processor', 'peak'].map(key => of(name, key));
      const wallRatio = wall / of('keepalived -t', 'wall');
      const peakMegabytes = Math.round(peak / 1024);
      const limit = limits[name];
      judge(
        limit === undefined || wallRatio <= limit,
        `${name} on ${size}: ${wallRatio.toFixed(2)} of keepalived`,
      );
      judge(peakMegabytes <= mostMegabytes, `${name} on ${size}: ${peakMegabytes} MB`);
      report.push({
        configuration: size,
        command: name,
        wall: Math.round(wall),
        wallRatio: Number(wallRatio.toFixed(2)),
        best: Math.round(best(name)),
        bestRatio: Number((best(name) / best('keepalived -t')).toFixed(2)),
        processor: Math.round(processor),
        processorRatio: Number((processor / of('keepalived -t', 'processor')).toFixed(2)),
        limit: limit ?? null,
        peakMegabytes,
      });
      // What an empty program takes is no matter of size.
      const own = name === 'keepalived -t' ? 0 : start;
      const dearer = (of(name, 'wall', tenfold) - own) / (wall - own) / 10;
      judge(
        name === 'keepalived -t' || dearer <= mostGrowth,
        `${name} on ${size} x 10: ${dearer.toFixed(2)} a service`,
      );
      growth.push({
        configuration: `${services * 10}x${servers}`,
        command: name,
        wall: Math.round(of(name, 'wall', tenfold)),
        'cost of a service': Number(dearer.toFixed(2)),
        peakMegabytes: Math.round(of(name, 'peak', tenfold) / 1024),
      });
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
console.table(report);
console.log('Ten times the size; 1 is the cost of a service in the file above:');
console.table(growth);
console.log(broken.length === 0 ? 'All budgets hold.' : `Over budget:\n  ${broken.join('\n  ')}`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ runs, report, growth, broken }, null, 2)}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
