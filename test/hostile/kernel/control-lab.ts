// Runs where a kernel has IPVS: a director whose operator asks why: healthy, a dead server, a failed script, an override, a refused reload,
// clients that flood the control socket, a process that hangs. Spec: docs/status.md; returns what was seen, judges nothing.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { root } from '../../lab/bundle.mjs';
import { patience, pause, waitFor, wallNow } from '../../lab/clock.ts';
import { buildCluster } from '../../lab/cluster.ts';
import { ipvsLines } from '../../lab/observe.ts';
import { labRun, startIn } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';

export interface Screen {
  readonly code: number | null;
  readonly text: string;
}

export interface Asked {
  readonly healthy: Screen;
  readonly plugin: Screen;
  readonly deadServer: Screen;
  readonly explained: Screen;
  readonly failedScript: Screen;
  /** A server drained by an operator: the screen, the table, and both after a reload. */
  readonly override: Screen & { readonly table: readonly string[] };
  readonly reloaded: Screen & { readonly table: readonly string[] };
  readonly refused: Screen;
  /** By users: a member of the group that asks, that wants a reload, and somebody else. */
  readonly member: Screen;
  readonly memberReload: string;
  readonly stranger: Screen;
  /** Seconds of the flood, adverts sent meanwhile, kilobytes by which the supervisor and the VRRP process grew. */
  readonly flood: {
    readonly seconds: number;
    readonly adverts: number;
    readonly supervisor: number;
    readonly vrrp: number;
  };
  readonly silent: Screen;
  readonly woken: Screen;
  readonly log: string;
}

const vip = '10.2.0.150';
const entry = join(root, 'bin', 'run.js');
/** daemon(8)'s group on every Debian; it has no members. */
const group = 'daemon';

const configuration = (folder: string): string => `
vrrp_script chk {
    script "/usr/bin/test -e ${folder}/good"
    interval 1
    weight -20
    user root
}
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 150
    advert_int 1
    virtual_ipaddress {
        ${vip}/24
    }
    track_script {
        chk
    }
}
virtual_server ${vip} 80 {
    delay_loop 1
    lvs_sched wrr
    lvs_method NAT
    protocol TCP
${[8081, 8082]
  .map(
    port => `    real_server 10.2.0.1 ${port} {
        weight 10
        TCP_CHECK {
            retry 0
            connect_timeout 2
        }
    }`,
  )
  .join('\n')}
}
`;

await program(async () => {
  const links = [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.1/24'] }];
  const host = buildCluster('ask', [{ name: 'one', links }]).host('one');
  const folder = labRun();
  chmodSync(folder, 0o755);
  const file = (name: string) => join(folder, name);
  writeFileSync(file('good'), '');
  writeFileSync(file('conf'), configuration(folder));
  const listen = (port: number) =>
    startIn(host, `server-${port}`, process.execPath, [
      '-e',
      `require('node:net').createServer(s => s.destroy()).listen(${port}, '10.2.0.1')`,
    ]);
  const [, second] = [listen(8081), listen(8082)];
  const files = ['-p', file('daemon.pid'), '-r', file('vrrp.pid'), '-c', file('checkers.pid')];
  const socket = file('daemon.sock');
  const daemon = startIn(host, 'daemon', process.execPath, [
    entry,
    'run',
    '-f',
    file('conf'),
    ...files,
    '--control-group',
    group,
  ]);
  const pidOf = (name: string) => Number(readFileSync(file(`${name}.pid`), 'latin1'));
  const status = (words: readonly string[], as: readonly string[] = []): Screen => {
    const [program = '', ...rest] = [...as, process.execPath, entry, 'status', '--socket', socket, ...words];
    const {
      status: code,
      stdout,
      stderr,
    } = spawnSync(program, rest, { encoding: 'utf8', env: { NO_COLOR: '1', HOME: '/' } });
    return { code, text: `${stdout}${stderr}` };
  };
  const order = (method: string, params: unknown = {}): Promise<string> =>
    new Promise((done, failed) => {
      const client = connect(socket, () => {
        client.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
      });
      client.on('error', failed);
      client.on('data', bytes => {
        client.destroy();
        done(bytes.toString('utf8'));
      });
    });
  /** The screen, when it shows what it should; else the last one, for the test to judge. */
  const screen = async (shows: RegExp, words: readonly string[] = []): Promise<Screen> => {
    let last: Screen = { code: null, text: '' };
    const end = wallNow() + 60_000;
    do {
      last = status(words);
      if (shows.test(last.text)) break;
      await pause(200);
    } while (wallNow() < end);
    return last;
  };
  const document = () =>
    JSON.parse(status(['--json']).text) as {
      readonly instances: readonly { readonly counters: { readonly advert_sent: number } }[];
    };
  const adverts = () => document().instances[0]?.counters.advert_sent ?? 0;

  await waitFor('its control socket', patience, () => existsSync(socket));
  const healthy = await screen(/Healthy[\s\S]*VI_1 +MASTER[\s\S]*2 of 2 servers up/);
  const plugin = status(['--plugin']);
  tell({ event: 'healthy' });

  second.killTree();
  const deadServer = await screen(/DOWN/);
  const explained = status(['10.2.0.1:8082']);
  listen(8082);
  await screen(/Healthy/);
  rmSync(file('good'));
  const failedScript = await screen(/script chk fails[\s\S]*130/);
  writeFileSync(file('good'), '');
  await screen(/Healthy/);
  tell({ event: 'script' });

  const name = { virtualServer: `tcp ${vip} 80`, realServer: '10.2.0.1 8081' };
  await order('override weight', { ...name, weight: 0 });
  const override = { ...(await screen(/weight by an operator/)), table: ipvsLines(host) };
  await order('reload');
  const reloaded = { ...(await screen(/Nothing differs from the file/)), table: ipvsLines(host) };
  writeFileSync(file('conf'), `${configuration(folder)}\nvrrp_instance {\n`);
  await order('reload');
  const refused = await screen(/refused/);
  writeFileSync(file('conf'), configuration(folder));
  await order('reload');
  await screen(/Healthy/);
  tell({ event: 'reloads' });

  const gid = new RegExp(`^${group}:[^:]*:(\\d+)`, 'm').exec(readFileSync('/etc/group', 'latin1'))?.[1] ?? '';
  const user = (gidOfUser: string) => ['setpriv', '--reuid', '65534', '--regid', gidOfUser, '--clear-groups'];
  const member = status([], user(gid));
  const stranger = status([], user('65534'));
  const client = `const s = require('node:net').connect(process.argv[1]);
    s.write('{"jsonrpc":"2.0","id":1,"method":"reload"}\\n'); s.once('data', d => { console.log(String(d)); s.destroy(); });`;
  const [program_ = '', ...rest] = [...user(gid), process.execPath, '-e', client, socket];
  const memberReload = spawnSync(program_, rest, { encoding: 'utf8' }).stdout;

  const resident = (pid: number) =>
    Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
  const before = {
    adverts: adverts(),
    supervisor: resident(pidOf('daemon')),
    vrrp: resident(pidOf('vrrp')),
    at: wallNow(),
  };
  const request =
    '{"jsonrpc":"2.0","id":1,"method":"status"}\n{"jsonrpc":"2.0","id":2,"method":"nope"}\nrubbish\n'.repeat(
      50,
    );
  const clients = Array.from({ length: 200 }, (_, n) => {
    const one = connect(socket).on('error', () => {});
    // Every second one never reads.
    if (n % 2 === 0) one.pause();
    else one.resume();
    return one;
  });
  for (let round = 0; round < 50; round++) {
    for (const one of clients) if (one.writable && one.writableLength < 100_000) one.write(request);
    await pause(100);
  }
  for (const one of clients) one.destroy();
  await screen(/Healthy/);
  const flood = {
    seconds: (wallNow() - before.at) / 1_000,
    adverts: adverts() - before.adverts,
    supervisor: resident(pidOf('daemon')) - before.supervisor,
    vrrp: resident(pidOf('vrrp')) - before.vrrp,
  };
  tell({ event: 'flood', ...flood });

  const hung = pidOf('vrrp');
  process.kill(hung, 'SIGSTOP');
  await pause(7_000);
  const silent = status([]);
  process.kill(hung, 'SIGCONT');
  const woken = await screen(/Healthy/);
  await daemon.stop();
  const result: Asked = {
    healthy,
    plugin,
    deadServer,
    explained,
    failedScript,
    override,
    reloaded,
    refused,
    member,
    memberReload,
    stranger,
    flood,
    silent,
    woken,
    log: daemon.log(),
  };
  return result;
});
