// The stage of bench:vrrp: three hosts on one bridge, daemons and bare programs in them, what tcpdump saw, what /proc says.
// Spec: proc(5) stat and status; tcpdump(8) -tt stamps packets with the kernel's clock.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lab/bundle.mjs';
import { pause, waitFor } from '../../lab/clock.ts';
import { buildCluster } from '../../lab/cluster.ts';
import type { Daemon } from '../../lab/daemon.ts';
import { labRun, type Running, runIn, startIn } from '../../lab/processes.ts';

export const addressOf = { director: '10.9.0.1', peer: '10.9.0.2', watcher: '10.9.0.9' } as const;
export type HostName = keyof typeof addressOf;

export interface Stage {
  host(name: HostName): string;
}

export function buildStage(label: string): Stage {
  const hosts = Object.entries(addressOf).map(([name, address]) => ({
    name,
    links: [{ interface: 'eth0', network: 'lan', addresses: [`${address}/16`] }],
  }));
  return buildCluster(label, hosts);
}

export interface Started {
  readonly running: Running;
  /** Process id of the VRRP process, from its pid file. */
  vrrp(): number;
}

let count = 0;

/** LVSKIT_KEEPALIVED and LVSKIT_BUILD name other builds to measure. */
export function start(host: string, daemon: Daemon, configuration: string): Started {
  const stem = join(labRun(), `${host}-${daemon}-${++count}`);
  writeFileSync(`${stem}.conf`, configuration);
  const files = ['-f', `${stem}.conf`, '-p', `${stem}.pid`, '-r', `${stem}.vrrp`, '-c', `${stem}.check`];
  const options = ['-n', '-l', '-D', ...files];
  const build = process.env['LVSKIT_BUILD'] ?? root;
  const running =
    daemon === 'keepalived'
      ? startIn(host, daemon, process.env['LVSKIT_KEEPALIVED'] ?? 'keepalived', options)
      : startIn(host, daemon, process.execPath, [join(build, 'bin', 'run.js'), 'run', ...options]);
  return { running, vrrp: () => Number(readFileSync(`${stem}.vrrp`, 'utf8').trim()) };
}

export interface Order {
  readonly interface: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly packets: readonly Uint8Array[];
}

/** Starts a bare program of peer.mjs. */
export function startPeer(host: string, mode: string, order: Order, rate = 0): Running {
  const file = join(labRun(), `${host}-${mode}-${++count}.json`);
  const link = JSON.parse(runIn(host, 'ip', '-j', 'link', 'show', 'dev', order.interface)) as {
    ifindex: number;
  }[];
  const packets = order.packets.map(packet => Buffer.from(packet).toString('hex'));
  writeFileSync(file, JSON.stringify({ ...order, ifindex: link[0]?.ifindex, packets }));
  return startIn(host, mode, process.execPath, [
    join(root, 'test', 'bench', 'vrrp', 'peer.mjs'),
    mode,
    file,
    String(rate),
  ]);
}

/** Processor time of a process so far, in milliseconds. */
export function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** VmRSS in megabytes. */
export function resident(pid: number): number {
  const text = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(text) / 1024;
}

/** Share of one core, in percent, that a process uses over some time. */
export async function share(pid: number, milliseconds: number): Promise<number> {
  const [before, from] = [processorTime(pid), performance.now()];
  await pause(milliseconds);
  return (100 * (processorTime(pid) - before)) / (performance.now() - from);
}

export interface Advert {
  /** Milliseconds, the kernel's clock. */
  readonly at: number;
  readonly from: string;
  readonly vrid: number;
  readonly priority: number;
}

export interface Watcher {
  adverts(): Advert[];
  stop(): void;
}

/** Sees all adverts of one source from the watcher's host; waits until it listens. */
export async function watch(stage: Stage, from: readonly HostName[], filter = ''): Promise<Watcher> {
  const sources = from.map(name => `src host ${addressOf[name]}`).join(' or ');
  const sniffer = startIn(stage.host('watcher'), 'tcpdump', 'tcpdump', [
    ...['-i', 'eth0', '-n', '-tt', '-l', '--immediate-mode', '-B', '8192', '-s', '64'],
    `ip proto 112 and (${sources})${filter}`,
  ]);
  await waitFor('tcpdump listens', 5000, () => sniffer.log().includes('listening on'), 5);
  const line =
    /^(\d+\.\d+) IP ([\d.]+) > [\d.]+: VRRPv\d, Advertisement, \(?(?:ttl \d+\), )?vrid (\d+), prio (\d+)/gm;
  return {
    adverts: () =>
      [...sniffer.log().matchAll(line)].map(([, at, source, vrid, priority]) => ({
        at: Number(at) * 1000,
        from: source ?? '',
        vrid: Number(vrid),
        priority: Number(priority),
      })),
    stop: () => sniffer.killTree(),
  };
}
