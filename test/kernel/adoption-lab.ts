// Runs where a kernel has IPVS: a director whose processes are killed one by one, watched closely by its tables and by its peer.
// Spec: proc(5) net/ip_vs and fib_trie, ip-monitor(8); returns what was seen, judges nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hearAdverts } from '../lab/adverts.ts';
import { startAgent } from '../lab/agents.ts';
import { root } from '../lab/bundle.mjs';
import { patience, pause, waitFor, wallNow } from '../lab/clock.ts';
import { buildCluster, type HostSpec } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { addressList, ipvsLines } from '../lab/observe.ts';
import { type Running, runIn, startIn } from '../lab/processes.ts';
import { program, tell } from '../lab/program.ts';

export interface Adoption {
  /** Each different IPVS table while the checker process was away and three seconds after. */
  readonly tables: readonly (readonly string[])[];
  /** Each different answer to "who holds the address" while the MASTER's VRRP process was away and four adverts after. */
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
  const hosts = [
    host('one', '10.2.0.1/24'),
    host('two', '10.2.0.2/24'),
    host('real1', '10.2.0.11/24', '10.2.0.13/24'),
  ];
  const cluster = buildCluster('adoption', hosts);
  const adverts = hearAdverts(cluster.host('hub'), hosts);
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
  /** Whether the first has sent that many adverts more than now. */
  const advertising = (count: number) => {
    const sent = () => adverts.heard().filter(({ host }) => host === 'one').length;
    const before = sent();
    return () => sent() >= before + count;
  };
  await waitFor('the first is master', patience, () => holders() === 'one');
  const second = startDaemon(two, 'lvskit', text.replace('priority 150', 'priority 100'));
  await waitFor('the dead server is out', patience, () => table().length === 2);
  await waitFor('the second is ready', patience, () => readyCount(second, 'vrrp') === 1);
  await waitFor('the second hears the first', patience, advertising(2));

  const checked = () => {
    const end = wallNow() + 3000;
    return () => wallNow() >= end;
  };
  const tables = await watch(first, 'check', 'checker', checked, () => JSON.stringify(table()));
  tell({ event: 'checker', tables: tables.length });
  // The peer would not bear three intervals of silence.
  const held = await watch(first, 'vrrp', 'vrrp', () => advertising(4), holders);
  tell({ event: 'vrrp', held });

  const before = JSON.stringify([table(), holders()]);
  const logged = first.log().length;
  writeFileSync(configurationOf(first), `${text}\nvrrp_instance broken {\n    virtual_router_id 400\n`);
  process.kill(first.pid, 'SIGHUP');
  await waitFor('the refusal', patience, () => first.log().slice(logged).includes('Reload refused'));
  await pause(1000);
  const broken = {
    log: first.log().slice(logged),
    changed: before !== JSON.stringify([table(), holders()]),
  };

  writeFileSync(configurationOf(first), text);
  const monitor = startIn(one, 'monitor', 'ip', ['monitor', 'link', 'address', 'route', 'rule']);
  /** Whether the monitor tells of an interface that came and went. */
  const tellsOf = (name: string) => {
    runIn(one, 'ip', 'link', 'add', name, 'type', 'dummy');
    runIn(one, 'ip', 'link', 'del', name);
    return () => new RegExp(`^Deleted .*${name}`, 'm').test(monitor.log());
  };
  await waitFor('the monitor listens', patience, () => tellsOf('first')());
  await waitFor('the monitor told all there was', patience, tellsOf('last'));
  const told = monitor.log().length;
  const configured = () => first.log().split('process is configured').length;
  const formerly = configured();
  process.kill(first.pid, 'SIGHUP');
  await waitFor('the reload', patience, () => configured() === formerly + 2);
  await pause(1500);
  const same = {
    notices: monitor.log().slice(told),
    changed: before !== JSON.stringify([table(), holders()]),
  };
  monitor.killTree();

  const children = ['vrrp', 'check'].map(kind => pidOf(first, kind));
  process.kill(first.pid, 'SIGKILL');
  await waitFor('the children end', patience, () => children.every(pid => !alive(pid)));
  await waitFor('the peer takes over', patience, () => holders() === 'two').catch(() => undefined);
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

/** Kills one child and collects the different answers until its successor is ready and then until `after` says that it is over. */
async function watch(
  daemon: Running,
  kind: string,
  name: string,
  after: () => () => boolean,
  ask: () => string,
): Promise<string[]> {
  const answers = new Set([ask()]);
  const ready = readyCount(daemon, name);
  process.kill(pidOf(daemon, kind), 'SIGKILL');
  let over: (() => boolean) | undefined;
  const end = wallNow() + patience;
  while (over?.() !== true) {
    answers.add(ask());
    if (over === undefined && readyCount(daemon, name) > ready) over = after();
    if (wallNow() > end) throw new Error(`no new ${name} process:\n${daemon.log()}`);
    await pause(20);
  }
  return [...answers];
}
