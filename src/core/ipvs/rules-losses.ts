// What ipvsadm's language cannot say of a service or a server, so that an export into rules says what it loses.
// Spec: ipvsadm(8); ranges of ipvsadm 1.31; text-print.ts writes the lines, text-parse.ts reads them back.

import { printEndpoint } from '../net/index.ts';
import { ofIpvsadm } from './limits.ts';
import type { Destination, ServiceDefinition, ServiceId } from './model.ts';
import { printServiceId } from './text-print-id.ts';
import { plainTunnel } from './tunnel.ts';

/** `kept` false: nobody can read it from the rules; true: vs apply and vs restore read it, ipvsadm does not. */
export interface RulesLoss {
  readonly subject: string;
  readonly kept: boolean;
  readonly text: string;
}

const subjectOf = (id: ServiceId, destination?: Destination): string =>
  destination === undefined ? printServiceId(id) : `${printServiceId(id)} -r ${printEndpoint(destination)}`;

export function lossesOfService({ id, persistence }: ServiceDefinition): RulesLoss[] {
  const losses: RulesLoss[] = [];
  const subject = subjectOf(id);
  if (id.kind === 'address' && id.port === 0 && persistence === undefined)
    losses.push({ subject, kept: false, text: 'readers refuse port 0 without persistence' });
  const timeout = persistence?.timeout ?? 1;
  if (timeout < 1) losses.push({ subject, kept: false, text: 'readers refuse the persistence timeout 0' });
  if (timeout > ofIpvsadm.longestPersistence)
    losses.push({ subject, kept: true, text: `ipvsadm refuses the persistence timeout ${timeout}` });
  return losses;
}

export function lossesOfServer(id: ServiceId, destination: Destination): RulesLoss[] {
  const { forwarding, port, upperThreshold, lowerThreshold, tunnel = plainTunnel } = destination;
  const subject = subjectOf(id, destination);
  const losses: RulesLoss[] = [];
  const say = (kept: boolean, text: string) => losses.push({ subject, kept, text });
  if (forwarding === 'LOCAL' || forwarding === 'BYPASS')
    say(false, `forwarding ${forwarding.toLowerCase()} becomes direct routing (-g)`);
  if (forwarding !== 'NAT' && id.kind === 'address' && port !== id.port)
    say(false, `port ${port} becomes ${id.port}, the service's`);
  if (forwarding === 'TUN' && tunnel.type !== 'gue' && tunnel.port !== 0)
    say(false, `tunnel port ${tunnel.port} of an ${tunnel.type} tunnel is left out`);
  if (forwarding === 'TUN' && tunnel.type === 'ipip' && tunnel.checksum !== 'nocsum')
    say(false, `tunnel checksum ${tunnel.checksum} of an ipip tunnel is left out`);
  const isOdd =
    tunnel.checksum === 'csum+remcsum' || (tunnel.type === 'gre' && tunnel.checksum === 'remcsum');
  if (forwarding === 'TUN' && tunnel.type !== 'ipip' && isOdd)
    say(true, `ipvsadm refuses tunnel checksum ${tunnel.checksum} of a ${tunnel.type} tunnel`);
  const most = Math.max(upperThreshold, lowerThreshold);
  if (most > ofIpvsadm.largestThreshold) say(true, `ipvsadm refuses the threshold ${most}`);
  return losses;
}
