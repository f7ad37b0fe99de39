// The table through any way of asking the kernel: finds the family once, lists, applies, controls. Holds no socket itself.
// Behind it: linux/ip_vs.h IPVS_CMD_*; the words for refusals are ipvsadm's (libipvs ipvs_strerror, observed on 1.31).

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { decodeFamily, getFamily, type Message, type Request } from '../netlink/index.ts';
import { serviceFamily } from './codec-service.ts';
import { ipvsFamily } from './constants.ts';
import { identityOf } from './identity.ts';
import type { Info, ObservedService, ServiceId, SyncDaemon, SyncState, Timeouts } from './model.ts';
import type { ReadDestinations } from './option-entries.ts';
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

/** One outcome per request, in order; never rejects. `NetlinkSocket.ask` of a generic socket is one. */
export type Ask = (requests: readonly Request[]) => Promise<readonly Outcome<readonly Message[]>[]>;

export interface ObserveOptions {
  /** False: counters and rates are left at zero, which spares most of the work on great tables. */
  readonly counters: boolean;
}

export interface ScanOptions extends ObserveOptions {
  /** Which services, and in which order. */
  readonly choose?: (services: readonly ObservedService[]) => readonly ObservedService[];
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
  /** The same in portions, so that a great table never stands in memory whole. */
  scan(
    options: ScanOptions,
    take: (portion: readonly ObservedService[]) => void,
  ): Promise<Outcome<undefined>>;
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

/** Services are read in portions: what is dropped soon costs the collector little. */
const servicesAtOnce = 32;

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
  /** Begins a reading of destinations without counters. */
  readonly briefly: () => Promise<ReadDestinations | undefined>;
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
    brief?: ReadDestinations,
  ): Promise<Outcome<ObservedService[]>> {
    const number = await family();
    if (!number.ok) return number;
    const known = services.map(({ id }) => brief?.(id));
    const asked = services.filter((_, index) => known[index] === undefined);
    const answers = await ask(asked.map(({ id }) => listDestinations(number.value, id)));
    let next = 0;
    const filled: ObservedService[] = [];
    let index = 0;
    for (const service of services) {
      let destinations = known[index++];
      if (destinations === undefined) {
        const answer = answers[next++] ?? fail(unanswered);
        if (!answer.ok) return answer;
        const decoded = decodeDestinations(answer.value, serviceFamily(service.id), counted);
        if (!decoded.ok) return decoded;
        destinations = decoded.value;
      }
      filled.push({ ...service, destinations });
    }
    return succeed(filled);
  }

  /** All services, without their destinations. */
  async function list(counted: boolean): Promise<Outcome<ObservedService[]>> {
    const number = await family();
    if (!number.ok) return number;
    let gathering = gatherServices(counted);
    let outcome: Outcome<unknown>;
    if (shortcuts === undefined) {
      const answer = await one(listServices(number.value));
      if (answer.ok) gathering.take(answer.value);
      outcome = answer;
    } else {
      const again = () => {
        gathering = gatherServices(counted);
      };
      const request: Request = { ...listServices(number.value), answer: 'parts' };
      outcome = shortcuts.dump(request, messages => gathering.take(messages), again);
    }
    return outcome.ok ? gathering.result() : outcome;
  }

  async function scan(
    { counters, choose }: ScanOptions,
    take: (portion: readonly ObservedService[]) => void,
  ): Promise<Outcome<undefined>> {
    const listed = await list(counters);
    if (!listed.ok) return listed;
    const services = choose?.(listed.value) ?? listed.value;
    const brief = counters ? undefined : await shortcuts?.briefly();
    for (let from = 0; from < services.length; from += servicesAtOnce) {
      const filled = await fill(services.slice(from, from + servicesAtOnce), counters, brief);
      if (!filled.ok) return filled;
      take(filled.value);
    }
    return succeed(undefined);
  }

  return {
    family,
    async find(id) {
      const found = await get(
        number => getService(number, id),
        messages => decodeServices(messages),
      );
      if (!found.ok) return found.fault.errno === 'ESRCH' ? fail(zeroRefusal(found.fault)) : found;
      const filled = await fill(found.value, true);
      if (!filled.ok) return filled;
      const [service] = filled.value;
      return service === undefined ? fail(unanswered) : succeed(service);
    },
    list: () => list(true),
    scan,
    async observe(options = { counters: true }) {
      const services: ObservedService[] = [];
      const scanned = await scan(options, portion => {
        for (const service of portion) services.push(service);
      });
      return scanned.ok ? succeed(services) : scanned;
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

/**
 * Each service once. The kernel walks its table by position and sets no NLM_F_DUMP_INTR: a service may come twice when others leave or
 * come meanwhile.
 */
function gatherServices(counted: boolean) {
  const services: ObservedService[] = [];
  const seen = new Set<number | string>();
  let fault: Fault | undefined;
  return {
    take(messages: readonly Message[]): void {
      const decoded = decodeServices(messages, counted);
      if (!decoded.ok) {
        fault ??= decoded.fault;
        return;
      }
      for (const service of decoded.value) {
        const identity = identityOf(service.id);
        if (seen.has(identity)) continue;
        seen.add(identity);
        services.push(service);
      }
    },
    result: (): Outcome<ObservedService[]> => (fault === undefined ? succeed(services) : fail(fault)),
  };
}

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
