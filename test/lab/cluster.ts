// Builds hosts of the lab: network namespaces with interfaces named as a configuration names them, joined by bridges.
// Spec: ip-netns(8), ip-link(8) veth and bridge, ip(8) -batch, the kernel's ip-sysctl document (arp_ignore, arp_announce).
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { runIn, startIn } from './processes.ts';
import { whenDone } from './program.ts';

export interface HostSpec {
  readonly name: string;
  readonly links: readonly {
    readonly interface: string;
    readonly network: string;
    readonly addresses: readonly string[];
  }[];
  /** Addresses on lo of a real server behind direct routing: held, but never announced. */
  readonly hiddenAddresses?: readonly string[];
  readonly sysctl?: Readonly<Record<string, string>>;
}

export interface Cluster {
  /** The namespace of a host. */
  host(name: string): string;
  remove(): void;
}

/** Builds the hosts of a cluster. `label` tells clusters of one program apart; equal specs get equal hardware addresses. */
export function buildCluster(label: string, hosts: readonly HostSpec[]): Cluster {
  const space = (name: string) => `${label}-${name}`;
  const hub = space('hub');
  const spaces = [hub, ...hosts.map(host => space(host.name))];
  const remove = () => {
    for (const one of spaces) execFileSync('ip', ['netns', 'del', one], { stdio: 'ignore' });
  };
  whenDone(() => {
    for (const one of spaces) {
      try {
        execFileSync('ip', ['netns', 'del', one], { stdio: 'ignore' });
      } catch {
        // Removed by the program itself.
      }
    }
  });
  batch(
    undefined,
    spaces.map(one => `netns add ${one}`),
  );

  const networks = [...new Set(hosts.flatMap(host => host.links.map(link => link.network)))];
  const hubLines = networks.flatMap(name => [
    `link add ${name} type bridge forward_delay 0 stp_state 0 mcast_snooping 0`,
    `link set ${name} up`,
  ]);
  hosts.forEach((host, hostIndex) => {
    host.links.forEach((link, linkIndex) => {
      const port = `p${hostIndex}n${linkIndex}`;
      const hardware = `02:00:00:00:${hex(hostIndex + 1)}:${hex(linkIndex + 1)}`;
      hubLines.push(
        `link add ${port} type veth peer name ${link.interface} address ${hardware} netns ${space(host.name)}`,
        `link set ${port} master ${link.network} up`,
      );
    });
  });
  batch(hub, hubLines);

  for (const host of hosts) {
    // Duplicate address detection would keep a new address silent for a second.
    const settings = {
      'net.ipv6.conf.default.accept_dad': '0',
      'net.ipv6.conf.all.accept_dad': '0',
      ...(host.hiddenAddresses === undefined
        ? {}
        : {
            'net.ipv4.conf.lo.arp_ignore': '1',
            'net.ipv4.conf.lo.arp_announce': '2',
            'net.ipv4.conf.all.arp_ignore': '1',
            'net.ipv4.conf.all.arp_announce': '2',
          }),
      ...host.sysctl,
    };
    runIn(
      space(host.name),
      'sysctl',
      '-q',
      '-w',
      ...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
    );
    batch(space(host.name), [
      'link set lo up',
      ...(host.hiddenAddresses ?? []).map(address => `addr add ${address} dev lo`),
      ...host.links.flatMap(link => [
        `link set ${link.interface} up`,
        ...link.addresses.map(
          address => `addr add ${address}${address.includes(':') ? ' nodad' : ''} dev ${link.interface}`,
        ),
      ]),
    ]);
  }
  for (const host of hosts)
    anchors.set(space(host.name), startIn(space(host.name), 'anchor', 'sleep', ['infinity']).pid);
  return { host: space, remove };
}

/** Host -> a process that lives in it as long as the cluster, whose /proc folder shows the host's kernel tables. */
const anchors = new Map<string, number>();

/** Reads /proc/net/FILE of a host without starting a process: cheap enough to ask often. `size`: bytes for each read(2). */
export function procNet(host: string, file: string, size = 1 << 16): string {
  const descriptor = openSync(`/proc/${anchors.get(host)}/net/${file}`, 'r');
  const buffer = Buffer.alloc(size);
  try {
    let text = '';
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer))
      text += buffer.toString('latin1', 0, length);
    return text;
  } finally {
    closeSync(descriptor);
  }
}

/** Runs many ip(8) commands in one process. */
function batch(space: string | undefined, lines: readonly string[]): void {
  execFileSync('ip', [...(space === undefined ? [] : ['-n', space]), '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
