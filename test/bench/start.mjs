// `npm run bench:start`: how long a command takes from its start to its end, as a multiple of `node -e 0` in the same run.
// Budget 2.0. On a machine without IPVS `vs list` and the shim end with the sentence that says so, which includes a try of modprobe.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Table from 'cli-table3';
import { root } from '../lab/bundle.mjs';

const rounds = Number(process.argv[2] ?? 15);
const bin = name => join(root, 'bin', name);
const commands = {
  'node -e 0': ['-e', '0'],
  'vs list': [bin('run.js'), 'vs', 'list'],
  'rs list': [bin('run.js'), 'rs', 'list'],
  'genhash --help': [bin('run.js'), 'genhash', '--help'],
  'ipvsadm -v': [bin('ipvsadm'), '-v'],
};
const times = Object.fromEntries(Object.keys(commands).map(name => [name, []]));
// In turns, so that a busy moment of the machine meets all of them; the first round fills caches and does not count.
for (let round = 0; round <= rounds; round++) {
  for (const [name, args] of Object.entries(commands)) {
    const begun = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (round > 0) times[name].push(performance.now() - begun);
  }
}
const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const bare = median(times['node -e 0']);
const table = new Table({
  head: ['command', 'median ms', 'x node -e 0'],
  colAligns: ['left', 'right', 'right'],
});
for (const [name, list] of Object.entries(times)) {
  table.push([name, median(list).toFixed(1), (median(list) / bare).toFixed(2)]);
}
process.stdout.write(`${table.toString()}\n`);
process.exitCode = Object.values(times).every(list => median(list) / bare <= 2) ? 0 : 1;
