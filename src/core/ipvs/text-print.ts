// Prints a table in the format of `ipvsadm -S -n`, which `ipvsadm -R` reads.
// Spec: ipvsadm(8) and the output of ipvsadm 1.31, which leaves thresholds out.

import { addressBits, netmaskOf, printEndpoint } from '../net/index.ts';
import { serviceFamily } from './codec-service.ts';
import { trueOrder } from './fast/orders.ts';
import type { TablePrinter } from './fast/printer.ts';
import { checkedForms } from './fast/rules-check.ts';
import { rulesForms } from './fast/rules-forms.ts';
import type { Destination, Forwarding, Service, ServiceDefinition, ServiceId, Tunnel } from './model.ts';
import { compareDestinations, compareServices } from './order.ts';
import { lossesOfServer, lossesOfService, type RulesLoss } from './rules-losses.ts';
import { schedulerFlagNames } from './scheduler-flags.ts';
import { printServiceId, protocolOptions } from './text-print-id.ts';
import { plainTunnel } from './tunnel.ts';

export interface SaveOptions {
  /**
   * True: byte for byte what ipvsadm writes, which loses -x and -y. False: thresholds are written where they are set; ipvsadm reads
   * them.
   */
  readonly exact: boolean;
}

/** ipvsadm has no option for LOCAL and BYPASS: they print as -g, and rules-losses.ts says so. */
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

/** ipvsadm refuses two of them in one line; vs apply and vs restore read them. */
const checksumOptions = {
  nocsum: '--tun-nocsum',
  csum: '--tun-csum',
  remcsum: '--tun-remcsum',
  'csum+remcsum': '--tun-csum --tun-remcsum',
} as const satisfies Record<Tunnel['checksum'], string>;

function printTunnel(tunnel: Tunnel): string {
  const type = `--tun-type ${tunnel.type}`;
  switch (tunnel.type) {
    case 'ipip':
      return type;
    case 'gue':
      return `${type} --tun-port ${tunnel.port} ${checksumOptions[tunnel.checksum]}`;
    case 'gre':
      return `${type} ${checksumOptions[tunnel.checksum]}`;
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
    words.push(printTunnel(destination.tunnel ?? plainTunnel));
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

const nobody = (): void => {};

/** The kernel's table as `printSave` prints it, thresholds and all. `lost` hears what the language cannot say. */
export const rulesPrinter = (lost: (loss: RulesLoss) => void = nobody): TablePrinter => ({
  order: trueOrder,
  counters: false,
  first: '',
  next: '',
  text(service) {
    for (const loss of lossesOfService(service)) lost(loss);
    for (const destination of service.destinations)
      for (const loss of lossesOfServer(service.id, destination)) lost(loss);
    return printEntry(service, { exact: false });
  },
  forms: checkedForms(
    rulesForms({
      service: printService,
      name: ({ id }) => printServiceId(id),
      protocols: protocolOptions,
      forwarding: forwardingOptions,
      thresholds: true,
    }),
    lost,
  ),
  foot: () => '',
});
