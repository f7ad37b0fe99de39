// Runs on the machine: one director whose file is reloaded under other names, whose interface is renamed, whose processes are killed.
// Spec: ip-monitor(8) and ip-address(8) are the witnesses; returns what they said, judges nothing.
import { writeFileSync } from 'node:fs';
import { patience, waitFor } from '../lab/clock.ts';
import { buildCluster, type HostSpec } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { type Running, runIn, startIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';

export interface Story {
  /** Addresses of the director's interfaces at the end of it, without loopback and link-local ones. */
  readonly held: readonly string[];
  /** What `ip monitor address` reported as deleted meanwhile. */
  readonly deleted: readonly string[];
  readonly log: string;
}
export interface Stories {
  readonly shifted: Story;
  readonly swapped: Story;
  readonly back: Story;
  readonly renamed: Story;
  readonly stopped: Story;
  readonly afterKill: Story;
  readonly restarted: Story;
  readonly ended: Story;
}

const hosts: readonly HostSpec[] = [
  { name: 'one', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.1/24'] }] },
  { name: 'two', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.2/24'] }] },
];

const instance = (name: string, vrid: number, address: number): string => `vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  priority 150
  advert_int 0.2
  virtual_ipaddress {
    10.2.0.${address}/24
  }
}
`;
const file = (...instances: readonly (readonly [name: string, vrid: number, address: number])[]): string =>
  `global_defs {\n  vrrp_version 3\n}\n${instances.map(each => instance(...each)).join('')}`;

const first = file(['VI_1', 51, 100], ['VI_2', 52, 101]);

await program(async () => {
  const cluster = buildCluster('holdings', hosts);
  const one = cluster.host('one');
  const addresses = () =>
    runIn(one, 'ip', '-4', '-brief', 'address', 'show')
      .split('\n')
      .filter(line => !line.startsWith('lo'))
      .flatMap(line => {
        const [device = '', , ...held] = line.trim().split(/\s+/);
        return held.map(each => `${each} ${device.replace(/@.*/, '')}`);
      })
      .sort();
  const holds = (...ends: number[]) => {
    const held = addresses();
    return ends.every(end => held.some(each => each.startsWith(`10.2.0.${end}/`)));
  };

  const monitor = startIn(one, 'monitor', 'ip', ['monitor', 'address']);
  /** The monitor has reported everything that happened until now. */
  let marks = 0;
  const caughtUp = async () => {
    const mark = `10.9.${++marks}.9/32`;
    await waitFor('the monitor', patience, () => {
      runIn(one, 'ip', 'address', 'replace', mark, 'dev', 'lo');
      return monitor.log().includes(mark);
    });
    runIn(one, 'ip', 'address', 'del', mark, 'dev', 'lo');
    await waitFor('the monitor hears of the end', patience, () =>
      monitor
        .log()
        .split('\n')
        .some(line => line.startsWith('Deleted') && line.includes(mark)),
    );
  };
  let daemon: Running = startDaemon(one, 'lvskit', first);
  /** What happens until `end` is so. */
  const during = async (act: () => void, what: string, end: () => boolean): Promise<Story> => {
    await caughtUp();
    const [told, logged] = [monitor.log().length, daemon.log().length];
    act();
    await waitFor(what, patience, end);
    await caughtUp();
    const deleted = monitor
      .log()
      .slice(told)
      .split('\n')
      .filter(line => line.startsWith('Deleted') && line.includes(' 10.2.'))
      .map(line => line.replace(/.*inet (\S+).*/, '$1'));
    return { held: addresses(), deleted, log: daemon.log().slice(logged) };
  };
  const reload = (text: string) => () => {
    writeFileSync(configurationOf(daemon), text);
    process.kill(daemon.pid, 'SIGHUP');
  };
  const since = (log: string) => {
    const from = log.length;
    return (text: string) => daemon.log().slice(from).includes(text);
  };

  await waitFor('it is MASTER of both', patience, () => holds(100, 101));
  let says = since(daemon.log());
  const shifted = await during(
    reload(file(['VI_1', 50, 109], ['VI_2', 51, 100], ['VI_3', 52, 101])),
    'the inserted instance is MASTER',
    () => says('now in force') && holds(109),
  );
  says = since(daemon.log());
  const swapped = await during(
    reload(file(['VI_1', 50, 109], ['VI_2', 52, 101], ['VI_3', 51, 100])),
    'the reload with swapped names',
    () => says('now in force'),
  );
  says = since(daemon.log());
  const back = await during(
    reload(first),
    'the reload of the first file',
    () => says('now in force') && !holds(109),
  );

  const renamed = await during(
    () => {
      try {
        runIn(one, 'ip', 'link', 'set', 'eth0', 'name', 'eth7');
      } catch {
        // Kernels before 6.2 rename only what is down.
        runIn(one, 'ip', 'link', 'set', 'eth0', 'down');
        runIn(one, 'ip', 'link', 'set', 'eth0', 'name', 'eth7', 'up');
      }
    },
    'the renamed interface is empty',
    () => !holds(100) && !holds(101),
  );
  const stopped = await during(
    () => {
      runIn(one, 'ip', 'link', 'set', 'eth7', 'down');
      runIn(one, 'ip', 'link', 'set', 'eth7', 'name', 'eth0', 'up');
      process.kill(daemon.pid, 'SIGTERM');
    },
    'the daemon has ended',
    () => !daemon.alive(),
  );

  daemon = startDaemon(one, 'lvskit', first);
  await waitFor('it is MASTER again', patience, () => holds(100, 101));
  runIn(one, 'ip', 'address', 'add', '10.2.0.77/24', 'dev', 'eth0');
  const afterKill = await during(
    () => daemon.killTree(),
    'all its processes are dead',
    () => !daemon.alive(),
  );
  daemon = startDaemon(one, 'lvskit', file(['OTHER', 60, 120]));
  const restarted = await during(
    () => {},
    'what was left is gone',
    () => holds(120) && !holds(100) && !holds(101),
  );
  const ended = await during(
    () => process.kill(daemon.pid, 'SIGTERM'),
    'the last daemon has ended',
    () => !daemon.alive(),
  );
  monitor.killTree();
  const result: Stories = { shifted, swapped, back, renamed, stopped, afterKill, restarted, ended };
  return result;
});
