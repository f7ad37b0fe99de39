// `conn list`: the connection table with filters, written while it is read; persistence templates and engine data told apart.
// Spec: /proc/net/ip_vs_conn through ipvs/connections.ts.

import { exitCodes, FaultError, fail, type Outcome, succeed } from '../../fault.ts';
import { openToRead, readLines } from '../../host/index.ts';
import { ByteSink, type ConnectionEntry, parseConnection, type TakePiece } from '../../ipvs/index.ts';
import { writePiece } from '../stdout.ts';
import { type ConnectionFilter, testsOf } from './connection-filter.ts';
import { type EntryPrinter, jsonEntries, textEntries, yamlEntries } from './connection-print.ts';
import { openIpvs } from './kernel.ts';
import { reverseNames } from './names.ts';
import { emptyNote, type OutputFlags } from './present.ts';

export interface ConnectionListing extends ConnectionFilter, OutputFlags {
  readonly names: boolean;
}

const path = '/proc/net/ip_vs_conn';

async function openTable(): Promise<Outcome<number>> {
  try {
    return succeed(openToRead(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The family says why better than the missing file does.
    const kernel = await openIpvs();
    if (!kernel.ok) return kernel;
    kernel.value.close();
    return fail({
      code: code === 'EACCES' ? 'not-permitted' : 'file-unreadable',
      message: `${path}: ${code}`,
      operation: 'open',
    });
  }
}

/** Entries that all tests let pass, without the heading. */
export function* entriesOf(
  lines: Iterable<string>,
  tests: readonly ((entry: ConnectionEntry) => boolean)[],
): Generator<ConnectionEntry> {
  let heading = true;
  for (const line of lines) {
    const entry = heading ? undefined : parseConnection(line);
    heading = false;
    if (entry !== undefined && tests.every(test => test(entry))) yield entry;
  }
}

/** Writes lines of the table as they come; what has no row yet, or none of its own, is read as an entry. */
export function printLines(lines: Iterable<string>, printer: EntryPrinter, take: TakePiece): void {
  const sink = new ByteSink(take);
  let heading = true;
  for (const line of lines) {
    let text = heading ? '' : printer.row?.(line);
    if (text === undefined) {
      const entry = parseConnection(line);
      text = entry === undefined ? '' : printer.add(entry);
    }
    heading = false;
    if (text !== '') sink.text(text);
  }
  sink.text(printer.end());
  sink.flush();
}

/** Writes the entries as they come. */
export function printEntries(
  entries: Iterable<ConnectionEntry>,
  printer: EntryPrinter,
  take: TakePiece,
): void {
  const sink = new ByteSink(take);
  for (const entry of entries) {
    const text = printer.add(entry);
    if (text !== '') sink.text(text);
  }
  sink.text(printer.end());
  sink.flush();
}

/** With names everything is read first, because they are asked for together. */
async function named(entries: Iterable<ConnectionEntry>, width: number, empty: string) {
  const all = [...entries];
  const addresses = new Set<string>();
  for (const { client, virtual, destination } of all)
    for (const { address } of [client, virtual, destination]) addresses.add(address);
  return { all, printer: textEntries(await reverseNames(addresses), width, empty) };
}

export async function listConnections(
  { names, json, yaml, ...filter }: ConnectionListing,
  take: TakePiece,
  width: number,
  empty: string,
): Promise<Outcome<void>> {
  const tests = await testsOf(filter);
  if (!tests.ok) return tests;
  const file = await openTable();
  if (!file.ok) return file;
  const lines = readLines(file.value);
  if (json !== true && yaml !== true && !names && tests.value.length === 0) {
    printLines(lines, textEntries(undefined, width, empty), take);
    return succeed(undefined);
  }
  const entries = entriesOf(lines, tests.value);
  if (json === true) printEntries(entries, jsonEntries(), take);
  else if (yaml === true) printEntries(entries, yamlEntries(), take);
  else if (!names) printEntries(entries, textEntries(undefined, width, empty), take);
  else {
    const { all, printer } = await named(entries, width, empty);
    printEntries(all, printer, take);
  }
  return succeed(undefined);
}

/** Prints to stdout and returns the exit code; throws FaultError where the table cannot be read. */
export async function showConnections(listing: ConnectionListing): Promise<number> {
  const { columns = Number.POSITIVE_INFINITY } = process.stdout;
  const listed = await listConnections(
    listing,
    writePiece,
    columns,
    emptyNote('There are no such connections.'),
  );
  if (!listed.ok) throw new FaultError(listed.fault);
  return exitCodes.ok;
}
