// The identity of a service as one number, cheaper than its key as a string in tables of a hundred thousand.
// Spec: linux/ip_vs.h: protocol, address and port, or a firewall mark.

import { putAddress } from '../../net/index.ts';
import { viewOf } from '../../netlink/index.ts';
import { serviceFamily } from '../codec-service.ts';
import { protocolNumbers, type ServiceId, serviceKey } from '../model.ts';

const scratch = new Uint8Array(4);
const scratchView = viewOf(scratch);

/** TCP, UDP and SCTP in two bits. */
const protocolBits: Readonly<Record<number, number>> = { 6: 0, 17: 1, 132: 2 };

/** The identity of an IPv4 service from its numbers: the mark, negative, or address, port and protocol in 50 bits. */
export const numberOf = (mark: number, address: number, port: number, protocol: number): number =>
  mark === 0 ? (address * 0x10000 + port) * 4 + (protocolBits[protocol] ?? 3) : -mark;

/** Two services of a table have two identities. Numbers for IPv4, text for IPv6. */
export function identityOf(id: ServiceId): number | string {
  if (serviceFamily(id) === 'inet6') return serviceKey(id);
  if (id.kind === 'fwmark') return numberOf(id.mark, 0, 0, 0);
  putAddress(id.address, scratch, 0);
  return numberOf(0, scratchView.getUint32(0, false), id.port, protocolNumbers[id.protocol]);
}
