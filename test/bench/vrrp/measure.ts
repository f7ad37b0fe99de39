// Runs in namespaces of its own: the parts of bench:vrrp, each daemon after the other, returns one record per figure.
// Spec: RFC 9568 section 6.1 (3 x interval + skew); stage.ts says where the figures come from.
import { execFileSync } from 'node:child_process';
import { pause, waitFor } from '../../lab/clock.ts';
import type { Daemon } from '../../lab/daemon.ts';
import { runIn } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';
import { adverts, configuration, recordRoute, type Scene } from './scenes.ts';
import {
  addressOf,
  buildStage,
  processorTime,
  resident,
  type Stage,
  type Started,
  share,
  start,
  startPeer,
  watch,
} from './stage.ts';

export const parts = ['cpu', 'interval', 'takeover', 'churn', 'start', 'flood'] as const;
export type Part = (typeof parts)[number];
/** `bare`: a plain Node program that does only what cannot be avoided. */
export type Who = Daemon | 'bare';

export interface Order {
  readonly parts: readonly Part[];
  readonly daemons: readonly Daemon[];
  readonly repetitions: number;
  /** Length of one measured stretch. */
  readonly seconds: number;
}

export interface Sample {
  readonly part: Part;
  readonly scene: string;
  readonly figure: string;
  readonly unit: string;
  readonly who: Who;
  readonly value: number;
}

const long = 60_000;
const eth0 = 'eth0';
// Set once, at the start.
let stage: Stage;
let order: Order;
const samples: Sample[] = [];

function note(part: Part, scene: string, who: Who, figures: Record<string, readonly [number, string]>): void {
  for (const [figure, [value, unit]] of Object.entries(figures)) {
    const sample: Sample = { part, scene, figure, unit, who, value };
    samples.push(sample);
    tell({ event: 'sample', ...sample });
  }
}

const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};

/** Distances between successive adverts of each VRID, in milliseconds. */
function gaps(seen: readonly { readonly vrid: number; readonly at: number }[]): number[] {
  const last = new Map<number, number>();
  return seen.flatMap(({ vrid, at }) => {
    const before = last.get(vrid);
    last.set(vrid, at);
    return before === undefined ? [] : [at - before];
  });
}

async function masterOf(daemon: Daemon, scene: Scene): Promise<Started> {
  const started = start(stage.host('director'), daemon, configuration(scene));
  const watcher = await watch(stage, ['director']);
  await waitFor(`${daemon} is master of ${scene.instances}. ${started.running.log()}`, long, () => {
    return new Set(watcher.adverts().map(({ vrid }) => vrid)).size === scene.instances;
  });
  watcher.stop();
  await pause(2000);
  return started;
}

async function backupOf(daemon: Daemon, scene: Scene): Promise<Started> {
  const started = start(stage.host('director'), daemon, configuration(scene));
  const states = { keepalived: /Entering BACKUP STATE/g, lvskit: /-> BACKUP/g };
  const all = () => (started.running.log().match(states[daemon]) ?? []).length >= scene.instances;
  await waitFor(`${daemon} is backup`, long, all, 5);
  return started;
}

const intervalFigures = (distances: readonly number[], nominal: number) =>
  ({
    'late p50': [quantile(distances, 0.5) - nominal, 'ms'],
    'late p99': [quantile(distances, 0.99) - nominal, 'ms'],
    'late max': [quantile(distances, 1) - nominal, 'ms'],
  }) as const;

/** garp_master_delay is 5 s: after it both daemons only advertise. */
const secondBurst = 8000;

/** CPU of a MASTER and the punctuality of its adverts. Not at once: a capture of the packets costs their sender a third of the whole. */
async function speaking(daemon: Daemon, instances: number): Promise<void> {
  const scene = { instances, priority: 150, interval: 100 };
  const name = `${instances} x 0.1 s`;
  const started = await masterOf(daemon, scene);
  if (order.parts.includes('cpu')) {
    await pause(secondBurst);
    const cpu = await share(started.vrrp(), order.seconds * 1000);
    note('cpu', `MASTER ${name}`, daemon, { cpu: [cpu, '%'] });
  }
  if (order.parts.includes('interval')) {
    const watcher = await watch(stage, ['director']);
    await pause(order.seconds * 1000);
    note('interval', name, daemon, intervalFigures(gaps(watcher.adverts()), 100));
    watcher.stop();
  }
  await started.running.stop();
}

async function bareLoop(instances: number): Promise<void> {
  const scene = { instances, priority: 150, interval: 100 };
  const peer = startPeer(stage.host('peer'), 'loop', {
    interface: eth0,
    interval: 100,
    packets: adverts(scene),
  });
  await pause(1500);
  const watcher = await watch(stage, ['peer']);
  await pause(order.seconds * 1000);
  note('interval', `${instances} x 0.1 s`, 'bare', intervalFigures(gaps(watcher.adverts()), 100));
  watcher.stop();
  peer.killTree();
}

/** CPU of a BACKUP and of a bare receiver, which hear the same adverts. */
async function hearing(daemon: Daemon, how: 'burst' | 'even'): Promise<void> {
  const scene = { instances: 255, priority: 100, interval: 100 };
  const packets = adverts({ ...scene, priority: 200 });
  const bare = startPeer(stage.host('watcher'), 'receive', { interface: eth0, interval: 100, packets: [] });
  const peer = startPeer(stage.host('peer'), how, { interface: eth0, interval: 100, packets });
  const started = await backupOf(daemon, scene);
  await pause(2000);
  for (const one of [bare, peer, started.running])
    if (!one.alive()) throw new Error(`${one.name} ended: ${one.log()}`);
  const [cpu, floor] = await Promise.all([
    share(started.vrrp(), order.seconds * 1000),
    share(bare.pid, order.seconds * 1000),
  ]);
  note('cpu', `BACKUP 255 x 0.1 s, ${how}`, daemon, { cpu: [cpu, '%'] });
  note('cpu', `BACKUP 255 x 0.1 s, ${how}`, 'bare', { cpu: [floor, '%'] });
  await started.running.stop();
  for (const one of [peer, bare]) one.killTree();
}

/** The peer is master until it dies; each VRID's overshoot counts from its last advert. */
async function takeover(daemon: Daemon, instances: number): Promise<void> {
  const scene = { instances, priority: 100, interval: 1000 };
  const packets = adverts({ ...scene, priority: 150 });
  const peer = startPeer(stage.host('peer'), 'burst', { interface: eth0, interval: 1000, packets });
  const started = await backupOf(daemon, scene);
  await pause(3500);
  const watcher = await watch(stage, ['director', 'peer']);
  await waitFor('the peer is heard', long, () => watcher.adverts().length >= instances);
  await pause(300);
  peer.killTree();
  const first = (): Map<number, number> => {
    const found = new Map<number, number>();
    for (const { from, vrid, at } of watcher.adverts()) {
      if (from === addressOf.director && !found.has(vrid)) found.set(vrid, at);
    }
    return found;
  };
  await waitFor(`${daemon} takes over ${instances}`, long, () => first().size === instances);
  const last = new Map<number, number>();
  for (const { from, vrid, at } of watcher.adverts()) if (from === addressOf.peer) last.set(vrid, at);
  const theory = 3000 + (1000 * 156) / 256;
  const late = [...first()].map(([vrid, at]) => at - (last.get(vrid) ?? Number.NaN) - theory);
  note('takeover', `${instances} instances`, daemon, {
    'overshoot p50': [quantile(late, 0.5), 'ms'],
    'overshoot max': [quantile(late, 1), 'ms'],
  });
  watcher.stop();
  await started.running.stop();
}

function routes(verb: 'add' | 'del', count: number): void {
  const lines = Array.from(
    { length: count },
    (_, n) => `route ${verb} blackhole 11.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`,
  );
  execFileSync('ip', ['-n', stage.host('director'), '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/** 10,000 route changes among 100,000 routes. */
async function churn(daemon: Daemon): Promise<void> {
  const started = await masterOf(daemon, { instances: 1, priority: 150, interval: 1000 });
  const pid = started.vrrp();
  const watcher = await watch(stage, ['director']);
  const before = processorTime(pid);
  await pause(2500);
  routes('del', 5000);
  routes('add', 5000);
  await pause(6000);
  note('churn', '10,000 of 100,000 routes', daemon, {
    'largest gap': [Math.max(...gaps(watcher.adverts())), 'ms'],
    cpu: [processorTime(pid) - before, 'ms'],
    resident: [resident(pid), 'MB'],
  });
  watcher.stop();
  await started.running.stop();
}

async function starting(daemon: Daemon, addresses: number): Promise<void> {
  const from = performance.now();
  const started = await backupOf(daemon, { instances: 1, addresses, priority: 100, interval: 1000 });
  const took = performance.now() - from;
  await pause(1500);
  const pid = started.vrrp();
  note('start', `${addresses} addresses`, daemon, {
    'until BACKUP': [took, 'ms'],
    cpu: [processorTime(pid), 'ms'],
    resident: [resident(pid), 'MB'],
  });
  await started.running.stop();
}

async function flood(daemon: Daemon, rate: number): Promise<void> {
  const started = await masterOf(daemon, { instances: 1, priority: 150, interval: 1000 });
  const pid = started.vrrp();
  const watcher = await watch(stage, ['director']);
  const lines = () => started.running.log().split('\n').length;
  const [linesBefore, cpuBefore] = [lines(), processorTime(pid)];
  await pause(1500);
  const peer = startPeer(
    stage.host('peer'),
    'flood',
    { interface: eth0, interval: 1, packets: [recordRoute()] },
    rate,
  );
  await pause(order.seconds * 1000);
  const held = resident(pid);
  peer.killTree();
  await pause(2500);
  note('flood', `${rate / 1000}k/s with an IP option`, daemon, {
    'largest gap': [Math.max(...gaps(watcher.adverts())), 'ms'],
    cpu: [processorTime(pid) - cpuBefore, 'ms'],
    resident: [held, 'MB'],
    'log lines': [lines() - linesBefore, ''],
  });
  watcher.stop();
  await started.running.stop();
}

/** One repetition of a part, with the daemons one after the other. */
const scenes: Record<Part, (daemon: Daemon) => Promise<void>> = {
  async cpu(daemon) {
    await speaking(daemon, 255);
    for (const how of ['burst', 'even'] as const) await hearing(daemon, how);
  },
  async interval(daemon) {
    await speaking(daemon, 1);
    if (!order.parts.includes('cpu')) await speaking(daemon, 255);
  },
  async takeover(daemon) {
    for (const instances of [1, 64, 255]) await takeover(daemon, instances);
  },
  churn,
  async start(daemon) {
    for (const addresses of [1, 300]) await starting(daemon, addresses);
  },
  async flood(daemon) {
    for (const rate of [20_000, 40_000]) await flood(daemon, rate);
  },
};

await program(async (given: Order) => {
  order = given;
  stage = buildStage('bench');
  for (const part of order.parts) {
    if (part === 'churn') routes('add', 100_000);
    for (let repetition = 1; repetition <= order.repetitions; repetition++) {
      for (const daemon of order.daemons) await scenes[part](daemon);
      if (part === 'interval') for (const instances of [1, 255]) await bareLoop(instances);
    }
    if (part === 'churn') runIn(stage.host('director'), 'ip', 'route', 'flush', 'type', 'blackhole');
  }
  return samples;
});
