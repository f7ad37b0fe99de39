// Runs the failover measurement and prints its tables: medians, worst cases, and the difference between the two daemons.
// Spec: measure.ts.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type { Daemon } from '../../lab/daemon.ts';
import { runOnMachine } from '../../lab/run-program.ts';
import type { Order, Sample } from './measure.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    repetitions: { type: 'string', default: '7' },
    intervals: { type: 'string', default: '1,0.1,0.01' },
    json: { type: 'string' },
  },
});
const daemons = (['lvskit', 'keepalived'] as const).filter(
  daemon => values.only === undefined || values.only === daemon,
);
if (daemons.length === 0) throw new Error('--only takes lvskit or keepalived');
const order: Order = {
  daemons,
  intervals: values.intervals.split(','),
  repetitions: Number(values.repetitions),
};

const run = await runOnMachine({
  script: 'test/bench/failover/measure.ts',
  args: order,
  timeout: 60_000 + order.repetitions * daemons.length * order.intervals.length * 30_000,
  onEvent: event => {
    if (event.event !== 'sample') return;
    const sample = event as unknown as Sample & { repetition: number };
    process.stderr.write(
      `${sample.interval} s  ${sample.daemon} ${sample.repetition}/${order.repetitions}: takeover ${sample.takeover.toFixed(1)} ms\n`,
    );
  },
});
if (run.status !== 0) {
  process.stderr.write(`${run.console}\nthe measurement did not finish\n`);
  process.exit(1);
}
const samples = run.result as Sample[];

const table = new Table({
  head: [
    'advert_int',
    'daemon',
    'theory',
    'takeover median',
    'max',
    'lost at stop median',
    'max',
    'stop to answer',
    'lost at give-back',
    'max',
  ],
  style: { head: [], border: [] },
});
const summary = [];
for (const interval of order.intervals) {
  const medians = new Map<Daemon, number>();
  for (const daemon of daemons) {
    const mine = samples.filter(sample => sample.daemon === daemon && sample.interval === interval);
    const takeover = mine.map(sample => sample.takeover);
    const atStop = mine.map(sample => sample.lostAtStop);
    const atGiveBack = mine.map(sample => sample.lostAtGiveBack);
    medians.set(daemon, median(takeover));
    const row = {
      interval,
      daemon,
      theory: theory(interval),
      takeoverMedian: median(takeover),
      takeoverMax: Math.max(...takeover),
      lostAtStopMedian: median(atStop),
      lostAtStopMax: Math.max(...atStop),
      stopMedian: median(mine.map(sample => sample.stop)),
      lostAtGiveBackMedian: median(atGiveBack),
      lostAtGiveBackMax: Math.max(...atGiveBack),
    };
    summary.push(row);
    table.push([
      `${interval} s`,
      daemon,
      ...[row.theory, row.takeoverMedian, row.takeoverMax].map(value => value.toFixed(1)),
      row.lostAtStopMedian,
      row.lostAtStopMax,
      row.stopMedian.toFixed(1),
      row.lostAtGiveBackMedian,
      row.lostAtGiveBackMax,
    ]);
  }
  const ours = medians.get('lvskit');
  const theirs = medians.get('keepalived');
  if (ours !== undefined && theirs !== undefined) {
    table.push([
      `${interval} s`,
      {
        colSpan: 9,
        content: `lvskit - keepalived = ${(ours - theirs).toFixed(1)} ms, ratio ${(ours / theirs).toFixed(4)}`,
      },
    ]);
  }
}
process.stdout.write(
  `${table.toString()}\nmilliseconds and probes (one per millisecond), ${order.repetitions} repetitions\n`,
);
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ order, samples, summary }, null, 1)}\n`);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** 3 x interval + skew of a backup with priority 100: version 2 skews by parts of a second, version 3 by parts of the interval. */
function theory(interval: string): number {
  const milliseconds = Number(interval) * 1000;
  return 3 * milliseconds + ((256 - 100) / 256) * (interval === '1' ? 1000 : milliseconds);
}
