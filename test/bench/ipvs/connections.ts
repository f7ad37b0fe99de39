// Lists a great connection table with ipvsadm and with ours, beside a program that only reads it: whole processes in turns.
// Spec: Debian's ipvsadm 1.31; dd(1) with 64 kB at once, which gets a page a read, the most the kernel gives.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labRun } from '../../lab/processes.ts';

export interface ConnectionTimes {
  readonly connections: number;
  /** Milliseconds of each round. */
  readonly rounds: Readonly<
    Record<'ours' | 'json' | 'theirs' | 'reading' | 'ourStart' | 'theirStart', readonly number[]>
  >;
}

/** UDP datagrams of as many clients and ports, written whole (raw(7) IPPROTO_RAW), through a service on this host. */
const sender = `use Socket; socket(my $s, PF_INET, SOCK_RAW, 255) or die $!;
my $to = sockaddr_in(0, inet_aton('10.77.0.1'));
for my $i (0 .. $ARGV[0] - 1) {
  my $udp = pack('nnnna*', 1024 + $i % 50000, 53, 9, 0, 'x');
  my $from = inet_aton('10.77.1.' . (1 + int($i / 50000)));
  send($s, pack('CCnnnCCna4a4', 0x45, 0, 20 + length $udp, 0, 0, 64, 17, 0, $from, inet_aton('10.77.0.1')) . $udp, 0, $to) or die $!;
}`;

/** `ours` is how lvskit is started. */
export function measureConnections(ours: string, connections: number, rounds: number): ConnectionTimes {
  writeFileSync(join(labRun(), 'sender.pl'), sender);
  const commands = {
    ours: `${ours} conn list >/dev/null`,
    json: `${ours} conn list --json >/dev/null`,
    theirs: 'ipvsadm -Lcn >/dev/null',
    reading: 'dd if=/proc/net/ip_vs_conn of=/dev/null bs=64k status=none',
    ourStart: `${ours} ipvsadm --version >/dev/null`,
    theirStart: 'ipvsadm --version >/dev/null',
  } as const;
  const names = Object.keys(commands) as (keyof typeof commands)[];
  const timed = names.map(
    name => `a=$(date +%s%N); ${commands[name]}; b=$(date +%s%N); echo ${name} $((b - a))`,
  );
  const script = [
    'set -e',
    'ip link set lo up; ip link add d0 type dummy; ip addr add 10.77.0.1/16 dev d0; ip link set d0 up',
    'ipvsadm -A -u 10.77.0.1:53 -s rr; ipvsadm -a -u 10.77.0.1:53 -r 10.77.0.1:54 -m; ipvsadm --set 0 0 86400',
    `perl ${join(labRun(), 'sender.pl')} ${connections}`,
    'echo count $(($(wc -l </proc/net/ip_vs_conn) - 1))',
    // Compiled code is made and kept once.
    `${commands.ours}; ${commands.json}`,
    ...Array.from({ length: rounds }, () => timed).flat(),
  ].join('\n');
  execFileSync('ip', ['netns', 'add', 'connections']);
  try {
    const text = execFileSync('ip', ['netns', 'exec', 'connections', 'sh', '-c', script], {
      encoding: 'utf8',
    });
    const of = (name: string) =>
      text
        .split('\n')
        .filter(line => line.startsWith(`${name} `))
        .map(line => Number(line.split(' ')[1]));
    if (of('count')[0] !== connections)
      throw new Error(`${of('count')[0]} connections instead of ${connections}`);
    const taken: Partial<Record<keyof typeof commands, readonly number[]>> = {};
    for (const name of names) taken[name] = of(name).map(value => value / 1e6);
    return { connections, rounds: taken as Required<typeof taken> };
  } finally {
    execFileSync('ip', ['netns', 'del', 'connections']);
  }
}
