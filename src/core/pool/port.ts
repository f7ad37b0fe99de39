// The port under which a real server stands in a service of its virtual server.
// Spec: ipvsadm(8) forwarding methods.

import type { Destination, ServiceId } from '../ipvs/index.ts';

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
