// Runs where a kernel has IPVS: connections of every kind through a director, listed by ipvsadm, by the shim and by `conn list`.
// Spec: ipvsadm 1.31 -Lc in the same namespace, before and after ours; RFC 3261 for the SIP request.
import { execFileSync } from 'node:child_process';
import { patience, pause, waitFor } from '../lab/clock.ts';
import { runIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';
import { kinds } from './ipvs-connections-kinds.ts';
import { addresses, buildStage, lvskit, peerMain, peerRole, type Ran, startPeer } from './ipvs-stage.ts';

/** One listing of ours between two that it is held against: timers run, and connections that were closed go. */
export interface Sandwich {
  readonly before: string;
  readonly ours: Ran;
  readonly after: string;
}

export interface LabResult {
  /** Between two of ipvsadm. */
  readonly listings: Readonly<Record<string, Sandwich>>;
  /** `conn list` with filters, between two without. */
  readonly filters: Readonly<Record<string, Sandwich>>;
  /** Whether each connection carried a byte there and back. */
  readonly alive: Readonly<Record<string, boolean>>;
}

/** Nothing of this may run out while it is looked at, however long that takes. */
const rules = `-A -t 10.0.0.1:80 -s rr
-a -t 10.0.0.1:80 -r 10.0.1.11:80 -m -w 1
-A -t 10.0.0.1:81 -s rr
-a -t 10.0.0.1:81 -r 10.0.1.11:81 -g -w 1
-A -t 10.0.0.1:82 -s rr
-a -t 10.0.0.1:82 -r 10.0.1.12:82 -i -w 1
-A -t 10.0.0.1:83 -s rr -p 3000
-a -t 10.0.0.1:83 -r 10.0.1.12:80 -m -w 1
-A -u 10.0.0.1:80 -s rr
-a -u 10.0.0.1:80 -r 10.0.1.11:80 -m -w 1
-A -t [fd00::1]:80 -s rr -p 3000
-a -t [fd00::1]:80 -r [fd01::11]:80 -m -w 1
-A -u [fd00::1]:80 -s rr
-a -u [fd00::1]:80 -r [fd01::12]:80 -m -w 1
-A -u 10.0.0.1:5060 -s rr -p 3000 --pe sip
-a -u 10.0.0.1:5060 -r 10.0.1.12:80 -m -w 1
-A -f 5 -s rr -p 3000
-a -f 5 -r 10.0.1.11:80 -m -w 1
`;

const sip = (call: string) =>
  [
    'REGISTER sip:10.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK776asdhds',
    'Max-Forwards: 70',
    'From: <sip:bob@10.0.0.1>;tag=456248',
    'To: <sip:bob@10.0.0.1>',
    `Call-ID: ${call}`,
    'CSeq: 1826 REGISTER',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

/** A connection with a firewall mark (SO_MARK, 36) from the director itself, given up after a second. */
const marked = `use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0); setsockopt($s, SOL_SOCKET, 36, pack('i', 5)) or die;
alarm 3; connect($s, sockaddr_in(80, inet_aton('10.0.0.77'))); sleep 1;`;

async function main(): Promise<LabResult> {
  const { host, director } = buildStage('conn');
  await startPeer(host('one'), 'server 80 81 82');
  await startPeer(host('two'), 'server 80 81 82');
  const client = await startPeer(host('client'), 'client');
  execFileSync('nsenter', [`--net=/run/netns/${director}`, 'ipvsadm', '-R'], { input: rules });
  runIn(director, 'ipvsadm', '--set', '3000', '3000', '3000');

  const alive: Record<string, boolean> = {};
  const virtual = addresses.virtual;
  for (const [name, address, port] of [
    ['masquerading', virtual, 80],
    ['direct routing', virtual, 81],
    ['tunnel', virtual, 82],
    ['persistent', virtual, 83],
    ['IPv6', addresses.virtual6, 80],
  ] as const)
    alive[name] = await client.speak(await client.open(address, port));
  const closed = await client.open(virtual, 80);
  await client.close(closed);
  await client.send(virtual, 80, 'x');
  await client.send(addresses.virtual6, 80, 'x');
  await client.send(virtual, 5060, sip('843817637684230@998sdasdh09'));
  await client.send(virtual, 5060, sip('short@1'));
  try {
    runIn(director, 'perl', '-e', marked);
  } catch {
    // The mark's connection need not be answered to be in the table.
  }
  let last = '';
  await waitFor(`all kinds of connections, at rest: ${kinds.join(' ')}`, patience, async () => {
    const text = runIn(director, 'ipvsadm', '-Lnc', '--persistent-conn').replaceAll(/ \d+:\d\d /g, ' ');
    const same = text === last;
    last = text;
    await pause(1000);
    return same && kinds.every(kind => kind.test(text));
  });

  const listings: Record<string, Sandwich> = {};
  for (const words of [
    ['-Lnc'],
    ['-Lnc', '--persistent-conn'],
    ['-L', '-c', '-n'],
    ['-Lc'],
    ['-lc', '--persistent-conn'],
  ]) {
    const theirs = () => runIn(director, 'ipvsadm', ...words);
    const before = theirs();
    const ours = await lvskit(director, 'ipvsadm', ...words);
    listings[words.join(' ')] = { before, ours, after: theirs() };
  }

  const list = (words: string) =>
    lvskit(director, 'conn', 'list', ...words.split(' ').filter(word => word !== ''));
  const filters: Record<string, Sandwich> = {};
  let before = (await list('--json')).stdout;
  for (const words of [
    '',
    '--json',
    '--yaml',
    '--json --client 10.0.0.2',
    '--json --client fd00::2',
    '--json --client 10.0.0.2:1',
    '--json --service 10.0.0.1',
    '--json --service 10.0.0.1:83',
    '--json --service tcp:10.0.0.1:80',
    '--json --service udp:10.0.0.1:80',
    '--json --service [fd00::1]:80',
    '--json --service fwmark:5',
    '--json --server 10.0.1.12',
    '--json --server 10.0.1.12:82',
    '--json --server [fd01::11]:80',
    '--json --protocol udp',
    '--json --protocol ip',
    '--json --state established',
    '--json --state ESTABLISHED --protocol tcp --server 10.0.1.11',
    '--json --templates only',
    '--json --templates without',
    '--json --client nonsense:x',
    '--json --state open',
    '--json --state assured',
    '--server 192.0.2.1',
    '--names --templates only',
  ]) {
    const ours = await list(words);
    const after = (await list('--json')).stdout;
    filters[words] = { before, ours, after };
    before = after;
  }
  return { listings, filters, alive };
}

if (peerRole !== undefined) peerMain(peerRole);
else await program(main);
