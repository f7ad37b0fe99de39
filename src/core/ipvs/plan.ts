// The smallest ordered list of operations that turns the observed table into the desired one, and each operation's message.
// Spec: linux/ip_vs.h IPVS_CMD_{NEW,SET,DEL}_{SERVICE,DEST}; which changes the kernel takes as edits is tested on one.

import { addressBits } from '../net/index.ts';
import type { Request } from '../netlink/index.ts';
import { encodeDestination, encodeDestinationId } from './codec-destination.ts';
import { encodeService, encodeServiceId, flagsOf, serviceFamily } from './codec-service.ts';
import { commandAttributes, commands } from './constants.ts';
import { serverForms, serviceForms } from './fast/templates.ts';
import {
  type Destination,
  type DestinationId,
  destinationKey,
  type Service,
  type ServiceDefinition,
  type ServiceId,
  serviceKey,
} from './model.ts';
import { ipvsRequest } from './requests.ts';
import { plainTunnel, sameTunnel } from './tunnel.ts';

/** One change of the table. `before` is what an edit replaces, for people to read. */
export type Operation =
  | { readonly kind: 'add-service'; readonly service: ServiceDefinition }
  | {
      readonly kind: 'edit-service';
      readonly service: ServiceDefinition;
      readonly before: ServiceDefinition;
    }
  | { readonly kind: 'remove-service'; readonly id: ServiceId }
  | { readonly kind: 'add-destination'; readonly service: ServiceId; readonly destination: Destination }
  | {
      readonly kind: 'edit-destination';
      readonly service: ServiceId;
      readonly destination: Destination;
      readonly before: Destination;
    }
  | { readonly kind: 'remove-destination'; readonly service: ServiceId; readonly destination: DestinationId };

export interface PlanOptions {
  /** True: services that are not desired are removed. False: they are left alone, destinations and all. */
  readonly prune: boolean;
}

/** Whether the kernel would hold the same for both: a tunnel left out is plain IPIP, and other methods have none. */
export const sameDestination = (a: Destination, b: Destination): boolean =>
  a.forwarding === b.forwarding &&
  a.weight === b.weight &&
  a.upperThreshold === b.upperThreshold &&
  a.lowerThreshold === b.lowerThreshold &&
  (a.forwarding !== 'TUN' || sameTunnel(a.tunnel ?? plainTunnel, b.tunnel ?? plainTunnel));

/** Whether the kernel would hold the same settings for both. */
export function sameSettings(a: ServiceDefinition, b: ServiceDefinition): boolean {
  const bits = addressBits[serviceFamily(a.id)];
  return (
    a.scheduler === b.scheduler &&
    a.engine === b.engine &&
    flagsOf(a) === flagsOf(b) &&
    a.persistence?.timeout === b.persistence?.timeout &&
    a.persistence?.rawMask === b.persistence?.rawMask &&
    // Beside a raw mask the length says nothing.
    (a.persistence?.rawMask !== undefined ||
      (a.persistence?.maskLength ?? bits) === (b.persistence?.maskLength ?? bits))
  );
}

/** Only the definition: what is observed carries counters, which operations must not. */
function definitionOf(service: ServiceDefinition): ServiceDefinition {
  const { id, scheduler, schedulerFlags, persistence, onePacket, engine } = service;
  return { id, scheduler, schedulerFlags, persistence, onePacket, engine };
}

function destinationOf(given: Destination): Destination {
  const { address, port, forwarding, tunnel, weight, upperThreshold, lowerThreshold } = given;
  return { address, port, forwarding, tunnel, weight, upperThreshold, lowerThreshold };
}

/** The one operation that makes a destination of a service that stays what it should be; undefined when it is. */
export function planDestination(
  service: ServiceId,
  { address, port }: DestinationId,
  present: Destination | undefined,
  wanted: Destination | undefined,
): Operation | undefined {
  if (wanted === undefined) {
    if (present === undefined) return undefined;
    return { kind: 'remove-destination', service, destination: { address, port } };
  }
  const destination = destinationOf(wanted);
  if (present === undefined) return { kind: 'add-destination', service, destination };
  if (sameDestination(present, wanted)) return undefined;
  return { kind: 'edit-destination', service, destination, before: destinationOf(present) };
}

/**
 * Inside a service that stays: its settings, then new destinations, then edits with the weights that rise first, and removals last, so that
 * at no time fewer servers take traffic than before and after. A destination that stays is only ever edited: that keeps its connections.
 */
function planService(observed: Service, desired: Service): Operation[] {
  const operations: Operation[] = [];
  const id = desired.id;
  if (!sameSettings(observed, desired)) {
    const [service, before] = [definitionOf(desired), definitionOf(observed)];
    operations.push({ kind: 'edit-service', service, before });
  }
  const present = new Map(observed.destinations.map(one => [destinationKey(one), one]));
  const wanted = new Map(desired.destinations.map(one => [destinationKey(one), one]));
  const raises: Operation[] = [];
  const others: Operation[] = [];
  for (const [key, destination] of wanted) {
    const operation = planDestination(id, destination, present.get(key), destination);
    if (operation?.kind === 'edit-destination') {
      const list = operation.destination.weight > operation.before.weight ? raises : others;
      list.push(operation);
    } else if (operation !== undefined) {
      operations.push(operation);
    }
  }
  operations.push(...raises, ...others);
  for (const [key, destination] of present) {
    if (wanted.has(key)) continue;
    const operation = planDestination(id, destination, destination, undefined);
    if (operation !== undefined) operations.push(operation);
  }
  return operations;
}

/**
 * Operations in the order in which they must be carried out: new services with their destinations, changes, removed services last. Where a
 * list names a service or destination twice, its last entry counts. Equal tables give an empty list.
 */
export function plan(
  observed: readonly Service[],
  desired: readonly Service[],
  options: PlanOptions,
): Operation[] {
  const present = new Map(observed.map(service => [serviceKey(service.id), service]));
  const wanted = new Map(desired.map(service => [serviceKey(service.id), service]));
  const additions: Operation[] = [];
  const changes: Operation[] = [];
  const removals: Operation[] = [];
  for (const [key, service] of wanted) {
    const before = present.get(key);
    if (before !== undefined) {
      for (const operation of planService(before, service)) changes.push(operation);
      continue;
    }
    additions.push({ kind: 'add-service', service: definitionOf(service) });
    const destinations = new Map(service.destinations.map(one => [destinationKey(one), one]));
    for (const destination of destinations.values()) {
      additions.push({
        kind: 'add-destination',
        service: service.id,
        destination: destinationOf(destination),
      });
    }
  }
  if (options.prune) {
    for (const [key, service] of present) {
      if (!wanted.has(key)) removals.push({ kind: 'remove-service', id: service.id });
    }
  }
  return [...additions, ...changes, ...removals];
}

/** The payload of a message that carries a service or a destination whole; the family's number is no part of it. */
const servicePayload = (operation: string, command: number, service: ServiceDefinition): Uint8Array =>
  ipvsRequest(0, operation, command, 'ack', writer => {
    writer.nested(commandAttributes.service, inner => encodeService(inner, service));
  }).payload;
const serverPayload = (
  operation: string,
  command: number,
  service: ServiceId,
  server: Destination,
): Uint8Array =>
  ipvsRequest(0, operation, command, 'ack', writer => {
    writer.nested(commandAttributes.service, inner => encodeServiceId(inner, service));
    writer.nested(commandAttributes.dest, inner => encodeDestination(inner, server));
  }).payload;

const newService = serviceForms(service =>
  servicePayload('IPVS_CMD_NEW_SERVICE', commands.newService, service),
);
const newServer = serverForms((service, server) =>
  serverPayload('IPVS_CMD_NEW_DEST', commands.newDest, service, server),
);

/** An operation without what only people need of it. */
export type Change =
  | Exclude<Operation, { kind: 'edit-service' | 'edit-destination' }>
  | Omit<Extract<Operation, { kind: 'edit-service' }>, 'before'>
  | Omit<Extract<Operation, { kind: 'edit-destination' }>, 'before'>;

/** The message that carries out the change; `family` is the IPVS family's number. Names must fit the kernel (15 bytes) or it refuses. */
export function lower(operation: Change, family: number): Request {
  const whole = (name: string, payload: Uint8Array): Request => ({
    operation: name,
    type: family,
    flags: 0,
    payload,
    answer: 'ack',
  });
  switch (operation.kind) {
    case 'add-service':
      return whole('IPVS_CMD_NEW_SERVICE', newService(operation.service));
    case 'edit-service': {
      const name = 'IPVS_CMD_SET_SERVICE';
      return whole(name, servicePayload(name, commands.setService, operation.service));
    }
    case 'remove-service':
      return ipvsRequest(family, 'IPVS_CMD_DEL_SERVICE', commands.delService, 'ack', writer => {
        writer.nested(commandAttributes.service, inner => encodeServiceId(inner, operation.id));
      });
    case 'add-destination':
      return whole('IPVS_CMD_NEW_DEST', newServer(operation.service, operation.destination));
    case 'edit-destination': {
      const name = 'IPVS_CMD_SET_DEST';
      return whole(name, serverPayload(name, commands.setDest, operation.service, operation.destination));
    }
    case 'remove-destination':
      return ipvsRequest(family, 'IPVS_CMD_DEL_DEST', commands.delDest, 'ack', writer => {
        writer.nested(commandAttributes.service, inner => encodeServiceId(inner, operation.service));
        writer.nested(commandAttributes.dest, inner => encodeDestinationId(inner, operation.destination));
      });
  }
}
