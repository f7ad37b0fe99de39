// Runs the table measurement and prints both programs' times and their ratios, beside the budgets.
// Spec: measure.ts.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { runWithIpvs } from '../../lab/run-program.ts';
import type { Measured, Rounds, Shape, Work } from './measure.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});

const works = [
  'restore',
  'save',
  'list',
  'export',
  'table',
  'brief',
  'stats',
  'rates',
  'json',
  'clear',
] as const satisfies readonly Work[];
/** Listings are held to the time ipvsadm takes for the first shape, whatever they list; the others to its time for the same. */
const budgets: Readonly<Record<Work, number | undefined>> = {
  restore: 0.05,
  save: 0.12,
  list: 0.12,
  export: 0.12,
  table: 0.15,
  brief: 0.15,
  stats: undefined,
  rates: undefined,
  json: undefined,
  clear: 1.5,
};
/** `export` is measured against their `save`: they have no other way to write everything down. JSON holds counters, as --stats does. */
const counterparts = {
  restore: 'restore',
  save: 'save',
  list: 'list',
  export: 'save',
  table: 'list',
  brief: 'list',
  stats: 'stats',
  rates: 'stats',
  json: 'stats',
  clear: 'clear',
} as const;
const size = values.quick ? 1 : 10;
const all: readonly Shape[] = [
  { services: 1000 * size, servers: 1, original: true },
  { services: 100 * size, servers: 10, original: true },
  { services: 200 * size, servers: 50, original: true },
  { services: 300 * size, servers: 1, original: false },
  { services: 3000 * size, servers: 1, original: false },
];
/** The last two: from one to ten times the services. */
const shapes = values.growth ? all.slice(-2) : all;

const run = await runWithIpvs({
  script: 'test/bench/ipvs/measure.ts',
  args: { shapes, rounds: Number(values.rounds), connections: 10_000 * size },
  timeout: 5_400_000,
  onEvent: event => process.stderr.write(`${JSON.stringify(event)}\n`),
});
if (run.status !== 0) {
  process.stderr.write(`${run.console}\n`);
  throw new Error('the measurement did not finish');
}
const { times, connections } = run.result as Measured;

const median = (list: readonly number[] | undefined): number =>
  [...(list ?? [])].sort((a, b) => a - b)[Math.floor((list?.length ?? 0) / 2)] ?? Number.NaN;
/** What a command took beyond the start of its process; clearing is measured so. */
const work = (rounds: Rounds, name: Work): number =>
  median(rounds[name]) - (name === 'clear' ? 0 : median(rounds.start));

const shown = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(0));
const ratio = (ours: number, theirs: number): string =>
  Number.isNaN(theirs) ? '' : (ours / theirs).toFixed(3);
const table = new Table({
  head: ['table', 'work', 'ours', 'theirs', 'ratio', 'budget', 'ours whole', 'theirs whole', 'ratio whole'],
  colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
});
const first = times[0];
let missed = 0;
for (const { shape, ours, theirs } of times) {
  const name = `${shape.services} x ${shape.servers}`;
  for (const one of works) {
    const other = counterparts[one];
    // ipvsadm reads few services with many servers fast; what is asked is the time of many services.
    const held = one === 'restore' || one === 'clear' ? theirs : (first?.theirs ?? theirs);
    const part = work(ours, one) / work(held, other);
    const budget = budgets[one];
    const over = shape.original && budget !== undefined && part > budget;
    if (over) missed++;
    table.push([
      name,
      one,
      shown(work(ours, one)),
      shown(work(theirs, other)),
      ratio(work(ours, one), work(theirs, other)),
      shape.original && budget !== undefined
        ? `${budget} ${over ? 'missed' : 'met'} (${part.toFixed(3)})`
        : '',
      ...(one === 'clear'
        ? ['', '', '']
        : [
            shown(median(ours[one])),
            shown(median(theirs[other])),
            ratio(median(ours[one]), median(theirs[other])),
          ]),
    ]);
  }
  table.push([
    name,
    'process start',
    '',
    '',
    '',
    '',
    shown(median(ours.start)),
    shown(median(theirs.start)),
    '',
  ]);
}
process.stdout.write(
  `Milliseconds, medians of ${values.rounds} rounds. In brackets what is held against the budget: listings by the time ipvsadm takes for the first table.\n`,
);
process.stdout.write(`${table.toString()}\n`);
const [small, great] = [times.at(-2), times.at(-1)];
if (small !== undefined && great !== undefined) {
  const growth = works.map(one => `${one} ${(work(great.ours, one) / work(small.ours, one)).toFixed(1)}`);
  process.stdout.write(`ten times the services cost times: ${growth.join(', ')} (budget 11)\n`);
}
const { ours, json, theirs, reading, ourStart, theirStart } = connections.rounds;
const theirWork = median(theirs) - median(theirStart);
const shares = [
  ['conn list', median(ours) - median(ourStart)],
  ['conn list --json', median(json) - median(ourStart)],
  ['reading alone, a page at a time', median(reading) - median(theirStart)],
] as const;
process.stdout.write(
  `${connections.connections} connections, ipvsadm -Lcn without start ${shown(theirWork)}: ${shares
    .map(([name, value]) => `${name} ${shown(value)} (${ratio(value, theirWork)})`)
    .join(', ')}\n`,
);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ times, connections }, undefined, 1)}\n`);
process.exitCode = missed === 0 ? 0 : 1;
