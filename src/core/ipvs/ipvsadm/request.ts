// The netlink message that carries out one of ipvsadm's changing commands.
// Spec: linux/ip_vs.h IPVS_CMD_*.

import type { Request } from '../../netlink/index.ts';
import { lower } from '../plan.ts';
import { flush, setTimeouts, startDaemon, stopDaemon, zeroCounters } from '../requests.ts';
import type { Command } from './command.ts';

/** Undefined for commands that only show something, and for restore. */
export function requestOf(command: Command, family: number): Request | undefined {
  switch (command.kind) {
    case 'change':
      return lower(command.rule, family);
    case 'flush':
      return flush(family);
    case 'zero':
      return zeroCounters(family, command.id);
    case 'set':
      return setTimeouts(family, command.timeouts);
    case 'start-daemon':
      return startDaemon(family, command.daemon);
    case 'stop-daemon':
      return stopDaemon(family, command.state);
    case 'list-table':
    case 'list-service':
    case 'list-connections':
    case 'list-timeouts':
    case 'list-daemons':
    case 'restore':
      return undefined;
  }
}
