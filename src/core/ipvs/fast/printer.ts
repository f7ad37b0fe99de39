// Prints a table while it is read: services in order, each followed by its servers, as bytes.
// Spec: the output formats (../text-print.ts, ../ipvsadm/listing.ts, ../document.ts); their commonest lines have byte forms.

import { type Outcome, succeed } from '../../fault.ts';
import type { ObservedService } from '../model.ts';
import type { ByteSink } from './byte-writer.ts';
import type { TableOrder } from './orders.ts';
import type { ServerEntries } from './server-entries.ts';
import type { ServiceRows } from './service-rows.ts';

/** How a language writes services and IPv4 servers without a value of each. What is written must be what `text` gives. */
export interface TableForms {
  /** A plain row; `servers` follow. */
  plain(sink: ByteSink, rows: ServiceRows, row: number, servers: number): void;
  /** Any other service without its servers, of which `servers` follow. */
  head(service: ObservedService, servers: number): string;
  /** The server at `place` of the service that was written last. */
  server(sink: ByteSink, entries: ServerEntries, place: number): void;
}

/** A language for tables. */
export interface TablePrinter {
  readonly order: TableOrder;
  /** Whether it shows counters or rates. */
  readonly counters: boolean;
  /** What stands before the first service, and before each other. */
  readonly first: string;
  readonly next: string;
  /** A service with its servers. */
  text(service: ObservedService): string;
  readonly forms: TableForms | undefined;
  /** What stands behind the last service. */
  foot(empty: boolean): string;
}

/** A language whose columns are as wide as what they will hold: it sees services before it prints any. */
export interface MeasuredPrinter {
  readonly order: TableOrder;
  readonly counters: boolean;
  measure(): Measuring;
}

export interface Measuring {
  /** A service, with or without its servers. */
  add(service: ObservedService): void;
  /** The same for a row whose servers are not looked at; false: a value is needed. */
  addRow?(rows: ServiceRows, row: number): boolean;
  /** What prints, once everything was added. */
  printer(): TablePrinter;
}

/** How many were printed. */
export interface TableSize {
  readonly services: number;
  readonly servers: number;
}

/** Where servers come from. */
export interface ServerSources {
  readonly entries: ServerEntries | undefined;
  /** The service with its servers, none where it is gone. */
  fill(service: ObservedService): Promise<Outcome<ObservedService>>;
}

/** As many services are asked for their servers before the first line: of a small table all, of a great one every n-th. */
const sampleServices = 256;
/** A sample of services with many servers ends earlier. */
const sampleServers = 4096;

/** Every service, and a sample with servers. The table may change until it is printed; what is wider then shifts its line. */
async function measureRows(
  rows: ServiceRows,
  printer: MeasuredPrinter,
  { entries, fill }: ServerSources,
): Promise<Outcome<TablePrinter>> {
  const measuring = printer.measure();
  const step = Math.max(1, Math.ceil(rows.size / sampleServices));
  let servers = 0;
  for (let row = 0; row < rows.size; row++) {
    const sampled = row % step === 0 && servers < sampleServers;
    if (!sampled && measuring.addRow?.(rows, row) === true) continue;
    const service = rows.service(row);
    if (!sampled) {
      measuring.add(service);
      continue;
    }
    const filled =
      entries?.askFor(rows, row) === true
        ? succeed({ ...service, destinations: entries.destinations() })
        : await fill(service);
    if (!filled.ok) return filled;
    servers += filled.value.destinations.length;
    measuring.add(filled.value);
  }
  return succeed(measuring.printer());
}

/** Prints rows in either kind of language. */
export async function printTableRows(
  rows: ServiceRows,
  printer: TablePrinter | MeasuredPrinter,
  sources: ServerSources,
  sink: ByteSink,
): Promise<Outcome<TableSize>> {
  if (!('measure' in printer)) return printRows(rows, printer, sources, sink);
  const measured = await measureRows(rows, printer, sources);
  return measured.ok ? printRows(rows, measured.value, sources, sink) : measured;
}

/** Prints services that are at hand, in the order given. */
export function printServices(
  services: readonly ObservedService[],
  language: TablePrinter | MeasuredPrinter,
  sink: ByteSink,
): TableSize {
  let printer = language;
  if ('measure' in printer) {
    const measuring = printer.measure();
    for (const service of services) measuring.add(service);
    printer = measuring.printer();
  }
  let servers = 0;
  for (const [index, service] of services.entries()) {
    sink.text(index === 0 ? printer.first : printer.next);
    sink.text(printer.text(service));
    servers += service.destinations.length;
  }
  sink.text(printer.foot(services.length === 0));
  return { services: services.length, servers };
}

async function printRows(
  rows: ServiceRows,
  { order, first, next, text, forms, foot }: TablePrinter,
  { entries, fill }: ServerSources,
  sink: ByteSink,
): Promise<Outcome<TableSize>> {
  /** Writes what was read last, and its service, in forms. */
  function printForms(language: TableForms, read: ServerEntries, row: number): void {
    const other = rows.other(row);
    if (other !== undefined) sink.text(language.head(other, read.size));
    else {
      sink.begin();
      language.plain(sink, rows, row, read.size);
    }
    const places = order.entries(read);
    for (let index = 0; index < read.size; index++) {
      sink.begin();
      language.server(sink, read, places[index] as number);
    }
  }

  let servers = 0;
  let before = first;
  const places = order.rows(rows);
  for (let index = 0; index < rows.size; index++) {
    if (before !== '') sink.text(before);
    before = next;
    const row = places[index] as number;
    if (entries?.askFor(rows, row) === true) {
      servers += entries.size;
      if (forms !== undefined) printForms(forms, entries, row);
      else sink.text(text({ ...rows.service(row), destinations: entries.destinations() }));
      continue;
    }
    const filled = await fill(rows.service(row));
    if (!filled.ok) return filled;
    servers += filled.value.destinations.length;
    sink.text(text(filled.value));
  }
  sink.text(foot(rows.size === 0));
  return succeed({ services: rows.size, servers });
}
