// Runs on the machine: what the VRRP process may do, with and without programs, and a reload that brings the first program to a MASTER.
// Spec: proc(5) status (CapBnd, CapEff, NoNewPrivs of every thread), ip-monitor(8); returns what was seen, judges nothing.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lab/bundle.mjs';
import { patience, waitFor } from '../lab/clock.ts';
import { buildCluster, type HostSpec } from '../lab/cluster.ts';
import { configurationOf, startDaemon } from '../lab/daemon.ts';
import { labRun, type Running, runIn, startIn } from '../lab/processes.ts';
import { program } from '../lab/program.ts';
import { type Rights, rightsOf } from '../lab/rights.ts';

export interface Privileges {
  readonly supervisor: Rights;
  readonly without: Rights;
  readonly withProgram: Rights;
  readonly often: Rights;
  /** What the notify script of the new configuration could do. */
  readonly script: string;
  /** Of the reload: addresses deleted meanwhile, what the second director said, what the first one said. */
  readonly deleted: readonly string[];
  readonly second: string;
  readonly log: string;
  /** Of a daemon whose program lies where only another user may enter. */
  readonly private: { readonly log: string; readonly rights: Rights };
  readonly samePid: { readonly harmlessReload: boolean; readonly withProgram: boolean };
}

const hosts: readonly HostSpec[] = [
  { name: 'one', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.4.0.1/24'] }] },
  { name: 'two', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.4.0.2/24'] }] },
];
const file = (priority: number, interval: number, lines = ''): string => `global_defs {
  vrrp_version 3
  enable_script_security
}
vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  priority ${priority}
  advert_int ${interval}
  virtual_ipaddress {
    10.4.0.100/24
  }
${lines}}
`;

/** A copy of what was built in a directory that nobody but its owner, who is not root, may enter: a home, as a rule. */
function installPrivately(): string {
  const folder = join(labRun(), 'home');
  mkdirSync(folder);
  for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync('chown', ['-R', '12345:12345', folder]);
  execFileSync('chmod', ['0700', folder]);
  return join(folder, 'bin', 'run.js');
}

await program(async () => {
  const cluster = buildCluster('privileges', hosts);
  const [one, two] = [cluster.host('one'), cluster.host('two')];
  const vrrpOf = (daemon: Running) =>
    Number(readFileSync(configurationOf(daemon).replace(/\.conf$/, '.vrrp'), 'utf8'));
  const holds = (host: string) => runIn(host, 'ip', '-4', 'address', 'show').includes('10.4.0.100');
  const reload = async (daemon: Running, text: string) => {
    const from = daemon.log().length;
    writeFileSync(configurationOf(daemon), text);
    process.kill(daemon.pid, 'SIGHUP');
    await waitFor('the reload', patience, () => daemon.log().slice(from).includes('now in force'));
    return daemon.log().slice(from);
  };

  const first = startDaemon(one, 'lvskit', file(150, 1));
  await waitFor('it is MASTER', patience, () => holds(one));
  const second = startDaemon(two, 'lvskit', file(100, 1));
  await waitFor('the second one is BACKUP', patience, () => /VI.*BACKUP/.test(second.log()));
  const [supervisor, before] = [rightsOf(first.pid), vrrpOf(first)];
  const without = rightsOf(before);
  await reload(first, file(151, 1));
  const harmlessReload = vrrpOf(first) === before;

  const monitor = startIn(one, 'monitor', 'ip', ['monitor', 'address']);
  const report = join(labRun(), 'rights-of-script');
  const notify = `  notify_master "/bin/sh -c 'grep Cap /proc/self/status > ${report}'" root root\n`;
  await waitFor('the monitor', patience, () => {
    runIn(one, 'ip', 'address', 'replace', '10.9.1.9/32', 'dev', 'lo');
    return monitor.log().includes('10.9.1.9');
  });
  const log = await reload(first, file(150, 1, notify));
  const withProgram = rightsOf(vrrpOf(first));
  const samePid = { harmlessReload, withProgram: vrrpOf(first) === before };
  // Two of the second one's master down intervals: it would have taken over by now.
  await new Promise(done => setTimeout(done, 7_500));
  const said = second.log();
  const deleted = monitor
    .log()
    .split('\n')
    .filter(line => line.startsWith('Deleted') && line.includes('10.4.'));
  await second.stop();
  // A new election runs the script.
  runIn(one, 'ip', 'link', 'set', 'eth0', 'down');
  runIn(one, 'ip', 'link', 'set', 'eth0', 'up');
  let script = '';
  await waitFor('the script has run', patience, () => {
    try {
      script = readFileSync(report, 'utf8');
    } catch {
      // Not yet.
    }
    return script.includes('CapAmb');
  });
  await first.stop();
  const hasty = startDaemon(one, 'lvskit', file(150, 1));
  await waitFor('the hasty one is MASTER', patience, () => holds(one));
  await reload(hasty, file(150, 0.2));
  const often = rightsOf(vrrpOf(hasty));
  await hasty.stop();
  const stem = join(labRun(), 'private');
  writeFileSync(`${stem}.conf`, file(150, 1));
  const pids = ['-p', `${stem}.pid`, '-r', `${stem}.vrrp`, '-c', `${stem}.check`];
  const words = [installPrivately(), 'run', '-f', `${stem}.conf`, ...pids];
  const installed = startIn(one, 'private', process.execPath, words);
  await waitFor('the private one is MASTER', patience, () => holds(one));
  const rights = rightsOf(Number(readFileSync(`${stem}.vrrp`, 'utf8')));
  await installed.stop();
  monitor.killTree();
  const result: Privileges = {
    supervisor,
    without,
    withProgram,
    often,
    script,
    deleted,
    second: said,
    log,
    private: { log: installed.log(), rights },
    samePid,
  };
  return result;
});
