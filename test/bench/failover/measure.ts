// Runs in namespaces: two directors and a client, killed, given back and stopped again and again; returns each repetition's times.
// Spec: RFC 3768 and RFC 5798 section 6.1 (3 x interval + skew); tcpdump -tt stamps the adverts with the same clock.
import { type Agent, startAgent } from '../../lab/agents.ts';
import { pause, waitFor, wallNow } from '../../lab/clock.ts';
import { buildCluster } from '../../lab/cluster.ts';
import { type Daemon, startDaemon } from '../../lab/daemon.ts';
import { addressList } from '../../lab/observe.ts';
import { startIn } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';

export interface Order {
  readonly daemons: readonly Daemon[];
  /** advert_int in seconds, as written in the configuration. */
  readonly intervals: readonly string[];
  readonly repetitions: number;
}

/** One repetition; times in milliseconds. */
export interface Sample {
  readonly daemon: Daemon;
  readonly interval: string;
  /** From the last advert of the killed master to the first answer of the new one. */
  readonly takeover: number;
  /** Probes (one per millisecond) that nobody answered. */
  readonly lostAtStop: number;
  readonly lostAtGiveBack: number;
  /** From SIGTERM to the first answer of the backup. */
  readonly stop: number;
}

const vip = '10.9.0.100';
const echoPort = 4007;

await program(async (order: Order) => {
  const link = (address: string) => [{ interface: 'eth0', network: 'lan', addresses: [`${address}/24`] }];
  const cluster = buildCluster('bench', [
    { name: 'a', links: link('10.9.0.1') },
    { name: 'b', links: link('10.9.0.2') },
    { name: 'client', links: link('10.9.0.9') },
  ]);
  for (const name of ['a', 'b']) await startAgent(cluster.host(name), { role: 'echo', name, port: echoPort });
  const samples: Sample[] = [];
  for (const interval of order.intervals) {
    for (let repetition = 1; repetition <= order.repetitions; repetition++) {
      for (const daemon of order.daemons) {
        const sample = await repeat(cluster.host, daemon, interval);
        tell({ event: 'sample', repetition, ...sample });
        samples.push(sample);
      }
    }
  }
  return samples;
});

async function repeat(host: (name: string) => string, daemon: Daemon, interval: string): Promise<Sample> {
  const patience = 8000 + 8000 * Number(interval);
  const has = (name: string) => addressList(host(name)).includes(vip);
  const first = startDaemon(host('a'), daemon, configuration('a', interval));
  await waitFor(`${daemon} at ${interval} s: a is master. ${first.log()}`, patience, () => has('a'));
  const second = startDaemon(host('b'), daemon, configuration('b', interval));
  const sniffer = startIn(host('client'), 'tcpdump', 'tcpdump', [
    ...['-i', 'eth0', '-n', '-tt', '-l', '--immediate-mode', 'ip proto 112 and src host 10.9.0.1'],
  ]);
  const client = await startAgent(host('client'), {
    role: 'client',
    echo: { address: vip, port: echoPort, every: 1 },
  });
  const seen: { by: string; at: number }[] = [];
  client.onAnswerer((by, at) => seen.push({ by, at }));
  // The backup must be listening before the master dies; on a busy machine a start takes seconds.
  await waitFor(`${daemon}: b is backup. ${second.log()}`, patience, () =>
    /-> BACKUP|Entering BACKUP/.test(second.log()),
  );
  await pause(2000);
  await waitFor(`${daemon}: a answers`, patience, () => seen.at(-1)?.by === 'a');

  first.killTree();
  const killed = wallNow();
  const tookOver = await waitFor(`${daemon}: b took over. ${second.log()}`, patience, () =>
    seen.find(one => one.by === 'b' && one.at > killed - 1),
  );
  const lastAdvert = lastStamp(sniffer.log());
  sniffer.killTree();

  const back = startDaemon(host('a'), daemon, configuration('a', interval));
  const restarted = wallNow();
  const lostAtGiveBack = await lostUntil(client, restarted, () =>
    waitFor(`${daemon}: a is back. ${back.log()}`, patience, () =>
      seen.find(one => one.by === 'a' && one.at > restarted),
    ),
  );

  const stopping = wallNow();
  const ending = back.stop();
  let stop = 0;
  const lostAtStop = await lostUntil(client, stopping, async () => {
    const next = await waitFor(`${daemon}: b answers after the stop`, patience, () =>
      seen.find(one => one.by === 'b' && one.at > stopping),
    );
    stop = next.at - stopping;
    return next;
  });
  await ending;
  client.kill();
  await second.stop();
  return { daemon, interval, takeover: tookOver.at - lastAdvert, lostAtStop, lostAtGiveBack, stop };
}

/** Probes sent since `from` that nobody answered, counted a third of a second after the awaited change. */
async function lostUntil(
  client: Agent,
  from: number,
  change: () => Promise<{ at: number }>,
): Promise<number> {
  const { at } = await change();
  await pause(400);
  const probes = await client.probes(from);
  return probes.filter(probe => probe.sent < at + 300 && probe.answered === undefined).length;
}

/** The time stamp of the last whole line tcpdump wrote, in milliseconds. */
function lastStamp(log: string): number {
  const stamps = log
    .split('\n')
    .slice(0, -1)
    .flatMap(line => /^(\d+\.\d+) IP /.exec(line)?.[1] ?? []);
  const last = stamps.at(-1);
  if (last === undefined) throw new Error(`tcpdump saw no advert: ${log}`);
  return Number(last) * 1000;
}

function configuration(name: string, interval: string): string {
  const version = interval === '1' ? 2 : 3;
  return `global_defs {
    router_id ${name}
    vrrp_version ${version}
}
vrrp_instance bench {
    state ${name === 'a' ? 'MASTER' : 'BACKUP'}
    interface eth0
    virtual_router_id 51
    priority ${name === 'a' ? 150 : 100}
    advert_int ${interval}
    virtual_ipaddress {
        ${vip}/24 dev eth0
    }
}
`;
}
