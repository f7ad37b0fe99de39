// Runs where a kernel has IPVS: every seed pair with each mixture of daemons, through one life: start, kill, give-back, stop, stop.
// Spec: Debian's keepalived 2.2.7, whose own pair is the reference; returns observations, judges nothing.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Advert, hearAdverts } from '../lab/adverts.ts';
import { startAgent } from '../lab/agents.ts';
import { patience, pause, waitFor, wallNow } from '../lab/clock.ts';
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

/** What both directors held after a step. */
export interface Seen {
  readonly first: Observation;
  readonly second: Observation;
  /** VRID -> who sent adverts, one after the other, when a director went: the proof that the other took over because of that. */
  readonly heirs?: Readonly<Record<number, readonly string[]>>;
}

export interface Life {
  readonly pair: string;
  readonly mixture: string;
  readonly seen: Partial<Record<Step, Seen>>;
  /** Why it did not come to its end, with the daemons' logs. */
  readonly failure?: string;
}

/** Milliseconds that mixtures may differ before their difference counts. */
const settling = 60_000;

await program(async ({ mixtures }: { mixtures: readonly Mixture[] }) => {
  const lives: Life[] = [];
  for (const pair of seedPairs) {
    for (const name of (pair as SeedPair).programs ?? []) sleepAs(name);
    lives.push(...(await liveSideBySide(pair, mixtures)));
  }
  return lives;
});

/** A process of that name, for scripts that look for one. */
function sleepAs(name: string): void {
  const path = join(labRun(), name);
  copyFileSync('/bin/sleep', path);
  chmodSync(path, 0o755);
  const child = spawn(path, ['infinity'], { stdio: 'ignore' });
  whenDone(() => child.kill());
}

/** Leads all mixtures of a pair through the same steps; one that fails is left behind. */
async function liveSideBySide(pair: SeedPair, mixtures: readonly Mixture[]): Promise<Life[]> {
  const stages = mixtures.map((mixture, index) => stageOf(pair, mixture, `m${index}`));
  const steps = Object.keys(stages[0]?.steps ?? {}) as Step[];
  for (const step of steps) {
    const begun = wallNow();
    await Promise.all(stages.map(stage => stage.attempt(step)));
    const present = stages.filter(stage => stage.failure() === undefined);
    // The places of addresses and the length of tables are waited for; the rest may lag behind, or come to lie.
    const end = wallNow() + settling;
    let looks: Omit<Seen, 'heirs'>[];
    do {
      await pause(1500);
      looks = present.map(stage => stage.look());
    } while (new Set(looks.map(look => JSON.stringify(look))).size > 1 && wallNow() < end);
    for (const [index, stage] of present.entries()) stage.keep(step, looks[index] as Seen);
    tell({ event: 'step', pair: pair.name, step, took: Math.round(wallNow() - begun) });
  }
  const lives = stages.map(stage => stage.told());
  for (const stage of stages) stage.close();
  return lives;
}

function stageOf(pair: SeedPair, mixture: Mixture, label: string) {
  const cluster = buildCluster(label, pair.hosts);
  const adverts = hearAdverts(cluster.host('hub'), pair.hosts);
  const [one, two] = [pair.hosts[0], pair.hosts[1]].map(spec => cluster.host(spec?.name ?? '')) as [
    string,
    string,
  ];
  const { settled } = pair;
  const seen: Partial<Record<Step, Seen>> = {};
  const running: Running[] = [];
  const directors: Running[] = [];
  let heirs: Seen['heirs'];
  let failure: string | undefined;
  const start = (at: 0 | 1) => {
    const daemon = startDaemon(at === 0 ? one : two, mixture.daemons[at], seedText(pair.files[at]));
    running.push(daemon);
    directors[at] = daemon;
    return daemon;
  };
  const holds = () => held(pair, one, two);
  const until = (what: string, ask: () => boolean) =>
    waitFor(`${pair.name}, ${mixture.name}: ${what}`, patience, ask, 100);
  /** Until the addresses lie as told and the tables are full or empty. */
  const lies = async (where: (held: Held) => boolean, full: readonly [boolean, boolean]) => {
    await until('the addresses', () => where(holds()));
    await until('IPVS', () =>
      [one, two].every((host, at) => ipvsLines(host).length === (full[at] ? pair.ipvsLines : 0)),
    );
  };
  /** Until the one that stays has the word everywhere, after `before` adverts. */
  const succession = async (before: number, words: number, staying: number) => {
    const name = pair.hosts[staying]?.name;
    await until('its adverts', () => {
      heirs = heirsOf(adverts.heard(), before, words);
      return Object.values(heirs).every(row => row.at(-1) === name);
    });
  };
  const leaving = settled.master === 'first' ? 0 : 1;
  const rest = leaving === 0 ? 'second' : 'first';

  const steps: Record<Step, () => Promise<void>> = {
    async start() {
      for (const host of pair.hosts.filter(spec => spec.name.startsWith('web')))
        await startAgent(cluster.host(host.name), { role: 'web', name: host.name, port: 80 });
      start(0);
      if (settled.startsAlone) await until('the first is master', () => holds().first.length > 0);
      start(1);
      await lies(settled.start, [true, true]);
      await until('adverts', () => adverts.heard().length > 0);
    },
    async kill() {
      const heard = adverts.heard().length;
      directors[0]?.killTree();
      await lies(({ second }) => second.length === pair.vips.length, [true, true]);
      await succession(heard, 2, 1);
    },
    async 'give-back'() {
      const restarted = start(0);
      await until('it is back', () => /-> BACKUP:|Entering BACKUP STATE/.test(restarted.log()));
      // Where nothing is to happen, it has time to happen: more adverts than a director would miss.
      const heard = adverts.heard().length;
      await until('six adverts', () => adverts.heard().length > heard + 6);
      await lies(settled.giveBack, [true, true]);
    },
    async stop() {
      const heard = adverts.heard().length;
      await directors[leaving]?.stop();
      await lies(held => held[rest].length === pair.vips.length, [rest === 'first', rest === 'second']);
      await succession(heard, 3, 1 - leaving);
    },
    async end() {
      await directors[1 - leaving]?.stop();
      await lies(({ first, second }) => first.length + second.length === 0, [false, false]);
    },
  };
  return {
    steps,
    failure: () => failure,
    async attempt(step: Step) {
      if (failure !== undefined) return;
      heirs = undefined;
      try {
        await steps[step]();
      } catch (error) {
        const logs = running.map(each => `--- ${each.name}\n${each.log()}`).join('\n');
        failure = `${step}: ${String(error)}\n${logs}`;
      }
    },
    look: () => ({ first: observe(one), second: observe(two) }),
    keep(step: Step, look: Omit<Seen, 'heirs'>) {
      seen[step] = { ...look, ...(heirs === undefined ? {} : { heirs }) };
    },
    told: (): Life => ({
      pair: pair.name,
      mixture: mixture.name,
      seen,
      ...(failure === undefined ? {} : { failure }),
    }),
    close() {
      for (const each of running) each.killTree();
      cluster.remove();
    },
  };
}

/**
 * For each VRID the last `words` of the row of its speakers, beginning with who had the word when only `before` adverts had been heard:
 * `lvs1`, `lvs1 farewell`, `lvs2`.
 */
function heirsOf(adverts: readonly Advert[], before: number, words: number): Record<number, string[]> {
  const rows: Record<number, string[]> = {};
  for (const [index, { host, vrid, farewell }] of adverts.entries()) {
    const word = farewell ? `${host} farewell` : host;
    const row = index < before ? [] : (rows[vrid] ?? []);
    rows[vrid] = row.at(-1) === word ? row : [...row, word];
  }
  return Object.fromEntries(Object.entries(rows).map(([vrid, row]) => [vrid, row.slice(-words)]));
}

/** Which of the pair's virtual addresses each director holds. */
function held(pair: SeedPair, one: string, two: string): Held {
  const vipsOf = (host: string) => {
    const there = addressList(host);
    return pair.vips.filter(vip => there.includes(vip));
  };
  return { first: vipsOf(one), second: vipsOf(two) };
}
