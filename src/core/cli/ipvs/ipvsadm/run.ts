// `lvskit ipvsadm`: reads words as ipvsadm does, asks the kernel in batches, prints what ipvsadm prints.
// Spec: ipvsadm(8); ipvs/ipvsadm/ has the words and the output, test/kernel/ipvsadm.test.ts compares both programs.

import { type Fault, type Outcome, succeed } from '../../../fault.ts';
import { type ModuleLoading, opensRawSocket } from '../../../host/index.ts';
import {
  ByteSink,
  type Command,
  complaintOf,
  type Info,
  type ListFormat,
  type NameLookup,
  type ObservedService,
  printConnections,
  printDaemons,
  printTable,
  printTimeouts,
  printVersion,
  type Reading,
  readCommand,
  readRestoreLine,
  requestOf,
  restoreLines,
  sortServices,
  tablePrinter,
  tableTitle,
  tryHelp,
} from '../../../ipvs/index.ts';
import type { Request } from '../../../netlink/index.ts';
import { type Kernel, openKernel } from '../kernel.ts';
import { gatherNames, reverseNames } from '../names.ts';
import { helpText, versionText } from './help.ts';

/** What the shim does to the world outside; a test gives its own. */
export interface IpvsadmIo {
  /** What the program was called, for its hint at -h. */
  readonly name: string;
  /** stdout and stderr. */
  write(text: string): void;
  /** stdout. True: the memory may be used again. */
  writePiece(piece: Uint8Array): boolean;
  complain(text: string): void;
  /** stdin in pieces, cut anywhere. */
  input(): Iterable<string>;
  /** /proc/net/ip_vs_conn, or undefined when it cannot be read. */
  connections(): string | undefined;
  loadModule(): Promise<ModuleLoading>;
}

/** How far a line of a restore got: its status, and whether the program ends with it. */
interface End {
  readonly status: number;
  readonly over: boolean;
}
const done = (status: number): End => ({ status, over: false });

/** Runs one command line (without the program's name) and resolves with the exit status. */
export async function ipvsadm(argv: readonly string[], io: IpvsadmIo): Promise<number> {
  const opened = await openKernel();
  if (!opened.ok) return cannotStart(opened.fault, io);
  const kernel = opened.value;
  try {
    let info = await kernel.client.info();
    if (!info.ok) {
      const { loaded, text } = await io.loadModule();
      if (text !== '') io.complain(text);
      if (loaded) info = await kernel.client.info();
      if (!info.ok) return await cannotStart(info.fault, io);
    }
    const session = createSession(kernel, info.value, io);
    if (argv.length === 0) return (await session.perform(wholeTable)).status;
    const [reading] = await readAll([argv], readCommand);
    return (await session.follow(reading ?? tryHelp)).status;
  } finally {
    kernel.close();
  }
}

const wholeTable: Command = {
  kind: 'list-table',
  format: { numeric: false, view: 'plain', sorted: true, exact: false },
};

async function cannotStart(fault: Fault, io: IpvsadmIo): Promise<number> {
  // The original then opens a raw socket, if it may, for the old socket option, which a kernel without IPVS does not know.
  const errno = (await opensRawSocket()) ? 'ENOPROTOOPT' : 'EPERM';
  const seen: Fault = fault.code === 'ipvs-missing' ? { ...fault, errno } : fault;
  io.complain(
    `Can't initialize ipvs: ${complaintOf(undefined, seen)}\nAre you sure that IP Virtual Server is built in the kernel or as module?\n`,
  );
  return 2;
}

/** Reads lines up to the first that ends the program; host names are looked up together. */
async function readAll<Line>(
  lines: Iterable<Line>,
  read: (line: Line, names: NameLookup) => Reading | undefined,
): Promise<Reading[]> {
  const names = gatherNames(4);
  for (;;) {
    const readings: Reading[] = [];
    for (const line of lines) {
      const reading = read(line, names);
      if (reading === undefined) continue;
      readings.push(reading);
      if (reading.kind !== 'command' && (reading.kind !== 'refused' || reading.fatal)) break;
    }
    if (!(await names.resolve())) return readings;
  }
}

/** Lines of a restore that are read before they are sent. */
const linesAtOnce = 512;

function createSession(kernel: Kernel, info: Info, io: IpvsadmIo) {
  const { client } = kernel;

  const print = <T>(outcome: Outcome<T>, command: Command, text: (value: T) => string): End => {
    if (outcome.ok) {
      io.write(text(outcome.value));
      return done(0);
    }
    io.complain(`${complaintOf(command, outcome.fault)}\n`);
    return { status: 1, over: true };
  };

  async function listTable(command: Extract<Command, { kind: 'list-table' }>): Promise<End> {
    const { format } = command;
    if (format.view !== 'rules') io.write(printVersion(info.version, info.connectionTableSize));
    const printer = tablePrinter(format);
    if (!format.numeric) {
      const choose = (services: readonly ObservedService[]) =>
        format.sorted ? sortServices(services) : services;
      return printNamed(command, format, await client.observe(printer), choose);
    }
    const sink = new ByteSink(io.writePiece);
    const printed = await client.print(printer, sink);
    if (printed.ok) sink.flush();
    return print(printed, command, () => '');
  }

  /** Names are asked for together, so everything is read before anything is printed. */
  async function printNamed(
    command: Command,
    format: ListFormat,
    outcome: Outcome<ObservedService[]>,
    choose: (services: readonly ObservedService[]) => readonly ObservedService[],
  ): Promise<End> {
    const names = outcome.ok && !format.numeric ? await reverseNames(addressesOf(outcome.value)) : undefined;
    return print(
      outcome,
      command,
      services => tableTitle(format) + printTable(choose(services), format, names),
    );
  }

  async function listConnections(command: Extract<Command, { kind: 'list-connections' }>): Promise<End> {
    const text = io.connections();
    if (text === undefined) {
      io.complain('cannot open file /proc/net/ip_vs_conn\n');
      return { status: 1, over: true };
    }
    const addresses = Array.from(text.matchAll(/ ([0-9A-F]{8})(?= )/g), ([, hex]) =>
      Buffer.from(hex ?? '', 'hex').join('.'),
    );
    const names = command.numeric ? undefined : await reverseNames(addresses);
    io.write(printConnections(text, command.engineData, names));
    return done(0);
  }

  /** Sends changes in batches; the status is the last one's. */
  async function change(commands: readonly Command[]): Promise<End> {
    const family = await client.family();
    const requests: Request[] = [];
    for (const command of commands) {
      const request = family.ok ? requestOf(command, family.value) : undefined;
      if (request !== undefined) requests.push(request);
    }
    const outcomes = family.ok ? await kernel.ask(requests) : commands.map(() => family);
    let status = 0;
    for (const [index, command] of commands.entries()) {
      const outcome = outcomes[index];
      status = outcome?.ok === true ? 0 : 255;
      if (outcome?.ok === false) io.complain(`${complaintOf(command, outcome.fault)}\n`);
    }
    return done(status);
  }

  /**
   * A restore: runs of changes go out together, everything else in its place between them. Lines are read in portions, because what is
   * dropped soon costs the collector little.
   */
  async function restore(): Promise<End> {
    let end = done(0);
    let portion: string[] = [];
    for (const line of restoreLines(io.input())) {
      portion.push(line);
      if (portion.length < linesAtOnce) continue;
      end = await restorePortion(portion, end);
      if (end.over) return end;
      portion = [];
    }
    return restorePortion(portion, end);
  }

  async function restorePortion(lines: readonly string[], before: End): Promise<End> {
    let end = before;
    let pending: Command[] = [];
    const flushPending = async () => {
      if (pending.length > 0) end = await change(pending);
      pending = [];
    };
    for (const reading of await readAll(lines, readRestoreLine)) {
      if (reading.kind === 'command' && changes(reading.command)) {
        pending.push(reading.command);
        continue;
      }
      await flushPending();
      const nested = reading.kind === 'command' && reading.command.kind === 'restore';
      end = await follow(nested ? tryHelp : reading);
      if (end.over) return end;
    }
    await flushPending();
    return end;
  }

  async function follow(reading: Reading): Promise<End> {
    switch (reading.kind) {
      case 'help':
      case 'version':
        io.write(reading.kind === 'help' ? helpText() : versionText);
        return { status: 0, over: true };
      case 'try-help':
        io.complain(`Try \`${io.name} -h' or '${io.name} --help' for more information.\n`);
        return { status: 255, over: true };
      case 'refused':
        io.complain(reading.complaint);
        return { status: reading.status, over: reading.fatal };
      case 'command':
        return perform(reading.command);
    }
  }

  async function perform(command: Command): Promise<End> {
    switch (command.kind) {
      case 'list-table':
        return listTable(command);
      case 'list-service': {
        const found = await client.find(command.id);
        const outcome = found.ok ? succeed([found.value]) : found;
        return printNamed(command, command.format, outcome, services => services);
      }
      case 'list-connections':
        return listConnections(command);
      case 'list-timeouts':
        return print(await client.timeouts(), command, printTimeouts);
      case 'list-daemons':
        return print(await client.daemons(), command, printDaemons);
      case 'restore':
        return restore();
      case 'change':
      case 'flush':
      case 'zero':
      case 'set':
      case 'start-daemon':
      case 'stop-daemon':
        return change([command]);
    }
  }

  return { follow, perform };
}

const changes = (command: Command): boolean => {
  switch (command.kind) {
    case 'change':
    case 'flush':
    case 'zero':
    case 'set':
    case 'start-daemon':
    case 'stop-daemon':
      return true;
    case 'list-table':
    case 'list-service':
    case 'list-connections':
    case 'list-timeouts':
    case 'list-daemons':
    case 'restore':
      return false;
  }
};

/** IPv4 addresses only: the original asks for no names of the others. */
function addressesOf(services: readonly ObservedService[]): string[] {
  const found: string[] = [];
  for (const { id, destinations } of services) {
    if (id.kind === 'address') found.push(id.address);
    for (const { address } of destinations) found.push(address);
  }
  return found.filter(address => !address.includes(':'));
}
