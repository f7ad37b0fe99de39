// Command lines with wrong values: each option with each value that it does not take, and restores with a bad line in each place.
// Spec: ipvsadm(8); what they must answer is decided by ipvsadm 1.31 in the same run, so nothing is expected here.
import type { Scenario, Step } from './ipvsadm-lines.ts';

const service = ['-t', '10.0.0.1:80'];
const server = [...service, '-r', '10.0.1.1'];

/** Command lines that are right but for the value behind them. */
const beginnings: Readonly<Record<string, readonly string[]>> = {
  '-t': ['-A', '-t'],
  '-u': ['-A', '-u'],
  '--sctp-service': ['-A', '--sctp-service'],
  '-f': ['-A', '-f'],
  '-f -6': ['-A', '-6', '-f'],
  '-s': ['-A', ...service, '-s'],
  '-p': ['-A', ...service, '-p'],
  '-M': ['-A', ...service, '-p', '60', '-M'],
  '-M -6': ['-A', '-t', '[2001:db8::1]:80', '-p', '60', '-M'],
  '--pe': ['-A', ...service, '--pe'],
  '-b': ['-A', ...service, '-s', 'sh', '-b'],
  '-r': ['-a', ...service, '-r'],
  '-w': ['-a', ...server, '-w'],
  '-x': ['-a', ...server, '-x'],
  '-y': ['-a', ...server, '-x', '9', '-y'],
  '--tun-type': ['-a', ...server, '-i', '--tun-port', '77', '--tun-type'],
  '--tun-port': ['-a', ...server, '-i', '--tun-type', 'gue', '--tun-port'],
  '--set': ['--set', '900', '120'],
  '--start-daemon': ['--start-daemon'],
  '--mcast-interface': ['--start-daemon', 'backup', '--mcast-interface'],
  '--syncid': ['--start-daemon', 'backup', '--mcast-interface', 'lo', '--syncid'],
  '--sync-maxlen': ['--start-daemon', 'backup', '--mcast-interface', 'lo', '--sync-maxlen'],
  '--mcast-group': ['--start-daemon', 'backup', '--mcast-interface', 'lo', '--mcast-group'],
  '--mcast-port': ['--start-daemon', 'backup', '--mcast-interface', 'lo', '--mcast-port'],
  '--mcast-ttl': ['--start-daemon', 'backup', '--mcast-interface', 'lo', '--mcast-ttl'],
};

/** None of them is an address, a number as it is usually written, or a name of anything. */
const values = [
  '',
  ' 5',
  '5 ',
  '+5',
  '-5',
  '5x',
  '0x1F',
  '1e3',
  '1.5',
  '5,6',
  '99999999999999999999',
  '10.0.0.300:80',
  '[::1',
  '-',
] as const;

const eachValue: readonly Scenario[] = Object.entries(beginnings).map(([option, words]) => ({
  name: `${option} with wrong values`,
  steps: values.flatMap((value): Step[] => [
    // What the lines before may have made.
    words[0] === '-a'
      ? { words: ['-R'], input: `-C\n-A ${service.join(' ')}\n`, prepares: true }
      : { words: ['-C'], prepares: true },
    { words: [...words, value] },
  ]),
}));

const good = [
  '-A -t 10.0.0.1:80 -s rr',
  '-a -t 10.0.0.1:80 -r 10.0.1.1:80 -g -w 1',
  '-A -u 10.0.0.2:53 -s wlc -p 300',
  '-a -u 10.0.0.2:53 -r 10.0.1.2:53 -m -w 0',
  '-A -f 7 -s sh',
];

const badLines = [
  '-A -t 10.0.0.9:80 -q',
  '-A -t',
  '-A -t 10.0.0.9:99999',
  '-A -t 10.0.0.9:80 -s nosuch',
  '-a -t 10.9.9.9:80 -r 10.0.1.9',
  '-A -t 10.0.0.9:80 -w 5',
  '-a -t 10.0.0.1:80 -r 10.0.1.9 -x 5 -y 9',
  'word',
  '-R',
] as const;

const badPlaces: readonly Scenario[] = badLines.map(bad => ({
  name: `a restore with ${bad} in each place`,
  steps: Array.from({ length: good.length + 1 }, (_, place): Step[] => [
    { words: ['-C'], prepares: true },
    { words: ['-R'], input: `${good.toSpliced(place, 0, bad).join('\n')}\n` },
  ]).flat(),
}));

export const wrongScenarios: readonly Scenario[] = [...eachValue, ...badPlaces];

/** Lines that are not mere preparation. */
export const countOfWrong =
  Object.keys(beginnings).length * values.length + badLines.length * (good.length + 1);
