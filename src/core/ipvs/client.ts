// The table through any way of asking the kernel: finds the family once, lists, applies, controls. Holds no socket itself.
// Behind it: linux/ip_vs.h IPVS_CMD_*; the words for refusals are ipvsadm's (libipvs ipvs_strerror, observed on 1.31).

import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { decodeFamily, getFamily, type Message, type Request } from '../netlink/index.ts';
import { serviceFamily } from './codec-service.ts';
import { ipvsFamily } from './constants.ts';
import {
  type Info,
  type ObservedService,
  type ServiceId,
  type SyncDaemon,
  type SyncState,
  serviceKey,
  type Timeouts,
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

/** One outcome per request, in order; never rejects. `NetlinkSocket.ask` of a generic socket is one. */
export type Ask = (requests: readonly Request[]) => Promise<readonly Outcome<readonly Message[]>[]>;

export interface ObserveOptions {
  /** False: counters and rates are left at zero, which spares half the work on great tables. */
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
  /** These services' destinations filled in. */
  fill(services: readonly ObservedService[]): Promise<Outcome<ObservedService[]>>;
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

/** Answers are decoded in portions: what is dropped soon costs the collector little. */
const dumpsAtOnce = 256;

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

export function createIpvsClient(ask: Ask): IpvsClient {
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

  async function fill(
    services: readonly ObservedService[],
    counted = true,
  ): Promise<Outcome<ObservedService[]>> {
    const number = await family();
    if (!number.ok) return number;
    const filled: ObservedService[] = [];
    for (let from = 0; from < services.length; from += dumpsAtOnce) {
      const some = services.slice(from, from + dumpsAtOnce);
      const answers = await ask(some.map(service => listDestinations(number.value, service.id)));
      for (const [index, service] of some.entries()) {
        const answer = answers[index] ?? fail(unanswered);
        if (!answer.ok) return answer;
        const destinations = decodeDestinations(answer.value, serviceFamily(service.id), counted);
        if (!destinations.ok) return destinations;
        filled.push({ ...service, destinations: destinations.value });
      }
    }
    return succeed(filled);
  }

  return {
    family,
    async find(id) {
      const found = await get(
        number => getService(number, id),
        messages => decodeServices(messages),
      );
      if (!found.ok) return found.fault.errno === 'ESRCH' ? fail(zeroRefusal(found.fault)) : found;
      const filled = await fill(found.value);
      if (!filled.ok) return filled;
      const [service] = filled.value;
      return service === undefined ? fail(unanswered) : succeed(service);
    },
    list: () => get(listServices, messages => once(decodeServices(messages))),
    async observe({ counters } = { counters: true }) {
      const services = await get(listServices, messages => once(decodeServices(messages, counters)));
      return services.ok ? fill(services.value, counters) : services;
    },
    fill: services => fill(services),
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
function once(services: Outcome<ObservedService[]>): Outcome<ObservedService[]> {
  if (!services.ok) return services;
  const byKey = new Map(services.value.map(service => [serviceKey(service.id), service]));
  return byKey.size === services.value.length ? services : succeed([...byKey.values()]);
}

const replaced = (fault: Fault, errno: string, message: string): Fault =>
  fault.errno === errno ? reworded(fault, message) : fault;
const zeroRefusal = (fault: Fault): Fault => replaced(fault, 'ESRCH', 'No such service');
const startRefusal = (fault: Fault): Fault => replaced(fault, 'EEXIST', 'Daemon has already run');
const stopRefusal = (fault: Fault): Fault => replaced(fault, 'ESRCH', 'No daemon is running');
