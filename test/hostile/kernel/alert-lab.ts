// Runs where a kernel has IPVS: keepalived and lvskit with notify programs that hang, a flood of lower adverts, and a stop at the worst time.
// Spec: keepalived.conf(5) notify*, quorum_up, quorum_down; the programs themselves write down when they start; judges nothing.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../../../src/core/net/index.ts';
import { encodeAdvert, vrrpGroups } from '../../../src/core/wire/index.ts';
import { root } from '../../lab/bundle.mjs';
import { patience, pause, waitFor, wallNow } from '../../lab/clock.ts';
import { buildCluster, type HostSpec } from '../../lab/cluster.ts';
import type { Daemon } from '../../lab/daemon.ts';
import { addressList } from '../../lab/observe.ts';
import { labRun, type Running, runIn, startIn } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';
import { living } from '../seen.ts';

export interface Told {
  /** Milliseconds from the takeover to notify_master, while notify_backup hangs. */
  readonly masterAfter: number;
  /** From the file's removal to quorum_down, while quorum_up hangs; two checks may lie between. */
  readonly quorumDownAfter: number;
  /** What quorum_up and quorum_down started as, in order, until the stop. */
  readonly quorum: readonly string[];
  /** From link down, at the end of the flood, to notify_fault. */
  readonly faultAfter: number;
  /** Programs that the flood started, and kilobytes by which the VRRP process grew. */
  readonly lower: number;
  readonly grown: number;
  /** Programs that started between SIGTERM (in the second after a takeover, while notify_backup hangs) and the end, sorted. */
  readonly atStop: readonly string[];
  /** The arguments of the generic program, in order. */
  readonly generic: readonly string[];
  /** Hanging processes that were there a quarter of a minute after they had been overtaken, and after the end. */
  readonly hanging: { readonly later: number; readonly after: number };
  readonly log: string;
}
export interface Alerts {
  readonly keepalived: Told;
  readonly lvskit: Told;
}

const vip = '10.2.0.150';
/** keepalived starts a program for each; lvskit gets what an attacker sends. */
const adverts = { keepalived: 200, lvskit: 20_000 } as const;
/** Sleeps that nobody else sleeps. */
const sleeps = { keepalived: '86403.5', lvskit: '86404.5' } as const;

const hosts: readonly HostSpec[] = ['one', 'two'].map((name, n) => ({
  name,
  links: [{ interface: 'eth0', network: 'lan', addresses: [`10.2.0.${n + 1}/24`] }],
}));

const configuration = (folder: string) => `
global_defs {
    enable_script_security
    script_user root
}
vrrp_instance V {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        ${vip}/24
    }
    notify_backup "${folder}/hang backup"
    notify_master "${folder}/mark master"
    notify_fault "${folder}/mark fault"
    notify_stop "${folder}/mark stop"
    notify_master_rx_lower_pri "${folder}/slow lower"
    notify "${folder}/mark any"
}
virtual_server ${vip} 80 {
    delay_loop 1
    lvs_sched rr
    lvs_method DR
    protocol TCP
    omega
    quorum_up "${folder}/hang quorum-up"
    quorum_down "${folder}/mark quorum-down"
    real_server 10.2.0.11 80 {
        MISC_CHECK {
            misc_path "/usr/bin/test -e ${folder}/alive"
            misc_timeout 5
        }
    }
}
`;

/** Sends the PDU so many times from 10.2.0.2, 5,000 a second. */
const flood = `my ($hex, $count) = @ARGV; socket(my $s, 2, 3, 112) or die $!;
setsockopt($s, 0, 32, pack('C4', 10, 2, 0, 2)) or die $!; setsockopt($s, 0, 33, pack('i', 255)) or die $!;
my $to = pack('S n C4 x8', 2, 0, 224, 0, 0, 18); my $pdu = pack('H*', $hex);
for my $n (1 .. $count) { send($s, $pdu, 0, $to); select(undef, undef, undef, 0.01) if $n % 50 == 0; }`;

const lowerAdvert = Buffer.from(
  encodeAdvert(
    {
      version: 2,
      vrid: 51,
      priority: 50,
      addresses: [vip as Address],
      intervalSeconds: 1,
      authentication: { kind: 'none' },
    },
    { source: '10.2.0.2' as Address, destination: vrrpGroups.inet },
    'message',
  ),
).toString('hex');

/** The programs of one daemon, and when they started. */
class Stage {
  readonly folder: string;

  constructor(daemon: Daemon) {
    this.folder = join(labRun(), daemon);
    mkdirSync(this.folder);
    writeFileSync(this.path('marks'), '');
    writeFileSync(this.path('alive'), '');
    const note = `echo "$(date +%s%N) $*" >>${this.path('marks')}`;
    this.#script('mark', note);
    this.#script('slow', `${note}; sleep 0.05`);
    // Neither it nor its child hears TERM.
    this.#script('hang', `${note}; trap '' TERM; sleep ${sleeps[daemon]} & wait; wait`);
    writeFileSync(this.path('conf'), configuration(this.folder));
  }
  path(name: string): string {
    return join(this.folder, name);
  }
  #script(name: string, text: string): void {
    writeFileSync(this.path(name), `#!/bin/sh\n${text}\n`);
    chmodSync(this.path(name), 0o755);
  }
  /** What has started so far: when, in milliseconds, and with which words. */
  marks(): readonly { readonly at: number; readonly what: string }[] {
    return readFileSync(this.path('marks'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => ({ at: Number(line.slice(0, 19)) / 1e6, what: line.slice(20) }));
  }
  /** When the first, second .. such program started, once it has. */
  async started(what: string, times = 1): Promise<number> {
    const found = () => this.marks().filter(mark => mark.what === what)[times - 1];
    return (await waitFor(`${what}, ${times} times`, patience, found)).at;
  }
}

function start(daemon: Daemon, host: string, stage: Stage): Running {
  const files = ['-f', stage.path('conf'), '-p', stage.path('pid'), '-r', stage.path('vrrp')];
  const more = ['-c', stage.path('checkers')];
  return daemon === 'keepalived'
    ? startIn(host, daemon, 'keepalived', ['-n', '-l', '-D', ...files, ...more])
    : startIn(host, daemon, process.execPath, [
        join(root, 'bin', 'run.js'),
        ...['run', '-D', '--log-format', 'json', ...files, ...more],
      ]);
}

async function story(daemon: Daemon): Promise<Told> {
  const cluster = buildCluster(daemon.slice(0, 2), hosts);
  const [one, two] = [cluster.host('one'), cluster.host('two')];
  const stage = new Stage(daemon);
  const running = start(daemon, one, stage);
  const held = async () => {
    const holds = () => {
      if (!running.alive()) throw new Error(`${daemon} has ended: ${running.log()}`);
      return addressList(one).includes(vip);
    };
    try {
      await waitFor(`${daemon} holds the address`, patience, holds, 5);
    } catch (error) {
      throw new Error(`${String(error)}\n${running.log()}`);
    }
    return wallNow();
  };
  const masterAt = await held();
  const masterAfter = (await stage.started('master')) - masterAt;

  await stage.started('quorum-up');
  rmSync(stage.path('alive'));
  const removed = wallNow();
  const quorumDownAfter = (await stage.started('quorum-down')) - removed;
  writeFileSync(stage.path('alive'), '');
  await stage.started('quorum-up', 2);
  const quorum = stage.marks().filter(({ what }) => what.startsWith('quorum'));
  tell({ event: `${daemon}: quorum` });

  const pid = Number(readFileSync(stage.path('vrrp'), 'latin1'));
  const kilobytes = () =>
    Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? Number.NaN);
  const before = kilobytes();
  await startIn(two, 'flood', 'perl', ['-e', flood, lowerAdvert, String(adverts[daemon])]).ended;
  runIn(one, 'ip', 'link', 'set', 'eth0', 'down');
  const down = wallNow();
  const faultAfter = (await stage.started('fault')) - down;
  const grown = kilobytes() - before;
  tell({ event: `${daemon}: flooded` });
  await pause(15_000);
  const later = living(sleeps[daemon]).length;
  const lower = stage.marks().filter(({ what }) => what === 'lower').length;

  runIn(one, 'ip', 'link', 'set', 'eth0', 'up');
  await stage.started('backup', 2);
  await held();
  const earlier = stage.marks().length;
  process.kill(running.pid, 'SIGTERM');
  await running.ended;
  await waitFor('its processes are gone', patience, () => !existsSync(`/proc/${pid}/exe`));
  const marks = stage.marks().map(({ what }) => what);
  const result: Told = {
    masterAfter,
    quorumDownAfter,
    quorum: quorum.map(({ what }) => what),
    faultAfter,
    lower,
    grown,
    atStop: marks.slice(earlier).sort(),
    generic: marks.filter(what => what.startsWith('any ')),
    hanging: { later, after: living(sleeps[daemon]).length },
    log: running.log(),
  };
  for (const left of living(sleeps[daemon])) process.kill(left, 'SIGKILL');
  cluster.remove();
  return result;
}

await program(async () => {
  const result: Alerts = { keepalived: await story('keepalived'), lvskit: await story('lvskit') };
  return result;
});
