// Runs where a kernel has IPVS: a director with all three processes, whose signals, log, scripts and supervisor are mistreated.
// Spec: signal(7), pipe(7), proc(5) fd and children; returns what was seen, judges nothing.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root } from '../../lab/bundle.mjs';
import { patience, pause, waitFor, wallNow } from '../../lab/clock.ts';
import { buildCluster } from '../../lab/cluster.ts';
import { addressList, ipvsLines } from '../../lab/observe.ts';
import { labRun, type Running, startIn } from '../../lab/processes.ts';
import { program, tell } from '../../lab/program.ts';
import { listening, living } from '../seen.ts';

export interface Mistreated {
  /** After a second of SIGUSR1 every 5 ms from the fork of each child on: ports that a process listens on, and who lives. */
  readonly debuggers: readonly number[];
  readonly survived: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** What a SIGTERM to the VRRP process alone logged. */
  readonly terminated: string;
  /** With a log that nobody reads: whether the processes live and hold the address, kilobytes of growth, what was said when it flowed again. */
  readonly unread: {
    readonly alive: boolean;
    readonly held: boolean;
    readonly grown: number;
    readonly said: string;
  };
  /** The same when its reader is gone. */
  readonly unheard: { readonly alive: boolean; readonly held: boolean };
  /** Descriptors, groups and environment of a track script. */
  readonly script: { readonly descriptors: string; readonly groups: string; readonly environment: string };
  /** The environment of the VRRP process. */
  readonly environment: string;
  /** After kill -9 of the supervisor: what is left of processes, address, table and scripts. */
  readonly killed: Left;
  /** After a track script has stopped the daemon and waited for its end. */
  readonly stoppedByScript: Left & { readonly code: number | string };
  /** After an ordinary stop while a track script and deaf children of a MISC_CHECK were running. */
  readonly stopped: Left & { readonly code: number | string };
  readonly logs: string;
}

interface Left {
  readonly processes: readonly number[];
  readonly held: boolean;
  readonly table: readonly string[];
  readonly scripts: number;
}

/** Sleeps that nobody else sleeps. */
const long = { track: '86401.5', deaf: '86402.5' } as const;
const vip = '10.2.0.150';
const entry = join(root, 'bin', 'run.js');

const configuration = (watch: string, misc: string, words = 0): string => `
global_defs {
    enable_script_security
    script_user daemon
}
vrrp_script watch {
    script "${watch}"
    interval 1
    timeout 600
}
vrrp_instance VI {
    interface eth0
    virtual_router_id 51
    priority 150
    virtual_ipaddress {
        ${vip}/24
    }
    track_script {
        watch
    }
}
virtual_server ${vip} 80 {
    delay_loop 1
    lvs_sched rr
    lvs_method DR
    protocol TCP
    real_server 10.2.0.11 80 {
        MISC_CHECK {
            misc_path "${misc}"
            misc_timeout 1
        }
    }
}
${Array.from({ length: words }, (_, n) => `unknown_word_${n} x`).join('\n')}
`;

await program(async () => {
  const links = [{ interface: 'eth0', network: 'lan', addresses: ['10.2.0.1/24'] }];
  const host = buildCluster('sur', [{ name: 'one', links }]).host('one');
  const folder = labRun();
  chmodSync(folder, 0o755);
  const file = (name: string) => join(folder, name);
  const script = (name: string, text: string) => {
    writeFileSync(file(name), `#!/bin/sh\n${text}\n`);
    chmodSync(file(name), 0o755);
    return file(name);
  };
  execFileSync('mkdir', ['-m', '777', file('out')]);
  const dump = script(
    'dump',
    // Each time anew: the first run is before the sockets are open.
    `cd ${folder}/out; id -Gn >groups.new; tr '\\0' '\\n' </proc/self/environ >environ.new; ls -l /proc/self/fd >fd.new
     for each in groups environ fd; do mv -f $each.new $each; done`,
  );
  const deaf = script('deaf', `(trap '' TERM; exec sleep ${long.deaf}) & wait`);
  const sleeper = script('sleeper', `exec sleep ${long.track}`);
  // As a user without rights it could not signal the daemon: this one runs as root.
  const stopper = script(
    'stopper',
    `pid=$(cat ${folder}/daemon.pid); kill -TERM $pid; while kill -0 $pid; do sleep 0.1; done; touch ${folder}/out/over; sleep ${long.track}`,
  );
  const held = () => addressList(host).includes(vip);
  const logs: string[] = [];

  /** A daemon whose log is a FIFO that the lab reads, or does not. */
  const begin = (name: string, text: string) => {
    const fifo = file(`${name}.fifo`);
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    writeFileSync(file(`${name}.conf`), text);
    const files = ['-p', file('daemon.pid'), '-r', file('vrrp.pid'), '-c', file('checkers.pid')];
    const command = [process.execPath, entry, 'run', '-D', '-f', file(`${name}.conf`), ...files];
    const running = startIn(host, name, 'sh', ['-c', `exec 2>${fifo}; exec "$@"`, 'sh', ...command], {
      env: { SECRETTOKEN: 'hunter2', NODE_OPTIONS: '--no-deprecation' },
    });
    let log = '';
    const read = () => {
      const chunk = Buffer.alloc(1 << 16);
      try {
        for (let n = readSync(reader, chunk); n > 0; n = readSync(reader, chunk))
          log += chunk.toString('utf8', 0, n);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      return log;
    };
    return { running, read, close: () => closeSync(reader), configuration: file(`${name}.conf`) };
  };
  const processes = (supervisor: Running): number[] => {
    try {
      const children = readFileSync(`/proc/${supervisor.pid}/task/${supervisor.pid}/children`, 'latin1');
      return children.trim().split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  };
  const left = (pids: readonly number[]): Left => ({
    processes: pids.filter(pid => existsSync(`/proc/${pid}/exe`)),
    held: held(),
    table: ipvsLines(host),
    scripts: Object.values(long).flatMap(living).length,
  });

  // Groups of a user are read from a file of this mount namespace's own.
  writeFileSync(file('group'), `${readFileSync('/etc/group', 'latin1')}surgroup:x:54321:daemon\n`);
  execFileSync('mount', ['--bind', file('group'), '/etc/group']);
  const first = begin('first', configuration(dump, '/bin/true'));
  const all = () => [first.running.pid, ...processes(first.running)];
  const settled = () =>
    waitFor('it holds the address with both children', patience, () => {
      first.read();
      return held() && processes(first.running).length === 2;
    });
  const signal = (pid: number, name: NodeJS.Signals | number) => {
    try {
      process.kill(pid, name);
    } catch {
      // Ended by itself.
    }
  };
  await waitFor('its first child', patience, () => processes(first.running).length > 0, 1);
  for (const end = wallNow() + 1_000; wallNow() < end; await pause(5)) {
    for (const pid of processes(first.running)) signal(pid, 'SIGUSR1');
  }
  tell({ event: 'signalled' });
  await settled();
  // What a daemon itself waits for until it takes the debugger for closed.
  await pause(2_000);
  const before = all();
  const debuggers = before.flatMap(listening);
  for (const name of ['SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGALRM', 'SIGPIPE', 36, 63, 64] as const) {
    for (let n = 0; n < 5; n++) for (const pid of before) signal(pid, name);
    await pause(20);
  }
  await pause(500);
  const survived = { before, after: all() };
  const environment = readFileSync(
    `/proc/${readFileSync(file('vrrp.pid'), 'latin1').trim()}/environ`,
    'latin1',
  );

  const told = first.read().length;
  signal(Number(readFileSync(file('vrrp.pid'), 'latin1')), 'SIGTERM');
  await waitFor('the address is given back', patience, () => !held());
  await waitFor('the log says so', patience, () => first.read().slice(told).includes('did not come from'));
  const terminated = first.read().slice(told);
  await settled();
  tell({ event: 'terminated' });

  const output = (name: string) => readFileSync(join(file('out'), name), 'utf8');
  await waitFor('the script ran', patience, () => existsSync(join(file('out'), 'fd')));
  await pause(500);
  const seenByScript = {
    descriptors: output('fd'),
    groups: output('groups'),
    environment: output('environ'),
  };

  // Nobody reads from here on. Each reload logs three hundred findings.
  const kilobytes = () =>
    all().reduce((sum, pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      return sum + Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    }, 0);
  const lives = (pids: readonly number[]) => JSON.stringify(all()) === JSON.stringify(pids);
  writeFileSync(first.configuration, configuration(dump, '/bin/true', 300));
  const running = all();
  const small = kilobytes();
  for (let n = 0; n < 30; n++) {
    signal(first.running.pid, 'SIGHUP');
    await pause(100);
  }
  await pause(4_000);
  const grown = kilobytes() - small;
  const unreadState = { alive: lives(running), held: held(), grown };
  const flowing = first.read().length;
  await waitFor('the dropped lines are counted', patience, () =>
    /\d+ log lines dropped/.test(first.read().slice(flowing)),
  );
  const unread = {
    ...unreadState,
    said: /.*log lines dropped.*/.exec(first.read().slice(flowing))?.[0] ?? '',
  };
  logs.push(first.read().slice(0, 20_000));
  first.close();
  for (let n = 0; n < 5; n++) {
    signal(first.running.pid, 'SIGHUP');
    await pause(200);
  }
  await pause(3_000);
  const unheard = { alive: lives(running), held: held() };
  tell({ event: 'unheard' });

  const gone = (pids: readonly number[]) => () => pids.every(pid => !existsSync(`/proc/${pid}/exe`));
  signal(first.running.pid, 'SIGKILL');
  await waitFor('its children follow', patience, gone(running));
  const killed = left(running);
  tell({ event: 'killed' });

  const rootly = (text: string) => text.replace('script_user daemon', 'script_user root');
  const second = begin('second', rootly(configuration(stopper, '/bin/true')));
  let secondProcesses: number[] = [];
  await waitFor(
    'the script stops the daemon',
    patience,
    () => {
      const now = processes(second.running);
      if (now.length > 0) secondProcesses = now;
      second.read();
      return !second.running.alive();
    },
    5,
  );
  await waitFor('its processes are gone', patience, gone(secondProcesses));
  const stoppedByScript = { ...left(secondProcesses), code: await second.running.ended };
  logs.push(second.read());
  tell({ event: 'stopped by script' });

  const third = begin('third', configuration(sleeper, deaf));
  await waitFor('scripts run', patience, () => {
    third.read();
    return living(long.track).length > 0 && living(long.deaf).length > 1;
  });
  const thirdProcesses = [third.running.pid, ...processes(third.running)];
  signal(third.running.pid, 'SIGTERM');
  const code = await third.running.ended;
  const stopped = { ...left(thirdProcesses), code };
  logs.push(third.read());
  const result: Mistreated = {
    debuggers,
    survived,
    terminated,
    unread,
    unheard,
    script: seenByScript,
    environment,
    killed,
    stoppedByScript,
    stopped,
    logs: logs.join('\n---\n'),
  };
  return result;
});
