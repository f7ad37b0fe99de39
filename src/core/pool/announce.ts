// What the pool says to people and programs: log lines, FIFO lines, mails, notify commands.
// Spec: keepalived.conf(5) notify_up/down, quorum_up/down, lvs_notify_fifo; mail subjects as keepalived writes them.

import { printEndpoint } from '../net/index.ts';
import type { RealServerConfig, VirtualServerConfig } from './config.ts';
import type { PoolEffect } from './events.ts';

const protocolOf = ({ services }: VirtualServerConfig): string => {
  const [first] = services;
  return first?.kind === 'address' ? first.protocol : 'none';
};

/** `[10.0.1.1]:tcp:80`, as the LVS FIFO names real servers. */
const displayName = (virtual: VirtualServerConfig, real: RealServerConfig): string =>
  `[${real.address}]:${protocolOf(virtual)}:${real.port}`;

const word = (up: boolean): 'UP' | 'DOWN' => (up ? 'UP' : 'DOWN');

/** A real server went up or down. */
export function announceReal(
  virtual: VirtualServerConfig,
  real: RealServerConfig,
  up: boolean,
  cause: string,
): readonly PoolEffect[] {
  const [shown, server] = [displayName(virtual, real), printEndpoint(real)];
  const what = up ? 'is up' : 'is down';
  const fields = { service: virtual.displayName, server, from: word(!up), to: word(up), cause };
  return [
    {
      kind: 'log',
      level: up ? 'info' : 'warning',
      fields,
      message: `Real server ${server} of ${virtual.displayName} ${what}: ${cause}`,
    },
    {
      kind: 'notify',
      subject: 'RS',
      key: `RS ${virtual.key} ${real.key}`,
      name: `real server ${server} of ${virtual.displayName}`,
      up,
      cause,
      command: up ? real.notifyUp : real.notifyDown,
      line: `RS ${shown} ${virtual.displayName} ${word(up)}`,
      mail: real.smtpAlert
        ? {
            subject: `Realserver ${shown} of virtual server ${virtual.displayName} - ${word(up)}`,
            body: `=> ${cause} <=`,
          }
        : undefined,
      fields,
    },
  ];
}

/** A virtual server gained or lost its quorum. */
export function announceQuorum(
  virtual: VirtualServerConfig,
  up: boolean,
  reason: string,
): readonly PoolEffect[] {
  const fields = { service: virtual.displayName, from: word(!up), to: word(up), cause: reason };
  return [
    {
      kind: 'log',
      level: up ? 'info' : 'warning',
      fields,
      message: `Virtual server ${virtual.displayName}: ${reason}`,
    },
    {
      kind: 'notify',
      subject: 'VS',
      key: `VS ${virtual.key}`,
      name: `virtual server ${virtual.displayName}`,
      up,
      cause: reason,
      command: up ? virtual.quorumUp : virtual.quorumDown,
      line: `VS ${virtual.displayName} ${word(up)}`,
      mail: virtual.smtpAlert
        ? { subject: `Virtualserver ${virtual.displayName} - ${word(up)}`, body: `=> ${reason} <=` }
        : undefined,
      fields,
    },
  ];
}

/** `quorum 1+0=1 <= 3`: the arithmetic of a gain or a loss. */
export function quorumArithmetic(virtual: VirtualServerConfig, up: boolean, sum: number): string {
  const { quorum, hysteresis } = virtual;
  if (quorum === 0) return up ? 'Gained quorum 0: a server is alive' : 'Lost quorum 0: no server is alive';
  return up
    ? `Gained quorum ${quorum}+${hysteresis}=${quorum + hysteresis} <= ${sum}`
    : `Lost quorum ${quorum}-${hysteresis}=${quorum - hysteresis} > ${sum}`;
}
