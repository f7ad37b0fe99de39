// The seed configurations as pairs of directors, and the hosts each pair needs around it.
// Spec: test/fixtures/seeds, tutorials' configurations as published.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';
import type { HostSpec } from './cluster.ts';

export interface SeedPair {
  readonly name: string;
  /** The configurations. The first director is the one that ought to be master. */
  readonly files: readonly [string, string];
  /** Addresses that a director may hold. */
  readonly vips: readonly string[];
  /** Directors, in the order of the files, then the others. Web servers have names that begin with `web`. */
  readonly hosts: readonly HostSpec[];
  /** Programs that must run somewhere, by the name their process has: track scripts ask for them. */
  readonly programs?: readonly string[];
  /** Lines of `ipvsadm -Sn` when everything is up. */
  readonly ipvsLines: number;
  readonly settled: Settled;
}

/** Who holds what once a pair has come to rest. */
export interface Settled {
  /** Equal priorities: whoever starts first is master, so the second waits for the first. */
  readonly startsAlone: boolean;
  readonly start: (held: Held) => boolean;
  /** After the killed first director came back; milliseconds that takes at least, since nothing may happen. */
  readonly giveBack: (held: Held) => boolean;
  readonly giveBackAfter: number;
  /** Which director is stopped next: the one that is master after the give-back. */
  readonly master: 'first' | 'second';
}

/** Which virtual addresses each director holds. */
export interface Held {
  readonly first: readonly string[];
  readonly second: readonly string[];
}

const allOnFirst = ({ first, second }: Held) => first.length > 0 && second.length === 0;
const allOnSecond = ({ first, second }: Held) => first.length === 0 && second.length > 0;
const oneEach = ({ first, second }: Held) => first.join() === '10.0.0.3' && second.join() === '10.0.0.4';
const byPriority = {
  startsAlone: false,
  start: allOnFirst,
  giveBack: allOnFirst,
  giveBackAfter: 0,
  master: 'first',
} as const;

/** The text of one of the pair's files. */
export const seedText = (file: string): string => readFileSync(join(root, 'test', file), 'utf8');

const seed = (name: string) => `fixtures/seeds/${name}.conf` as const;

const lan = (name: string, device: string, ...addresses: string[]): HostSpec => ({
  name,
  links: [{ interface: device, network: 'lan', addresses }],
});

/** A director of seed 000: its gateways lie on eth1. */
const threeLinks = (name: string, host: number): HostSpec => ({
  name,
  links: [
    { interface: 'eth0', network: 'lan', addresses: [`192.168.200.${host}/24`] },
    { interface: 'eth1', network: 'inner', addresses: ['192.168.100.1/24', `192.168.200.${host + 100}/24`] },
    { interface: 'eth2', network: 'outer', addresses: [`192.168.12.${host}/24`] },
  ],
});

/** A real server of seed 003, prepared as that seed's own script does it. */
const hidden = (name: string, address: string): HostSpec => ({
  ...lan(name, 'ens33', address),
  hiddenAddresses: ['192.168.188.190/32'],
});

/** An LVS pair with direct routing, as the demo shows it too. */
export const directRouting = {
  name: '003 direct routing, weight 1:2',
  files: [seed('003-direct-routing-master'), seed('003-direct-routing-backup')],
  vips: ['192.168.188.190'],
  hosts: [
    lan('lvs1', 'ens33', '192.168.188.135/24'),
    lan('lvs2', 'ens33', '192.168.188.136/24'),
    hidden('web1', '192.168.188.137/24'),
    hidden('web2', '192.168.188.138/24'),
  ],
  ipvsLines: 3,
  // Both have priority 100, and an equal advert keeps a backup in its place: the restarted first director stays backup.
  settled: {
    startsAlone: true,
    start: allOnFirst,
    giveBack: allOnSecond,
    giveBackAfter: 5000,
    master: 'second',
  },
} as const satisfies SeedPair;

export const seedPairs = [
  {
    name: '000 everything at once',
    // The tutorial shows one director; its peer differs in state, priority and source address.
    files: [seed('000-complete'), 'kernel/configurations/000-peer.conf'],
    vips: ['192.168.200.16', '192.168.200.17', '192.168.200.18'],
    hosts: [threeLinks('lvs1', 10), threeLinks('lvs2', 11)],
    programs: ['httpd'],
    ipvsLines: 2,
    settled: byPriority,
  },
  {
    name: '001 master and backup',
    files: [seed('001-nginx-lb01'), seed('001-nginx-lb02')],
    vips: ['10.0.0.3'],
    hosts: [lan('lb01', 'eth0', '10.0.0.5/24'), lan('lb02', 'eth0', '10.0.0.6/24')],
    ipvsLines: 0,
    settled: byPriority,
  },
  {
    name: '001 two masters',
    files: [seed('001-two-masters-lb01'), seed('001-two-masters-lb02')],
    vips: ['10.0.0.3', '10.0.0.4'],
    hosts: [lan('lb01', 'eth0', '10.0.0.5/24'), lan('lb02', 'eth0', '10.0.0.6/24')],
    ipvsLines: 0,
    settled: { ...byPriority, start: oneEach, giveBack: oneEach },
  },
  directRouting,
] as const satisfies readonly SeedPair[];
