// A kernel's end of a generic netlink socket as a function: datagram in, datagrams out. It holds an IPVS table.
// Spec: net/netlink (netlink_rcv_skb: messages in order, an ack where asked or refused; netlink_dump: parts, then DONE) and IPVS's answers.

import { unwrap } from '../../src/core/fault.ts';
import { decodeDestination, encodeDestination } from '../../src/core/ipvs/codec-destination.ts';
import {
  decodeService,
  encodeCounters,
  encodeService,
  noCounters,
} from '../../src/core/ipvs/codec-service.ts';
import {
  commandAttributes,
  commands,
  destinationAttributes,
  serviceAttributes,
} from '../../src/core/ipvs/constants.ts';
import {
  applyToTable,
  type Destination,
  type DestinationId,
  type Operation,
  type Service,
  type ServiceId,
  serviceFamily,
  serviceKey,
  servicesOf,
  type Table,
  tableOf,
} from '../../src/core/ipvs/index.ts';
import {
  type AttributeReader,
  AttributeWriter,
  controlTypes,
  decodeGeneric,
  decodeMessages,
  encodeMessages,
  errnoNumbers,
  type Message,
  messageFlags,
  readAttributes,
} from '../../src/core/netlink/index.ts';

export const fakeFamily = 0x1d;
const port = 4711;

export interface FakeKernel {
  /** The answers to one datagram, one datagram each. */
  receive(datagram: Uint8Array): Uint8Array[];
  readonly table: Table;
  /** Commands seen so far, in order. */
  readonly commands: number[];
  services(): Service[];
}

export interface FakeOptions {
  /** False: CTRL_CMD_GETFAMILY answers ENOENT. */
  readonly ipvs?: boolean;
  /** Errno for every command that changes something: 1 = EPERM. */
  readonly refuse?: number;
  /** Schedulers that the kernel has; undefined: every one. */
  readonly schedulers?: readonly string[];
  /** Adds an attribute no one knows to every reply. */
  readonly unknownAttributes?: boolean;
}

/** Active, inactive and persistent connections that a server has here, different for each. */
export const connections = (address: string): readonly [number, number, number] => [
  address.length,
  address.charCodeAt(address.length - 1) * 100_003,
  2,
];

/** NLMSG_ERROR with the request's header echoed, and the extended ack's text. */
export function errorMessage(request: Message, errno: number, text?: string): Message {
  const writer = new AttributeWriter();
  const head = Buffer.alloc(20);
  head.writeInt32LE(-errno, 0);
  head.writeUInt32LE(16 + request.payload.length, 4);
  head.writeUInt16LE(request.type, 8);
  head.writeUInt16LE(request.flags, 10);
  head.writeUInt32LE(request.sequence, 12);
  writer.raw(head);
  if (text !== undefined) writer.text(1, text);
  const flags = messageFlags.capped | (text === undefined ? 0 : messageFlags.ackAttributes);
  return { type: controlTypes.error, flags, sequence: request.sequence, port, payload: writer.finish() };
}

const done = (request: Message): Message => ({
  type: controlTypes.done,
  flags: messageFlags.multi,
  sequence: request.sequence,
  port,
  payload: Buffer.alloc(4),
});

function reply(
  request: Message,
  command: number,
  write: (writer: AttributeWriter) => void,
  multi: boolean,
): Message {
  const writer = new AttributeWriter();
  writer.raw(Uint8Array.of(command, 1, 0, 0));
  write(writer);
  const flags = multi ? messageFlags.multi : 0;
  return { type: request.type, flags, sequence: request.sequence, port, payload: writer.finish() };
}

interface Read {
  readonly service: Service | undefined;
  readonly destination: Destination | undefined;
}

/** Whether an attribute of this type is there. */
const has = (type: number) => (reader: AttributeReader) => {
  let found = false;
  while (reader.next()) found ||= reader.type === type;
  return found;
};

/** Identifying requests leave out what a whole entry has: the decoders' refusals for that are answered by defaults. */
function readRequest(attributes: Uint8Array): Read {
  return unwrap(
    readAttributes(attributes, 'request', reader => {
      let service: Service | undefined;
      let raw: Uint8Array | undefined;
      while (reader.next()) {
        if (reader.type === commandAttributes.service) service = reader.nested(decodeService);
        else if (reader.type === commandAttributes.dest) raw = reader.bytes();
      }
      if (raw === undefined || service === undefined) return { service, destination: undefined };
      const named = new AttributeWriter().raw(raw);
      const whole = unwrap(readAttributes(raw, 'destination', has(destinationAttributes.forwarding)));
      if (!whole) named.u32(destinationAttributes.forwarding, 0);
      const family = serviceFamily(service.id);
      const destination = unwrap(
        readAttributes(named.finish(), 'destination', one => decodeDestination(one, family)),
      );
      return { service, destination };
    }),
  );
}

function operationOf(command: number, read: Read): Operation | 'flush' | undefined {
  const { service, destination } = read;
  if (command === commands.flush) return 'flush';
  if (service === undefined) return undefined;
  const id: ServiceId = service.id;
  if (command === commands.newService) return { kind: 'add-service', service };
  if (command === commands.setService) return { kind: 'edit-service', service, before: service };
  if (command === commands.delService) return { kind: 'remove-service', id };
  if (destination === undefined) return undefined;
  if (command === commands.newDest) return { kind: 'add-destination', service: id, destination };
  if (command === commands.setDest)
    return { kind: 'edit-destination', service: id, destination, before: destination };
  const named: DestinationId = { address: destination.address, port: destination.port };
  return command === commands.delDest
    ? { kind: 'remove-destination', service: id, destination: named }
    : undefined;
}

export function fakeKernel(services: readonly Service[] = [], options: FakeOptions = {}): FakeKernel {
  const table = tableOf(services);
  const seen: number[] = [];
  const extra = (writer: AttributeWriter) => {
    if (options.unknownAttributes === true) writer.bytes(999, Uint8Array.of(1, 2, 3));
  };

  /** What ip_vs_add_service and ip_vs_add_dest look at before they look at the table, and in their order. */
  function judge(operation: Operation): 'ENOENT' | 'EINVAL' | 'ERANGE' | undefined {
    if (operation.kind === 'add-service' || operation.kind === 'edit-service') {
      const { scheduler, persistence } = operation.service;
      if (options.schedulers?.includes(scheduler) === false) return 'ENOENT';
      const six = serviceFamily(operation.service.id) === 'inet6';
      return six && persistence?.maskLength === 0 ? 'EINVAL' : undefined;
    }
    if (operation.kind !== 'add-destination' && operation.kind !== 'edit-destination') return undefined;
    const { upperThreshold, lowerThreshold } = operation.destination;
    return lowerThreshold > upperThreshold ? 'ERANGE' : undefined;
  }

  function change(request: Message, command: number, attributes: Uint8Array): Message[] {
    let errno = options.refuse ?? 0;
    if (errno === 0) {
      const operation = operationOf(command, readRequest(attributes));
      const refused = typeof operation === 'object' ? judge(operation) : undefined;
      if (refused !== undefined) errno = errnoNumbers[refused];
      else if (operation === 'flush') table.clear();
      else if (operation === undefined) errno = errnoNumbers.EINVAL;
      else {
        const refusal = applyToTable(table, operation);
        if (refusal !== undefined) errno = errnoNumbers[refusal.errno];
      }
    }
    return errno !== 0 || (request.flags & messageFlags.ack) !== 0 ? [errorMessage(request, errno)] : [];
  }

  function answer(request: Message): Message[] {
    const { command, attributes } = unwrap(decodeGeneric(request));
    if (request.type === 0x10) {
      if (options.ipvs === false) return [errorMessage(request, errnoNumbers.ENOENT)];
      const family = reply(request, 1, writer => writer.u16(1, fakeFamily).text(2, 'IPVS'), false);
      return [family, errorMessage(request, 0)];
    }
    seen.push(command);
    if (command === commands.getService) {
      const parts = servicesOf(table).map(service =>
        reply(
          request,
          commands.newService,
          writer =>
            writer.nested(commandAttributes.service, inner => {
              encodeService(inner, service);
              encodeCounters(inner, serviceAttributes.stats64, { ...noCounters, connections: 7n });
              extra(inner);
            }),
          true,
        ),
      );
      return [...parts, done(request)];
    }
    if (command === commands.getDest) {
      const { service } = readRequest(attributes);
      const entry = service === undefined ? undefined : table.get(serviceKey(service.id));
      const parts = [...(entry?.destinations.values() ?? [])].map(destination =>
        reply(
          request,
          commands.newDest,
          writer =>
            writer.nested(commandAttributes.dest, inner => {
              encodeDestination(inner, destination);
              const [active, inactive, persistent] = connections(destination.address);
              inner.u32(destinationAttributes.activeConnections, active);
              inner.u32(destinationAttributes.inactiveConnections, inactive);
              inner.u32(destinationAttributes.persistentConnections, persistent);
              encodeCounters(inner, destinationAttributes.stats64, noCounters);
              extra(inner);
            }),
          true,
        ),
      );
      return [...parts, done(request)];
    }
    return change(request, command, attributes);
  }

  return {
    table,
    commands: seen,
    services: () => servicesOf(table),
    receive: datagram =>
      unwrap(decodeMessages(datagram)).flatMap(request =>
        answer(request).map(message => encodeMessages([message])),
      ),
  };
}
