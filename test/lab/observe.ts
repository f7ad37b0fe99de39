// What a host's kernel holds, read with the system's own tools and made comparable between twin hosts.
// Spec: ipvsadm(8) -Sn, ip-address(8), ip-route(8) and ip-rule(8) with -j.
import { procNet } from './cluster.ts';
import { runIn } from './processes.ts';

export interface Observation {
  /** `ipvsadm -Sn`, each service followed by its destinations, sorted. */
  readonly ipvs: readonly string[];
  /** `ipvsadm -L --timeout`, where IPVS is looked at. */
  readonly timeouts: string;
  /** Interface name -> its addresses, sorted: the kernel's order tells only which instance was faster. */
  readonly addresses: Readonly<Record<string, readonly unknown[]>>;
  readonly routes: readonly string[];
  readonly rules: readonly string[];
}

interface Link {
  readonly ifname: string;
  readonly addr_info?: readonly Record<string, unknown>[];
}

/** Reads the three outputs. `withIpvs` false leaves the table out, for kernels that have none. */
export function observe(host: string, withIpvs = true): Observation {
  return {
    ipvs: withIpvs
      ? runIn(host, 'ipvsadm', '-Sn')
          .split('\n')
          .filter(line => line !== '')
          .sort()
      : [],
    timeouts: withIpvs ? runIn(host, 'ipvsadm', '-L', '--timeout').trim() : '',
    addresses: addressesOf(host),
    routes: [
      ...routesOf(host, '-4'),
      ...routesOf(host, '-6').filter(route => !route.includes('fe80:') && !route.includes('ff00::')),
    ].sort(),
    rules: ['-4', '-6'].flatMap(family => jsonOf(host, family, 'rule')),
  };
}

/** All addresses of a host as plain text, to ask often whether a VIP is there. Reads fib_trie and if_inet6; starts no process. */
export function addressList(host: string): string[] {
  const four = new Set<string>();
  let last = '';
  for (const line of procNet(host, 'fib_trie').split('\n')) {
    last = /\|-- ([\d.]+)/.exec(line)?.[1] ?? last;
    if (line.includes('/32 host LOCAL')) four.add(last);
  }
  const six = procNet(host, 'if_inet6')
    .split('\n')
    .flatMap(line => (line.length < 32 ? [] : [line.slice(0, 32).replace(/(.{4})(?=.)/g, '$1:')]));
  return [...four, ...six.map(text => new URL(`http://[${text}]`).hostname.slice(1, -1))];
}

/**
 * A read shorter than any record of /proc/net/ip_vs. Where the kernel goes on to a further record within one read it counts those of other
 * namespaces too, where it begins a read it does not (ip_vs_info_seq_next, ip_vs_info_array), and what lies between is lost.
 */
const lessThanRecord = 16;

/** Services and destinations in a host's IPVS table, as many as `ipvsadm -Sn` would print; starts no process. */
export function ipvsLines(host: string): string[] {
  return procNet(host, 'ip_vs', lessThanRecord)
    .split('\n')
    .slice(3)
    .filter(line => line.trim() !== '');
}

/** Dropped: lifetimes (always forever here), indexes, and link-local addresses, which come from the hardware address. */
function addressesOf(host: string): Record<string, unknown[]> {
  const links = JSON.parse(runIn(host, 'ip', '-j', 'addr') || '[]') as Link[];
  return Object.fromEntries(
    links.map(link => [
      link.ifname,
      (link.addr_info ?? [])
        .filter(address => !(address['family'] === 'inet6' && address['scope'] === 'link'))
        .map(({ valid_life_time: _valid, preferred_life_time: _preferred, ...rest }) => rest)
        .sort(byAddress),
    ]),
  );
}

function byAddress(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return String(a['local']).localeCompare(String(b['local']));
}

function routesOf(host: string, family: string): string[] {
  return jsonOf(host, family, 'route', 'show', 'table', 'all');
}

/** The objects that an `ip -j` command lists, each as one text. */
function jsonOf(host: string, family: string, ...words: string[]): string[] {
  const objects = JSON.parse(runIn(host, 'ip', family, '-j', ...words) || '[]') as unknown[];
  return objects.map(object => JSON.stringify(object));
}
