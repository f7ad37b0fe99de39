// The IPVS services and destinations the kernel should hold for one virtual server, or one real server, in its present standing.
// Spec: keepalived.conf(5) inhibit_on_failure, sorry_server_inhibit; ipvsadm(8) forwarding ports.

import {
  type Destination,
  type DestinationId,
  destinationKey,
  type Service,
  type ServiceId,
} from '../ipvs/index.ts';
import type { VirtualServerConfig } from './config.ts';
import { effectiveWeight, type RealServerState, servesTraffic, type VirtualServerState } from './server.ts';

/**
 * The port of a destination in one of a server's services. Only NAT can change the port: other methods deliver to the service's own, and
 * with a mark, which has none, to whatever port the packet names.
 */
export const portFor = (
  id: ServiceId,
  { forwarding, port }: Pick<Destination, 'forwarding' | 'port'>,
): number => {
  if (forwarding === 'NAT') return port;
  return id.kind === 'address' ? id.port : 0;
};

/** What a real server adds to the table, its port as configured; undefined while it is out. */
function destinationOf(server: VirtualServerState, real: RealServerState): Destination | undefined {
  const { address, port, forwarding, tunnel, upperThreshold, lowerThreshold, inhibitOnFailure } = real.config;
  const serving = real.up && servesTraffic(server);
  if (!serving && !inhibitOnFailure) return undefined;
  const weight = serving ? effectiveWeight(real) : 0;
  return { address, port, forwarding, tunnel, weight, upperThreshold, lowerThreshold };
}

/** What the sorry server adds to the table. */
function sorryDestinationOf(server: VirtualServerState): Destination | undefined {
  const { sorryServer } = server.config;
  const open = servesTraffic(server);
  if (sorryServer === undefined || (open && !sorryServer.inhibit)) return undefined;
  const { inhibit: _, ...destination } = sorryServer;
  return { ...destination, weight: open ? 0 : destination.weight };
}

/** One service for each of the virtual server's identities, all with the same destinations. Of two with one key the last counts. */
export function servicesFor(server: VirtualServerState): readonly Service[] {
  const { scheduler, schedulerFlags, persistence, onePacket, engine, services } = server.config;
  const destinations: Destination[] = [];
  for (const real of server.realServers.values()) {
    const destination = destinationOf(server, real);
    if (destination !== undefined) destinations.push(destination);
  }
  const sorry = sorryDestinationOf(server);
  if (sorry !== undefined) destinations.push(sorry);
  return services.map(id => ({
    id,
    scheduler,
    schedulerFlags,
    persistence,
    onePacket,
    engine,
    destinations: destinations.map(destination => ({ ...destination, port: portFor(id, destination) })),
  }));
}

/** What one service should hold under one destination's key; undefined = nothing. */
export interface DesiredDestination {
  readonly service: ServiceId;
  readonly id: DestinationId;
  readonly destination: Destination | undefined;
}

/** The part of `servicesFor` that one real server decides, in each of the services. */
export function destinationsFor(
  server: VirtualServerState,
  real: RealServerState,
): readonly DesiredDestination[] {
  const { address } = real.config;
  return server.config.services.map(service => {
    const id: DestinationId = { address, port: portFor(service, real.config) };
    return { service, id, destination: lastOf(server, real, service, id) };
  });
}

/** Among the servers that share a destination the last one that is in counts, the sorry server after all others. */
function lastOf(
  server: VirtualServerState,
  real: RealServerState,
  service: ServiceId,
  id: DestinationId,
): Destination | undefined {
  const at = (destination: Destination | undefined): Destination | undefined =>
    destination !== undefined &&
    destination.address === id.address &&
    portFor(service, destination) === id.port
      ? { ...destination, port: id.port }
      : undefined;
  const sorry = at(sorryDestinationOf(server));
  if (sorry !== undefined) return sorry;
  if (real.sharers.length === 0) return at(destinationOf(server, real));
  for (const key of real.sharers.toReversed()) {
    const sharer = server.realServers.get(key);
    const destination = sharer === undefined ? undefined : at(destinationOf(server, sharer));
    if (destination !== undefined) return destination;
  }
  return undefined;
}

const none: readonly string[] = [];

/** For each real server the keys of those with which it shares a destination, itself included. Two ports of DR are one destination. */
export function sharersOf({
  services,
  realServers,
}: VirtualServerConfig): (key: string) => readonly string[] {
  const sharers = new Map<string, Set<string>>();
  const one = new Map(services.map(id => [id.kind === 'address' ? id.port : 0, id]));
  for (const id of one.values()) {
    const byDestination = new Map<string, string[]>();
    for (const real of realServers) {
      const key = destinationKey({ address: real.address, port: portFor(id, real) });
      const list = byDestination.get(key);
      if (list === undefined) byDestination.set(key, [real.key]);
      else list.push(real.key);
    }
    for (const list of byDestination.values()) {
      if (list.length < 2) continue;
      for (const key of list) sharers.set(key, new Set([...(sharers.get(key) ?? []), ...list]));
    }
  }
  if (sharers.size === 0) return () => none;
  const order = new Map(realServers.map(({ key }, index) => [key, index]));
  const inOrder = (keys: ReadonlySet<string>) =>
    [...keys].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const sorted = new Map([...sharers].map(([key, keys]) => [key, inOrder(keys)]));
  return key => sorted.get(key) ?? none;
}
