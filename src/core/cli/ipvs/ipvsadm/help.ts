// The texts of `lvskit ipvsadm -h` and `-v`. The version line is the one scripts look for; the help is our own.
// Spec: ipvs/ipvsadm/options.ts; ipvsadm(8) for what the options do, their ranges and defaults.

import { ipvsadmSpellings } from '../../../ipvs/index.ts';

/** ipvsadm 1.31 and the oldest IPVS it wants. */
export const versionText = 'ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n';

/** One line for each option, in groups: the argument's name where there is one, and what it does. */
const groups = {
  'Commands (the first option)': {
    'add-service': ['', 'add a virtual service'],
    'edit-service': ['', 'change a virtual service; what is not given gets its default'],
    'delete-service': ['', 'delete a virtual service with its servers'],
    clear: ['', 'delete all virtual services'],
    restore: ['', 'read commands from standard input, one a line'],
    save: ['', 'print the table as commands that -R reads'],
    'add-server': ['', 'add a real server to a service'],
    'edit-server': ['', 'change a real server; what is not given gets its default'],
    'delete-server': ['', 'delete a real server'],
    list: ['', 'list the table (also -l), one service, connections, timeouts or daemons'],
    zero: ['', 'zero the counters of a service or of all'],
    set: ['TCP TCPFIN UDP', 'set connection timeouts in seconds; 0 keeps a value'],
    'start-daemon': ['master|backup', 'start a connection synchronization daemon'],
    'stop-daemon': ['master|backup', 'stop it'],
    help: ['', 'print this text'],
    version: ['', 'print the version'],
  },
  'Services (-A -E -D -a -e -d -L -Z)': {
    'tcp-service': ['HOST:PORT', 'TCP service'],
    'udp-service': ['HOST:PORT', 'UDP service'],
    'sctp-service': ['HOST:PORT', 'SCTP service'],
    'fwmark-service': ['MARK', 'service of a firewall mark, above 0'],
    ipv6: ['', 'the mark before it is one of IPv6 packets'],
    scheduler: ['NAME', 'scheduler (default wlc)'],
    'sched-flags': ['FLAG,...', 'flags: sh-fallback, sh-port, mh-fallback, mh-port, flag-1 to flag-3'],
    persistent: ['[SECONDS]', 'persistent, for so many seconds (default 360)'],
    netmask: ['MASK', 'clients that count as one (default: a single address); IPv6: a prefix length'],
    pe: ['NAME', 'persistence engine: sip'],
    ops: ['', 'schedule each UDP packet by itself'],
  },
  'Real servers (-a -e -d)': {
    'real-server': ['HOST[:PORT]', "real server (default port: the service's)"],
    gatewaying: ['', 'direct routing (default)'],
    ipip: ['', 'tunnel'],
    masquerading: ['', 'masquerading (NAT)'],
    weight: ['N', 'weight, 0 to 2147483647 (default 1)'],
    'u-threshold': ['N', 'upper threshold of connections (default 0: none)'],
    'l-threshold': ['N', 'lower threshold of connections (default 0: none)'],
    'tun-type': ['TYPE', 'tunnel: ipip, gue or gre (default ipip)'],
    'tun-port': ['PORT', 'destination port of a gue tunnel'],
    'tun-nocsum': ['', 'gue and gre tunnels without checksums (default)'],
    'tun-csum': ['', 'gue and gre tunnels with checksums'],
    'tun-remcsum': ['', 'gue tunnels with remote checksum offload'],
  },
  'Listings (-L -S)': {
    numeric: ['', 'addresses and ports as numbers'],
    connection: ['', 'connections instead of the table'],
    timeout: ['', 'connection timeouts'],
    daemon: ['', 'synchronization daemons'],
    stats: ['', 'counters'],
    rate: ['', 'rates per second'],
    exact: ['', 'counters in full'],
    thresholds: ['', 'thresholds'],
    'persistent-conn': ['', "persistent connections; with -c, the engine's data"],
    'tun-info': ['', 'tunnels'],
    nosort: ['', "the kernel's order"],
    sort: ['', 'sorted (default; kept for old scripts)'],
  },
  'Synchronization (--start-daemon)': {
    'mcast-interface': ['NAME', 'interface (default eth0)'],
    syncid: ['ID', 'sync id, 0 to 255 (default 0: all)'],
    'sync-maxlen': ['BYTES', 'longest message (default: of the interface)'],
    'mcast-group': ['ADDRESS', 'multicast group (default 224.0.0.81)'],
    'mcast-port': ['PORT', 'UDP port (default 8848)'],
    'mcast-ttl': ['N', 'multicast TTL (default 1)'],
  },
} as const satisfies Record<string, Readonly<Record<string, readonly [argument: string, does: string]>>>;

/** Of the left column. */
const width = 34;

function optionLine(name: string, [argument, does]: readonly [string, string]): string {
  const short = ipvsadmSpellings[name]?.short;
  const left = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${argument === '' ? '' : ` ${argument}`}`;
  return left.length < width ? `${left.padEnd(width)}${does}` : `${left}\n${' '.repeat(width)}${does}`;
}

/** The version line, the shapes of a command line, and every option with its letter, argument and default. */
export function helpText(): string {
  const parts = Object.entries(groups).map(
    ([title, options]) =>
      `${title}:\n${Object.entries(options)
        .map(([name, line]) => optionLine(name, line))
        .join('\n')}\n`,
  );
  return `${versionText}Usage:
  ipvsadm -A|-E SERVICE [-s NAME] [-b FLAG,...] [-p [SECONDS]] [-M MASK] [--pe NAME] [-o]
  ipvsadm -D SERVICE
  ipvsadm -a|-e SERVICE -r HOST[:PORT] [-g|-i|-m] [-w N] [-x N] [-y N] [TUNNEL]
  ipvsadm -d SERVICE -r HOST[:PORT]
  ipvsadm -L [SERVICE | -c | --timeout | --daemon] [-n] [OPTION...]
  ipvsadm -S [-n]
  ipvsadm -R | -C | -Z [SERVICE] | --set TCP TCPFIN UDP | -h | -v
  ipvsadm --start-daemon master|backup [OPTION...] | --stop-daemon master|backup
A SERVICE is -t|-u|--sctp-service HOST:PORT or -f MARK [-6]; IPv6 addresses stand in brackets.

${parts.join('\n')}
lvskit-ipvsadm(1) says where this program differs from ipvsadm; lvskit vs --help has the modern commands.
`;
}
