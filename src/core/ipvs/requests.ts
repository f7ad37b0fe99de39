// Questions and commands to the IPVS family that are no table operations, and what their answers mean.
// Spec: linux/ip_vs.h IPVS_CMD_*; ipvsadm(8) --set, --start-daemon, -Z, -C.

import { fail, type Outcome, succeed } from '../fault.ts';
import { addressBytes, addressFromBytes, type Family, familyOf } from '../net/index.ts';
import {
  type Answer,
  type AttributeReader,
  type AttributeWriter,
  decodeGeneric,
  genericRequest,
  type Message,
  type Request,
  readAttributes,
} from '../netlink/index.ts';
import { decodeDestination } from './codec-destination.ts';
import { decodeService, encodeServiceId, nameOf } from './codec-service.ts';
import {
  commandAttributes,
  commands,
  daemonAttributes,
  infoAttributes,
  ipvsFamily,
  syncStateNumbers,
} from './constants.ts';
import type {
  Info,
  ObservedDestination,
  ObservedService,
  ServiceId,
  SyncDaemon,
  SyncState,
  Timeouts,
} from './model.ts';

/** A request of the IPVS family; `family` is the number the controller gave. */
export const ipvsRequest = (
  family: number,
  operation: string,
  command: number,
  answer: Answer,
  attributes?: (writer: AttributeWriter) => void,
): Request =>
  genericRequest({
    operation,
    family,
    command,
    version: ipvsFamily.version,
    answer,
    capacity: 192,
    attributes,
  });

const namingService = (id: ServiceId) => (writer: AttributeWriter) => {
  writer.nested(commandAttributes.service, inner => encodeServiceId(inner, id));
};

/** All services, without destinations. Dump. */
export const listServices = (family: number): Request =>
  ipvsRequest(family, 'IPVS_CMD_GET_SERVICE', commands.getService, 'dump');

/** One service without its destinations; ESRCH when there is none. */
export const getService = (family: number, id: ServiceId): Request =>
  ipvsRequest(family, 'IPVS_CMD_GET_SERVICE', commands.getService, 'reply', namingService(id));

/** The destinations of one service; an unknown service has none. Dump: the kernel has no dump of all destinations. */
export const listDestinations = (family: number, id: ServiceId): Request =>
  ipvsRequest(family, 'IPVS_CMD_GET_DEST', commands.getDest, 'dump', namingService(id));

/** The kernel's timeouts. */
export const getTimeouts = (family: number): Request =>
  ipvsRequest(family, 'IPVS_CMD_GET_CONFIG', commands.getConfig, 'reply');

export const getInfo = (family: number): Request =>
  ipvsRequest(family, 'IPVS_CMD_GET_INFO', commands.getInfo, 'reply');

/** Changes timeouts; a 0 keeps the present value. */
export const setTimeouts = (family: number, timeouts: Timeouts): Request =>
  ipvsRequest(family, 'IPVS_CMD_SET_CONFIG', commands.setConfig, 'ack', writer => {
    writer.u32(commandAttributes.timeoutTcp, timeouts.tcp);
    writer.u32(commandAttributes.timeoutTcpFin, timeouts.tcpFin);
    writer.u32(commandAttributes.timeoutUdp, timeouts.udp);
  });

/** Removes every service. */
export const flush = (family: number): Request =>
  ipvsRequest(family, 'IPVS_CMD_FLUSH', commands.flush, 'ack');

/** Zeroes the counters of one service with its destinations, or of all. */
export const zeroCounters = (family: number, id?: ServiceId): Request =>
  ipvsRequest(
    family,
    'IPVS_CMD_ZERO',
    commands.zero,
    'ack',
    id === undefined ? undefined : namingService(id),
  );

/** The running sync daemons. Dump. */
export const listDaemons = (family: number): Request =>
  ipvsRequest(family, 'IPVS_CMD_GET_DAEMON', commands.getDaemon, 'dump');

export const startDaemon = (family: number, daemon: SyncDaemon): Request =>
  ipvsRequest(family, 'IPVS_CMD_NEW_DAEMON', commands.newDaemon, 'ack', writer => {
    writer.nested(commandAttributes.daemon, inner => {
      inner.u32(daemonAttributes.state, syncStateNumbers[daemon.state]);
      inner.text(daemonAttributes.interface, daemon.interface);
      inner.u32(daemonAttributes.syncId, daemon.syncId);
      if (daemon.maxLength !== undefined) inner.u16(daemonAttributes.maxLength, daemon.maxLength);
      if (daemon.group !== undefined) {
        const type = familyOf(daemon.group) === 'inet' ? daemonAttributes.group : daemonAttributes.group6;
        inner.bytes(type, addressBytes(daemon.group));
      }
      // Unlike a service's port this one is in host order.
      if (daemon.port !== undefined) inner.u16(daemonAttributes.port, daemon.port);
      if (daemon.ttl !== undefined) inner.u8(daemonAttributes.ttl, daemon.ttl);
    });
  });

export const stopDaemon = (family: number, state: SyncState): Request =>
  ipvsRequest(family, 'IPVS_CMD_DEL_DAEMON', commands.delDaemon, 'ack', writer => {
    writer.nested(commandAttributes.daemon, inner =>
      inner.u32(daemonAttributes.state, syncStateNumbers[state]),
    );
  });

/** Reads each message's attributes; messages without a value are passed over. */
function decodeEach<T>(
  messages: readonly Message[],
  what: string,
  read: (reader: AttributeReader) => T | undefined,
): Outcome<T[]> {
  const values: T[] = [];
  for (const message of messages) {
    const generic = decodeGeneric(message);
    if (!generic.ok) return generic;
    const decoded = readAttributes(generic.value.attributes, what, read);
    if (!decoded.ok) return decoded;
    if (decoded.value !== undefined) values.push(decoded.value);
  }
  return succeed(values);
}

/** The value inside the one first-level attribute `type`. */
const within =
  <T>(type: number, read: (inner: AttributeReader) => T) =>
  (reader: AttributeReader): T | undefined => {
    let value: T | undefined;
    while (reader.next()) if (reader.type === type) value = reader.nested(read);
    return value;
  };

/** Services of the answer to `listServices`, destinations empty; `counted` false leaves their counters at zero, unread. */
export const decodeServices = (messages: readonly Message[], counted = true): Outcome<ObservedService[]> =>
  decodeEach(
    messages,
    'IPVS_CMD_NEW_SERVICE',
    within(commandAttributes.service, inner => decodeService(inner, counted)),
  );

/** Destinations of the answer to `listDestinations`. */
export const decodeDestinations = (
  messages: readonly Message[],
  serviceFamily: Family,
  counted = true,
): Outcome<ObservedDestination[]> =>
  decodeEach(
    messages,
    'IPVS_CMD_NEW_DEST',
    within(commandAttributes.dest, inner => decodeDestination(inner, serviceFamily, counted)),
  );

function single<T>(values: Outcome<T[]>, operation: string): Outcome<T> {
  if (!values.ok) return values;
  const [value] = values.value;
  if (value !== undefined) return succeed(value);
  return fail({ code: 'netlink-malformed', message: `${operation}: empty answer`, operation });
}

export const decodeTimeouts = (messages: readonly Message[]): Outcome<Timeouts> =>
  single(
    decodeEach(messages, 'IPVS_CMD_SET_CONFIG', reader => {
      let [tcp, tcpFin, udp] = [0, 0, 0];
      while (reader.next()) {
        if (reader.type === commandAttributes.timeoutTcp) tcp = reader.u32();
        else if (reader.type === commandAttributes.timeoutTcpFin) tcpFin = reader.u32();
        else if (reader.type === commandAttributes.timeoutUdp) udp = reader.u32();
      }
      return { tcp, tcpFin, udp };
    }),
    'IPVS_CMD_GET_CONFIG',
  );

export const decodeInfo = (messages: readonly Message[]): Outcome<Info> =>
  single(
    decodeEach(messages, 'IPVS_CMD_SET_INFO', reader => {
      let [version, connectionTableSize] = [0, 0];
      while (reader.next()) {
        if (reader.type === infoAttributes.version) version = reader.u32();
        else if (reader.type === infoAttributes.connectionTableSize) connectionTableSize = reader.u32();
      }
      // NVERSION: three bytes.
      const parts = [(version >> 16) & 0xff, (version >> 8) & 0xff, version & 0xff];
      return { version: parts.join('.'), connectionTableSize };
    }),
    'IPVS_CMD_GET_INFO',
  );

export const decodeDaemons = (messages: readonly Message[]): Outcome<SyncDaemon[]> =>
  decodeEach(messages, 'IPVS_CMD_NEW_DAEMON', within(commandAttributes.daemon, decodeDaemon));

function decodeDaemon(reader: AttributeReader): SyncDaemon | undefined {
  let state: SyncState | undefined;
  let name = '';
  let syncId = 0;
  let maxLength: number | undefined;
  let group: SyncDaemon['group'];
  let port: number | undefined;
  let ttl: number | undefined;
  while (reader.next()) {
    switch (reader.type) {
      case daemonAttributes.state:
        state = nameOf(syncStateNumbers, reader.u32());
        break;
      case daemonAttributes.interface:
        name = reader.text();
        break;
      case daemonAttributes.syncId:
        syncId = reader.u32();
        break;
      case daemonAttributes.maxLength:
        maxLength = reader.u16();
        break;
      case daemonAttributes.group:
        group = addressFromBytes(reader.bytes(4));
        break;
      case daemonAttributes.group6:
        group = addressFromBytes(reader.bytes(16));
        break;
      case daemonAttributes.port:
        port = reader.u16();
        break;
      case daemonAttributes.ttl:
        ttl = reader.u8();
        break;
    }
  }
  if (state === undefined) {
    reader.refuse('sync daemon without a known state');
    return undefined;
  }
  return { state, interface: name, syncId, maxLength, group, port, ttl };
}
