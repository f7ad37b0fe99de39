// What ipvsadm prints for an errno of the kernel, by what was asked.
// Spec: ipvsadm 1.31's messages; strerror(3) of glibc for what it has no words for.

import type { Fault } from '../../fault.ts';
import { refusalWords } from '../refusal.ts';
import type { Command } from './command.ts';

const always: Readonly<Record<string, string>> = {
  EPERM: 'Permission denied (you must be root)',
  EINVAL: 'Invalid operation.  Possibly wrong module version, address not unicast, ...',
  ENOPROTOOPT: 'Protocol not available',
  ENOMEM: 'Memory allocation problem',
  EOPNOTSUPP: 'Operation not supported with IPv6',
  EAFNOSUPPORT: 'Operation not supported with specified address family',
  EMSGSIZE: 'Module is wrong version',
};

/** glibc's words for what netlink and IPVS return otherwise. */
const plain: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EINTR: 'Interrupted system call',
  EAGAIN: 'Resource temporarily unavailable',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  ENODEV: 'No such device',
  ERANGE: 'Numerical result out of range',
  EPROTONOSUPPORT: 'Protocol not supported',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENETUNREACH: 'Network is unreachable',
  ENOBUFS: 'No buffer space available',
  ETIMEDOUT: 'Connection timed out',
};

const noService = { ESRCH: 'No such service' };

const byCommand: Readonly<Record<Exclude<Command['kind'], 'change'>, Readonly<Record<string, string>>>> = {
  flush: {},
  zero: noService,
  set: {},
  'start-daemon': { EEXIST: 'Daemon has already run' },
  'stop-daemon': { ESRCH: 'No daemon is running' },
  'list-table': noService,
  'list-service': noService,
  'list-connections': {},
  'list-timeouts': {},
  'list-daemons': {},
  restore: {},
};

/** One line without its newline. A fault without errno (no answer, unreadable answer) keeps its own message. */
export function complaintOf(command: Command | undefined, fault: Fault): string {
  const { errno } = fault;
  if (errno === undefined) return fault.message;
  const words: Readonly<Record<string, string>> =
    command === undefined
      ? {}
      : command.kind === 'change'
        ? refusalWords[command.rule.kind]
        : byCommand[command.kind];
  return words[errno] ?? always[errno] ?? plain[errno] ?? fault.message;
}
