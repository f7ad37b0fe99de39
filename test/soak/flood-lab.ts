// Runs on the machine in namespaces: a MASTER whose neighbour sends forged and damaged adverts as fast as it can. The address stays, adverts
// go on, memory and log stay bounded; figures tell by how much.
// Spec: RFC 9568 section 7.1; proc(5). The sender is this same bundle, started again in the neighbour's namespace.
import { readFileSync } from 'node:fs';
import { openVrrpSocket } from '../../src/core/host/index.ts';
import { type Address, parseAddress } from '../../src/core/net/index.ts';
import { advertPacket } from '../../src/core/wire/index.ts';
import { hearAdverts } from '../lab/adverts.ts';
import { patience, pause, waitFor, wallNow } from '../lab/clock.ts';
import { buildCluster, type HostSpec } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { addressList } from '../lab/observe.ts';
import { startIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';
import type { Part } from './soak.ts';

const address = (text: string): Address => {
  const found = parseAddress(text);
  if (found === undefined) throw new Error(text);
  return found;
};

const group = address('224.0.0.18');

/** By /proc, which shows the namespace of who reads; /sys shows that of who mounted it. */
const indexOf = (name: string): number =>
  Number(new RegExp(`^(\\d+)\\s+${name}\\s`, 'm').exec(readFileSync('/proc/self/net/igmp', 'utf8'))?.[1]);

/** Sends bursts until it is killed: other VRIDs, lower priorities, wrong checksums, many senders. */
async function flood(): Promise<void> {
  const opened = await openVrrpSocket({
    family: 'inet',
    interface: 'eth0',
    ifindex: indexOf('eth0'),
    group,
    onPacket: () => {},
  });
  if (!opened.ok) throw new Error(opened.fault.message);
  for (let n = 0; ; n++) {
    for (let burst = 0; burst < 20; burst++) {
      const source = address(`10.4.${n & 127}.${1 + ((burst * 7) % 250)}`);
      const bytes = Uint8Array.from([
        0x21,
        burst % 3 === 0 ? 51 : burst,
        n & 127,
        1,
        0,
        1,
        n & 255,
        burst,
        10,
        4,
        0,
        100,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
      ]);
      opened.value.send(advertPacket(source, group, 255, bytes), group);
    }
    await pause(1);
  }
}

const host = (name: string, last: number): HostSpec => ({
  name,
  links: [{ interface: 'eth0', network: 'lan', addresses: [`10.4.0.${last}/16`] }],
});

const text = `vrrp_instance V {
  interface eth0
  state MASTER
  virtual_router_id 51
  priority 200
  advert_int 1
  virtual_ipaddress {
    10.4.0.100/16
  }
}
`;

/** `times`: seconds of flood. */
async function measure({ times }: { times: number }): Promise<Part> {
  const hosts = [host('one', 1), host('two', 2)];
  const cluster = buildCluster('flood', hosts);
  const [one, two] = [cluster.host('one'), cluster.host('two')];
  const daemon = startDaemon(one, 'lvskit', text);
  const holds = () => addressList(one).includes('10.4.0.100');
  await waitFor(`it is MASTER. ${daemon.log()}`, patience, holds);
  const pid = Number(readFileSync(configurationOf(daemon).replace(/conf$/, 'vrrp'), 'utf8'));
  const resident = () =>
    Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
  const packetsIn = () =>
    Number(/eth0:\s*\d+\s+(\d+)/.exec(readFileSync(`/proc/${pid}/net/dev`, 'utf8'))?.[1] ?? 0);
  const before = { rss: resident(), packets: packetsIn(), lines: daemon.log().split('\n').length };
  const sender = startIn(two, 'sender', process.execPath, [process.argv[1] ?? ''], {
    env: { LAB_FLOOD: '1' },
  });
  const failures: string[] = [];
  let worst = before.rss;
  const end = wallNow() + times * 1000;
  while (wallNow() < end) {
    await pause(500);
    worst = Math.max(worst, resident());
    if (!holds() && !failures.includes('the address was lost')) failures.push('the address was lost');
  }
  if (!sender.alive()) failures.push(`the sender ended: ${sender.log().slice(-300)}`);
  sender.killTree();
  const adverts = hearAdverts(cluster.host('hub'), hosts);
  const told = () => adverts.heard().filter(({ host: name }) => name === 'one').length;
  await waitFor('it advertises after the flood', patience, () => told() >= 3);
  const figures = {
    packets: packetsIn() - before.packets,
    'log lines': daemon.log().split('\n').length - before.lines,
    'MB before, worst, after': `${before.rss} ${worst} ${resident()}`,
  };
  const status = await daemon.stop();
  if (status !== 0) failures.push(`the daemon ended with ${status}`);
  return { figures, failures };
}

if (process.env['LAB_FLOOD'] === '1') await flood();
else await program(measure);
