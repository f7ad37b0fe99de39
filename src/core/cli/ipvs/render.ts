// Services, servers and counters as rows for people: what each view of the table shows.
// Spec: layout.ts; words that read back (words.ts) unless names were asked for.

import {
  type Counters,
  type Destination,
  type ObservedService,
  type ReverseNames,
  type ServiceDefinition,
  schedulerFlagNames,
  shownMask,
} from '../../ipvs/index.ts';
import type { Column } from './columns.ts';
import { Measure, type Row, type Shape } from './layout.ts';
import { reverseNames } from './names.ts';
import { serverWord, serviceWord } from './words.ts';

const right = (head: string): Column => ({ head, align: 'right' });

/** Persistence, flags and engine in one cell. */
export function settingsCell(service: ServiceDefinition): string {
  const mask = shownMask(service);
  const words: string[] = schedulerFlagNames(service);
  if (service.persistence !== undefined) words.push(`persistent ${service.persistence.timeout} s`);
  if (mask !== undefined) words.push(`mask ${mask}`);
  if (service.engine !== undefined) words.push(`engine ${service.engine}`);
  if (service.onePacket) words.push('one-packet');
  return words.join(', ');
}

/** `tun gue:6080 csum`. */
export function forwardingCell({ forwarding, tunnel }: Destination): string {
  if (forwarding !== 'TUN' || tunnel === undefined || tunnel.type === 'ipip') return forwarding.toLowerCase();
  const port = tunnel.type === 'gue' ? `:${tunnel.port}` : '';
  return `tun ${tunnel.type}${port} ${tunnel.checksum}`;
}

const limit = (value: number): string => (value === 0 ? '-' : String(value));

/** Words for services and servers, by name where names are given. */
function wordsFor(names: ReverseNames | undefined) {
  const named = (address: string, port: number, protocol: 'tcp' | 'udp' | 'sctp') => {
    const host = names?.host(address) ?? (address.includes(':') ? `[${address}]` : address);
    return `${host}:${names?.service(port, protocol) ?? port}`;
  };
  return {
    service: ({ id }: ServiceDefinition) =>
      id.kind === 'fwmark' ? serviceWord(id) : `${id.protocol}:${named(id.address, id.port, id.protocol)}`,
    server: ({ id }: ServiceDefinition, one: Destination) =>
      names === undefined
        ? serverWord(one)
        : named(one.address, one.port, id.kind === 'address' ? id.protocol : 'tcp'),
  };
}

/** Names of all addresses in the table, where they are wanted. */
export async function namesOf(
  services: readonly ObservedService[],
  wanted: boolean,
): Promise<ReverseNames | undefined> {
  if (!wanted) return undefined;
  const addresses = services.flatMap(({ id, destinations }) => [
    ...(id.kind === 'address' ? [id.address] : []),
    ...destinations.map(({ address }) => address),
  ]);
  return reverseNames(addresses);
}

/** One way to show a table: its columns, and the rows of a service with its servers. */
export interface View {
  readonly shape: Shape;
  /** Whether it shows counters. */
  readonly counters: boolean;
  /** Whether a service is its address, port and scheduler in numbers, where it has no settings (table-forms.ts). */
  readonly numeric: boolean;
  /** Whether its lines are those that table-forms.ts writes. */
  readonly forms: boolean;
  rows(service: ObservedService): readonly Row[];
}

export type ViewName = 'services' | 'table' | 'totals' | 'rates';

export interface ViewOptions {
  readonly names: ReverseNames | undefined;
  /** Counters in full. */
  readonly exact: boolean;
}

/** One line per service, one per server below it. */
function tableView({ names }: ViewOptions): View {
  const word = wordsFor(names);
  return {
    shape: {
      label: { head: 'SERVICE / server' },
      cells: [{ head: 'SCHEDULER / via' }, ...['WEIGHT', 'ACTIVE', 'INACTIVE'].map(right)],
      settingsAt: 1,
    },
    counters: false,
    numeric: names === undefined,
    forms: names === undefined,
    rows: service => [
      {
        label: word.service(service),
        cells: [service.scheduler, '', '', ''],
        settings: settingsCell(service),
      },
      ...service.destinations.map(one => ({
        label: `  ${word.server(service, one)}`,
        cells: [
          forwardingCell(one),
          String(one.weight),
          String(one.activeConnections),
          String(one.inactiveConnections),
        ],
        settings:
          one.upperThreshold + one.lowerThreshold === 0
            ? ''
            : `limits ${limit(one.upperThreshold)}/${limit(one.lowerThreshold)}`,
      })),
    ],
  };
}

/** Services alone, with sums over their servers. */
function servicesView({ names }: ViewOptions): View {
  const word = wordsFor(names);
  return {
    shape: {
      label: { head: 'SERVICE' },
      cells: [{ head: 'SCHEDULER' }, right('SERVERS'), right('ACTIVE'), right('INACTIVE')],
      settingsAt: 4,
    },
    counters: false,
    numeric: names === undefined,
    forms: false,
    rows(service) {
      let [active, inactive] = [0, 0];
      for (const one of service.destinations) {
        active += one.activeConnections;
        inactive += one.inactiveConnections;
      }
      const numbers = [service.destinations.length, active, inactive].map(String);
      return [
        {
          label: word.service(service),
          cells: [service.scheduler, ...numbers],
          settings: settingsCell(service),
        },
      ];
    },
  };
}

const units = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

/** `12345` as it is, `12.3K` rounded. */
export function amount(value: bigint, exact: boolean): string {
  if (exact || value < 10_000n) return value.toString();
  let unit = 0;
  let scaled = Number(value);
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${scaled.toFixed(scaled < 100 ? 1 : 0)}${units[unit] ?? ''}`;
}

const counterNames = {
  totals: ['connections', 'inPackets', 'outPackets', 'inBytes', 'outBytes'],
  rates: [
    'connectionsPerSecond',
    'inPacketsPerSecond',
    'outPacketsPerSecond',
    'inBytesPerSecond',
    'outBytesPerSecond',
  ],
} as const satisfies Record<string, readonly (keyof Counters)[]>;
const counterHeads = {
  totals: ['CONNECTIONS', 'IN PACKETS', 'OUT PACKETS', 'IN BYTES', 'OUT BYTES'],
  rates: ['CONN/s', 'IN PKT/s', 'OUT PKT/s', 'IN B/s', 'OUT B/s'],
} as const;

/** Totals or rates of services and their servers. */
function counterView(kind: 'totals' | 'rates', { names, exact }: ViewOptions): View {
  const word = wordsFor(names);
  const cells = (counters: Counters) => counterNames[kind].map(name => amount(counters[name], exact));
  return {
    shape: {
      label: { head: 'SERVICE / server' },
      cells: counterHeads[kind].map(right),
      settingsAt: undefined,
    },
    counters: true,
    numeric: false,
    forms: false,
    rows: service => [
      { label: word.service(service), cells: cells(service.counters), settings: '' },
      ...service.destinations.map(one => ({
        label: `  ${word.server(service, one)}`,
        cells: cells(one.counters),
        settings: '',
      })),
    ],
  };
}

const views = {
  services: servicesView,
  table: tableView,
  totals: options => counterView('totals', options),
  rates: options => counterView('rates', options),
} as const satisfies Record<ViewName, (options: ViewOptions) => View>;

export const viewOf = (name: ViewName, options: ViewOptions): View => views[name](options);

/** A table that is at hand; '' without services. */
export function renderView(view: View, services: readonly ObservedService[], width: number): string {
  if (services.length === 0) return '';
  const measure = new Measure(view.shape);
  for (const service of services) for (const row of view.rows(service)) measure.add(row);
  const layout = measure.layout(width);
  return (
    layout.head() +
    services
      .map(service =>
        view
          .rows(service)
          .map(row => layout.line(row))
          .join(''),
      )
      .join('')
  );
}
