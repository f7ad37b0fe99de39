// Services that several virtual servers name (an address in two groups, in a group and a block of its own): the kernel has one of each.
// Spec: keepalived programs one virtual server after the other: the first one's settings hold, the real servers of all are there, and of
// two with one address and port the first one counts (test/kernel/apply-conf.test.ts).

import { equal } from '../equal.ts';
import { type Destination, destinationKey, type ServiceId, serviceKey } from '../ipvs/index.ts';
import type { VirtualServerConfig } from './config.ts';
import { portFor } from './port.ts';

/** A real server of one of the virtual servers; undefined: its sorry server. */
export interface Claim {
  readonly virtualServer: string;
  readonly realServer: string | undefined;
}

export interface SharedService {
  /** Keys of the virtual servers that name the service, in the order of the file. */
  readonly virtualServers: readonly string[];
  /** destinationKey -> who would have it there, in the order in which they count. */
  readonly claims: ReadonlyMap<string, readonly Claim[]>;
}

/** The services with more than one virtual server, by serviceKey: mostly none. */
export function sharedServices(
  virtualServers: readonly VirtualServerConfig[],
): ReadonlyMap<string, SharedService> {
  const first = new Map<string, VirtualServerConfig>();
  const several = new Map<string, { id: ServiceId; servers: Set<VirtualServerConfig> }>();
  for (const server of virtualServers) {
    for (const id of server.services) {
      const key = serviceKey(id);
      const other = first.get(key);
      if (other === undefined) first.set(key, server);
      else if (other !== server) {
        const known = several.get(key);
        if (known === undefined) several.set(key, { id, servers: new Set([other, server]) });
        else known.servers.add(server);
      }
    }
  }
  return new Map([...several].map(([key, { id, servers }]) => [key, sharedService(id, [...servers])]));
}

function sharedService(id: ServiceId, servers: readonly VirtualServerConfig[]): SharedService {
  const claims = new Map<string, Claim[]>();
  for (const { key: virtualServer, realServers, sorryServer } of servers) {
    const claim = (server: Pick<Destination, 'address' | 'port' | 'forwarding'>, realServer?: string) => {
      const key = destinationKey({ address: server.address, port: portFor(id, server) });
      const list = claims.get(key);
      if (list === undefined) claims.set(key, [{ virtualServer, realServer }]);
      else list.push({ virtualServer, realServer });
    };
    for (const real of realServers) claim(real, real.key);
    if (sorryServer !== undefined) claim(sorryServer);
  }
  return { virtualServers: servers.map(({ key }) => key), claims };
}

const settingNames = ['scheduler', 'schedulerFlags', 'persistence', 'onePacket', 'engine'] as const;

export interface UnlikeSettings {
  readonly service: ServiceId;
  /** `displayName` of the virtual server whose settings hold, and of one that asks for others. */
  readonly holds: string;
  readonly differs: string;
  /** Which of them differ. */
  readonly settings: readonly (typeof settingNames)[number][];
}

/** Services of several virtual servers that do not agree on their settings: nobody who reads one of them expects those of another. */
export function unlikeSettings(virtualServers: readonly VirtualServerConfig[]): readonly UnlikeSettings[] {
  const byKey = new Map(virtualServers.map(each => [each.key, each]));
  return [...sharedServices(virtualServers)].flatMap(([key, { virtualServers: names }]) => {
    const [first, ...others] = names.flatMap(name => byKey.get(name) ?? []);
    const service = first?.services.find(id => serviceKey(id) === key);
    if (first === undefined || service === undefined) return [];
    return others.flatMap(other => {
      const settings = settingNames.filter(name => !equal(first[name], other[name]));
      return settings.length === 0
        ? []
        : [{ service, holds: first.displayName, differs: other.displayName, settings }];
    });
  });
}
