// Host and service names in both directions, asked of the system.
// Spec: getaddrinfo(3) and getnameinfo(3) through host/; services(5).

import { addressOfName, nameOfAddress, textAt } from '../../host/index.ts';
import type { NameLookup, Protocol, ReverseNames } from '../../ipvs/index.ts';
import { type Address, parseAddress } from '../../net/index.ts';

interface ServiceTable {
  readonly ports: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
}

let table: ServiceTable | undefined;

/** /etc/services, read once. The first line for a port or a name counts, as getservbyport(3) has it. */
function serviceTable(): ServiceTable {
  if (table !== undefined) return table;
  const ports = new Map<string, number>();
  const names = new Map<string, string>();
  // Without the file no service has a name.
  const text = textAt('/etc/services') ?? '';
  for (const line of text.split('\n')) {
    const [name, place, ...aliases] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    const match = /^(\d+)\/(\w+)$/.exec(place ?? '');
    if (name === undefined || match === null) continue;
    const [, port, protocol] = match;
    if (!names.has(`${port} ${protocol}`)) names.set(`${port} ${protocol}`, name);
    for (const word of [name, ...aliases]) {
      if (!ports.has(`${word} ${protocol}`)) ports.set(`${word} ${protocol}`, Number(port));
    }
  }
  table = { ports, names };
  return table;
}

/** Names that were asked for while something was read, and what became of them: read again after `resolve` until it says false. */
export interface GatheringNames extends NameLookup {
  /** Asks the system for the names not asked for yet; false when there are none. */
  resolve(): Promise<boolean>;
}

/** `family` limits which addresses a host name may stand for. */
export function gatherNames(family?: 4): GatheringNames {
  const hosts = new Map<string, Address | undefined>();
  const wanted = new Set<string>();
  return {
    host(name) {
      if (!hosts.has(name)) wanted.add(name);
      return hosts.get(name);
    },
    port: (name, protocol) => serviceTable().ports.get(`${name} ${protocol}`),
    async resolve() {
      if (wanted.size === 0) return false;
      await Promise.all(
        [...wanted].map(async name => {
          const found = name === '' ? undefined : await addressOfName(name, family ?? 0);
          hosts.set(name, found === undefined ? undefined : parseAddress(found));
        }),
      );
      wanted.clear();
      return true;
    },
  };
}

/** The names of these addresses, and of every port. */
export async function reverseNames(addresses: Iterable<string>): Promise<ReverseNames> {
  const names = new Map<string, string>();
  await Promise.all(
    Array.from(new Set(addresses), async address => {
      const found = await nameOfAddress(address);
      if (found !== undefined) names.set(address, found);
    }),
  );
  return {
    host: address => names.get(address),
    service: (port: number, protocol: Protocol) => serviceTable().names.get(`${port} ${protocol}`),
  };
}
