// The IPVS services and destinations the kernel should hold for one virtual server, or one real server, in its present standing.
// Spec: keepalived.conf(5) inhibit_on_failure, sorry_server_inhibit; ipvsadm(8) forwarding ports.

import {
  type Destination,
  type DestinationId,
  destinationKey,
  type Service,
  type ServiceId,
  serviceKey,
} from '../ipvs/index.ts';
import type { VirtualServerConfig } from './config.ts';
import { portFor } from './port.ts';
import { effectiveWeight, type RealServerState, servesTraffic, type VirtualServerState } from './server.ts';
import type { SharedService } from './shared.ts';

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

/** The virtual servers as they stand, and the services that several of them name. */
export interface Standing {
  readonly virtualServers: ReadonlyMap<string, VirtualServerState>;
  readonly shared: ReadonlyMap<string, SharedService>;
}

/** The services of one virtual server, those that others name as well joined with what these have there. */
export function servicesFor(standing: Standing, server: VirtualServerState): readonly Service[] {
  const services = ownServices(server);
  if (standing.shared.size === 0) return services;
  return services.map(service => {
    const shared = standing.shared.get(serviceKey(service.id));
    return shared === undefined ? service : joined(standing, service.id, shared);
  });
}

/** The first virtual server's settings; the destinations of all, of two under one key the first. */
function joined(
  { virtualServers }: Standing,
  id: ServiceId,
  { virtualServers: keys }: SharedService,
): Service {
  const parts = keys.flatMap(key => {
    const server = virtualServers.get(key);
    return server === undefined
      ? []
      : [{ settings: server.config, destinations: destinationsIn(server, id) }];
  });
  const destinations = new Map<string, Destination>();
  for (const part of parts) {
    // Within one virtual server the last counts.
    const own = new Map(part.destinations.map(one => [destinationKey(one), one]));
    for (const [key, destination] of own) if (!destinations.has(key)) destinations.set(key, destination);
  }
  const [first] = parts;
  if (first === undefined) throw new Error(`${serviceKey(id)} belongs to no virtual server`);
  const { scheduler, schedulerFlags, persistence, onePacket, engine } = first.settings;
  const settings = { scheduler, schedulerFlags, persistence, onePacket, engine };
  return { id, ...settings, destinations: [...destinations.values()] };
}

/** What one virtual server alone would have in a service. */
function destinationsIn(server: VirtualServerState, id: ServiceId): Destination[] {
  return ownDestinations(server).map(destination => ({ ...destination, port: portFor(id, destination) }));
}

function ownDestinations(server: VirtualServerState): Destination[] {
  const destinations: Destination[] = [];
  for (const real of server.realServers.values()) {
    const destination = destinationOf(server, real);
    if (destination !== undefined) destinations.push(destination);
  }
  const sorry = sorryDestinationOf(server);
  if (sorry !== undefined) destinations.push(sorry);
  return destinations;
}

/** One service for each of the virtual server's identities, all with the same destinations. Of two with one key the last counts. */
function ownServices(server: VirtualServerState): readonly Service[] {
  const { scheduler, schedulerFlags, persistence, onePacket, engine, services } = server.config;
  const destinations = ownDestinations(server);
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
  standing: Standing,
  server: VirtualServerState,
  real: RealServerState,
): readonly DesiredDestination[] {
  const { address } = real.config;
  return server.config.services.map(service => {
    const id: DestinationId = { address, port: portFor(service, real.config) };
    const shared = standing.shared.size === 0 ? undefined : standing.shared.get(serviceKey(service));
    if (shared === undefined) return { service, id, destination: lastOf(server, real, service, id) };
    return { service, id, destination: firstOf(standing, shared, service, id) };
  });
}

/** Of the virtual servers that share a service the first one that has a destination there counts. */
function firstOf(
  { virtualServers }: Standing,
  { claims }: SharedService,
  service: ServiceId,
  id: DestinationId,
): Destination | undefined {
  for (const { virtualServer, realServer } of claims.get(destinationKey(id)) ?? []) {
    const server = virtualServers.get(virtualServer);
    if (server === undefined) continue;
    const real = realServer === undefined ? undefined : server.realServers.get(realServer);
    const destination =
      real === undefined
        ? placed(service, id, sorryDestinationOf(server))
        : lastOf(server, real, service, id);
    if (destination !== undefined) return destination;
  }
  return undefined;
}

/** The destination with the port it has in the service, where that is `id`. */
function placed(
  service: ServiceId,
  id: DestinationId,
  destination: Destination | undefined,
): Destination | undefined {
  const matches =
    destination !== undefined &&
    destination.address === id.address &&
    portFor(service, destination) === id.port;
  return matches ? { ...destination, port: id.port } : undefined;
}

/** Among the servers that share a destination the last one that is in counts, the sorry server after all others. */
function lastOf(
  server: VirtualServerState,
  real: RealServerState,
  service: ServiceId,
  id: DestinationId,
): Destination | undefined {
  const at = (destination: Destination | undefined) => placed(service, id, destination);
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
