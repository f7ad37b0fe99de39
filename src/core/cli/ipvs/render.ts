// Services, servers and counters as tables for people.
// Spec: columns.ts; words that read back (words.ts) unless names were asked for.

import {
  type Counters,
  type Destination,
  type ObservedService,
  type ReverseNames,
  type ServiceDefinition,
  schedulerFlagNames,
  shownMask,
} from '../../ipvs/index.ts';
import { type Column, columns, fits, labelled } from './columns.ts';
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

interface TableRow {
  readonly word: string;
  /** Scheduler or way of forwarding. */
  readonly via: string;
  readonly settings: string;
  readonly numbers: readonly string[];
}

const tableRows = (
  services: readonly ObservedService[],
  word: ReturnType<typeof wordsFor>,
): readonly TableRow[] =>
  services.flatMap(service => [
    {
      word: word.service(service),
      via: service.scheduler,
      settings: settingsCell(service),
      numbers: ['', '', ''],
    },
    ...service.destinations.map(one => ({
      word: `  ${word.server(service, one)}`,
      via: forwardingCell(one),
      settings:
        one.upperThreshold + one.lowerThreshold === 0
          ? ''
          : `limits ${limit(one.upperThreshold)}/${limit(one.lowerThreshold)}`,
      numbers: [String(one.weight), String(one.activeConnections), String(one.inactiveConnections)],
    })),
  ]);

/** One line per service, one per server below it. Where a terminal of `width` is too narrow, settings get lines of their own. */
export function renderTable(
  services: readonly ObservedService[],
  names: ReverseNames | undefined,
  width = Number.POSITIVE_INFINITY,
): string {
  const rows = tableRows(services, wordsFor(names));
  const [label, via] = [{ head: 'SERVICE / server' }, { head: 'SCHEDULER / via' }];
  const numbers = ['WEIGHT', 'ACTIVE', 'INACTIVE'].map(right);
  const wide = columns(
    [label, via, { head: 'SETTINGS' }, ...numbers],
    rows.map(row => [row.word, row.via, row.settings, ...row.numbers]),
  );
  if (fits(wide, width)) return wide;
  return labelled(
    label,
    [via, ...numbers],
    rows.map(row => ({
      label: row.word,
      cells: [row.via, ...row.numbers],
      below: row.settings === '' ? '' : `      ${row.settings}`,
    })),
    width,
  );
}

/** Services alone; where a terminal is too narrow, their settings below them. */
export function renderServices(
  services: readonly ObservedService[],
  names: ReverseNames | undefined,
  width = Number.POSITIVE_INFINITY,
): string {
  const word = wordsFor(names);
  const sum = (service: ObservedService, of: (one: ObservedService['destinations'][number]) => number) =>
    String(service.destinations.reduce((total, one) => total + of(one), 0));
  const rows = services.map(service => ({
    label: word.service(service),
    cells: [
      service.scheduler,
      String(service.destinations.length),
      sum(service, one => one.activeConnections),
      sum(service, one => one.inactiveConnections),
    ],
    settings: settingsCell(service),
  }));
  const label = { head: 'SERVICE' };
  const heads = [{ head: 'SCHEDULER' }, right('SERVERS'), right('ACTIVE'), right('INACTIVE')];
  const wide = columns(
    [label, ...heads, { head: 'SETTINGS' }],
    rows.map(row => [row.label, ...row.cells, row.settings]),
  );
  if (fits(wide, width)) return wide;
  return labelled(
    label,
    heads,
    rows.map(row => ({ ...row, below: row.settings === '' ? '' : `      ${row.settings}` })),
    width,
  );
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

/** Totals or rates of services and their servers; where a terminal is too narrow, numbers below the addresses that leave them no room. */
export function renderCounters(
  services: readonly ObservedService[],
  kind: 'totals' | 'rates',
  exact: boolean,
  names: ReverseNames | undefined,
  width = Number.POSITIVE_INFINITY,
): string {
  const word = wordsFor(names);
  const cells = (counters: Counters) => counterNames[kind].map(name => amount(counters[name], exact));
  const rows = services.flatMap(service => [
    { label: word.service(service), cells: cells(service.counters) },
    ...service.destinations.map(one => ({
      label: `  ${word.server(service, one)}`,
      cells: cells(one.counters),
    })),
  ]);
  const label = { head: 'SERVICE / server' };
  const heads = counterHeads[kind].map(right);
  const wide = columns(
    [label, ...heads],
    rows.map(row => [row.label, ...row.cells]),
  );
  return fits(wide, width) ? wide : labelled(label, heads, rows, width);
}
