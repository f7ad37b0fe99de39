// Runs where a kernel has IPVS: `rs drain` as built while a second administrator, a lost session, UDP flows and a daemon get in its way.
// Spec: ipvsadm 1.31 as the second administrator and as witness; returns observations, judges nothing.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addresses,
  buildStage,
  lvskit,
  lvskitWords,
  type Peer,
  peerMain,
  peerRole,
  type Ran,
  start,
  startPeer,
} from '../../kernel/ipvs-stage.ts';
import { patience, waitFor } from '../../lab/clock.ts';
import { labRun, runIn, startIn } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';

export interface Seen extends Ran {
  /** `ipvsadm -Sn` afterwards. */
  readonly table: string;
}

export interface LabResult {
  readonly seen: Readonly<Record<string, Seen>>;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Each scene has a port of its own: connections of an entry that was deleted still count when it comes back. */
const ports = {
  weight: 80,
  server: 81,
  udp: 82,
  udpShort: 83,
  mark: 84,
  undo: 85,
  hangUp: 86,
  twice: 88,
  daemon: 89,
} as const;
type Scene = keyof typeof ports;

/** A datagram with a firewall mark (SO_MARK, 36) from the director itself. */
const marked = `use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0); setsockopt($s, SOL_SOCKET, 36, pack('i', 5)) or die;
send($s, 'x', 0, sockaddr_in(${ports.mark}, inet_aton('${addresses.virtual}'))) or die`;

function stageOf(client: Peer, director: string) {
  const seen: Record<string, Seen> = {};
  const table = () => runIn(director, 'ipvsadm', '-Sn');
  const admin = (...words: string[]) => runIn(director, 'ipvsadm', ...words);
  const service = (scene: Scene) => `${addresses.virtual}:${ports[scene]}`;
  const server = (scene: Scene) => `${addresses.one}:${ports[scene]}`;
  const drainWords = (scene: Scene, protocol: 'tcp' | 'udp', more: readonly string[]) =>
    lvskitWords('rs', 'drain', `${protocol}:${service(scene)}`, server(scene), ...more);
  return {
    seen,
    table,
    admin,
    service,
    server,
    open: (scene: Scene) => client.open(addresses.virtual, ports[scene]),
    async note(name: string, ran: Ran | Promise<Ran>) {
      seen[name] = { ...(await ran), table: table() };
      tell({ event: 'scene', name });
    },
    fill(scene: Scene, option: '-t' | '-u' = '-t') {
      admin('-A', option, service(scene), '-s', 'wrr');
      admin('-a', option, service(scene), '-r', server(scene), '-m', '-w', '7');
    },
    begin: (scene: Scene, protocol: 'tcp' | 'udp', ...more: string[]) =>
      start(director, drainWords(scene, protocol, more), { env: { NO_COLOR: '1' } }),
    drain: (scene: Scene, protocol: 'tcp' | 'udp', ...more: string[]) =>
      start(director, drainWords(scene, protocol, more), { env: { NO_COLOR: '1' } }).ended,
    async waiting(scene: Scene, protocol: 'tcp' | 'udp', ...more: string[]) {
      const running = start(director, drainWords(scene, protocol, more), { env: { NO_COLOR: '1' } });
      await waitFor(`the drain of ${scene} waits`, patience, () => / active, /.test(running.stderr()));
      return running;
    },
  };
}
type Stage = ReturnType<typeof stageOf>;

/** Another administrator sets the weight, deletes the server, drains the same server. */
async function administrators(client: Peer, stage: Stage): Promise<Record<string, unknown>> {
  const { admin, service, server, fill, open, waiting, note } = stage;
  fill('weight');
  const held = await open('weight');
  const overruled = await waiting('weight', 'tcp', '--deadline', '3000');
  admin('-e', '-t', service('weight'), '-r', server('weight'), '-m', '-w', '5');
  await note('weight set by another', overruled.ended);
  await client.close(held);
  await note('undo after that', stage.drain('weight', 'tcp', '--undo'));

  fill('server');
  await open('server');
  const robbed = await waiting('server', 'tcp', '--json');
  admin('-d', '-t', service('server'), '-r', server('server'));
  await note('server deleted by another', robbed.ended);

  fill('undo');
  await open('undo');
  await note('deadline', stage.drain('undo', 'tcp', '--deadline', '1'));
  admin('-e', '-t', service('undo'), '-r', server('undo'), '-m', '-w', '9');
  await note('undo over a later weight', stage.drain('undo', 'tcp', '--undo'));

  fill('twice');
  const both = await open('twice');
  const [first, second] = [await waiting('twice', 'tcp'), await waiting('twice', 'tcp')];
  await client.close(both);
  const ends = await Promise.all([first.ended, second.ended]);
  return {
    'twice at once: codes': ends.map(({ code }) => code).sort(),
    'twice at once: table': stage.table(),
  };
}

/** On UDP every flow is an inactive connection. */
async function datagrams(client: Peer, stage: Stage, director: string): Promise<void> {
  const { admin, server, fill, note } = stage;
  runIn(director, 'ipvsadm', '--set', '0', '0', '6');
  fill('udp', '-u');
  await client.send(addresses.virtual, ports.udp, 'x');
  await note('udp', stage.drain('udp', 'udp', '--deadline', '3000'));
  // These flows must outlive commands on a slow machine.
  runIn(director, 'ipvsadm', '--set', '0', '0', '900');
  fill('udpShort', '-u');
  await client.send(addresses.virtual, ports.udpShort, 'x');
  await note('udp with a deadline', stage.drain('udpShort', 'udp', '--deadline', '1'));
  await note('udp without waiting', stage.drain('udpShort', 'udp', '--no-inactive', '--json'));
  admin('-A', '-f', '5', '-s', 'wrr');
  admin('-a', '-f', '5', '-r', server('mark'), '-m', '-w', '7');
  runIn(director, 'perl', '-e', marked);
  await note('mark', lvskit(director, 'rs', 'drain', 'fwmark:5', server('mark'), '--deadline', '1'));
}

/** The session is lost. */
async function session(stage: Stage): Promise<void> {
  const { fill, open, waiting, note } = stage;
  fill('hangUp');
  await open('hangUp');
  const lost = await waiting('hangUp', 'tcp');
  lost.signal('SIGHUP');
  await note('hung up', lost.ended);
  await note('undone after that', stage.drain('hangUp', 'tcp', '--undo'));
}

/** A running daemon owns the service; afterwards nobody does. */
async function owned(stage: Stage, director: string): Promise<Record<string, unknown>> {
  const { note } = stage;
  const file = join(labRun(), 'daemon.conf');
  const text = (port: number) =>
    `virtual_server ${addresses.virtual} ${port} {\n  protocol TCP\n  lvs_sched wrr\n  lvs_method NAT\n  real_server ${addresses.one} ${port} {\n    weight 7\n  }\n}\n`;
  writeFileSync(file, text(ports.daemon));
  const pids = ['-p', '-r', '-c'].flatMap(flag => [flag, join(labRun(), `daemon${flag}.pid`)]);
  const [node = '', entry = '', ...words] = lvskitWords('run', '-f', file, ...pids);
  const daemon = startIn(director, 'daemon', node, [entry, ...words]);
  await waitFor('the daemon has programmed the service', patience, () =>
    stage.table().includes(`-a -t ${stage.service('daemon')} -r ${stage.server('daemon')} -m -w 7`),
  );
  const claims = () => readdirSync('/run/lvskit').filter(name => name.startsWith('services-'));
  await waitFor('the daemon lists its services', patience, () => claims().length === 1);
  const facts = { 'owned: listed': readFileSync(join('/run/lvskit', claims()[0] ?? ''), 'utf8') };
  await note('owned', stage.drain('daemon', 'tcp'));
  await note('owned undo', stage.drain('daemon', 'tcp', '--undo'));
  await note('not owned', stage.drain('undo', 'tcp', '--deadline', '0', '--json'));
  daemon.child.kill('SIGKILL');
  await daemon.ended;
  // Its children end with it, and so does their lock.
  await waitFor('the checker process is gone', patience, () => {
    const found = claims();
    if (found.length === 0) return true;
    const { status } = lockOf(join('/run/lvskit', found[0] ?? ''));
    return status === 0;
  });
  return { ...facts, 'after kill -9: table': stage.table() };
}

function lockOf(path: string): { readonly status: number } {
  try {
    execFileSync('flock', ['-n', path, 'true']);
    return { status: 0 };
  } catch {
    return { status: 1 };
  }
}

async function main(): Promise<LabResult> {
  const { host, director } = buildStage('hostile');
  await startPeer(host('one'), `server ${Object.values(ports).join(' ')}`);
  const client = await startPeer(host('client'), 'client');
  const stage = stageOf(client, director);
  // Idle at the first look: it must be looked at again with weight 0.
  stage.fill('twice');
  await stage.note('idle', stage.drain('twice', 'tcp'));
  stage.admin('-C');
  const facts: Record<string, unknown> = {};
  Object.assign(facts, await administrators(client, stage));
  await datagrams(client, stage, director);
  await session(stage);
  Object.assign(facts, await owned(stage, director));
  return { seen: stage.seen, facts };
}

if (peerRole !== undefined) peerMain(peerRole);
else await program(main);
