// Starts the demo's story where a kernel has IPVS and shows it: live on the terminal, then a table, then a picture; exit code 1 when
// anything did not happen. Spec: story.ts; NO_COLOR (no-color.org).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Chalk } from 'chalk';
import Table from 'cli-table3';
import { root } from '../lab/bundle.mjs';
import { daemonUnderTest } from '../lab/daemon.ts';
import type { LabEvent } from '../lab/protocol.ts';
import { hasIpvs, runWithIpvs } from '../lab/run-program.ts';
import { picture } from './picture.ts';
import { type Slice, type Story, webServers } from './report.ts';

const { values } = parseArgs({
  options: {
    daemon: { type: 'string' },
    svg: { type: 'string', default: join(root, '.lab', 'demo.svg') },
    json: { type: 'string' },
  },
});
const daemon = daemonUnderTest(values.daemon);
const colour = new Chalk(process.env['NO_COLOR'] ? { level: 0 } : {});
const print = (text: string) => process.stdout.write(`${text}\n`);
const begun = Date.now();

print(colour.bold(`lvskit demo: an LVS pair from keepalived.conf, directors run ${daemon}`));
print(
  hasIpvs()
    ? 'This kernel has IPVS: the cluster is built on it.'
    : 'This kernel has no IPVS: one that has is booted as a process.',
);

const run = await runWithIpvs({
  script: 'test/demo/story.ts',
  args: { daemon },
  onEvent: show,
});
const story = run.result as Story | undefined;
if (run.status !== 0 || story === undefined) {
  print(run.console);
  print(colour.red(`the story did not come to its end${run.timedOut ? ' in time' : ''}`));
  process.exit(1);
}

const phases = new Table({
  head: ['phase', 'seconds', 'sent', 'lost', 'late', ...webServers],
  style: { head: [], border: [] },
});
for (const phase of story.phases) {
  const counts = [phase.sent, phase.lost, phase.late, ...webServers.map(name => phase.answers[name] ?? 0)];
  phases.push([phase.name, ((phase.to - phase.from) / 1000).toFixed(1), ...counts]);
}
const sum = (pick: (phase: Story['phases'][number]) => number) =>
  story.phases.reduce((all, phase) => all + pick(phase), 0);
phases.push([
  'all',
  '',
  sum(one => one.sent),
  sum(one => one.lost),
  sum(one => one.late),
  ...webServers.map(name => sum(one => one.answers[name] ?? 0)),
]);
print(`\n${phases.toString()}`);

const reactions = new Table({ head: ['reaction', 'seconds'], style: { head: [], border: [] } });
for (const { name, took } of story.reactions) reactions.push([name, (took / 1000).toFixed(2)]);
print(reactions.toString());

mkdirSync(dirname(values.svg), { recursive: true });
writeFileSync(
  values.svg,
  picture(story, `lvskit demo: answers for 192.168.188.190, directors run ${daemon}`),
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(story, null, 1)}\n`);
print(`picture: ${relative(process.cwd(), values.svg)}`);

const bad = story.checks.filter(check => !check.good);
for (const { what, detail } of bad) print(colour.red(`did not happen: ${what} (${detail})`));
const took = `${Math.round((Date.now() - begun) / 1000)} s`;
print(
  bad.length === 0
    ? colour.green(`all ${story.checks.length} expectations met in ${took}`)
    : colour.red(`${bad.length} of ${story.checks.length} expectations not met, ${took}`),
);
process.exit(bad.length === 0 ? 0 : 1);

/** One event of the story as a line of the live timeline. */
function show(event: LabEvent): void {
  const seconds = `${(Number(event['at'] ?? 0) / 1000).toFixed(1).padStart(6)} s`;
  if (event.event === 'kernel') print(`kernel ${event['release']} is up`);
  if (event.event === 'happening') print(`${seconds}  ${colour.bold.yellow(`* ${event['text']}`)}`);
  if (event.event === 'lost') print(`${seconds}  lost  ${event['text']}`);
  if (event.event === 'check')
    print(
      `          ${event['good'] ? colour.green('ok  ') : colour.red('FAIL')} ${event['what']}: ${event['detail']}`,
    );
  if (event.event !== 'slice') return;
  const slice = event as unknown as Slice;
  const paint = [colour.blue, colour.green];
  const bars = webServers
    .map((name, index) => paint[index]?.('█'.repeat(slice.answers[name] ?? 0)) ?? '')
    .join('');
  const numbers = webServers
    .map(name => `${name} ${String(slice.answers[name] ?? 0).padStart(2)}`)
    .join('  ');
  const lost =
    slice.lost > 0 ? colour.red(`  lost ${slice.lost} ${'x'.repeat(Math.min(slice.lost, 40))}`) : '';
  print(`${seconds}  ${slice.director.padEnd(6)} ${numbers}  ${bars}${lost}`);
}
