// The connect phase every network check begins with, and the sentence for a passed deadline.
// Spec: keepalived.conf(5) connect_timeout, connect_ip, connect_port, bind_if, fwmark.

import { printEndpoint } from '../net/index.ts';
import { after, type Instant, inSeconds } from '../time.ts';
import type { Target } from './config.ts';
import { type Begun, failed, type Over } from './dialogue.ts';
import type { TlsRequest } from './events.ts';

/** `connect` with the target's time limit. */
export const connecting = <D>(
  dialogue: D,
  transport: 'tcp' | 'udp' | 'icmp',
  target: Target,
  tls: TlsRequest | undefined,
  now: Instant,
): Begun<D> => ({
  dialogue,
  effects: [{ kind: 'connect', transport, target, tls }],
  deadline: after(now, target.timeout),
});

/** `no connection to 10.0.1.1:80 within 5 s`. */
export const timedOut = (what: string, target: Target): Over =>
  failed(`${what} ${printEndpoint(target)} within ${inSeconds(target.timeout)} s`);
