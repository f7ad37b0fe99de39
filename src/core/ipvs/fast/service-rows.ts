// The services of a table as columns of numbers, one row a service: a listing of ten thousand allocates no object for each.
// Spec: linux/ip_vs.h IPVS_CMD_GET_SERVICE; plain-service.ts and requests.ts read the messages.

import { type Outcome, succeed } from '../../fault.ts';
import { addressFromBytes, familyOf, putAddress } from '../../net/index.ts';
import { type Message, ReceivedMessage, viewOf } from '../../netlink/index.ts';
import { nameOf, noCounters, serviceFamily } from '../codec-service.ts';
import { type ObservedService, protocolNumbers, type ServiceId } from '../model.ts';
import { decodeServices } from '../requests.ts';
import { noSchedulerFlags } from '../scheduler-flags.ts';
import { identityOf, numberOf } from './identity.ts';
import { PlainServiceReader, type SchedulerName } from './plain-service.ts';
import type { ServerCounts } from './server-counts.ts';

const scratch = new Uint8Array(4);
const scratchView = viewOf(scratch);

/** Columns with room for `size` rows; rows are counted from 0. */
class Columns {
  readonly marks: Uint32Array;
  readonly addresses: Int32Array;
  readonly ports: Uint16Array;
  readonly protocols: Uint8Array;
  readonly schedulers: Uint8Array;
  readonly servers: Int32Array;

  constructor(size: number) {
    this.marks = new Uint32Array(size);
    this.addresses = new Int32Array(size);
    this.ports = new Uint16Array(size);
    this.protocols = new Uint8Array(size);
    this.schedulers = new Uint8Array(size);
    this.servers = new Int32Array(size);
  }

  get size(): number {
    return this.marks.length;
  }

  grown(): Columns {
    const more = new Columns(2 * this.size);
    more.marks.set(this.marks);
    more.addresses.set(this.addresses);
    more.ports.set(this.ports);
    more.protocols.set(this.protocols);
    more.schedulers.set(this.schedulers);
    more.servers.set(this.servers);
    return more;
  }
}

export class ServiceRows {
  #columns: Columns;
  #size = 0;
  readonly #plain = new PlainServiceReader();
  readonly #others = new Map<number, ObservedService>();
  readonly #counts: ServerCounts | undefined;
  readonly #counted: boolean;
  /** Identities of the rows, once one might come twice. */
  #seen: Set<number | string> | undefined;
  #outcome: Outcome<undefined> = succeed(undefined);

  /** Without `counts` a value is made of every service; `counted`: with its counters, which only a value has. */
  constructor(counts: ServerCounts | undefined, counted: boolean) {
    this.#columns = new Columns(Math.max(16, counts?.size ?? 0));
    this.#counts = counts;
    this.#counted = counted;
  }

  /** Adds services of the answer to IPVS_CMD_GET_SERVICE; the messages may be gone afterwards. */
  take(messages: readonly Message[]): void {
    const counts = this.#counts;
    // Index loop: for-of allocates an iterator result per element before optimisation.
    for (let index = 0; index < messages.length; index++) {
      const message = messages[index] as Message;
      if (counts !== undefined && message instanceof ReceivedMessage && this.#plain.read(message)) {
        this.#takePlain(counts);
        continue;
      }
      const decoded = decodeServices([message], this.#counted);
      if (decoded.ok) for (const service of decoded.value) this.#takeOther(service);
      else if (this.#outcome.ok) this.#outcome = decoded;
    }
  }

  #takePlain(counts: ServerCounts): void {
    const { address, port, protocol, scheduler } = this.#plain;
    const servers = counts.of(0, address, port, protocol);
    if (this.#seen !== undefined || !counts.inOrder) {
      if (this.#isKnown(numberOf(0, address >>> 0, port, protocol))) return;
    }
    const row = this.#addRow();
    const columns = this.#columns;
    columns.addresses[row] = address;
    columns.ports[row] = port;
    columns.protocols[row] = protocol;
    columns.schedulers[row] = scheduler;
    columns.servers[row] = servers;
  }

  #takeOther(service: ObservedService): void {
    const { id } = service;
    if (this.#isKnown(identityOf(id))) return;
    const row = this.#addRow();
    const columns = this.#columns;
    if (id.kind === 'fwmark') columns.marks[row] = id.mark;
    else {
      columns.protocols[row] = protocolNumbers[id.protocol];
      columns.ports[row] = id.port;
      if (familyOf(id.address) === 'inet') {
        putAddress(id.address, scratch, 0);
        columns.addresses[row] = scratchView.getInt32(0, false);
      }
    }
    const told = serviceFamily(id) === 'inet' ? this.#counts : undefined;
    columns.servers[row] =
      told?.of(this.mark(row), this.address(row), this.port(row), this.protocol(row)) ?? -1;
    this.#others.set(row, service);
  }

  #addRow(): number {
    if (this.#size === this.#columns.size) this.#columns = this.#columns.grown();
    return this.#size++;
  }

  /**
   * Whether a service was met before; now it was. The kernel walks its table by position and sets no NLM_F_DUMP_INTR: a service may come
   * twice when others leave or come meanwhile.
   */
  #isKnown(identity: number | string): boolean {
    this.#seen ??= new Set(Array.from({ length: this.#size }, (_, row) => identityOf(this.id(row))));
    if (this.#seen.has(identity)) return true;
    this.#seen.add(identity);
    return false;
  }

  /** What was wrong with a message, or nothing. */
  get outcome(): Outcome<undefined> {
    return this.#outcome;
  }
  get size(): number {
    return this.#size;
  }
  /** Whether all are IPv4 services of an address with a scheduler and nothing else. */
  get allPlain(): boolean {
    return this.#others.size === 0;
  }

  mark(row: number): number {
    return this.#columns.marks[row] ?? 0;
  }
  /** IPv4, in network order as a signed number; 0 where there is none. */
  address(row: number): number {
    return this.#columns.addresses[row] ?? 0;
  }
  port(row: number): number {
    return this.#columns.ports[row] ?? 0;
  }
  /** IPPROTO_*; 0 with a mark. */
  protocol(row: number): number {
    return this.#columns.protocols[row] ?? 0;
  }
  /** How many servers it should have; -1 where that is not known. */
  servers(row: number): number {
    return this.#columns.servers[row] ?? -1;
  }
  /** Of a plain row. */
  scheduler(row: number): SchedulerName {
    return this.#plain.schedulers[this.#columns.schedulers[row] ?? 0] ?? noScheduler;
  }
  /** The value of a row that is not plain. */
  other(row: number): ObservedService | undefined {
    return this.#others.get(row);
  }

  id(row: number): ServiceId {
    const other = this.#others.get(row);
    if (other !== undefined) return other.id;
    scratchView.setInt32(0, this.address(row), false);
    const protocol = nameOf(protocolNumbers, this.protocol(row)) ?? 'tcp';
    return { kind: 'address', protocol, address: addressFromBytes(scratch), port: this.port(row) };
  }

  /** The values of all rows, in the kernel's order. */
  services(): ObservedService[] {
    return Array.from({ length: this.#size }, (_, row) => this.service(row));
  }

  /** The value of any row, without its servers. */
  service(row: number): ObservedService {
    const other = this.#others.get(row);
    if (other !== undefined) return other;
    return {
      id: this.id(row),
      scheduler: this.scheduler(row).text,
      schedulerFlags: noSchedulerFlags,
      persistence: undefined,
      onePacket: false,
      engine: undefined,
      destinations: [],
      counters: noCounters,
    };
  }
}

const noScheduler: SchedulerName = { bytes: new Uint8Array(0), text: '' };
