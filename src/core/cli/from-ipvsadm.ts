// What ipvsadm's commands and options are called here: the table of `vs --help` and docs/ipvsadm.md, and the answer to an old letter.
// Spec: ipvsadm(8).

interface Spelling {
  /** Short and long forms, the short one first. */
  readonly ipvsadm: readonly string[];
  /** What its argument is called; '' without one. */
  readonly argument: string;
  readonly here: string;
}

/** Commands. */
export const commandSpellings = [
  { ipvsadm: ['-A', '--add-service'], argument: '', here: 'vs add SERVICE' },
  { ipvsadm: ['-E', '--edit-service'], argument: '', here: 'vs edit SERVICE' },
  { ipvsadm: ['-D', '--delete-service'], argument: '', here: 'vs delete SERVICE' },
  { ipvsadm: ['-C', '--clear'], argument: '', here: 'vs clear' },
  { ipvsadm: ['-R', '--restore'], argument: '', here: 'vs restore [FILE]' },
  { ipvsadm: ['-S', '--save'], argument: '', here: 'vs save' },
  { ipvsadm: ['-a', '--add-server'], argument: '', here: 'rs add SERVICE SERVER' },
  { ipvsadm: ['-e', '--edit-server'], argument: '', here: 'rs edit SERVICE SERVER' },
  { ipvsadm: ['-d', '--delete-server'], argument: '', here: 'rs delete SERVICE SERVER' },
  { ipvsadm: ['-L', '-l', '--list'], argument: '', here: 'vs list, vs show SERVICE' },
  { ipvsadm: ['-Z', '--zero'], argument: '', here: 'vs zero' },
  { ipvsadm: ['--set'], argument: 'TCP FIN UDP', here: 'timeout set --tcp TCP --tcp-fin FIN --udp UDP' },
  { ipvsadm: ['--start-daemon'], argument: 'STATE', here: 'sync start STATE' },
  { ipvsadm: ['--stop-daemon'], argument: 'STATE', here: 'sync stop STATE' },
] as const satisfies readonly Spelling[];

/** Options. */
export const optionSpellings = [
  { ipvsadm: ['-t', '--tcp-service'], argument: 'HOST:PORT', here: 'tcp:HOST:PORT as SERVICE' },
  { ipvsadm: ['-u', '--udp-service'], argument: 'HOST:PORT', here: 'udp:HOST:PORT as SERVICE' },
  { ipvsadm: ['--sctp-service'], argument: 'HOST:PORT', here: 'sctp:HOST:PORT as SERVICE' },
  { ipvsadm: ['-f', '--fwmark-service'], argument: 'MARK', here: 'fwmark:MARK as SERVICE' },
  { ipvsadm: ['-6', '--ipv6'], argument: '', here: 'fwmark6:MARK as SERVICE' },
  { ipvsadm: ['-r', '--real-server'], argument: 'HOST[:PORT]', here: 'HOST[:PORT] as SERVER' },
  { ipvsadm: ['-s', '--scheduler'], argument: 'NAME', here: '--scheduler NAME' },
  { ipvsadm: ['-b', '--sched-flags'], argument: 'FLAG,...', here: '--flags FLAG,...' },
  { ipvsadm: ['-p', '--persistent'], argument: '[SECONDS]', here: '--persistent SECONDS' },
  { ipvsadm: ['-M', '--netmask'], argument: 'MASK', here: '--netmask MASK' },
  { ipvsadm: ['--pe'], argument: 'NAME', here: '--engine NAME' },
  { ipvsadm: ['-o', '--ops'], argument: '', here: '--one-packet' },
  { ipvsadm: ['-m', '--masquerading'], argument: '', here: '--forwarding nat' },
  { ipvsadm: ['-g', '--gatewaying'], argument: '', here: '--forwarding dr (default)' },
  { ipvsadm: ['-i', '--ipip'], argument: '', here: '--forwarding tun' },
  { ipvsadm: ['--tun-type'], argument: 'TYPE', here: '--tunnel-type TYPE' },
  { ipvsadm: ['--tun-port'], argument: 'PORT', here: '--tunnel-port PORT' },
  {
    ipvsadm: ['--tun-nocsum', '--tun-csum', '--tun-remcsum'],
    argument: '',
    here: '--tunnel-checksum nocsum|csum|remcsum',
  },
  { ipvsadm: ['-w', '--weight'], argument: 'WEIGHT', here: '--weight WEIGHT' },
  { ipvsadm: ['-x', '--u-threshold'], argument: 'N', here: '--upper-threshold N' },
  { ipvsadm: ['-y', '--l-threshold'], argument: 'N', here: '--lower-threshold N' },
  {
    ipvsadm: ['-n', '--numeric'],
    argument: '',
    here: 'nothing, numbers are the default; --names shows names',
  },
  { ipvsadm: ['-c', '--connection'], argument: '', here: 'conn list' },
  { ipvsadm: ['--stats'], argument: '', here: 'vs stats' },
  { ipvsadm: ['--rate'], argument: '', here: 'vs rates' },
  { ipvsadm: ['-X', '--exact'], argument: '', here: 'vs stats --exact' },
  { ipvsadm: ['--thresholds', '--tun-info'], argument: '', here: 'vs list, which shows them' },
  { ipvsadm: ['--persistent-conn'], argument: '', here: 'conn list --templates only' },
  { ipvsadm: ['--sort', '--nosort'], argument: '', here: 'nothing, the listing is always sorted' },
  { ipvsadm: ['--timeout'], argument: '', here: 'timeout show' },
  { ipvsadm: ['--daemon'], argument: '', here: 'sync status' },
  { ipvsadm: ['--mcast-interface'], argument: 'NAME', here: '--interface NAME' },
  { ipvsadm: ['--syncid'], argument: 'ID', here: '--sync-id ID' },
  { ipvsadm: ['--sync-maxlen'], argument: 'BYTES', here: '--max-length BYTES' },
  { ipvsadm: ['--mcast-group'], argument: 'ADDRESS', here: '--group ADDRESS' },
  { ipvsadm: ['--mcast-port'], argument: 'PORT', here: '--port PORT' },
  { ipvsadm: ['--mcast-ttl'], argument: 'TTL', here: '--ttl TTL' },
] as const satisfies readonly Spelling[];

const rows: readonly Spelling[] = [...commandSpellings, ...optionSpellings];

/** What ipvsadm's option is here; undefined where ipvsadm has none of this name. A bundle (`-Ln`, `-w4`) counts by its first letter. */
export function hereFor(option: string): string | undefined {
  const name = option.startsWith('--') ? option.replace(/=.*/, '') : option.slice(0, 2);
  return rows.find(({ ipvsadm }) => ipvsadm.includes(name))?.here;
}

const pairOf = ({ ipvsadm, argument, here }: Spelling): readonly [string, string] => [
  `${ipvsadm.join(', ')} ${argument}`.trim(),
  here,
];

/** The rows as texts: what ipvsadm takes, what lvskit takes. */
export const spellingRows = (part: 'commands' | 'options'): readonly (readonly [string, string])[] =>
  (part === 'commands' ? commandSpellings : optionSpellings).map(pairOf);
