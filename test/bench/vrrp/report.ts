// Runs bench:vrrp and prints its table: medians of the repetitions, ratios, and the budgets beside them. Never a test.
// Spec: measure.ts; the budgets are those the project set itself.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { runOnMachine } from '../../lab/run-program.ts';
import { type Budget, budgetFor } from './budgets.ts';
import type { Order, Part, Sample, Who } from './measure.ts';

const known = ['cpu', 'interval', 'takeover', 'churn', 'start', 'flood'] as const satisfies readonly Part[];
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    daemons: { type: 'string', default: 'lvskit,keepalived' },
    repetitions: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const asked = values.only?.split(',') ?? known;
const unknown = asked.filter(name => !known.some(part => part === name));
if (unknown.length > 0) throw new Error(`--only takes ${known.join(', ')} (got ${unknown.join(', ')})`);
const order: Order = {
  parts: known.filter(part => asked.includes(part)),
  daemons: (['lvskit', 'keepalived'] as const).filter(name => values.daemons.split(',').includes(name)),
  repetitions: Number(values.repetitions),
  seconds: Number(values.seconds),
};

const samples: Sample[] = [];
const run = await runOnMachine({
  script: 'test/bench/vrrp/measure.ts',
  args: order,
  timeout: 60_000 + order.repetitions * order.parts.length * 180_000,
  onEvent: event => {
    if (event.event !== 'sample') return;
    const sample = event as unknown as Sample;
    samples.push(sample);
    process.stderr.write(
      `${sample.part}, ${sample.scene}, ${sample.figure}, ${sample.who}: ${sample.value.toFixed(1)} ${sample.unit}\n`,
    );
  },
});

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const shown = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1));
const verdict = (budget: Budget | undefined, ours: number): string =>
  budget === undefined || !Number.isFinite(budget.limit)
    ? ''
    : `${budget.text} = ${budget.limit.toFixed(1)}: ${ours <= budget.limit ? 'met' : 'NOT MET'}`;

const table = new Table({
  head: ['part', 'scene', 'figure', 'lvskit', 'keepalived', 'ratio', 'bare Node', 'budget'],
  style: { head: [], border: [] },
});
const rows = new Map<string, Sample[]>();
for (const sample of samples) {
  const key = `${sample.part}|${sample.scene}|${sample.figure}`;
  rows.set(key, [...(rows.get(key) ?? []), sample]);
}
const summary = [...rows.values()].flatMap(group => {
  const [sample] = group;
  if (sample === undefined) return [];
  const of = (who: Who): number | undefined => {
    const mine = group.filter(each => each.who === who).map(({ value }) => value);
    return mine.length === 0 ? undefined : median(mine);
  };
  const { part, scene, figure, unit } = sample;
  return [
    { part, scene, figure, unit, lvskit: of('lvskit'), keepalived: of('keepalived'), bare: of('bare') },
  ];
});
for (const { part, scene, figure, unit, lvskit, keepalived, bare } of summary) {
  const ratio = lvskit === undefined || keepalived === undefined ? undefined : lvskit / keepalived;
  const budget = budgetFor(part, scene, figure, { keepalived, bare });
  const withUnit = unit === '' ? figure : `${figure}, ${unit}`;
  const judged = lvskit === undefined ? '' : verdict(budget, lvskit);
  const ratioText = ratio === undefined || !Number.isFinite(ratio) ? '-' : ratio.toFixed(2);
  table.push([part, scene, withUnit, shown(lvskit), shown(keepalived), ratioText, shown(bare), judged]);
}
process.stdout.write(`${table.toString()}\nmedians of ${order.repetitions} repetitions\n`);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ order, samples, summary }, null, 1)}\n`);
if (run.status !== 0) {
  process.stderr.write(`${run.console}\nthe measurement did not finish\n`);
  process.exit(1);
}
