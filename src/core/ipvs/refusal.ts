// What the kernel's errno means for each operation, in ipvsadm's words.
// Spec: ipvsadm 1.31's messages for the same refusals; net/netfilter/ipvs returns these numbers.

import type { Fault } from '../fault.ts';
import { printEndpoint } from '../net/index.ts';
import type { Operation } from './plan.ts';
import { printServiceId } from './text-print-id.ts';

/** Words by operation and errno; an errno that is not here keeps its name. */
export const refusalWords = {
  'add-service': {
    EEXIST: 'Service already exists',
    ENOENT: 'Scheduler or persistence engine not found',
  },
  'edit-service': { ESRCH: 'No such service', ENOENT: 'Scheduler or persistence engine not found' },
  'remove-service': { ESRCH: 'No such service' },
  'add-destination': { ESRCH: 'Service not defined', EEXIST: 'Destination already exists' },
  'edit-destination': { ESRCH: 'Service not defined', ENOENT: 'No such destination' },
  'remove-destination': { ESRCH: 'Service not defined', ENOENT: 'No such destination' },
} as const satisfies Record<Operation['kind'], Readonly<Record<string, string>>>;

const services = 'lvskit vs list shows the services there are.';
const servers = 'lvskit rs list shows the servers there are.';
const modules = 'It is a module of the kernel: modprobe ip_vs_NAME loads it where the kernel has it.';

/** What the operator can do, for the same refusals. */
const remedies = {
  'add-service': { EEXIST: 'lvskit vs edit changes it.', ENOENT: modules },
  'edit-service': { ESRCH: services, ENOENT: modules },
  'remove-service': { ESRCH: services },
  'add-destination': { ESRCH: 'lvskit vs add adds the service.', EEXIST: 'lvskit rs edit changes it.' },
  'edit-destination': { ESRCH: services, ENOENT: servers },
  'remove-destination': { ESRCH: services, ENOENT: servers },
} as const satisfies {
  readonly [kind in Operation['kind']]: Readonly<Record<keyof (typeof refusalWords)[kind], string>>;
};

/** What ipvsadm has no words of its own for: words and remedy by errno. */
const serverWords: Readonly<Record<string, readonly [string, string]>> = {
  ERANGE: [
    'The lower threshold must not exceed the upper threshold',
    'Lower the lower threshold or raise the upper one.',
  ],
  EINVAL: [
    'The kernel refuses this server (EINVAL): no host can have its address, or it is of the other address family while a synchronization daemon runs',
    'Check the address; lvskit sync status shows synchronization daemons.',
  ],
};
const ownWords = {
  'add-service': {},
  'edit-service': {},
  'remove-service': {},
  'add-destination': serverWords,
  'edit-destination': serverWords,
  'remove-destination': {},
} as const satisfies Record<Operation['kind'], Readonly<Record<string, readonly [string, string]>>>;

/** `-t 10.0.0.1:80`, `-t 10.0.0.1:80 -r 10.0.1.1:80`: what the operation is about. */
export function subjectOf(operation: Operation): string {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service':
      return printServiceId(operation.service.id);
    case 'remove-service':
      return printServiceId(operation.id);
    case 'add-destination':
    case 'edit-destination':
    case 'remove-destination':
      return `${printServiceId(operation.service)} -r ${printEndpoint(operation.destination)}`;
  }
}

/** The fault with these words for its errno and what can be done; the kernel's text, where it gave one, stays behind them. */
export const reworded = (fault: Fault, words: string, remedy?: string): Fault => ({
  ...fault,
  ...(remedy === undefined ? {} : { remedy }),
  message: fault.kernelText === undefined ? words : `${words} (${fault.kernelText})`,
});

/** The fault with the operation's subject and ipvsadm's words; errno, code and the kernel's text stay. */
export function explain(operation: Operation, fault: Fault): Fault {
  const words: Readonly<Record<string, string>> = refusalWords[operation.kind];
  const helps: Readonly<Record<string, string>> = remedies[operation.kind];
  const { errno = '' } = fault;
  const own: Readonly<Record<string, readonly [string, string]>> = ownWords[operation.kind];
  const [ownWord, ownHelp] = own[errno] ?? [];
  const known = words[errno] ?? ownWord;
  const seen = known === undefined ? fault : reworded(fault, known, helps[errno] ?? ownHelp);
  return { ...seen, message: `${subjectOf(operation)}: ${seen.message}` };
}
