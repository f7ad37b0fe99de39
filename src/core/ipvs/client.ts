// The table through any way of asking the kernel: finds the family once, lists, applies, controls. Holds no socket itself.
// Spec: linux/ip_vs.h IPVS_CMD_*; the words for refusals are ipvsadm's (libipvs ipvs_strerror, observed on 1.31).

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { decodeFamily, getFamily, type Message, type Request } from '../netlink/index.ts';
import { serviceFamily } from './codec-service.ts';
import { ipvsFamily } from './constants.ts';
import type { ByteSink } from './fast/byte-writer.ts';
import { type MeasuredPrinter, printTableRows, type TablePrinter, type TableSize } from './fast/printer.ts';
import type { ServerCounts } from './fast/server-counts.ts';
import type { ServerEntries } from './fast/server-entries.ts';
import { ServiceRows } from './fast/service-rows.ts';
import type {
  Info,
  ObservedService,
  ServiceDefinition,
  ServiceId,
  SyncDaemon,
  SyncState,
  Timeouts,
} from './model.ts';
import { lower, type Operation } from './plan.ts';
import { explain, reworded } from './refusal.ts';
import {
  decodeDaemons,
  decodeDestinations,
  decodeInfo,
  decodeServices,
  decodeTimeouts,
  flush,
  getInfo,
  getService,
  getTimeouts,
  listDaemons,
  listDestinations,
  listServices,
  setTimeouts,
  startDaemon,
  stopDaemon,
  zeroCounters,
} from './requests.ts';
import { noSchedulerFlags } from './scheduler-flags.ts';

/** One outcome per request, in order; never rejects. `NetlinkSocket.ask` of a generic socket is one. */
export type Ask = (requests: readonly Request[]) => Promise<readonly Outcome<readonly Message[]>[]>;

export interface ObserveOptions {
  /** False: counters and rates are left at zero, which spares most of the work on great tables. */
  readonly counters: boolean;
}

export interface IpvsClient {
  /** The family's number; the first question to the kernel, answered once. Fault `ipvs-missing` without IPVS. */
  family(): Promise<Outcome<number>>;
  /** One service with its destinations; fault with errno ESRCH when there is none. */
  find(id: ServiceId): Promise<Outcome<ObservedService>>;
  /** Services with settings and counters, destinations left empty: one dump. */
  list(): Promise<Outcome<ObservedService[]>>;
  /** The whole table: one dump of services and one per service. A service that vanishes meanwhile has no destinations. */
  observe(options?: ObserveOptions): Promise<Outcome<ObservedService[]>>;
  /** The whole table as text, printed while it is read. What is left in the sink is the caller's to flush. */
  print(printer: TablePrinter | MeasuredPrinter, sink: ByteSink): Promise<Outcome<TableSize>>;
  /**
   * Whether the kernel has this scheduler and, where given, this persistence engine; it loads their modules where it can. Writes nothing.
   * True where the kernel cannot be asked without writing.
   */
  knows(scheduler: string, engine?: string): Promise<Outcome<boolean>>;
  /** Carries out all operations, in order and in batches; a refusal does not stop the ones after it. One outcome each. */
  apply(operations: readonly Operation[]): Promise<readonly Outcome<void>[]>;
  /** Removes every service. */
  flush(): Promise<Outcome<void>>;
  /** Zeroes the counters of a service and its destinations, or of all. */
  zero(id?: ServiceId): Promise<Outcome<void>>;
  timeouts(): Promise<Outcome<Timeouts>>;
  setTimeouts(timeouts: Timeouts): Promise<Outcome<void>>;
  info(): Promise<Outcome<Info>>;
  daemons(): Promise<Outcome<SyncDaemon[]>>;
  startDaemon(daemon: SyncDaemon): Promise<Outcome<void>>;
  stopDaemon(state: SyncState): Promise<Outcome<void>>;
}

const unanswered: Fault = { code: 'internal', message: 'a netlink request was left without an outcome' };

const done = (outcome: Outcome<readonly Message[]>): Outcome<void> =>
  outcome.ok ? succeed(undefined) : outcome;

/** What a missing family means: no IPVS in this kernel. */
const missing = (fault: Fault): Fault =>
  fault.errno === 'ENOENT'
    ? {
        code: 'ipvs-missing',
        message: 'the kernel has no IPVS',
        operation: 'CTRL_CMD_GETFAMILY',
        errno: 'ENOENT',
      }
    : fault;

/** Faster ways of asking, where there are any. */
export interface Shortcuts {
  /** A dump given out as it comes; `again` says that what was given is void. */
  readonly dump: (
    request: Request,
    take: (messages: readonly Message[]) => void,
    again: () => void,
  ) => Outcome<unknown>;
  /** Begins a reading of IPv4 servers without counters. */
  readonly entries: () => Promise<ServerEntries | undefined>;
}

export function createIpvsClient(ask: Ask, shortcuts?: Shortcuts): IpvsClient {
  let found: number | undefined;

  /** The family's number, asked once. Asking makes the kernel try to load the module. */
  async function family(): Promise<Outcome<number>> {
    if (found !== undefined) return succeed(found);
    const answer = await one(getFamily(ipvsFamily.name));
    if (!answer.ok) return fail(missing(answer.fault));
    const decoded = decodeFamily(answer.value);
    if (!decoded.ok) return decoded;
    found = decoded.value.id;
    return succeed(found);
  }

  async function one(request: Request): Promise<Outcome<readonly Message[]>> {
    const [outcome] = await ask([request]);
    return outcome ?? fail(unanswered);
  }

  async function get<T>(
    make: (family: number) => Request,
    decode: (messages: readonly Message[]) => Outcome<T>,
  ): Promise<Outcome<T>> {
    const number = await family();
    if (!number.ok) return number;
    const answer = await one(make(number.value));
    return answer.ok ? decode(answer.value) : answer;
  }

  async function command(
    make: (family: number) => Request,
    words: (fault: Fault) => Fault = fault => fault,
  ): Promise<Outcome<void>> {
    const number = await family();
    if (!number.ok) return number;
    const outcome = done(await one(make(number.value)));
    return outcome.ok ? outcome : fail(words(outcome.fault));
  }

  /** `services` with their destinations; a service that is gone has none. */
  async function fill(
    services: readonly ObservedService[],
    counted: boolean,
  ): Promise<Outcome<ObservedService[]>> {
    const number = await family();
    if (!number.ok) return number;
    const answers = await ask(services.map(({ id }) => listDestinations(number.value, id)));
    const filled: ObservedService[] = [];
    for (const [index, service] of services.entries()) {
      const answer = answers[index] ?? fail(unanswered);
      if (!answer.ok) return answer;
      const destinations = decodeDestinations(answer.value, serviceFamily(service.id), counted);
      if (!destinations.ok) return destinations;
      filled.push({ ...service, destinations: destinations.value });
    }
    return succeed(filled);
  }

  async function fillOne(service: ObservedService, counted: boolean): Promise<Outcome<ObservedService>> {
    const filled = await fill([service], counted);
    if (!filled.ok) return filled;
    const [one] = filled.value;
    return one === undefined ? fail(unanswered) : succeed(one);
  }

  /** All services, without their destinations. */
  async function list(counted: boolean, counts?: ServerCounts): Promise<Outcome<ServiceRows>> {
    const number = await family();
    if (!number.ok) return number;
    let rows = new ServiceRows(counts, counted);
    let outcome: Outcome<unknown>;
    if (shortcuts === undefined) {
      const answer = await one(listServices(number.value));
      if (answer.ok) rows.take(answer.value);
      outcome = answer;
    } else {
      const again = () => {
        rows = new ServiceRows(counts, counted);
      };
      const request: Request = { ...listServices(number.value), answer: 'parts' };
      outcome = shortcuts.dump(request, messages => rows.take(messages), again);
    }
    if (!outcome.ok) return outcome;
    return rows.outcome.ok ? succeed(rows) : rows.outcome;
  }

  async function observe(counted: boolean): Promise<Outcome<ObservedService[]>> {
    const entries = counted ? undefined : await shortcuts?.entries();
    const rows = await list(counted, entries?.counts);
    if (!rows.ok) return rows;
    const services: ObservedService[] = [];
    for (let row = 0; row < rows.value.size; row++) {
      const service = rows.value.service(row);
      const filled =
        entries?.askFor(rows.value, row) === true
          ? succeed({ ...service, destinations: entries.destinations() })
          : await fillOne(service, counted);
      if (!filled.ok) return filled;
      services.push(filled.value);
    }
    return succeed(services);
  }

  return {
    family,
    async find(id) {
      const found = await get(
        number => getService(number, id),
        messages => decodeServices(messages),
      );
      if (!found.ok) return found.fault.errno === 'ESRCH' ? fail(zeroRefusal(found.fault)) : found;
      const [service] = found.value;
      return service === undefined ? fail(unanswered) : fillOne(service, true);
    },
    async list() {
      const rows = await list(true);
      return rows.ok ? succeed(rows.value.services()) : rows;
    },
    async print(printer, sink) {
      const { counters } = printer;
      const entries = counters ? undefined : await shortcuts?.entries();
      const rows = await list(counters, entries?.counts);
      if (!rows.ok) return rows;
      const fill = (service: ObservedService) => fillOne(service, counters);
      return printTableRows(rows.value, printer, { entries, fill }, sink);
    },
    observe: (options = { counters: true }) => observe(options.counters),
    async knows(scheduler, engine) {
      const number = await family();
      if (!number.ok) return number;
      if (nameBytes(scheduler) > longestName || nameBytes(engine ?? '') > longestName) return succeed(false);
      const tries = unlikelyMarks.map(mark => probe(scheduler, engine, mark));
      for (const service of tries) {
        const asked = done(await one(lower({ kind: 'add-service', service }, number.value)));
        if (!asked.ok && asked.fault.errno === 'EEXIST') continue;
        if (!asked.ok) return verdictOf(asked.fault);
        // A kernel that took it: it goes at once.
        const gone = done(await one(lower({ kind: 'remove-service', id: service.id }, number.value)));
        return gone.ok ? succeed(true) : gone;
      }
      return succeed(true);
    },
    async apply(operations) {
      const number = await family();
      if (!number.ok) return operations.map(() => number);
      const answers = await ask(operations.map(operation => lower(operation, number.value)));
      return operations.map((operation, index) => {
        const outcome = done(answers[index] ?? fail(unanswered));
        return outcome.ok ? outcome : fail(explain(operation, outcome.fault));
      });
    },
    flush: () => command(flush),
    zero: id => command(number => zeroCounters(number, id), id === undefined ? undefined : zeroRefusal),
    timeouts: () => get(getTimeouts, decodeTimeouts),
    setTimeouts: timeouts => command(number => setTimeouts(number, timeouts)),
    info: () => get(getInfo, decodeInfo),
    daemons: () => get(listDaemons, decodeDaemons),
    startDaemon: daemon => command(number => startDaemon(number, daemon), startRefusal),
    stopDaemon: state => command(number => stopDaemon(number, state), stopRefusal),
  };
}

/** What the kernel says of a probe: it has all (EINVAL), lacks something (ENOENT), or cannot be asked so (no IPv6). */
function verdictOf(fault: Fault): Outcome<boolean> {
  if (fault.errno === 'ENOENT') return succeed(false);
  return ['EINVAL', 'EAFNOSUPPORT', 'EOPNOTSUPP'].includes(fault.errno ?? '') ? succeed(true) : fail(fault);
}

/** IP_VS_SCHEDNAME_MAXLEN and IP_VS_PENAME_MAXLEN less the NUL. */
const longestName = 15;
const nameBytes = (name: string) => Buffer.byteLength(name);

/** Firewall marks that a table hardly has; one that it has answers EEXIST and the next is asked. */
const unlikelyMarks = [0xfffffffe, 0xfffffffd, 0xfffffffc] as const;

/**
 * A service that the kernel looks at and refuses: ip_vs_add_service finds scheduler and engine (ENOENT) before it judges an IPv6 mask, and
 * one of length 0 is never right (EINVAL).
 */
const probe = (scheduler: string, engine: string | undefined, mark: number): ServiceDefinition => ({
  id: { kind: 'fwmark', family: 'inet6', mark },
  scheduler,
  schedulerFlags: noSchedulerFlags,
  persistence: { timeout: 1, maskLength: 0 },
  onePacket: false,
  engine,
});

const replaced = (fault: Fault, errno: string, message: string, remedy: string): Fault =>
  fault.errno === errno ? reworded(fault, message, remedy) : fault;
const zeroRefusal = (fault: Fault): Fault =>
  replaced(fault, 'ESRCH', 'No such service', 'lvskit vs list shows the services there are.');
const startRefusal = (fault: Fault): Fault =>
  replaced(
    fault,
    'EEXIST',
    'Daemon has already run',
    'lvskit sync status shows it, lvskit sync stop ends it.',
  );
const stopRefusal = (fault: Fault): Fault =>
  replaced(fault, 'ESRCH', 'No daemon is running', 'lvskit sync status shows which run.');
