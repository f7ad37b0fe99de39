// Runs where a kernel has IPVS: what the checker process may do, with and without programs, and whether it works with the least.
// Spec: proc(5) status of every thread, ip_vs in proc(5); returns what was seen, judges nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patience, waitFor } from '../../lab/clock.ts';
import { buildCluster } from '../../lab/cluster.ts';
import { configurationOf, startDaemon } from '../../lab/daemon.ts';
import { ipvsLines } from '../../lab/observe.ts';
import { labRun, startIn } from '../../lab/processes.ts';
import { program } from '../../lab/program.ts';
import { type Rights, rightsOf } from '../../lab/rights.ts';

export interface CheckerRights {
  readonly supervisor: Rights;
  readonly without: Rights;
  readonly withProgram: Rights;
  readonly table: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly script: string;
  readonly log: string;
}

const file = (lines = ''): string => `virtual_server 10.2.0.150 80 {
  delay_loop 1
  lvs_sched rr
  lvs_method DR
  protocol TCP
  real_server 10.2.0.11 80 {
${lines}    TCP_CHECK {
      connect_timeout 2
    }
  }
}
`;
const listen = "require('node:net').createServer(socket => socket.end()).listen(80)";

await program(async () => {
  const cluster = buildCluster('rights', [
    { name: 'director', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.1/24'] }] },
    { name: 'web', links: [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.11/24'] }] },
  ]);
  const [director, web] = [cluster.host('director'), cluster.host('web')];
  const server = startIn(web, 'web', process.execPath, ['-e', listen]);
  const daemon = startDaemon(director, 'lvskit', file());
  const checker = () => Number(readFileSync(configurationOf(daemon).replace(/\.conf$/, '.check'), 'utf8'));
  const inService = () => ipvsLines(director).some(line => line.includes('0A02000B'));
  await waitFor('the server is in service', patience, inService);
  const [supervisor, without] = [rightsOf(daemon.pid), rightsOf(checker())];
  const before = ipvsLines(director);

  const report = join(labRun(), 'rights-of-script');
  const from = daemon.log().length;
  const notify = `    notify_down "/bin/sh -c 'grep Cap /proc/self/status > ${report}'" root root\n`;
  writeFileSync(configurationOf(daemon), file(notify));
  process.kill(daemon.pid, 'SIGHUP');
  await waitFor('the reload', patience, () => daemon.log().slice(from).includes('now in force'));
  const log = daemon.log().slice(from);
  const withProgram = rightsOf(checker());
  const after = ipvsLines(director);
  server.killTree();
  let script = '';
  await waitFor('the script has run', patience, () => {
    try {
      script = readFileSync(report, 'utf8');
    } catch {
      // Not yet.
    }
    return script.includes('CapAmb');
  });
  await daemon.stop();
  const result: CheckerRights = {
    supervisor,
    without,
    withProgram,
    table: { before, after },
    script,
    log,
  };
  return result;
});
