// Compares reading a big configuration with `keepalived -t` on it. Usage: node test/bench/read.mjs [SERVICES] [SERVERS] [RUNS]
// Prints medians of whole processes in milliseconds, run in turn, and the resident memory of ours. keepalived is left out if absent.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bigConfiguration } from './generate.mjs';

const [services = 30_000, servers = 1, runs = 7] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'lvskit-bench-'));
const root = new URL('../..', import.meta.url).pathname;

/** Visits every statement and word once, as the typed configuration does. */
const program = `
import { readConfiguration } from '${root}src/core/conf/read.ts';
import { createReader } from '${root}src/core/host/files.ts';
const start = performance.now();
const { statements, diagnostics } = readConfiguration(process.argv[2], createReader());
const read = performance.now() - start;
let words = 0;
const visit = list => {
  for (const statement of list) {
    for (let i = 0; i < statement.length; i++) words += statement.word(i).length > 0 ? 1 : 0;
    if (statement.block !== undefined) visit(statement.block);
  }
};
visit(statements);
const visited = performance.now() - start - read;
console.log(JSON.stringify({ read, visited, words, diagnostics: diagnostics.length, rss: process.memoryUsage().rss }));
`;

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const timed = run => {
  const start = performance.now();
  const result = run();
  return [performance.now() - start, result];
};

try {
  const file = join(directory, 'big.conf');
  const entry = join(directory, 'program.ts');
  const bundle = join(directory, 'program.cjs');
  writeFileSync(file, bigConfiguration(services, servers));
  writeFileSync(entry, program);
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    outfile: bundle,
  });

  const oracle = !spawnSync('keepalived', ['--version']).error;
  const ours = [];
  const theirs = [];
  const inside = [];
  for (let run = 0; run < runs; run++) {
    const [elapsed, output] = timed(() =>
      execFileSync(process.execPath, [bundle, file], { encoding: 'utf8' }),
    );
    ours.push(elapsed);
    inside.push(JSON.parse(output));
    if (oracle) theirs.push(timed(() => spawnSync('keepalived', ['-t', '-f', file]))[0]);
  }
  const of = key => median(inside.map(sample => sample[key]));
  console.log(`${services} services x ${servers} servers, ${runs} runs, medians`);
  console.log(
    `ours: process ${median(ours).toFixed(0)} ms (read ${of('read').toFixed(0)}, visit ${of('visited').toFixed(0)}), ${(of('rss') / 1e6).toFixed(0)} MB, ${of('words')} words`,
  );
  console.log(
    oracle ? `keepalived -t: process ${median(theirs).toFixed(0)} ms` : 'keepalived is not installed here',
  );
} finally {
  rmSync(directory, { recursive: true });
}
