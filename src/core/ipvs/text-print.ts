// Prints a table in the format of `ipvsadm -S -n`, which `ipvsadm -R` reads.
// Spec: ipvsadm(8) and the output of ipvsadm 1.31, which leaves thresholds out.

import { addressBits, netmaskOf, printEndpoint } from '../net/index.ts';
import { serviceFamily } from './codec-service.ts';
import { trueOrder } from './fast/orders.ts';
import type { TablePrinter } from './fast/printer.ts';
import { rulesForms } from './fast/rules-forms.ts';
import type { Destination, Forwarding, Service, ServiceDefinition, ServiceId, Tunnel } from './model.ts';
import { compareDestinations, compareServices } from './order.ts';
import { schedulerFlagNames } from './scheduler-flags.ts';

export interface SaveOptions {
  /**
   * True: byte for byte what ipvsadm writes, which loses -x and -y. False: thresholds are written where they are set; ipvsadm reads
   * them.
   */
  readonly exact: boolean;
}

const protocolOptions = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;

/** `-t 10.0.0.1:80`, `-f 5 -6`. */
export const printServiceId = (id: ServiceId): string =>
  id.kind === 'fwmark'
    ? `-f ${id.mark}${id.family === 'inet6' ? ' -6' : ''}`
    : `${protocolOptions[id.protocol]} ${printEndpoint(id)}`;

/** LOCAL and BYPASS are the kernel's own: ipvsadm has no option for them and they print as -g, which adds them back as they were asked for. */
const forwardingOptions = {
  NAT: '-m',
  TUN: '-i',
  DR: '-g',
  LOCAL: '-g',
  BYPASS: '-g',
} as const satisfies Record<Forwarding, string>;

/** `-A -t 10.0.0.1:80 -s wrr -p 300 -M 255.255.255.0`. */
export function printService(service: ServiceDefinition): string {
  const { id, persistence } = service;
  const words = ['-A', printServiceId(id), '-s', service.scheduler];
  if (persistence !== undefined) {
    const family = serviceFamily(id);
    words.push('-p', String(persistence.timeout));
    if (persistence.rawMask !== undefined) words.push('-M', persistence.rawMask);
    else if (persistence.maskLength !== addressBits[family]) words.push('-M', printMask(service));
  }
  if (service.engine !== undefined) words.push('--pe', service.engine);
  if (service.onePacket) words.push('-o');
  const flags = schedulerFlagNames(service);
  if (flags.length > 0) words.push('-b', flags.join(','));
  return words.join(' ');
}

/** The client mask as ipvsadm spells it: dotted for IPv4, a length for IPv6. */
export function printMask(service: ServiceDefinition): string {
  const { persistence } = service;
  const family = serviceFamily(service.id);
  const length = persistence?.maskLength ?? addressBits[family];
  if (family === 'inet6') return String(length);
  return persistence?.rawMask ?? netmaskOf(length);
}

function printTunnel(tunnel: Tunnel): string {
  const type = `--tun-type ${tunnel.type}`;
  switch (tunnel.type) {
    case 'ipip':
      return type;
    case 'gue':
      return `${type} --tun-port ${tunnel.port} --tun-${tunnel.checksum}`;
    case 'gre':
      return `${type} --tun-${tunnel.checksum}`;
  }
}

/** `-a -t 10.0.0.1:80 -r 10.0.1.1:80 -m -w 1`. */
export function printDestination(id: ServiceId, destination: Destination, options: SaveOptions): string {
  const words = [
    '-a',
    printServiceId(id),
    '-r',
    printEndpoint(destination),
    forwardingOptions[destination.forwarding],
    '-w',
    String(destination.weight),
  ];
  if (destination.forwarding === 'TUN') {
    words.push(printTunnel(destination.tunnel ?? { type: 'ipip', port: 0, checksum: 'nocsum' }));
  }
  if (!options.exact && destination.upperThreshold > 0) words.push('-x', String(destination.upperThreshold));
  if (!options.exact && destination.lowerThreshold > 0) words.push('-y', String(destination.lowerThreshold));
  return words.join(' ');
}

/** The whole table, one line per service and destination in ipvsadm's order, each ended by a newline. */
export function printSave(services: readonly Service[], options: SaveOptions = { exact: false }): string {
  let text = '';
  for (const service of [...services].sort((a, b) => compareServices(a.id, b.id)))
    text += printEntry(service, options);
  return text;
}

/** A service and its destinations. */
function printEntry(service: Service, options: SaveOptions): string {
  let text = `${printService(service)}\n`;
  for (const destination of [...service.destinations].sort(compareDestinations))
    text += `${printDestination(service.id, destination, options)}\n`;
  return text;
}

/** The kernel's table as `printSave` prints it, thresholds and all. */
export const rulesPrinter = (): TablePrinter => ({
  order: trueOrder,
  counters: false,
  first: '',
  next: '',
  text: service => printEntry(service, { exact: false }),
  forms: rulesForms({
    service: printService,
    name: ({ id }) => printServiceId(id),
    protocols: protocolOptions,
    forwarding: forwardingOptions,
    thresholds: true,
  }),
  foot: () => '',
});
