// Runs where a kernel has IPVS: the modern commands, in this process, with the real ipvsadm as witness of what the kernel holds.
// Spec: ipvsadm 1.31 -Sn and -Ln --thresholds; returns observations, judges nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyFile, diffFile } from '../../src/core/cli/ipvs/apply.ts';
import { addServer, deleteServers, editServer } from '../../src/core/cli/ipvs/change-server.ts';
import {
  addService,
  deleteServices,
  editService,
  zeroServices,
} from '../../src/core/cli/ipvs/change-service.ts';
import type { ConnectionFilter } from '../../src/core/cli/ipvs/connection-filter.ts';
import { listConnections } from '../../src/core/cli/ipvs/connection-list.ts';
import { drainServer } from '../../src/core/cli/ipvs/drain/run.ts';
import { openIpvs } from '../../src/core/cli/ipvs/kernel.ts';
import { type Shown, withIpvs } from '../../src/core/cli/ipvs/present.ts';
import { setTimeouts, showDaemons, startSync, stopSync } from '../../src/core/cli/ipvs/settings.ts';
import { listTable } from '../../src/core/cli/ipvs/show.ts';
import { writeTable } from '../../src/core/cli/ipvs/write-table.ts';
import { type Outcome, succeed, unwrap } from '../../src/core/fault.ts';
import { commandAttributes, commands } from '../../src/core/ipvs/constants.ts';
import type { TakePiece } from '../../src/core/ipvs/index.ts';
import { ipvsRequest } from '../../src/core/ipvs/requests.ts';
import { labRun } from '../lab/processes.ts';
import { program } from '../lab/program.ts';

export interface LabResult {
  readonly seen: Readonly<Record<string, Seen>>;
  /** The YAML file after it was exported over with a comment in it. */
  readonly rewritten: string;
  /** `ipvsadm -Ln --thresholds` after the file was applied to an empty table. */
  readonly thresholds: string;
  /** The fault for a timeout of one byte, where four belong. */
  readonly objection: unknown;
  readonly churn: { readonly listings: number; readonly faults: readonly string[] };
}

export interface Seen {
  /** The command's document or `refused: ...`. */
  readonly answer: unknown;
  readonly text: string;
  readonly exit: number;
  /** `ipvsadm -Sn` afterwards. */
  readonly table: string;
}

function witness(...words: string[]): string {
  return execFileSync('ipvsadm', words, { encoding: 'utf8' });
}

/** An answer that is written while the kernel is read, as one that is at hand. */
async function gathered(
  list: (json: boolean, take: TakePiece) => Promise<Outcome<unknown>>,
): Promise<Outcome<Shown>> {
  const read = async (json: boolean): Promise<Outcome<string>> => {
    let text = '';
    const outcome = await list(json, piece => {
      text += Buffer.from(piece).toString();
      return true;
    });
    return outcome.ok ? succeed(text) : outcome;
  };
  const [document, text] = [await read(true), await read(false)];
  if (!document.ok) return document;
  return text.ok ? succeed({ document: JSON.parse(document.value), text: () => text.value }) : text;
}

const wide = Number.POSITIVE_INFINITY;
const listed = (service: string | undefined) =>
  gathered((json, take) =>
    withIpvs(client => listTable(client, { service, names: false, view: 'table', json }, take, wide, '')),
  );
const connections = (filter: ConnectionFilter) =>
  gathered((json, take) => listConnections({ ...filter, names: false, json }, take, wide, ''));

await program(async () => {
  const seen: Record<string, Seen> = {};
  const note = async (name: string, outcome: Outcome<Shown>) => {
    const table = witness('-Sn');
    seen[name] = outcome.ok
      ? {
          answer: outcome.value.document,
          text: await outcome.value.text(),
          exit: outcome.value.exit ?? 0,
          table,
        }
      : { answer: `refused: ${outcome.fault.message}`, text: '', exit: -1, table };
  };
  await note(
    'add',
    await addService('tcp:10.0.0.1:80', { scheduler: 'wrr', persistent: 300, netmask: '24' }),
  );
  await note('add again', await addService('tcp:10.0.0.1:80', {}));
  await note('add mark', await addService('fwmark6:4294967295', { scheduler: 'sh', flags: 'sh-port' }));
  await note(
    'add server',
    await addServer('tcp:10.0.0.1:80', '10.0.1.1:8080', {
      forwarding: 'nat',
      weight: 5,
      'upper-threshold': 100,
    }),
  );
  await note(
    'add tunnel',
    await addServer('10.0.0.1:80', '10.0.1.2', {
      forwarding: 'tun',
      'tunnel-type': 'gue',
      'tunnel-port': 6080,
    }),
  );
  await note('edit', await editService('tcp:10.0.0.1:80', { scheduler: 'rr' }));
  await note('edit nothing', await editService('tcp:10.0.0.1:80', { scheduler: 'rr' }));
  await note('weight', await editServer('tcp:10.0.0.1:80', '10.0.1.1:8080', { weight: 7 }));
  await note('list', await listed(undefined));
  await note('show missing', await listed('tcp:10.9.9.9:1'));

  const yaml = join(labRun(), 'table.yaml');
  await note('export', await writeTable({ format: 'yaml', output: yaml }));
  const commented = readFileSync(yaml, 'utf8')
    .replace('services:', '# the shop\nservices:')
    .replace('weight: 7', 'weight: 7 # strong');
  writeFileSync(yaml, commented);
  await note('rewrite', await writeTable({ format: 'yaml', output: yaml }));
  const rewritten = readFileSync(yaml, 'utf8');
  await note('diff same', await diffFile({ file: yaml, format: undefined, prune: true }));
  witness('-C');
  await note('diff empty', await diffFile({ file: yaml, format: undefined, prune: true }));
  await note('apply', await applyFile({ file: yaml, format: undefined, prune: true, dryRun: false }));
  await note('apply again', await applyFile({ file: yaml, format: undefined, prune: true, dryRun: false }));
  const thresholds = witness('-Ln', '--thresholds');
  const rules = join(labRun(), 'table.rules');
  await note('save', await writeTable({ format: 'rules', output: rules }));
  witness('-e', '-t', '10.0.0.1:80', '-r', '10.0.1.1:8080', '-m', '-w', '1');
  witness('-A', '-t', '10.0.0.77:80');
  await note('dry run', await applyFile({ file: rules, format: 'rules', prune: true, dryRun: true }));
  await note('restore', await applyFile({ file: rules, format: 'rules', prune: true, dryRun: false }));

  await note('timeouts', await setTimeouts({ tcp: 777, tcpFin: undefined, udp: undefined }));
  execFileSync('ip', ['-batch', '-'], {
    input: 'link add dummy0 type dummy\nlink set dummy0 up multicast on\naddr add 10.255.0.1/24 dev dummy0\n',
  });
  await note('sync start', await startSync('master', { interface: 'dummy0', 'sync-id': 9 }));
  await note('sync twice', await startSync('master', { interface: 'dummy0', 'sync-id': 9 }));
  await note('sync nowhere', await startSync('backup', { interface: 'nosuch0', 'sync-id': 0 }));
  await note('sync status', await showDaemons());
  await note('sync stop', await stopSync('master'));

  // A persistent UDP service with a local server: one packet makes a connection and a template.
  await addService('udp:10.255.0.1:9', { persistent: 3000 });
  await addServer('udp:10.255.0.1:9', '10.255.0.1:9', { forwarding: 'nat' });
  execFileSync('bash', ['-c', 'echo hello >/dev/udp/10.255.0.1/9'], { stdio: 'ignore' });
  await note('connections', await connections({ service: '10.255.0.1:9' }));
  await note('templates', await connections({ templates: 'only' }));
  const drain = {
    service: 'udp:10.255.0.1:9',
    server: '10.255.0.1:9',
    interval: 1,
    keep: false,
    inactive: false,
    force: false,
    undo: false,
  };
  await note('drain late', await drainServer({ ...drain, deadline: 1 }));
  await note('drain undone', await drainServer({ ...drain, deadline: 1, undo: true }));
  await note('drain forced', await drainServer({ ...drain, deadline: 0, force: true }));
  rmSync('/run/lvskit', { recursive: true, force: true });
  await note(
    'drain idle',
    await drainServer({ ...drain, service: 'tcp:10.0.0.1:80', server: '10.0.1.1:8080', deadline: 5 }),
  );
  await note('zero', await zeroServices(undefined));
  await note('delete server', await deleteServers('tcp:10.0.0.1:80', ['10.0.1.2']));
  await note('delete', await deleteServices(['tcp:10.0.0.1:80', 'fwmark6:4294967295']));
  return {
    seen,
    rewritten,
    thresholds,
    objection: await objection(),
    churn: await churn(),
  } satisfies LabResult;
});

/** Past what the commands can send, to see the kernel's own words arrive: IPVS gives none for a nested attribute. */
async function objection(): Promise<unknown> {
  const kernel = unwrap(await openIpvs());
  const family = unwrap(await kernel.client.family());
  const [outcome] = await kernel.ask([
    ipvsRequest(family, 'IPVS_CMD_SET_CONFIG', commands.setConfig, 'ack', writer => {
      writer.bytes(commandAttributes.timeoutTcp, Uint8Array.of(1));
    }),
  ]);
  kernel.close();
  return outcome;
}

/** Lists again and again while another program changes many services underneath. */
async function churn(): Promise<LabResult['churn']> {
  witness('-C');
  const rules = (verb: string) =>
    Array.from({ length: 2000 }, (_, at) => `-${verb} -t 10.1.${at >> 8}.${at & 255}:80`).join('\n');
  execFileSync('ipvsadm', ['-R'], { input: `${rules('A')}\n` });
  const file = join(labRun(), 'churn');
  writeFileSync(file, `${rules('D')}\n${rules('A')}\n`);
  const { spawn } = await import('node:child_process');
  const other = spawn('sh', ['-c', `ipvsadm -R <${file}`], { stdio: 'ignore' });
  let running = true;
  other.once('exit', () => {
    running = false;
  });
  const kernel = unwrap(await openIpvs());
  const faults: string[] = [];
  const counts: number[] = [];
  while (running) {
    const table = await kernel.client.observe();
    if (table.ok) counts.push(new Set(table.value.map(({ id }) => JSON.stringify(id))).size);
    else faults.push(table.fault.message);
    if (table.ok && table.value.length !== counts.at(-1)) faults.push('a service was listed twice');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  kernel.close();
  return { listings: counts.length, faults };
}
