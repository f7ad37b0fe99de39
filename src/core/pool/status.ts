// What can be asked of the pool: one record for each virtual server and each real server, and what an operator has changed.
// Spec: keepalived.conf(5), virtual_server. A new fact: its line in the schema and its value in the function below it.

import { noteChange } from '../news.ts';
import { bounded, type Schema, type ValueOf } from '../schema.ts';
import { destinationsFor } from './desired.ts';
import { configuredWeight, type RealServerState, servesTraffic, type VirtualServerState } from './server.ts';
import type { Pool } from './state.ts';

const text = { type: 'string' } as const;
const weight = { type: 'integer', minimum: 0, maximum: 2_147_483_647 } as const;
const count = { type: 'integer', minimum: 0 } as const;

export const serviceSchema = {
  type: 'object',
  properties: {
    /** serviceKey, or `group NAME INDEX`. */
    name: text,
    displayName: text,
    /** up: it has its quorum. */
    state: { type: 'string', enum: ['up', 'down'] },
    since: { type: 'instant' },
    cause: text,
    /** sorry: the sorry server alone takes traffic. */
    serving: { type: 'string', enum: ['real servers', 'sorry server', 'nothing'] },
    /** The weight that counts for the quorum, and what is asked for. */
    sum: count,
    quorum: count,
    hysteresis: count,
    servers: { type: 'object', properties: { all: count, up: count }, optional: [] },
  },
  optional: [],
} as const;
export type ServiceRecord = ValueOf<typeof serviceSchema>;

export const serverSchema = {
  type: 'object',
  properties: {
    /** destinationKey. */
    name: text,
    virtualServer: text,
    state: { type: 'string', enum: ['up', 'down'] },
    since: { type: 'instant' },
    cause: text,
    weight: {
      type: 'object',
      /** In the file; what the kernel holds for it (absent: nothing); what an operator has set. */
      properties: { configured: weight, inForce: weight, override: weight },
      optional: ['inForce', 'override'],
    },
    checks: { type: 'object', properties: { all: count, failing: count }, optional: [] },
  },
  optional: [],
} as const;
export type ServerRecord = ValueOf<typeof serverSchema>;

export const poolSchemas = { service: serviceSchema, server: serverSchema } as const satisfies Record<
  PoolRecord['kind'],
  Schema
>;

export type PoolRecord =
  | { readonly kind: 'service'; readonly record: ServiceRecord }
  | { readonly kind: 'server'; readonly record: ServerRecord };

export const serviceNewsKey = (virtualServer: string): string => `service ${virtualServer}`;
export const serverNewsKey = (virtualServer: string, realServer: string): string =>
  `server ${virtualServer}\n${realServer}`;

function serviceRecord(server: VirtualServerState): ServiceRecord {
  const { config, sum, quorum, since, cause, alive } = server;
  return {
    name: config.key,
    displayName: config.displayName,
    state: quorum ? 'up' : 'down',
    since,
    cause: bounded(cause),
    serving: !servesTraffic(server) ? 'sorry server' : alive > 0 ? 'real servers' : 'nothing',
    sum,
    quorum: config.quorum,
    hysteresis: config.hysteresis,
    servers: { all: server.realServers.size, up: alive },
  };
}

function serverRecord(pool: Pool, server: VirtualServerState, real: RealServerState): ServerRecord {
  const { config, up, since, cause, override, verdicts } = real;
  const inForce = pool.stopped
    ? undefined
    : destinationsFor(pool, server, real).find(({ destination }) => destination !== undefined)?.destination
        ?.weight;
  let failing = 0;
  for (const verdict of verdicts.values()) if (!verdict.up) failing++;
  return {
    name: config.key,
    virtualServer: server.config.key,
    state: up ? 'up' : 'down',
    since,
    cause: bounded(cause),
    weight: {
      configured: configuredWeight(real),
      ...(inForce === undefined ? {} : { inForce }),
      ...(override === undefined ? {} : { override: override.weight }),
    },
    checks: { all: verdicts.size, failing },
  };
}

/** The record behind a key of the pool's news; undefined: there is no such subject any more. Costs what the one subject costs. */
export function poolRecordOf(pool: Pool, key: string): PoolRecord | undefined {
  if (key.startsWith('service ')) {
    const server = pool.virtualServers.get(key.slice('service '.length));
    return server === undefined ? undefined : { kind: 'service', record: serviceRecord(server) };
  }
  const [virtualServer = '', realServer = ''] = key.slice('server '.length).split('\n');
  const server = pool.virtualServers.get(virtualServer);
  const real = server?.realServers.get(realServer);
  if (server === undefined || real === undefined) return undefined;
  return { kind: 'server', record: serverRecord(pool, server, real) };
}

/** Every subject of a virtual server: after a reload, and when its real servers all changed at once. */
export function noteService({ news }: Pool, { config, realServers }: VirtualServerState): void {
  noteChange(news, serviceNewsKey(config.key));
  for (const key of realServers.keys()) noteChange(news, serverNewsKey(config.key, key));
}
