// How ipvsadm names a service.
// Spec: ipvsadm(8) -t, -u, --sctp-service, -f, -6.

import { printEndpoint } from '../net/index.ts';
import type { ServiceId } from './model.ts';

export const protocolOptions = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;

/** `-t 10.0.0.1:80`, `-f 5 -6`. */
export const printServiceId = (id: ServiceId): string =>
  id.kind === 'fwmark'
    ? `-f ${id.mark}${id.family === 'inet6' ? ' -6' : ''}`
    : `${protocolOptions[id.protocol]} ${printEndpoint(id)}`;
