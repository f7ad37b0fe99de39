// Runs the table measurement and prints both programs' times and their ratios, beside the budgets.
// Stands behind it: measure.ts.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { runWithIpvs } from '../../lab/run-program.ts';
import type { Shape, Times, Work } from './measure.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});

/** `export` is measured against their `save`: they have no other way to write everything down. */
const budgets = { restore: 0.05, save: 0.12, list: 0.12, export: 0.12, clear: 1.5 } as const satisfies Record<
  Work,
  number
>;
const size = values.quick ? 1 : 10;
const shapes: readonly Shape[] = [
  { services: 100 * size, servers: 1, original: true },
  { services: 1000 * size, servers: 1, original: true },
  { services: 100 * size, servers: 10, original: true },
  { services: 200 * size, servers: 50, original: true },
];

const run = await runWithIpvs({
  script: 'test/bench/ipvs/measure.ts',
  args: { shapes },
  timeout: 900_000,
  onEvent: event => process.stderr.write(`${JSON.stringify(event)}\n`),
});
if (run.status !== 0) {
  process.stderr.write(`${run.console}\n`);
  throw new Error('the measurement did not finish');
}
const times = run.result as readonly Times[];
const table = new Table({
  head: ['services x servers', 'work', 'lvskit ms', 'ipvsadm ms', 'ratio', 'budget'],
});
for (const { shape, ours, theirs } of times) {
  for (const work of Object.keys(budgets) as Work[]) {
    const other = work === 'export' ? theirs.save : theirs[work];
    const ratio = other === undefined ? '' : (ours[work] / other).toFixed(3);
    table.push([
      `${shape.services} x ${shape.servers}`,
      work,
      ours[work].toFixed(0),
      other?.toFixed(0) ?? '',
      ratio,
      budgets[work],
    ]);
  }
  table.push([`${shape.services} x ${shape.servers}`, 'process start', ours.start.toFixed(0), '', '', '']);
}
process.stdout.write(`${table.toString()}\n`);
const [small, great] = times;
if (small !== undefined && great !== undefined) {
  const growth = (Object.keys(budgets) as Work[]).map(
    work => `${work} ${(great.ours[work] / small.ours[work]).toFixed(1)}`,
  );
  process.stdout.write(`ten times the services cost times: ${growth.join(', ')} (budget 11)\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(times, undefined, 1)}\n`);
