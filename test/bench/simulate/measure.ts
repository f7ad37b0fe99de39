// Pairs of routers for an hour of virtual time, and one LAN with many routers of one VRID: seconds, events, memory.
import Table from 'cli-table3';
import { fleetOf, gaps, mastersOf, simulate } from '../../../src/core/simulate/index.ts';
import { instant, milliseconds, seconds } from '../../../src/core/time.ts';
import { loadText } from '../../unit/conf/load-text.ts';

const config = (priority: number) =>
  loadText(
    `vrrp_instance V {\n interface eth0\n virtual_router_id 51\n priority ${priority}\n virtual_ipaddress {\n 10.0.0.100/24\n }\n}\n`,
  ).config;
const hour = instant(seconds(3_600));
const network = { delay: milliseconds(0.2), jitter: milliseconds(0.2), loss: 0, duplication: 0 };
const keep = ['state', 'kernel', 'action'] as const;

function pairs(count: number) {
  const pair = fleetOf([
    { name: 'a', config: config(150) },
    { name: 'b', config: config(100) },
  ]);
  return Array.from({ length: count }, (_, index) =>
    pair.nodes.map(node => ({
      ...node,
      name: `${node.name}${index}`,
      links: node.links.map(link => ({ ...link, segment: `lan${index}` })),
    })),
  ).flat();
}

const oneLan = (count: number) =>
  fleetOf(
    Array.from({ length: count }, (_, index) => ({ name: `r${index}`, config: config(1 + (index % 250)) })),
  ).nodes;

const table = new Table({
  head: ['routers', 'as', 'virtual', 'seconds', 'MB', 'gaps after 10 s'],
  style: { head: [], border: [] },
});
for (const [kind, nodes] of [
  ['500 pairs', pairs(500)],
  ['one LAN', oneLan(1_000)],
] as const) {
  const begun = performance.now();
  const { events } = simulate({ seed: 1, network, nodes, actions: [], until: hour, keep });
  const took = (performance.now() - begun) / 1_000;
  const holes = gaps(mastersOf(events, 'V'), instant(seconds(10)), hour).length;
  table.push([
    nodes.length,
    kind,
    '1 h',
    took.toFixed(1),
    Math.round(process.memoryUsage().rss / 1_048_576),
    holes,
  ]);
}
console.log(table.toString());
