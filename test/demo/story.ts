// The demo's cluster and what befalls it: shares, a dead web server, its return, a killed master, its return, a graceful stop.
// Spec: the configuration pair of seed 003 (192.168.188.190, direct routing, wrr 1:2, TCP_CHECK), unchanged.
import { type Agent, type Request, startAgent } from '../lab/agents.ts';
import { patience, pause, waitFor, wallNow } from '../lab/clock.ts';
import { buildCluster } from '../lab/cluster.ts';
import { type Daemon, startDaemon } from '../lab/daemon.ts';
import { addressList, ipvsLines } from '../lab/observe.ts';
import { program, tell } from '../lab/program.ts';
import { directRouting as pair, seedText } from '../lab/seed-pairs.ts';
import {
  type Check,
  type Happening,
  type Phase,
  type Slice,
  type Story,
  sliceLength,
  webServers,
} from './report.ts';

const vip = '192.168.188.190';
const echoPort = 4007;

await program(async ({ daemon }: { daemon: Daemon }): Promise<Story> => {
  const begun = wallNow();
  const since = (at = wallNow()) => at - begun;
  const happenings: Happening[] = [];
  const checks: Check[] = [];
  const reactions: { name: string; took: number }[] = [];
  const phases: { name: string; from: number }[] = [];
  const requests: Request[] = [];
  const slices: Slice[] = [];
  const say = (text: string) => {
    happenings.push({ at: since(), text });
    tell({ event: 'happening', at: since(), text });
  };
  const check = (what: string, good: boolean, detail: string) => {
    checks.push({ what, good, detail });
    tell({ event: 'check', what, good, detail });
  };
  const phase = (name: string) => phases.push({ name, from: since() });

  const cluster = buildCluster('demo', [
    ...pair.hosts,
    { name: 'client', links: [{ interface: 'ens33', network: 'lan', addresses: ['192.168.188.100/24'] }] },
  ]);
  say(`cluster built: client, lvs1, lvs2, web1, web2; directors run ${daemon}`);
  const host = cluster.host;
  const serve = (name: string) => startAgent(host(name), { role: 'web', name, port: 80 });
  const direct = (name: 'lvs1' | 'lvs2') =>
    startDaemon(host(name), daemon, seedText(pair.files[name === 'lvs1' ? 0 : 1]));
  const holds = (name: string) => addressList(host(name)).includes(vip);
  const table = (name: string) => ipvsLines(host(name));
  // 192.168.188.137 as /proc/net/ip_vs writes it.
  const hasWeb1 = (name: string) => table(name).some(line => line.includes('C0A8BC89'));
  const webs: Record<string, Agent> = {};
  for (const name of webServers) webs[name] = await serve(name);
  for (const name of ['lvs1', 'lvs2']) await startAgent(host(name), { role: 'echo', name, port: echoPort });
  let lvs1 = direct('lvs1');
  await waitFor(`lvs1 is master. ${lvs1.log()}`, patience, () => holds('lvs1'));
  const lvs2 = direct('lvs2');
  await waitFor(`both tables are full. ${lvs1.log()}`, patience, () =>
    ['lvs1', 'lvs2'].every(name => table(name).length === pair.ipvsLines),
  );
  say(`lvs1 is MASTER of ${vip}, both directors know both web servers`);

  const client = await startAgent(host('client'), {
    role: 'client',
    http: { address: vip, port: 80, every: 25, timeout: 3000 },
    echo: { address: vip, port: echoPort, every: 20 },
  });
  const answerers: { by: string; at: number }[] = [];
  client.onAnswerer((by, at) => answerers.push({ by, at }));
  client.onRequest(request => requests.push(request));
  let sliceFrom = wallNow();
  const slicer = setInterval(() => {
    // The agent hands answers over every 50 ms: a slice is told a little after its end.
    while (wallNow() >= sliceFrom + sliceLength + 150) {
      const to = sliceFrom + sliceLength;
      const mine = requests.filter(one => one.at + one.took >= sliceFrom && one.at + one.took < to);
      const director = answerers.filter(one => one.at < to).at(-1)?.by ?? 'nobody';
      const slice = { at: since(sliceFrom), director, ...count(mine) };
      slices.push(slice);
      tell({ event: 'slice', ...slice });
      sliceFrom = to;
    }
  }, 100);
  /** When the named director first answered after a moment. */
  const answeredBy = (name: string, after: number, timeout: number) =>
    waitFor(
      `${name} answers for ${vip}. lvs1: ${lvs1.log()} lvs2: ${lvs2.log()}`,
      timeout,
      () => answerers.find(one => one.by === name && one.at > after)?.at,
      10,
    );
  const reaction = (name: string, from: number, to: number) => {
    reactions.push({ name, took: to - from });
    return `${((to - from) / 1000).toFixed(2)} s`;
  };

  phase('both web servers');
  await pause(6000);

  phase('web1 stopped, not yet noticed');
  say('web1 is stopped');
  let from = wallNow();
  webs['web1']?.kill();
  await waitFor(`web1 is removed. ${lvs1.log()}`, patience, () => !hasWeb1('lvs1'));
  say(`web1 is out of the table after ${reaction('detection of the stopped web server', from, wallNow())}`);
  phase('web2 alone');
  await pause(4000);

  phase('web1 started, not yet noticed');
  say('web1 is started again');
  webs['web1'] = await serve('web1');
  from = wallNow();
  await waitFor(`web1 is back. ${lvs1.log()}`, patience, () => hasWeb1('lvs1') && hasWeb1('lvs2'));
  say(`web1 is back in the table after ${reaction('return of the web server', from, wallNow())}`);
  phase('both again');
  await pause(4000);

  phase('master killed, failover');
  say('lvs1: every process of the daemon gets SIGKILL');
  from = wallNow();
  lvs1.killTree();
  say(
    `lvs2 answers for ${vip} after ${reaction('failover', from, await answeredBy('lvs2', from, patience))}`,
  );
  phase('lvs2 serves');
  await pause(4000);
  check(
    'lvs2 holds the virtual address after the failover',
    holds('lvs2'),
    addressList(host('lvs2')).join(' '),
  );

  phase('lvs1 comes back');
  say('lvs1 is started again');
  lvs1 = direct('lvs1');
  // Both nodes have priority 100: an equal advert keeps a backup where it is (RFC 3768 section 6.4.2).
  await waitFor(`lvs1 gave the stale address up. ${lvs1.log()}`, patience, () => !holds('lvs1'));
  await pause(5000);
  check(
    'lvs1 is back as BACKUP, the address stays with lvs2',
    !holds('lvs1') && holds('lvs2') && lvs1.alive(),
    `last answer by ${answerers.at(-1)?.by}`,
  );
  say(`lvs1 is back as BACKUP (equal priority), ${vip} stays with lvs2`);

  phase('lvs2 stopped gracefully');
  say('lvs2 is stopped with SIGTERM');
  from = wallNow();
  const stopping = lvs2.stop();
  say(
    `lvs1 answers for ${vip} after ${reaction('graceful handover', from, await answeredBy('lvs1', from, patience))}`,
  );
  phase('lvs1 serves');
  await stopping;
  await pause(4000);
  check(
    'lvs2 left nothing behind',
    !holds('lvs2') && table('lvs2').length === 0,
    `${table('lvs2').length} IPVS lines`,
  );
  phase('end');
  await pause(3100);
  clearInterval(slicer);
  client.kill();

  const told: Phase[] = phases.slice(0, -1).map(({ name, from }, index) => {
    const to = phases[index + 1]?.from ?? since();
    const mine = requests.filter(one => since(one.at) >= from && since(one.at) < to);
    return {
      name,
      from,
      to,
      sent: mine.length,
      severed: severedAmong(mine),
      late: mine.filter(one => one.by !== undefined && one.took > 500).length,
      ...count(mine),
    };
  });
  judge(told, check);
  // Why and when, for each request without an answer: a loss in a quiet phase must say what it was.
  for (const { at, took, error } of requests.filter(one => one.by === undefined)) {
    const name = told.findLast(phase => since(at) >= phase.from)?.name ?? 'before';
    tell({
      event: 'lost',
      at: since(at),
      text: `${name}: ${error ?? 'no answer'} after ${Math.round(took)} ms`,
    });
  }
  await lvs1.stop();
  return { slices, happenings, phases: told, checks, reactions };
});

/** Milliseconds: what is reset within them was reset by one event. */
const oneMoment = 200;

/** Connections are not synchronised between the directors: the one that takes over resets those that it does not know, once. */
function severedAmong(requests: readonly Request[]): number {
  const ends = requests.filter(({ error }) => error === 'ECONNRESET').map(({ at, took }) => at + took);
  const first = Math.min(...ends);
  return ends.filter(end => end - first <= oneMoment).length;
}

function count(requests: readonly Request[]): { answers: Record<string, number>; lost: number } {
  const by = (name: string) => requests.filter(one => one.by === name).length;
  return {
    answers: Object.fromEntries(webServers.map(name => [name, by(name)])),
    lost: requests.filter(one => one.by === undefined).length,
  };
}

/** What each part of the story owes: the shares where both serve, no loss where nothing is being noticed. */
function judge(phases: readonly Phase[], check: (what: string, good: boolean, detail: string) => void): void {
  const named = (name: string) => {
    const found = phases.find(phase => phase.name === name);
    if (found === undefined) throw new Error(`no phase ${name}`);
    return found;
  };
  for (const name of ['both web servers', 'both again', 'lvs2 serves', 'lvs1 serves']) {
    const { answers, sent } = named(name);
    const [one, two] = [answers['web1'] ?? 0, answers['web2'] ?? 0];
    const share = two / (one + two);
    check(`${name}: shared 1:2`, sent > 50 && Math.abs(share - 2 / 3) < 0.03, `${one} : ${two}`);
  }
  const alone = named('web2 alone');
  check(
    'web2 alone: all answers by web2',
    alone.answers['web1'] === 0 && (alone.answers['web2'] ?? 0) > 50,
    `${alone.answers['web2']} answers`,
  );
  for (const name of [
    'both web servers',
    'web2 alone',
    'both again',
    'lvs2 serves',
    'lvs1 comes back',
    'lvs1 serves',
  ]) {
    const { sent, lost } = named(name);
    check(`${name}: no request lost`, sent > 50 && lost === 0, `${lost} of ${sent} lost`);
  }
  const started = named('web1 started, not yet noticed');
  check(
    `${started.name}: unharmed or late`,
    started.lost <= started.sent / 10,
    `${started.lost} of ${started.sent} lost, ${started.late} late`,
  );
  for (const name of ['master killed, failover', 'lvs2 stopped gracefully']) {
    const { sent, lost, late, severed } = named(name);
    check(
      `${name}: unharmed, late, or cut off when the address moved`,
      lost - severed <= sent / 10,
      `${lost} of ${sent} lost, ${severed} of them cut off, ${late} late`,
    );
  }
}
