// Runs where a kernel has IPVS: tables of the kernel's own ranges through export and apply; causes for the doctor, staged and removed by
// its own commands; the boot files; and a watch that sets drift right.
// Spec: the kernel, read by netlink; ipvsadm 1.31 -Sn; sysctl(8). Returns observations, judges nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { applyFile } from '../../src/core/cli/ipvs/apply.ts';
import { boot } from '../../src/core/cli/ipvs/boot.ts';
import { examine } from '../../src/core/cli/ipvs/doctor.ts';
import { keepFile } from '../../src/core/cli/ipvs/keep-file.ts';
import { openIpvs } from '../../src/core/cli/ipvs/kernel.ts';
import type { Shown } from '../../src/core/cli/ipvs/present.ts';
import { type WriteFormat, writeTable } from '../../src/core/cli/ipvs/write-table.ts';
import { type Outcome, unwrap } from '../../src/core/fault.ts';
import { type IpvsClient, plan, type Service } from '../../src/core/ipvs/index.ts';
import { patience, waitFor } from '../lab/clock.ts';
import { labRun } from '../lab/processes.ts';
import { program, tell } from '../lab/program.ts';
import { kernelTable } from '../property/kernel-tables.ts';

export interface Lost {
  readonly services: readonly Service[];
  readonly format: WriteFormat;
  readonly operations: unknown;
}

export interface LabResult {
  /** How many tables and servers went through each format. */
  readonly rounds: { readonly tables: number; readonly servers: number };
  /** What the kernel refused of the tables that were drawn. */
  readonly refused: readonly string[];
  readonly lost: readonly Lost[];
  /** `ipvsadm -Sn` of what it has no words for. */
  readonly odd: string;
  /** Rules that found something: as staged, and after their own sysctl commands were run. */
  readonly found: {
    readonly staged: readonly string[];
    readonly mended: readonly string[];
    readonly commands: readonly string[];
  };
  readonly boot: Readonly<Record<string, unknown>>;
  readonly watch: { readonly drifted: string; readonly kept: string; readonly output: string };
}

const run = (command: string, ...words: string[]) =>
  execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const rules = () => run('ipvsadm', '-Sn');
const file = (name: string) => join(labRun(), name);

async function textOf(outcome: Outcome<Shown>): Promise<string> {
  return outcome.ok
    ? await outcome.value.text()
    : ['refused', ...(outcome.fault.details ?? []), outcome.fault.message].join('\n');
}

/** The table through a file in one format and back; operations that would still be needed. */
async function roundTrip(client: IpvsClient, format: WriteFormat) {
  const before = unwrap(await client.observe());
  const path = file(`round.${format}`);
  run('rm', '-f', path);
  unwrap(await writeTable({ format, output: path }));
  unwrap(await client.flush());
  unwrap(await applyFile({ file: path, format, prune: true, dryRun: false, allowEmpty: true }));
  return plan(unwrap(await client.observe()), before, { prune: true });
}

async function exports(client: IpvsClient) {
  const [refused, lost]: [string[], Lost[]] = [[], []];
  let [tables, servers] = [0, 0];
  for (const services of fc.sample(kernelTable, { numRuns: 60, seed: 10 })) {
    unwrap(await client.flush());
    for (const outcome of await client.apply(plan([], services, { prune: true })))
      if (!outcome.ok) refused.push(outcome.fault.message);
    const held = unwrap(await client.observe());
    tables++;
    servers += held.flatMap(({ destinations }) => destinations).length;
    for (const format of ['yaml', 'json'] as const) {
      const operations = await roundTrip(client, format);
      if (operations.length > 0) lost.push({ services, format, operations });
    }
  }
  unwrap(await client.flush());
  return { refused, lost, rounds: { tables, servers } };
}

const address = (text: string) => text as never;
const server = (text: string, more: object = {}) => ({
  ...{ address: address(text), port: 80, forwarding: 'NAT' as const, tunnel: undefined, weight: 1 },
  ...{ upperThreshold: 0, lowerThreshold: 0 },
  ...more,
});
const service = (
  text: string,
  port: number,
  destinations: Service['destinations'],
  more: Partial<Service> = {},
): Service => ({
  id: { kind: 'address', protocol: 'tcp', address: address(text), port },
  ...{ scheduler: 'rr', schedulerFlags: { flag1: false, flag2: false, flag3: false } },
  ...{ persistence: undefined, onePacket: false, engine: undefined },
  destinations,
  ...more,
});

async function oddities(client: IpvsClient): Promise<string> {
  const both = { type: 'gue', port: 6080, checksum: 'csum+remcsum' } as const;
  const odd = service('192.0.2.10', 80, [server('10.0.1.1', { forwarding: 'TUN', tunnel: both })]);
  await client.apply(plan([], [odd], { prune: true }));
  // ipvsadm does not know both bits at once.
  const witness = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync('ipvsadm', words, { encoding: 'utf8' });
    return `${status}\n${stdout}${stderr}`;
  };
  const text = `${witness('-Sn')}${witness('-Ln', '--tun-info')}`;
  unwrap(await client.flush());
  return text;
}

/** One datagram to a virtual service of this host makes a connection. */
async function sendTo(text: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.send(Buffer.from('x'), port, text);
  await once(socket, 'listening');
  await new Promise(done => setTimeout(done, 200));
  socket.close();
}

async function doctor(client: IpvsClient) {
  run(
    'sysctl',
    '-qw',
    'net.ipv4.ip_forward=0',
    'net.ipv4.conf.all.rp_filter=1',
    'net.ipv4.conf.all.send_redirects=1',
  );
  for (const setting of [
    'conn_reuse_mode=0',
    'sloppy_tcp=1',
    'expire_nodest_conn=0',
    'expire_quiescent_template=0',
  ])
    run('sysctl', '-qw', `net.ipv4.vs.${setting}`);
  for (const name of ['a', 'b'])
    run('ip', 'link', 'add', `doc${name}0`, 'type', 'veth', 'peer', 'name', `doc${name}1`);
  for (const name of ['doca0', 'doca1', 'docb0', 'docb1']) run('ip', 'link', 'set', name, 'up');
  run('ip', 'address', 'add', '192.0.2.2/24', 'dev', 'doca0');
  run('ip', 'address', 'add', '192.0.2.10/32', 'dev', 'doca0');
  run('ip', 'address', 'add', '10.0.1.254/24', 'dev', 'docb0');
  run('ip', 'address', 'add', '198.51.100.7/32', 'dev', 'lo');
  run('ip', 'neigh', 'replace', '10.0.1.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'docb0');
  const udp: Service = {
    ...service('192.0.2.10', 53, [server('10.0.1.9')]),
    id: { kind: 'address', protocol: 'udp', address: address('192.0.2.10'), port: 53 },
  };
  const lasting = { persistence: { timeout: 50, maskLength: 32 } };
  const staged = [
    udp,
    // One network for the virtual address and a server.
    service('192.0.2.10', 80, [server('192.0.2.30')]),
    service('192.0.2.10', 81, [server('10.9.0.1')]),
    service('192.0.2.10', 0, [server('10.0.1.1')]),
    service('192.0.2.10', 82, []),
    service('192.0.2.10', 83, [
      server('10.0.1.3', { forwarding: 'TUN', tunnel: { type: 'ipip', port: 0, checksum: 'nocsum' } }),
    ]),
    service('192.0.2.10', 84, [server('10.0.1.1'), server('10.0.1.2', { weight: 0 })], lasting),
    service('203.0.113.5', 80, [server('10.0.1.1')]),
    {
      ...service('192.0.2.10', 85, [server('10.0.1.1')]),
      id: { kind: 'fwmark' as const, family: 'inet' as const, mark: 5 },
    },
  ];
  unwrap(
    (await client.apply(plan([], staged, { prune: true }))).find(one => !one.ok) ?? {
      ok: true,
      value: undefined,
    },
  );
  await sendTo('192.0.2.10', 53);
  const gone = [
    {
      kind: 'remove-destination' as const,
      service: udp.id,
      destination: { address: address('10.0.1.9'), port: 80 },
    },
  ];
  unwrap((await client.apply(gone))[0] as Outcome<unknown>);
  const names = async () => unwrap(await examine(undefined)).findings;
  const first = await names();
  const commands = first.map(({ command }) => command).filter(command => command.startsWith('sysctl -w '));
  for (const command of commands) run('sysctl', '-q', ...command.split(' ').slice(1));
  const after = await names();
  unwrap(await client.flush());
  return { staged: first.map(({ rule }) => rule), mended: after.map(({ rule }) => rule), commands };
}

async function booted(client: IpvsClient): Promise<Record<string, unknown>> {
  const files = { rules: file('ipvsadm.rules'), settings: file('ipvsadm.default') };
  const text = '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1\n';
  writeFileSync(files.rules, text);
  writeFileSync(files.settings, 'AUTO="true"\nDAEMON="both"\nIFACE="doca0"\nSYNCID="7"\nSAVE="true"\n');
  const seen: Record<string, unknown> = {};
  const note = async (name: string, outcome: Outcome<Shown>) => {
    const daemons = unwrap(await client.daemons()).map(
      ({ state, interface: on, syncId }) => `${state} ${on} ${syncId}`,
    );
    seen[name] = {
      text: await textOf(outcome),
      exit: outcome.ok ? (outcome.value.exit ?? 0) : -1,
      table: rules(),
      daemons: daemons.sort(),
    };
  };
  run('ipvsadm', '-A', '-u', '10.0.0.9:53');
  await note('start', await boot('start', files));
  await note('start again', await boot('start', files));
  run('ipvsadm', '-A', '-t', '10.0.0.2:80', '-s', 'wlc');
  await note('stop', await boot('stop', files));
  seen['saved'] = readFileSync(files.rules, 'utf8');
  await note('stop again', await boot('stop', files));
  seen['saved again'] = readFileSync(files.rules, 'utf8');
  await note('start after stop', await boot('start', files));
  const settings = readFileSync(files.settings, 'utf8');
  writeFileSync(files.settings, settings.replace('doca0', 'nosuch0'));
  await note('start on a wrong interface', await boot('start', files));
  writeFileSync(files.settings, settings);
  writeFileSync(files.rules, '# nothing\n');
  await note('reload of empty rules', await boot('reload', files));
  writeFileSync(files.settings, 'AUTO="perhaps"\n');
  await note('bad settings', await boot('start', files));
  writeFileSync(files.settings, 'DAEMON="both"\n');
  await note('stop without AUTO', await boot('stop', files));
  writeFileSync(files.settings, settings);
  writeFileSync(files.rules, '-A -t nonsense\n');
  await note('start with refused rules', await boot('start', files));
  for (const state of ['master', 'backup'] as const) unwrap(await client.stopDaemon(state));
  unwrap(await client.flush());
  return seen;
}

async function watched() {
  const path = file('watched.rules');
  writeFileSync(path, '-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1\n');
  const output: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string | Uint8Array) => {
    const line = String(text);
    if (line.includes('"changes"')) output.push(line);
    else write(text);
    return true;
  }) as typeof process.stdout.write;
  const ended = keepFile(
    { file: path, format: 'rules', prune: true, dryRun: false, interval: 1 },
    { json: true },
  );
  const settled = (what: string, ask: () => boolean) => waitFor(what, patience, ask, 200);
  await settled('the first table', () => rules().includes('10.0.1.1:80'));
  run('ipvsadm', '-D', '-t', '10.0.0.1:80');
  run('ipvsadm', '-A', '-u', '10.0.0.9:53');
  const drifted = rules();
  await settled('the table again', () => rules().includes('10.0.1.1:80') && !rules().includes('10.0.0.9'));
  writeFileSync(path, `${readFileSync(path, 'utf8')}-a -t 10.0.0.1:80 -r 10.0.1.2:80 -m -w 2\n`);
  await settled('the changed file', () => rules().includes('10.0.1.2:80'));
  writeFileSync(path, '');
  await new Promise(done => setTimeout(done, 3000));
  const kept = rules();
  process.kill(process.pid, 'SIGHUP');
  const exit = unwrap(await ended);
  process.stdout.write = write;
  return { drifted, kept, output: `${output.join('')}${exit}` };
}

await program(async (): Promise<LabResult> => {
  const kernel = unwrap(await openIpvs());
  const { client } = kernel;
  const part = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    tell({ event: 'part', name });
    return act();
  };
  const exported = await part('exports', () => exports(client));
  const odd = await part('oddities', () => oddities(client));
  const found = await part('doctor', () => doctor(client));
  const seen = await part('boot', () => booted(client));
  const watch = await part('watch', () => watched());
  kernel.close();
  return { ...exported, odd, found, boot: seen, watch };
});
