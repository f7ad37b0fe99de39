// The one versioned schema of status: the records of every module, and what the supervisor adds about processes and itself.
// Spec: docs/status.md; a field may be added within a version, none is removed or changes its meaning.

import { checkSchema } from '../check/index.ts';
import { refusedSchema } from '../link/index.ts';
import { poolSchemas } from '../pool/index.ts';
import { jsonSchema, type Schema, type ValueOf } from '../schema.ts';
import { vrrpSchemas } from '../vrrp/index.ts';

export const statusVersion = 'lvskit/status/1';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const span = { type: 'number', minimum: 0, unit: 'seconds' } as const;

/** What operators have changed in the IPVS table: the plan from what the file asks for to what is in force. */
export const driftSchema = {
  type: 'object',
  properties: { differences: { type: 'array', items: text, maxItems: 100 } },
  optional: [],
} as const;
export type DriftRecord = ValueOf<typeof driftSchema>;

/** What the processes under the supervisor say, by kind. */
export const recordSchemas = {
  ...vrrpSchemas,
  ...poolSchemas,
  check: checkSchema,
  refused: refusedSchema,
  drift: driftSchema,
} as const satisfies Record<string, Schema>;
export type RecordKind = keyof typeof recordSchemas;
export type RecordOf<K extends RecordKind> = ValueOf<(typeof recordSchemas)[K]>;

export const processSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', enum: ['supervisor', 'vrrp', 'checker'] },
    state: { type: 'string', enum: ['starting', 'running', 'restarting', 'stopping', 'ended'] },
    since: { type: 'instant' },
    cause: text,
    pid: count,
    restarts: count,
    /** When it last said anything: it does so every second. */
    heardAt: { type: 'instant' },
    /** Seconds since then. */
    silence: span,
    /** Records that it has yet to tell. */
    pending: count,
    /** Of its timers: the last one served and the worst. */
    lateness: { type: 'object', properties: { last: span, worst: span }, optional: [] },
    /** Resident. */
    memory: { type: 'integer', minimum: 0, unit: 'bytes' },
  },
  optional: ['pid', 'heardAt', 'silence', 'pending', 'lateness', 'memory'],
} as const;
export type ProcessRecord = ValueOf<typeof processSchema>;

export const daemonSchema = {
  type: 'object',
  properties: {
    host: text,
    pid: count,
    since: { type: 'instant' },
    /** Another one with each start of the daemon: numbers of events begin anew with it. */
    epoch: text,
    file: text,
    instance: text,
    /** When the configuration that is in force was read. */
    readAt: { type: 'instant' },
    reload: {
      type: 'object',
      properties: { at: { type: 'instant' }, accepted: { type: 'boolean' }, cause: text },
      optional: [],
    },
    /** Files that are no longer as they were read: what is in them is not in force. */
    edited: { type: 'array', items: text, maxItems: 100 },
    /** Keywords of the file that nothing acts on: `smtp_alert (keepalived.conf:12)`. */
    notActedOn: { type: 'array', items: text, maxItems: 100 },
    logLevel: { type: 'string', enum: ['debug', 'info', 'warning'] },
  },
  optional: ['instance', 'reload'],
} as const;
export type DaemonRecord = ValueOf<typeof daemonSchema>;

export const problemSchema = {
  type: 'object',
  properties: {
    severity: { type: 'string', enum: ['critical', 'warning'] },
    /** `service`, `process`, ... as in the lists. */
    kind: text,
    name: text,
    message: { type: 'string', maxLength: 2_000 },
  },
  optional: [],
} as const;
export type Problem = ValueOf<typeof problemSchema>;

/** A finding of the doctor about the host. */
const doctorSchema = {
  type: 'object',
  properties: {
    severity: { type: 'string', enum: ['error', 'warning'] },
    rule: text,
    subjects: { type: 'array', items: text, maxItems: 10_000 },
    why: text,
    command: text,
  },
  optional: [],
} as const;

export const eventSchema = {
  type: 'object',
  properties: {
    sequence: count,
    kind: text,
    name: text,
    from: text,
    to: text,
    cause: text,
    at: { type: 'instant' },
  },
  optional: [],
} as const;

const many = <const S extends Schema>(items: S) => ({ type: 'array', items, maxItems: 1_000_000 }) as const;

export const statusSchema = {
  type: 'object',
  properties: {
    schema: { type: 'string', enum: [statusVersion] },
    time: { type: 'instant' },
    daemon: daemonSchema,
    processes: many(processSchema),
    /** What is down or about to be; empty: healthy. */
    problems: many(problemSchema),
    instances: many(recordSchemas.instance),
    groups: many(recordSchemas.group),
    scripts: many(recordSchemas.script),
    interfaces: many(recordSchemas.interface),
    services: many(recordSchemas.service),
    servers: many(recordSchemas.server),
    checks: many(recordSchemas.check),
    /** Addresses, routes and rules that the kernel refuses. */
    refused: many(recordSchemas.refused),
    /** What operators have changed against the file. */
    differences: many(text),
    /** Only where something is wrong, by who asks on the same host: what may be the cause (lvskit vs doctor). */
    doctor: many(doctorSchema),
    /** Only when one subject was asked for: its last transitions. */
    history: many(eventSchema),
  },
  optional: ['doctor', 'history'],
} as const;

/** As it goes out: instants are dates. */
export type Status = ValueOf<typeof statusSchema, string>;

/** The published schema (docs/schema/status.schema.json). */
export const statusJsonSchema = (): Readonly<Record<string, unknown>> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `What lvskit status --json prints (${statusVersion})`,
  ...jsonSchema(statusSchema),
});
