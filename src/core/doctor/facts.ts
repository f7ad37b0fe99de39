// What the doctor looks at: the table, kernel settings, interfaces and connections of one network namespace, as plain data.
// Spec: Documentation/networking/ipvs-sysctl.rst and ip-sysctl.rst of the kernel; ip-address(8); /proc/net/ip_vs_conn.

import type { Service } from '../ipvs/index.ts';
import type { Address, Prefix } from '../net/index.ts';

export interface InterfaceFacts {
  readonly name: string;
  readonly isUp: boolean;
  readonly isLoopback: boolean;
  /** Answers ARP: neither loopback nor NOARP (dummy, tunnels). */
  readonly hasArp: boolean;
  readonly mtu: number | undefined;
  readonly addresses: readonly Prefix[];
}

export interface Facts {
  /** The services that are judged: all, or the one that was named. */
  readonly services: readonly Service[];
  /** The whole table. */
  readonly table: readonly Service[];
  /** `net.ipv4.ip_forward` -> `0`; what the kernel lacks is absent. */
  readonly settings: ReadonlyMap<string, string>;
  /** Undefined where they cannot be read (no iproute2). */
  readonly interfaces: readonly InterfaceFacts[] | undefined;
  /** Prefixes that the kernel takes for its own (`ip route show table local`), beside the addresses of interfaces. */
  readonly localPrefixes: readonly Prefix[];
  /** Virtual addresses of a running lvskit daemon, and how the instance stands that has each; empty where none answers. */
  readonly managed: ReadonlyMap<string, { readonly instance: string; readonly state: string }>;
  /** Connections by the server they go to, `ADDRESS PORT`; persistence templates are not among them. */
  readonly connections: ReadonlyMap<string, ConnectionCount>;
}

export interface ConnectionCount {
  readonly address: Address;
  readonly port: number;
  readonly count: number;
}

/** A setting as a number; undefined where the kernel has none. */
export const numberOf = ({ settings }: Facts, name: string): number | undefined => {
  const text = settings.get(name);
  return text === undefined ? undefined : Number(text);
};

const ofHost = [
  'net.ipv4.ip_forward',
  'net.ipv6.conf.all.forwarding',
  'net.ipv4.vs.conn_reuse_mode',
  'net.ipv4.vs.conntrack',
  'net.ipv4.vs.expire_nodest_conn',
  'net.ipv4.vs.expire_quiescent_template',
  'net.ipv4.vs.pmtu_disc',
  'net.ipv4.vs.sloppy_tcp',
  'net.netfilter.nf_conntrack_count',
  'net.netfilter.nf_conntrack_max',
];
const ofInterface = ['arp_announce', 'arp_ignore', 'rp_filter', 'send_redirects'];

/** sysctl(8) writes a dot in an interface's name as a slash. */
export const confName = (name: string, word: string): string =>
  `net.ipv4.conf.${name.replaceAll('.', '/')}.${word}`;

/** The names of all settings that rules read, on a host with these interfaces. */
export const settingNames = (interfaces: readonly string[]): string[] => [
  ...ofHost,
  ...['all', ...interfaces].flatMap(name => ofInterface.map(word => confName(name, word))),
];
