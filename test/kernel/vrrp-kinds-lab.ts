// Runs on the machine: a director that holds addresses of both families, routes and rules, through renaming reloads and a move of its
// interface into another network namespace and back, beside a second one that takes over meanwhile.
// Spec: ip-monitor(8), ip-address(8), ip-route(8), ip-rule(8) are the witnesses; returns what they said, judges nothing.
import { writeFileSync } from 'node:fs';
import { patience, waitFor } from '../lab/clock.ts';
import { buildCluster, type HostSpec } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { runIn, startIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';

export interface Story {
  /** Addresses, routes and rules at the end, without the kernel's own. */
  readonly held: readonly string[];
  /** What `ip monitor` reported as deleted meanwhile. */
  readonly deleted: readonly string[];
}
export interface Stories {
  readonly started: readonly string[];
  readonly shifted: Story;
  readonly swapped: Story;
  readonly otherGateway: Story;
  readonly leftOut: Story;
  /** What both hosts hold while the interface is elsewhere, and after its return. */
  readonly away: { readonly one: readonly string[]; readonly two: readonly string[]; readonly log: string };
  readonly returned: { readonly one: readonly string[]; readonly two: readonly string[] };
  readonly stopped: readonly string[];
}

const hosts: readonly HostSpec[] = [
  {
    name: 'one',
    links: [{ interface: 'eth0', network: 'lan', addresses: ['10.3.0.1/24', '2001:db8:3::1/64'] }],
  },
  {
    name: 'two',
    links: [{ interface: 'eth0', network: 'lan', addresses: ['10.3.0.2/24', '2001:db8:3::2/64'] }],
  },
];

const block = (name: string, vrid: number, priority: number, lines: string): string =>
  `vrrp_instance ${name} {\n  interface eth0\n  virtual_router_id ${vrid}\n  priority ${priority}\n  advert_int 0.2\n${lines}}\n`;

interface Part {
  readonly vrid: number;
  readonly lines: string;
}
const four = (gateway = 254): Part => ({
  vrid: 51,
  lines: `  virtual_ipaddress {\n    10.3.0.100/24\n  }
  virtual_routes {
    203.0.113.0/24 via 10.3.0.${gateway} dev eth0 table 100
    198.51.100.0/24 src 10.3.0.100 dev eth0
    blackhole 192.0.2.0/24
  }
  virtual_rules {
    from 10.3.0.100/32 table 100 priority 100
  }\n`,
});
const six: Part = {
  vrid: 52,
  lines: `  virtual_ipaddress {\n    fe80::3:100\n    2001:db8:3::100/64\n    2001:db8:3::101/128\n  }
  virtual_routes {
    2001:db8:33::/64 via 2001:db8:3::fe dev eth0
  }
  virtual_rules {
    from 2001:db8:3::100/128 table 100 priority 200
  }\n`,
};
const inserted: Part = { vrid: 50, lines: '  virtual_ipaddress {\n    10.3.0.109/24\n  }\n' };
const fileAt =
  (priority: number) =>
  (...parts: readonly (readonly [name: string, part: Part])[]): string =>
    `global_defs {\n  vrrp_version 3\n}\n${parts.map(([name, { vrid, lines }]) => block(name, vrid, priority, lines)).join('')}`;
const file = fileAt(150);
const first = file(['VI_1', four()], ['VI_2', six]);

await program(async () => {
  const cluster = buildCluster('kinds', hosts);
  const [one, two, hub] = [cluster.host('one'), cluster.host('two'), cluster.host('hub')];
  const shownOn = (host: string, ...words: string[]) =>
    runIn(host, 'ip', ...words)
      .split('\n')
      .map(line => line.replace(/\s+/g, ' ').trim())
      .filter(line => line !== '');
  const heldOn = (host: string): string[] => {
    const addresses = shownOn(host, '-brief', 'address', 'show').flatMap(line => {
      const [device = '', , ...held] = line.split(' ');
      return held
        .filter(each => each.includes('/'))
        .map(each => `address ${each} ${device.replace(/@.*/, '')}`);
    });
    const routes = [['-4'], ['-6']].flatMap(family =>
      shownOn(host, ...family, 'route', 'show', 'table', 'all', 'proto', 'keepalived').map(
        line => `route ${line}`,
      ),
    );
    const rules = [['-4'], ['-6']].flatMap(family =>
      shownOn(host, ...family, 'rule', 'show').map(line => `rule ${line.replace(' proto keepalived', '')}`),
    );
    const own = (line: string) => / lo$|address fe80::\S+:\S+ff:fe|rule (0|32766|32767):/.test(line);
    return [...addresses, ...routes, ...rules].filter(line => !own(line)).sort();
  };
  const holds = (host: string, ...parts: string[]) => {
    const held = heldOn(host);
    return parts.every(part => held.some(line => line.includes(part)));
  };

  const monitor = startIn(one, 'monitor', 'ip', ['monitor', 'address', 'route', 'rule']);
  let marks = 0;
  /** The monitor has reported everything that happened until now. */
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
  const daemon = startDaemon(one, 'lvskit', first);
  const whole = [
    '10.3.0.100/24',
    'fe80::3:100',
    '2001:db8:3::101',
    '203.0.113.0/24',
    '2001:db8:33::/64',
    'rule 100:',
    'rule 200:',
  ];
  await waitFor('it is MASTER of both', patience, () => holds(one, ...whole));
  const started = heldOn(one);

  const reload = async (text: string, end: () => boolean): Promise<Story> => {
    await caughtUp();
    const [told, logged] = [monitor.log().length, daemon.log().length];
    writeFileSync(configurationOf(daemon), text);
    process.kill(daemon.pid, 'SIGHUP');
    await waitFor('the reload', patience, () => daemon.log().slice(logged).includes('now in force') && end());
    await caughtUp();
    const deleted = monitor
      .log()
      .slice(told)
      .split('\n')
      .filter(line => line.startsWith('Deleted') && !line.includes('10.9.'))
      .map(line => line.replace(/\s+/g, ' ').trim());
    return { held: heldOn(one), deleted };
  };
  const shifted = await reload(file(['VI_1', inserted], ['VI_2', four()], ['VI_3', six]), () =>
    holds(one, '10.3.0.109/24'),
  );
  const swapped = await reload(file(['VI_1', inserted], ['VI_2', six], ['VI_3', four()]), () => true);
  const otherGateway = await reload(file(['VI_1', inserted], ['VI_2', six], ['VI_3', four(253)]), () =>
    holds(one, 'via 10.3.0.253'),
  );
  const leftOut = await reload(
    file(['VI_1', four(253)]),
    () => !holds(one, '10.3.0.109/24') && !holds(one, 'rule 200:'),
  );

  const all = file(['VI_1', four()], ['VI_2', six]);
  await reload(all, () => holds(one, ...whole));
  const second = startDaemon(two, 'lvskit', fileAt(100)(['VI_1', four()], ['VI_2', six]));
  await waitFor('the second one is BACKUP of both', patience, () =>
    ['VI_1', 'VI_2'].every(name => new RegExp(`${name}.*BACKUP`).test(second.log())),
  );
  const before = daemon.log().length;
  runIn(one, 'ip', 'link', 'set', 'eth0', 'netns', hub);
  await waitFor('the second one takes over', patience, () => holds(two, ...whole));
  await waitFor('the first one has let go', patience, () => heldOn(one).length === 0);
  const away = { one: heldOn(one), two: heldOn(two), log: daemon.log().slice(before) };
  runIn(hub, 'ip', 'link', 'set', 'eth0', 'netns', one);
  runIn(one, 'ip', 'link', 'set', 'eth0', 'up');
  runIn(one, 'ip', 'address', 'add', '10.3.0.1/24', 'dev', 'eth0');
  runIn(one, 'ip', 'address', 'add', '2001:db8:3::1/64', 'dev', 'eth0', 'nodad');
  await waitFor('the first one is MASTER again', patience, () => holds(one, ...whole));
  await waitFor(
    'the second one gives up',
    patience,
    () => !holds(two, '10.3.0.100') && !holds(two, 'rule 200:'),
  );
  const returned = { one: heldOn(one), two: heldOn(two) };
  await daemon.stop();
  const stopped = heldOn(one);
  await second.stop();
  monitor.killTree();
  const result: Stories = { started, shifted, swapped, otherGateway, leftOut, away, returned, stopped };
  return result;
});
