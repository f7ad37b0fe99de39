// The order in which tables are shown, saved and compared: that of ipvsadm.
// Spec: ipvsadm 1.31's sorted listing: firewall mark, family, protocol, address, port; destinations by family, address, port.

import { compareAddresses, familyOf } from '../net/index.ts';
import { serviceFamily } from './codec-service.ts';
import { familyNumbers } from './constants.ts';
import { type DestinationId, protocolNumbers, type ServiceId } from './model.ts';

/** Services without a mark come first, then marks ascending; IPv4 before IPv6, TCP before UDP before SCTP. */
export function compareServices(a: ServiceId, b: ServiceId): number {
  const mark = (id: ServiceId) => (id.kind === 'fwmark' ? id.mark : 0);
  const family = (id: ServiceId) => familyNumbers[serviceFamily(id)];
  const first = mark(a) - mark(b) || family(a) - family(b);
  if (first !== 0 || a.kind === 'fwmark' || b.kind === 'fwmark') return first;
  return (
    protocolNumbers[a.protocol] - protocolNumbers[b.protocol] ||
    compareAddresses(a.address, b.address) ||
    a.port - b.port
  );
}

export const compareDestinations = (a: DestinationId, b: DestinationId): number =>
  familyNumbers[familyOf(a.address)] - familyNumbers[familyOf(b.address)] ||
  compareAddresses(a.address, b.address) ||
  a.port - b.port;
