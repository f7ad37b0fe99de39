// The table as a document that YAML and JSON carry: schema lvskit/ipvs/1, described in docs/ipvs-table.schema.json.
// Spec: ipvs/model.ts; every attribute of the kernel stands in it, what is at its default is left out.

import { type Address, addressBits, familyOf, netmaskOf } from '../net/index.ts';
import { serviceFamily } from './codec-service.ts';
import type {
  Counters,
  Destination,
  Forwarding,
  ObservedDestination,
  ObservedService,
  Protocol,
  Service,
  ServiceDefinition,
  ServiceId,
} from './model.ts';
import { compareDestinations, compareServices } from './order.ts';
import { schedulerFlagNames } from './scheduler-flags.ts';
import { plainTunnel, sameTunnel } from './tunnel.ts';

/** Grows with every change that an old reader could misunderstand. */
export const schemaName = 'lvskit/ipvs/1';

/** A counter; beyond 2^53 as decimal text, because JSON readers round there. */
export type Count = number | string;

export interface CountersDocument {
  readonly connections: Count;
  readonly inPackets: Count;
  readonly outPackets: Count;
  readonly inBytes: Count;
  readonly outBytes: Count;
}

export type IdDocument =
  | { readonly protocol: Protocol; readonly address: Address; readonly port: number }
  | { readonly fwmark: number; readonly family: 'inet' | 'inet6' };

export interface DestinationDocument {
  readonly address: Address;
  readonly port: number;
  readonly forwarding: Lowercase<Forwarding>;
  readonly tunnel?: { readonly type: string; readonly port?: number; readonly checksum?: string };
  readonly weight: number;
  readonly upperThreshold?: number;
  readonly lowerThreshold?: number;
  readonly activeConnections?: number;
  readonly inactiveConnections?: number;
  readonly persistentConnections?: number;
  readonly counters?: CountersDocument;
  readonly rates?: CountersDocument;
}

export interface SettingsDocument {
  readonly scheduler: string;
  readonly flags?: readonly string[];
  readonly persistence?: { readonly timeout: number; readonly mask?: number | string };
  readonly onePacket?: true;
  readonly engine?: string;
}

export type ServiceDocument = IdDocument &
  SettingsDocument & {
    readonly counters?: CountersDocument;
    readonly rates?: CountersDocument;
    readonly destinations: readonly DestinationDocument[];
  };

export interface TableDocument {
  readonly schema: typeof schemaName;
  readonly services: readonly ServiceDocument[];
}

export const forwardingDocuments = {
  NAT: 'nat',
  TUN: 'tun',
  DR: 'dr',
  LOCAL: 'local',
  BYPASS: 'bypass',
} as const satisfies Record<Forwarding, Lowercase<Forwarding>>;

const count = (value: bigint): Count =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();

export const idDocument = (id: ServiceId): IdDocument =>
  id.kind === 'address'
    ? { protocol: id.protocol, address: id.address, port: id.port }
    : { fwmark: id.mark, family: id.family };

const totals = (counters: Counters): CountersDocument => ({
  connections: count(counters.connections),
  inPackets: count(counters.inPackets),
  outPackets: count(counters.outPackets),
  inBytes: count(counters.inBytes),
  outBytes: count(counters.outBytes),
});

/** Per second. */
const perSecond = (counters: Counters): CountersDocument => ({
  connections: count(counters.connectionsPerSecond),
  inPackets: count(counters.inPacketsPerSecond),
  outPackets: count(counters.outPacketsPerSecond),
  inBytes: count(counters.inBytesPerSecond),
  outBytes: count(counters.outBytesPerSecond),
});

export function destinationDocument(one: Destination): DestinationDocument {
  const { tunnel } = one;
  return {
    address: one.address,
    port: one.port,
    forwarding: forwardingDocuments[one.forwarding],
    ...(one.forwarding !== 'TUN' || tunnel === undefined || sameTunnel(tunnel, plainTunnel)
      ? {}
      : {
          tunnel: {
            type: tunnel.type,
            ...(tunnel.port > 0 ? { port: tunnel.port } : {}),
            checksum: tunnel.checksum,
          },
        }),
    weight: one.weight,
    ...(one.upperThreshold > 0 ? { upperThreshold: one.upperThreshold } : {}),
    ...(one.lowerThreshold > 0 ? { lowerThreshold: one.lowerThreshold } : {}),
  };
}

const observedDestination = (one: ObservedDestination): DestinationDocument => ({
  ...destinationDocument(one),
  activeConnections: one.activeConnections,
  inactiveConnections: one.inactiveConnections,
  persistentConnections: one.persistentConnections,
  counters: totals(one.counters),
  rates: perSecond(one.counters),
});

/** The client mask where it is not the whole address: a length, or a dotted mask that is no prefix. */
function maskDocument(service: ServiceDefinition): { mask?: number | string } {
  const { persistence } = service;
  const bits = addressBits[serviceFamily(service.id)];
  if (persistence === undefined) return {};
  if (persistence.rawMask !== undefined) return { mask: persistence.rawMask };
  return persistence.maskLength === bits ? {} : { mask: persistence.maskLength };
}

export function settingsDocument(service: ServiceDefinition): IdDocument & SettingsDocument {
  const flags = schedulerFlagNames(service);
  const { persistence } = service;
  return {
    ...idDocument(service.id),
    scheduler: service.scheduler,
    ...(flags.length > 0 ? { flags } : {}),
    ...(persistence === undefined
      ? {}
      : { persistence: { timeout: persistence.timeout, ...maskDocument(service) } }),
    ...(service.onePacket ? { onePacket: true as const } : {}),
    ...(service.engine === undefined ? {} : { engine: service.engine }),
  };
}

const sorted = <T extends Service>(services: readonly T[]): T[] =>
  [...services].sort((a, b) => compareServices(a.id, b.id));

/** What a table is meant to be: settings only, in ipvsadm's order. */
export const tableDocument = (services: readonly Service[]): TableDocument => ({
  schema: schemaName,
  services: sorted(services).map(service => ({
    ...settingsDocument(service),
    destinations: [...service.destinations].sort(compareDestinations).map(destinationDocument),
  })),
});

/** What the kernel holds now: settings, connections, counters and rates. */
export const observedDocument = (services: readonly ObservedService[]): TableDocument => ({
  schema: schemaName,
  services: sorted(services).map(service => ({
    ...settingsDocument(service),
    counters: totals(service.counters),
    rates: perSecond(service.counters),
    destinations: [...service.destinations].sort(compareDestinations).map(observedDestination),
  })),
});

/** `24` or `255.0.255.0` as people see it: always dotted for IPv4. */
export const shownMask = (service: ServiceDefinition): string | undefined => {
  const { mask } = maskDocument(service);
  if (mask === undefined) return undefined;
  const four =
    service.id.kind === 'address' ? familyOf(service.id.address) === 'inet' : service.id.family === 'inet';
  return four && typeof mask === 'number' ? netmaskOf(mask) : String(mask);
};
