// The LAN that the configurations of a fleet describe: which interfaces each node has, which of them hear each other, their own addresses.
// Spec: a virtual router is known by family and VRID on its LAN (RFC 9568 section 1.4); unicast_src_ip and unicast_peer name addresses.

import type { Config } from '../conf/config.ts';
import type { Address, Family } from '../net/index.ts';
import { type InstanceConfig, isUnicast } from '../vrrp/index.ts';
import type { SimulatedLink, SimulatedNode } from './scenario.ts';

export interface FleetMember {
  readonly name: string;
  readonly config: Config;
}

/** Same virtual router, different nodes. */
export interface Router {
  readonly family: Family;
  readonly vrid: number;
  /** Its segment of the LAN. */
  readonly segment: string;
  /** Node -> its instance. At least one. */
  readonly instances: ReadonlyMap<string, InstanceConfig>;
  /** Node -> names of the scripts and interfaces that its instance or the sync group of that tracks. */
  readonly tracked: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface Fleet {
  readonly nodes: readonly SimulatedNode[];
  readonly routers: readonly Router[];
  /** Sentences about what the simulation had to suppose, or cannot play. */
  readonly notes: readonly string[];
}

/** Every interface that a configuration names for VRRP, in the order of the file. */
export function interfacesOf({ vrrp }: Config): readonly string[] {
  const names = [
    ...vrrp.instances.map(each => each.interface),
    ...[...vrrp.instances, ...vrrp.groups].flatMap(each => each.trackInterfaces.map(one => one.interface)),
    ...vrrp.instances.flatMap(each => [...each.addresses, ...each.excludedAddresses].map(({ dev }) => dev)),
    ...vrrp.staticAddresses.map(({ dev }) => dev),
  ];
  return [...new Set(names.filter(name => name !== undefined))];
}

/** A port of a node on some segment. */
const portOf = (node: string, link: string): string => `${node}\0${link}`;

/** Ports that must hear each other are joined; each set has one representative. */
class Segments {
  readonly #above = new Map<string, string>();

  of(port: string): string {
    let top = port;
    for (let next = this.#above.get(top); next !== undefined; next = this.#above.get(top)) top = next;
    return top;
  }

  join(a: string, b: string): void {
    const [one, other] = [this.of(a), this.of(b)];
    if (one !== other) this.#above.set(other, one);
  }
}

/**
 * What joins ports: the VRID, where a node has it on one interface; else the VRID and the name of the interface. Interfaces without an instance
 * are on the segment of their name.
 */
function segmentsOf(members: readonly FleetMember[]): Segments {
  const segments = new Segments();
  const routerKey = ({ family, vrid }: InstanceConfig) => `${family} ${vrid}`;
  const ambiguous = new Set<string>();
  for (const { config } of members) {
    const seen = new Set<string>();
    for (const instance of config.vrrp.instances) {
      const key = routerKey(instance);
      if (seen.has(key)) ambiguous.add(key);
      seen.add(key);
    }
  }
  const withInstance = new Set<string>();
  const first = new Map<string, string>();
  const meet = (key: string, port: string) => {
    const known = first.get(key);
    if (known === undefined) first.set(key, port);
    else segments.join(known, port);
  };
  for (const { name, config } of members)
    for (const instance of config.vrrp.instances) {
      if (instance.interface === undefined) continue;
      const port = portOf(name, instance.interface);
      withInstance.add(port);
      const key = routerKey(instance);
      meet(ambiguous.has(key) ? `${key} ${instance.interface}` : key, port);
    }
  for (const { name, config } of members)
    for (const link of interfacesOf(config)) {
      const port = portOf(name, link);
      if (!withInstance.has(port)) meet(`interface ${link}`, port);
    }
  return segments;
}

/** Node -> interface -> addresses that the files say the interface has: sources of adverts and the peers of others. */
function namedAddresses(members: readonly FleetMember[], notes: string[]): Map<string, Address[]> {
  const byPort = new Map<string, Address[]>();
  const owned = new Set<Address>();
  const own = (node: string, link: string | undefined, address: Address) => {
    if (link === undefined || owned.has(address)) return;
    const port = portOf(node, link);
    owned.add(address);
    byPort.set(port, [...(byPort.get(port) ?? []), address]);
  };
  for (const { name, config } of members)
    for (const each of config.vrrp.instances)
      if (each.sourceAddress !== undefined) own(name, each.interface, each.sourceAddress);
  for (const { name, config } of members)
    for (const instance of config.vrrp.instances) {
      if (!isUnicast(instance)) continue;
      for (const { address } of instance.unicastPeers) {
        if (owned.has(address)) continue;
        const others = members.flatMap(other =>
          other.name === name
            ? []
            : other.config.vrrp.instances
                .filter(each => each.vrid === instance.vrid && each.family === instance.family)
                .filter(each => each.sourceAddress === undefined)
                .map(each => ({ node: other.name, link: each.interface })),
        );
        const [only, second] = others;
        if (only !== undefined && second === undefined) own(only.node, only.link, address);
        else notes.push(`${address}, a unicast peer of ${name}, is an address of no file: nobody answers it`);
      }
    }
  return byPort;
}

/** Own addresses of links whose files name none (RFC 6598): in the order of the files, which is also the order in a tie of priorities. */
const supposed = (node: number, link: number): string =>
  `100.${64 + (link % 64)}.${(node + 1) >> 8}.${(node + 1) & 255}/16`;

const trackedElsewhere = ({ name, config }: FleetMember): readonly string[] => {
  const owners = [...config.vrrp.instances, ...config.vrrp.groups];
  const kinds = [
    ['files', owners.some(each => each.trackFiles.length > 0)],
    ['processes', owners.some(each => each.trackProcesses.length > 0)],
    ['BFD sessions', owners.some(each => each.trackBfd.length > 0)],
  ] as const;
  const tracked = kinds.filter(([, does]) => does).map(([kind]) => kind);
  return tracked.length === 0 ? [] : [`${name} tracks ${tracked.join(' and ')}, which are not simulated`];
};

type Tracking = Pick<InstanceConfig, 'trackScripts' | 'trackInterfaces'>;
const namesIn = ({ trackScripts, trackInterfaces }: Tracking): readonly string[] => [
  ...trackScripts.map(({ script }) => script),
  ...trackInterfaces.map(each => each.interface),
];

interface Routed extends Router {
  readonly instances: Map<string, InstanceConfig>;
  readonly tracked: Map<string, ReadonlySet<string>>;
}

function routersOf(members: readonly FleetMember[], segments: Segments): readonly Router[] {
  const routers = new Map<string, Routed>();
  for (const { name, config } of members) {
    const ofGroup = new Map(
      config.vrrp.groups.flatMap(group => group.members.map(member => [member, namesIn(group)] as const)),
    );
    for (const instance of config.vrrp.instances) {
      if (instance.interface === undefined) continue;
      const { family, vrid } = instance;
      const segment = segments.of(portOf(name, instance.interface));
      const key = `${segment} ${family} ${vrid}`;
      const found: Routed = routers.get(key) ?? {
        ...{ family, vrid, segment },
        instances: new Map(),
        tracked: new Map(),
      };
      found.instances.set(name, instance);
      found.tracked.set(name, new Set([...namesIn(instance), ...(ofGroup.get(instance.name) ?? [])]));
      routers.set(key, found);
    }
  }
  return [...routers.values()];
}

/** The LAN of these nodes. Equal members give equal fleets; names must differ. */
export function fleetOf(members: readonly FleetMember[]): Fleet {
  const segments = segmentsOf(members);
  const notes = members.flatMap(trackedElsewhere);
  const named = namedAddresses(members, notes);
  /** Segments by their first appearance. */
  const numbers = new Map<string, number>();
  const nodes = members.map(({ name, config }, position): SimulatedNode => {
    const ports = interfacesOf(config).map((link): SimulatedLink => {
      const port = portOf(name, link);
      const segment = segments.of(port);
      const number = numbers.get(segment) ?? numbers.size;
      numbers.set(segment, number);
      const given = (named.get(port) ?? []).map(each => `${each}/${each.includes(':') ? 64 : 24}`);
      const isInet = (text: string) => !text.includes(':');
      const own = given.some(isInet) ? [] : [supposed(position, number)];
      return { name: link, segment, addresses: [...own, ...given] };
    });
    return { name, config, links: ports };
  });
  return { nodes, routers: routersOf(members, segments), notes: [...new Set(notes)] };
}
