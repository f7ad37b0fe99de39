// Runs where a kernel has IPVS: a director whose processes are killed one by one, watched closely by its tables and by its peer.
// Stands behind it: proc(5) net/ip_vs and fib_trie, ip-monitor(8); returns what was seen, judges nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAgent } from '../lab/agents.ts';
import { root } from '../lab/bundle.mjs';
import { pause, waitFor, wallNow } from '../lab/clock.ts';
import { buildCluster, type HostSpec } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { addressList, ipvsLines } from '../lab/observe.ts';
import { type Running, startIn } from '../lab/processes.ts';
import { program, tell } from '../lab/program.ts';

export interface Adoption {
  /** Each different IPVS table while the checker process was away and three seconds after. */
  readonly tables: readonly (readonly string[])[];
  /** Each different answer to "who holds the address" while the MASTER's VRRP process was away and eight seconds after. */
  readonly holders: readonly string[];
  /** What a reload of a broken file logged, and whether anything changed. */
  readonly broken: { readonly log: string; readonly changed: boolean };
  /** What `ip monitor` told of a reload of the same file, and whether the table changed. */
  readonly same: { readonly notices: string; readonly changed: boolean };
  /** After the supervisor was killed: what the director still held, and who held the address. */
  readonly orphaned: { readonly table: readonly string[]; readonly holders: string };
  readonly logs: string;
}

const host = (name: string, ...addresses: string[]): HostSpec => ({
  name,
  links: [{ interface: 'eth0', network: 'lan', addresses }],
});

await program(async () => {
  const cluster = buildCluster('adoption', [
    host('one', '10.2.0.1/24'),
    host('two', '10.2.0.2/24'),
    host('real1', '10.2.0.11/24', '10.2.0.13/24'),
  ]);
  const [one, two] = [cluster.host('one'), cluster.host('two')];
  const text = readFileSync(
    join(root, 'test', 'kernel', 'configurations', 'features', 'adoption.conf'),
    'utf8',
  );
  await startAgent(cluster.host('real1'), { role: 'backend' });
  const table = () => ipvsLines(one);
  const holders = () =>
    [one, two]
      .filter(space => addressList(space).includes('10.2.0.150'))
      .map(space => (space === one ? 'one' : 'two'))
      .join(' and ');
  const first = startDaemon(one, 'lvskit', text);
  await waitFor('the first is master', 30_000, () => holders() === 'one');
  const second = startDaemon(two, 'lvskit', text.replace('priority 150', 'priority 100'));
  await waitFor('the dead server is out', 30_000, () => table().length === 2);
  await waitFor('the second is ready', 30_000, () => readyCount(second, 'vrrp') === 1);
  await pause(4000);

  const tables = await watch(first, 'check', 'checker', 3000, () => JSON.stringify(table()));
  tell({ event: 'checker', tables: tables.length });
  const held = await watch(first, 'vrrp', 'vrrp', 8000, holders);
  tell({ event: 'vrrp', held });

  const before = JSON.stringify([table(), holders()]);
  const logged = first.log().length;
  writeFileSync(configurationOf(first), `${text}\nvrrp_instance broken {\n    virtual_router_id 400\n`);
  process.kill(first.pid, 'SIGHUP');
  await waitFor('the refusal', 10_000, () => first.log().slice(logged).includes('Reload refused'));
  await pause(1000);
  const broken = {
    log: first.log().slice(logged),
    changed: before !== JSON.stringify([table(), holders()]),
  };

  writeFileSync(configurationOf(first), text);
  const monitor = startIn(one, 'monitor', 'ip', ['monitor', 'link', 'address', 'route', 'rule']);
  await pause(500);
  const configured = () => first.log().split('process is configured').length;
  const formerly = configured();
  process.kill(first.pid, 'SIGHUP');
  await waitFor('the reload', 10_000, () => configured() === formerly + 2);
  await pause(1500);
  const same = {
    notices: monitor.log(),
    changed: before !== JSON.stringify([table(), holders()]),
  };
  monitor.killTree();

  const children = ['vrrp', 'check'].map(kind => pidOf(first, kind));
  process.kill(first.pid, 'SIGKILL');
  await waitFor('the children end', 15_000, () => children.every(pid => !alive(pid)));
  await waitFor('the peer takes over', 10_000, () => holders() === 'two').catch(() => undefined);
  const orphaned = { table: table(), holders: holders() };
  const result: Adoption = {
    tables: tables.map(one => JSON.parse(one) as string[]),
    holders: held,
    broken,
    same,
    orphaned,
    logs: [first, second].map(each => `--- ${each.name}\n${each.log()}`).join('\n'),
  };
  first.killTree();
  await second.stop();
  return result;
});

function readyCount(daemon: Running, name: string): number {
  return daemon.log().split(`The ${name} process is ready`).length - 1;
}

function pidOf(daemon: Running, kind: string): number {
  return Number(readFileSync(configurationOf(daemon).replace(/conf$/, kind), 'utf8'));
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Kills one child and collects the different answers until its successor is ready and `after` milliseconds more. */
async function watch(
  daemon: Running,
  kind: string,
  name: string,
  after: number,
  ask: () => string,
): Promise<string[]> {
  const answers = new Set([ask()]);
  const ready = readyCount(daemon, name);
  process.kill(pidOf(daemon, kind), 'SIGKILL');
  let end = Number.POSITIVE_INFINITY;
  const patience = wallNow() + 30_000;
  while (wallNow() < end) {
    answers.add(ask());
    if (end === Number.POSITIVE_INFINITY && readyCount(daemon, name) > ready) end = wallNow() + after;
    if (wallNow() > patience) throw new Error(`no new ${name} process:\n${daemon.log()}`);
    await pause(20);
  }
  return [...answers];
}
