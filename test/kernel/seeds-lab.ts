// Runs where a kernel has IPVS: every seed pair with each mixture of daemons, through one life: start, kill, give-back, stop, stop.
// Stands behind it: Debian's keepalived 2.2.7, whose own pair is the reference; returns observations, judges nothing.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAgent } from '../lab/agents.ts';
import { pause, waitFor, wallNow } from '../lab/clock.ts';
import { buildCluster } from '../lab/cluster.ts';
import { type Daemon, startDaemon } from '../lab/daemon.ts';
import { addressList, ipvsLines, type Observation, observe } from '../lab/observe.ts';
import { labRun, type Running } from '../lab/processes.ts';
import { program, tell, whenDone } from '../lab/program.ts';
import { type Held, type SeedPair, seedPairs, seedText } from '../lab/seed-pairs.ts';

export interface Mixture {
  readonly name: string;
  readonly daemons: readonly [Daemon, Daemon];
}

export type Step = 'start' | 'kill' | 'give-back' | 'stop' | 'end';

/** What both directors held after a step, and milliseconds until that was so. */
export interface Seen {
  readonly first: Observation;
  readonly second: Observation;
  readonly took: number;
}

export interface Life {
  readonly pair: string;
  readonly mixture: string;
  readonly seen: Partial<Record<Step, Seen>>;
  /** Why it did not come to its end, with the daemons' logs. */
  readonly failure?: string;
}

await program(async ({ mixtures }: { mixtures: readonly Mixture[] }) => {
  const lives: Life[] = [];
  for (const pair of seedPairs) {
    for (const name of (pair as SeedPair).programs ?? []) sleepAs(name);
    // The mixtures of a pair live side by side: they wait most of the time.
    lives.push(...(await Promise.all(mixtures.map((mixture, index) => live(pair, mixture, `m${index}`)))));
  }
  return lives;
});

/** A process of that name, for scripts that look for one. */
function sleepAs(name: string): void {
  const path = join(labRun(), name);
  copyFileSync('/bin/sleep', path);
  chmodSync(path, 0o755);
  const child = spawn(path, ['600'], { stdio: 'ignore' });
  whenDone(() => child.kill());
}

async function live(pair: SeedPair, mixture: Mixture, label: string): Promise<Life> {
  const cluster = buildCluster(label, pair.hosts);
  const [one, two] = [pair.hosts[0], pair.hosts[1]].map(spec => cluster.host(spec?.name ?? '')) as [
    string,
    string,
  ];
  const seen: Partial<Record<Step, Seen>> = {};
  const running: Running[] = [];
  const start = (host: string, at: 0 | 1) => {
    const daemon = startDaemon(host, mixture.daemons[at], seedText(pair.files[at]));
    running.push(daemon);
    return daemon;
  };
  /** Waits until the addresses lie as told and the tables are full or empty, and a little longer, then looks. */
  const look = async (step: Step, where: (held: Held) => boolean, full: readonly [boolean, boolean]) => {
    const begun = wallNow();
    const lines = (host: string) => ipvsLines(host).length;
    await waitFor(`${pair.name}, ${mixture.name}, ${step}`, 30_000, () => where(held(pair, one, two)), 100);
    const took = wallNow() - begun;
    await waitFor(`${pair.name}, ${mixture.name}, ${step}: IPVS`, 15_000, () =>
      [one, two].every((host, at) => lines(host) === (full[at] ? pair.ipvsLines : 0)),
    );
    await pause(1500);
    seen[step] = { first: observe(one), second: observe(two), took };
    tell({ event: 'step', pair: pair.name, mixture: mixture.name, step, took: Math.round(took) });
  };
  try {
    for (const host of pair.hosts.filter(spec => spec.name.startsWith('web'))) {
      await startAgent(cluster.host(host.name), { role: 'web', name: host.name, port: 80 });
    }
    const settled = pair.settled;
    let first = start(one, 0);
    if (settled.startsAlone)
      await waitFor('the first is master', 30_000, () => held(pair, one, two).first.length > 0, 100);
    const second = start(two, 1);
    await look('start', settled.start, [true, true]);
    first.killTree();
    await look('kill', held => held.second.length === pair.vips.length, [true, true]);
    first = start(one, 0);
    await pause(settled.giveBackAfter);
    await look('give-back', settled.giveBack, [true, true]);
    const [leaving, staying] = settled.master === 'first' ? [first, second] : [second, first];
    await leaving.stop();
    const rest = settled.master === 'first' ? 'second' : 'first';
    await look('stop', held => held[rest].length === pair.vips.length, [rest === 'first', rest === 'second']);
    await staying.stop();
    await look('end', held => held.first.length + held.second.length === 0, [false, false]);
    return { pair: pair.name, mixture: mixture.name, seen };
  } catch (error) {
    const logs = running.map(each => `--- ${each.name}\n${each.log()}`).join('\n');
    return { pair: pair.name, mixture: mixture.name, seen, failure: `${String(error)}\n${logs}` };
  } finally {
    for (const each of running) each.killTree();
    cluster.remove();
  }
}

/** Which of the pair's virtual addresses each director holds. */
function held(pair: SeedPair, one: string, two: string): Held {
  const vipsOf = (host: string) => {
    const there = addressList(host);
    return pair.vips.filter(vip => there.includes(vip));
  };
  return { first: vipsOf(one), second: vipsOf(two) };
}
