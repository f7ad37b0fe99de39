// The IPVS services the kernel should hold for one virtual server in its present standing.
// Spec: keepalived.conf(5) inhibit_on_failure, sorry_server_inhibit; ipvsadm(8) forwarding ports.

import type { Destination, Service, ServiceId } from '../ipvs/index.ts';
import { effectiveWeight, isAlive, servesTraffic, type VirtualServerState } from './server.ts';

/**
 * The port of a destination in one of a server's services. Only NAT can change the port: other methods deliver to the service's own, and
 * behind a mark, which has none, to whatever port the packet names.
 */
export const portFor = (
  id: ServiceId,
  { forwarding, port }: Pick<Destination, 'forwarding' | 'port'>,
): number => {
  if (forwarding === 'NAT') return port;
  return id.kind === 'address' ? id.port : 0;
};

function destinationsOf(server: VirtualServerState): readonly Destination[] {
  const destinations: Destination[] = [];
  const open = servesTraffic(server);
  for (const real of server.realServers.values()) {
    const { address, port, forwarding, tunnel, upperThreshold, lowerThreshold, inhibitOnFailure } =
      real.config;
    const serving = open && isAlive(real);
    if (!serving && !inhibitOnFailure) continue;
    const weight = serving ? effectiveWeight(real) : 0;
    destinations.push({ address, port, forwarding, tunnel, weight, upperThreshold, lowerThreshold });
  }
  const sorry = server.config.sorryServer;
  if (sorry !== undefined && (!open || sorry.inhibit)) {
    const { inhibit: _, ...destination } = sorry;
    destinations.push({ ...destination, weight: open ? 0 : sorry.weight });
  }
  return destinations;
}

/** One service for each of the virtual server's identities, all with the same destinations. */
export function servicesFor(server: VirtualServerState): readonly Service[] {
  const { scheduler, schedulerFlags, persistence, onePacket, engine, services } = server.config;
  const destinations = destinationsOf(server);
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
