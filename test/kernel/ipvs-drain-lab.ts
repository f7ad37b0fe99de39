// Runs where a kernel has IPVS: `rs drain` and `vs apply` as built, beside TCP connections that stay and persistence templates.
// Spec: ipvsadm 1.31 -Sn as witness; returns observations, judges nothing.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patience, waitFor } from '../lab/clock.ts';
import { labRun, runIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';
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
} from './ipvs-stage.ts';

export interface Seen extends Ran {
  /** `ipvsadm -Sn` afterwards. */
  readonly table: string;
}

export interface LabResult {
  readonly seen: Readonly<Record<string, Seen>>;
  /** What was true while or after a command ran. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Each scene has a port of its own: connections of an entry that was deleted still count when it comes back. */
const ports = { main: 80, gone: 81, forced: 82, templates: 83, apply: 84 } as const;

async function main(): Promise<LabResult> {
  execFileSync('sh', ['-c', 'mkdir -p /dev/pts; mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts']);
  const { host, director } = buildStage('drain');
  const table = () => runIn(director, 'ipvsadm', '-Sn');
  const seen: Record<string, Seen> = {};
  const facts: Record<string, unknown> = {};
  const note = async (name: string, ran: Ran | Promise<Ran>) => {
    seen[name] = { ...(await ran), table: table() };
  };
  const wordsFor = (port: number) => [
    'rs',
    'drain',
    `tcp:${addresses.virtual}:${port}`,
    `${addresses.one}:${port}`,
  ];
  const drain = (...words: string[]) => lvskit(director, ...wordsFor(ports.main), ...words);
  const serving = `server ${Object.values(ports).join(' ')}`;
  await startPeer(host('one'), serving);
  await startPeer(host('two'), serving);
  const client = await startPeer(host('client'), 'client');
  /** Only the first server takes connections; both are there. */
  const fill = (port: number, settings = '-s wrr') => {
    const at = `-t ${addresses.virtual}:${port}`;
    execFileSync('nsenter', [`--net=/run/netns/${director}`, 'ipvsadm', '-R'], {
      input: `-C\n-A ${at} ${settings}\n-a ${at} -r ${addresses.one}:${port} -m -w 7\n-a ${at} -r ${addresses.two}:${port} -m -w 0\n`,
    });
  };
  /** A drain that waits for one connection. */
  const waiting = async (port: number, terminal?: { columns: number; rows: number }) => {
    const env = { NO_COLOR: '1' };
    const running = start(director, lvskitWords(...wordsFor(port)), terminal ? { env, terminal } : { env });
    await waitFor('the drain waits', patience, () =>
      `${running.stderr()}${running.stdout()}`.includes('1 active'),
    );
    return running;
  };

  fill(ports.main);
  const held = await client.open(addresses.virtual, ports.main);
  await note('late', drain('--deadline', '3'));
  facts['late: still connected'] = await client.speak(held);
  await note('late again', drain('--deadline', '0', '--json'));
  await note('undone', drain('--undo', '--yaml'));
  await note('undone twice', drain('--undo'));

  const interrupted = await waiting(ports.main);
  facts['interrupted: table while it waits'] = table();
  interrupted.signal('SIGINT');
  await note('interrupted', interrupted.ended);
  facts['interrupted: still connected'] = await client.speak(held);
  await note('undone after interruption', drain('--undo'));

  const typed = await waiting(ports.main, { columns: 80, rows: 24 });
  typed.type('\x03');
  await note('interrupted from the keyboard', typed.ended);

  const onTerminal = start(director, lvskitWords(...wordsFor(ports.main), '--keep', '--interval', '1'), {
    terminal: { columns: 40, rows: 24 },
  });
  await waitFor('two looks', patience, () => onTerminal.stdout().split('\r\x1b[K').length > 3);
  await client.close(held);
  await note('kept', onTerminal.ended);
  await note('undone after keep', drain('--undo'));

  const second = await client.open(addresses.virtual, ports.main);
  const deleting = await waiting(ports.main);
  await client.close(second);
  await note('deleted', deleting.ended);
  await note('undone after delete', drain('--undo'));

  fill(ports.gone);
  await client.open(addresses.virtual, ports.gone);
  const robbed = await waiting(ports.gone);
  runIn(director, 'ipvsadm', '-D', '-t', `${addresses.virtual}:${ports.gone}`);
  await note('service gone meanwhile', robbed.ended);

  fill(ports.forced);
  await client.open(addresses.virtual, ports.forced);
  await note('forced', lvskit(director, ...wordsFor(ports.forced), '--deadline', '1', '--force'));

  fill(ports.templates, '-p 4');
  // Reset, not closed: TIME_WAIT would hold the template for two minutes.
  await client.reset(await client.open(addresses.virtual, ports.templates));
  await note('templates', lvskit(director, ...wordsFor(ports.templates), '--deadline', '3000'));

  Object.assign(facts, await applied(client, director, note));
  return { seen, facts };
}

/** A connection that lives over files that change all around it. */
async function applied(
  client: Peer,
  director: string,
  note: (name: string, ran: Promise<Ran>) => Promise<void>,
): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  const file = join(labRun(), 'apply.yaml');
  const write = (settings: string, servers: string) =>
    writeFileSync(
      file,
      `schema: lvskit/ipvs/1\nservices:\n  - {address: ${addresses.virtual}, port: ${ports.apply}, ${settings}, destinations: [${servers}]}\n`,
    );
  const one = (more: string) => `{address: ${addresses.one}, forwarding: nat, ${more}}`;
  const two = `{address: ${addresses.two}, forwarding: nat, weight: 1}`;
  const bystander = 'ipvsadm -A -t 10.0.0.1:99';
  runIn(director, 'ipvsadm', '-C');
  execFileSync('nsenter', [`--net=/run/netns/${director}`, ...bystander.split(' ')]);
  write('scheduler: rr', one('weight: 4'));
  await note('apply first', lvskit(director, 'vs', 'apply', file));
  const id = await client.open(addresses.virtual, ports.apply);
  const connections = () =>
    runIn(director, 'ipvsadm', '-Lnc')
      .split('\n')
      .filter(line => line.includes('ESTABLISHED') && line.includes(`${addresses.one}:${ports.apply}`))
      .length;
  const files: [string, string, string][] = [
    ['weight', 'scheduler: rr', one('weight: 9')],
    ['scheduler', 'scheduler: sh', one('weight: 9')],
    ['flags', 'scheduler: sh, flags: [sh-port, sh-fallback]', one('weight: 9')],
    [
      'thresholds',
      'scheduler: sh, flags: [sh-port]',
      one('weight: 9, upperThreshold: 100, lowerThreshold: 50'),
    ],
    ['persistence', 'scheduler: wlc, persistence: {timeout: 60}', one('weight: 9')],
    ['server added', 'scheduler: wlc', `${one('weight: 9')}, ${two}`],
    ['server removed', 'scheduler: wlc', one('weight: 9')],
  ];
  for (const [name, settings, servers] of files) {
    write(settings, servers);
    await note(`apply ${name}`, lvskit(director, 'vs', 'apply', file, '--json'));
    facts[`apply ${name}: still connected`] = [await client.speak(id), connections()];
  }
  await note('apply same', lvskit(director, 'vs', 'apply', file, '--json'));
  await note('diff with a bystander', lvskit(director, 'vs', 'diff', file));
  runIn(director, 'ipvsadm', '-D', '-t', '10.0.0.1:99');
  await note('diff same', lvskit(director, 'vs', 'diff', file));
  write('scheduler: wlc', two);
  await note('diff other', lvskit(director, 'vs', 'diff', file, '--json'));
  await note('apply dry', lvskit(director, 'vs', 'apply', file, '--prune', '--dry-run', '--json'));
  facts['apply dry: still connected'] = [await client.speak(id), connections()];
  await note('apply pruned', lvskit(director, 'vs', 'apply', file, '--prune', '--json'));
  await client.close(id);
  return facts;
}

if (peerRole !== undefined) peerMain(peerRole);
else await program(main);
