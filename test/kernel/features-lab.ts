// Runs on the machine (what is timed) and where a kernel has IPVS (the rest): each scene's configuration in one cluster per mixture of daemons, all led through the same steps.
// Spec: Debian's keepalived 2.2.7, whose own cluster is the reference; returns observations, judges nothing.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, startAgent } from '../lab/agents.ts';
import { pages } from '../lab/backend.ts';
import { root } from '../lab/bundle.mjs';
import { patience, pause, wallNow } from '../lab/clock.ts';
import { buildCluster, type Cluster } from '../lab/cluster.ts';
import { configurationOf, type Daemon, startDaemon } from '../lab/daemon.ts';
import { addressList, ipvsLines, type Observation, observe } from '../lab/observe.ts';
import { labRun, type Running, runIn } from '../lab/processes.ts';
import { program, tell } from '../lab/program.ts';
import { type Mixture, type Scene, type Step, scenes, type World } from './features-scenes.ts';

/** What one director held after a step, and what its scripts were called with since the step before. */
export interface Held {
  /** Its addresses, sorted: read without a process, so that looking costs the directors nothing. */
  readonly holds: readonly string[];
  readonly told: readonly string[];
  /** All the rest of its kernel; not where adverts are timed, since reading it takes long in a busy test kernel. */
  readonly kernel?: Observation;
}

export interface Told {
  readonly scene: string;
  readonly mixture: string;
  /** Step -> one entry per director. */
  readonly seen: Readonly<Record<string, readonly Held[]>>;
  /** Step -> milliseconds from the act until every mixture held what the reference held. */
  readonly took: Readonly<Record<string, number>>;
  /** Why it did not come to its end, with the daemons' logs. */
  readonly failure?: string;
  readonly logs: string;
}

/** How often a stop is tried. */
const tries = 10;

type Looks = readonly (readonly Held[])[];

await program(async ({ daemon, only, timed }: { daemon: Daemon; only?: string; timed: boolean }) => {
  const told: Told[] = [];
  for (const group of scenes(daemon)) {
    const chosen = group
      .filter(scene => (scene.timed ?? false) === timed)
      .filter(scene => only === undefined || scene.name.includes(only));
    // Scenes of a group live side by side: they wait most of the time.
    told.push(...(await Promise.all(chosen.map((scene, index) => play(scene, `s${index}`)))).flat());
  }
  return told;
});

/** Leads every mixture of a scene through its steps. */
async function play(scene: Scene, label: string): Promise<Told[]> {
  const stages = scene.mixtures.map((mixture, index) => stageOf(scene, mixture, `${label}m${index}`));
  let failure: string | undefined;
  try {
    for (const step of scene.steps) {
      const begun = wallNow();
      let looks = await agreement(stages, step);
      const { again } = step;
      for (let more = tries; again !== undefined && !allCalled(looks, again.calls) && more > 1; more--) {
        for (const stage of stages) stage.hear();
        await agreement(stages, again.back);
        for (const stage of stages) stage.hear();
        looks = withEarlierCalls(await agreement(stages, step), looks);
      }
      const took = Math.round(wallNow() - begun);
      for (const [index, stage] of stages.entries()) stage.keep(step.name, looks[index] ?? [], took);
      tell({ event: 'step', scene: scene.name, step: step.name, agreed: same(looks), took });
    }
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const told = stages.map(stage => stage.told(failure));
  for (const stage of stages) stage.close();
  return told;
}

function texts(all: readonly unknown[]): string[] {
  return all.map(one => JSON.stringify(one));
}

function same(all: readonly unknown[]): boolean {
  return new Set(texts(all)).size === 1;
}

function allCalled(looks: Looks, calls: number): boolean {
  return looks.every(mixture => mixture.every(({ told }) => told.length >= calls));
}

/** The later looks, with the calls of both. */
function withEarlierCalls(later: Looks, earlier: Looks): Looks {
  return later.map((mixture, index) =>
    mixture.map((held, at) => ({
      ...held,
      told: inLanes([...new Set([...(earlier[index]?.[at]?.told ?? []), ...held.told])]),
    })),
  );
}

/**
 * Acts, and looks when every mixture was moved by that, holds the same as the others and has come to rest. Waiting for that hides no
 * difference that lasts: when patience is over the last look stands.
 */
async function agreement(
  stages: readonly Stage[],
  { act, quiet, still, reached, again }: Omit<Step, 'name'>,
): Promise<Looks> {
  const glance = () => stages.map(stage => stage.glance());
  const before = texts(glance());
  await Promise.all(stages.map(stage => act(stage.world)));
  const end = wallNow() + patience;
  let [last, since] = ['', wallNow()];
  for (;;) {
    const glances = glance();
    const now = texts(glances);
    if (now.join() !== last) [last, since] = [now.join(), wallNow()];
    const moved = still === true || now.every((text, index) => text !== before[index]);
    const arrived = same(glances) && moved && reached?.(glances[0] ?? []) !== false;
    // What has ended does nothing any more.
    const over = wallNow() >= end || again !== undefined;
    if ((arrived || over) && (wallNow() - since >= quiet || wallNow() >= end)) {
      const looks = stages.map(stage => stage.look());
      if (same(looks) || over) return looks;
      since = wallNow();
    }
    await pause(250);
  }
}

export interface Glance extends Held {
  /** The IPVS table's lines, sorted. */
  readonly ipvs: readonly string[];
}

interface Stage {
  readonly world: World;
  /** What is cheap to read: addresses, script calls, the table as /proc shows it. */
  glance(): Glance[];
  look(): Held[];
  /** What was told by now is not told again. */
  hear(): void;
  /** Notes a look under the step's name, and hears. */
  keep(step: string, look: readonly Held[], took: number): void;
  told(failure: string | undefined): Told;
  close(): void;
}

function stageOf(scene: Scene, mixture: Mixture, label: string): Stage {
  const cluster: Cluster = buildCluster(label, scene.hosts);
  const directors = scene.hosts.slice(0, mixture.daemons.length).map(({ name }) => name);
  const folders = directors.map(name => {
    const folder = join(labRun(), `${scene.name.replaceAll(' ', '-')}-${label}-${name}`);
    mkdirSync(folder);
    const script = (file: string, text: string) => writeFileSync(join(folder, file), text, { mode: 0o755 });
    writeFileSync(join(folder, 'told'), '');
    script('record', `#!/bin/sh\necho "$*" >>${folder}/told\n`);
    script('answer', '#!/bin/sh\nread -r status <"$1"\nexit "$status"\n');
    writeFileSync(join(folder, 'status'), '0\n');
    writeFileSync(join(folder, 'second'), '0\n');
    return folder;
  });
  const text = (at: number, file: string) =>
    readFileSync(join(root, 'test', 'kernel', 'configurations', 'features', file), 'utf8')
      .replaceAll('@DIR@', folders[at] ?? '')
      .replaceAll('@PLAIN@', md5(pages['/plain']))
      .replaceAll('@VIRTUAL@', md5(pages['/virtual']));
  const daemons = new Map<number, Running>();
  const killed = new Set<number>();
  const all: Running[] = [];
  const agents = new Map<string, Agent>();
  const heard = directors.map(() => 0);
  const seen: Record<string, readonly Held[]> = {};
  const took: Record<string, number> = {};
  const running = (at: number) => {
    const daemon = daemons.get(at);
    if (daemon === undefined) throw new Error(`director ${at} was not started`);
    return daemon;
  };
  const linesOf = (at: number) =>
    readFileSync(join(folders[at] ?? '', 'told'), 'utf8')
      .split('\n')
      .slice(0, -1);

  const heldBy = (name: string, at: number): Held => ({
    // What a killed one leaves behind is whatever it held at that moment.
    holds: (killed.has(at) ? [] : addressList(cluster.host(name)))
      .filter(address => !address.startsWith('fe80::ff:'))
      .sort(),
    told: scene.timed ? lastOfLanes(linesOf(at)) : inLanes(linesOf(at).slice(heard[at])),
  });

  const hear = () => {
    for (const at of directors.keys()) heard[at] = linesOf(at).length;
  };

  const world: World = {
    start(at, file) {
      killed.delete(at);
      const daemon = startDaemon(
        cluster.host(directors[at] ?? ''),
        mixture.daemons[at] ?? 'keepalived',
        text(at, file),
      );
      daemons.set(at, daemon);
      all.push(daemon);
    },
    reload(at, file) {
      writeFileSync(configurationOf(running(at)), text(at, file));
      process.kill(running(at).pid, 'SIGHUP');
    },
    async replace(at, file) {
      if (mixture.daemons[at] !== 'keepalived') return world.reload(at, file);
      await world.stop(at);
      world.start(at, file);
    },
    // Debian's keepalived needs long after some reloads of groups.
    stop: async at => void (await running(at).stop()),
    kill(at) {
      killed.add(at);
      running(at).killTree();
    },
    write: (at, file, value) => writeFileSync(join(folders[at] ?? '', file), `${value}\n`),
    async serve(host) {
      agents.set(host, await startAgent(cluster.host(host), { role: 'backend' }));
    },
    fail: host => agents.get(host)?.kill(),
    run: (host, ...words) => void runIn(cluster.host(host), words[0] ?? '', ...words.slice(1)),
  };
  return {
    world,
    glance: () =>
      directors.map((name, at) => ({
        ...heldBy(name, at),
        ipvs: scene.withIpvs ? ipvsLines(cluster.host(name)).sort() : [],
      })),
    look: () =>
      directors.map((name, at) => ({
        ...heldBy(name, at),
        ...(scene.timed ? {} : { kernel: observe(cluster.host(name), scene.withIpvs) }),
      })),
    keep(step, look, time) {
      seen[step] = look;
      took[step] = time;
      hear();
    },
    hear,
    told: failure => ({
      scene: scene.name,
      mixture: mixture.name,
      seen,
      took,
      logs: all.map(each => `--- ${each.name}\n${each.log()}`).join('\n'),
      ...(failure === undefined ? {} : { failure }),
    }),
    close() {
      for (const each of all) each.killTree();
      for (const agent of agents.values()) agent.kill();
      cluster.remove();
    },
  };
}

/**
 * The last state each subject was called with, without the priority of that moment. A busy test kernel may lose an advert for any daemon and
 * with it move a state to and fro, and may not grant a STOP script the second it is given.
 */
function lastOfLanes(lines: readonly string[]): string[] {
  const last = new Map<string, string>();
  for (const line of lines) {
    if (!/\bstop\b/i.test(line)) last.set(laneOf(line), line.replace(/ \d+$/, ''));
  }
  return [...last.values()].sort();
}

/** `INSTANCE name`, `GROUP name`; the server or service of an up, down, quorum-up or quorum-down; else the first word of a state's own script. */
function laneOf(line: string): string {
  const [first = '', second = ''] = line.split(' ');
  if (first === 'INSTANCE' || first === 'GROUP') return `${first} ${second}`;
  return /^(quorum-)?(up|down)$/.test(first)
    ? `${first.startsWith('quorum') ? 'VS' : 'RS'} ${second}`
    : first;
}

/** Calls of scripts run side by side: only the order among those for the same subject means anything. */
function inLanes(lines: readonly string[]): string[] {
  return lines
    .map((line, index) => ({ line, index }))
    .sort((a, b) => laneOf(a.line).localeCompare(laneOf(b.line)) || a.index - b.index)
    .map(({ line }) => line);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
