// What the supervisor and its children say to each other over the process channel: plain data, judged when it arrives.
// Spec: Node's advanced serialisation (maps, byte arrays and bigints survive).

import type { Config } from '../conf/config.ts';
import type { Push } from '../control/index.ts';
import type { ResumedInstance } from '../vrrp/index.ts';

export type ToChild = NumberedConfigure | Order;

export interface Configure {
  readonly kind: 'configure';
  readonly config: Config;
  /** Only to a restarted VRRP process: what its predecessor was MASTER of, and for how long nobody has been. */
  readonly resume?: readonly ResumedInstance[];
}

/** As it travels: the answer names the configuration that it is about. */
export interface NumberedConfigure extends Configure {
  /** Counts the configurations that the supervisor has given. */
  readonly generation: number;
}

/** What an operator asks of the running daemon through the control socket; it ends with the next configuration. */
export type Order =
  | { readonly kind: 'override-priority'; readonly instance: string; readonly priority: number | undefined }
  | {
      readonly kind: 'override-weight';
      readonly virtualServer: string;
      readonly realServer: string;
      readonly weight: number | undefined;
    }
  /** Run these checks at once, by their ids. */
  | { readonly kind: 'check-now'; readonly checkers: readonly string[] }
  | { readonly kind: 'log-level'; readonly level: 'debug' | 'info' | 'warning' };

export type FromChild =
  /** Instances that became MASTER, or ceased to be: what a successor of the process must know. */
  | { readonly kind: 'masters'; readonly instances: readonly Omit<ResumedInstance, 'silence'>[] }
  /** Sockets open, the configuration of this generation in force. */
  | { readonly kind: 'ready'; readonly generation: number }
  /** A later configuration is in force. */
  | { readonly kind: 'configured'; readonly generation: number }
  /** What has changed since the last push. */
  | Push
  /** A program of the configuration has begun, or its whole group has ended: who outlives the process is ended by the supervisor. */
  | { readonly kind: 'program'; readonly pid: number; readonly runs: boolean }
  /** It was asked to end by this signal, not by the supervisor's message or disappearance alone. */
  | { readonly kind: 'stopping'; readonly signal: string };

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isInstance = (value: unknown): value is Fields =>
  isObject(value) &&
  typeof value['identity'] === 'string' &&
  typeof value['master'] === 'boolean' &&
  isObject(value['authentication']);

const isGeneration = (value: unknown): boolean => Number.isSafeInteger(value);

/** One judge for each kind: whether the other fields are what the type says. */
const fromChild = {
  masters: ({ instances }: Fields) => Array.isArray(instances) && instances.every(isInstance),
  ready: ({ generation }: Fields) => isGeneration(generation),
  configured: ({ generation }: Fields) => isGeneration(generation),
  // The records in it are judged one by one (control/copy.ts).
  status: ({ sequence, origin, pending, lateness, records, transitions }: Fields) =>
    [sequence, origin, pending].every(Number.isFinite) &&
    isObject(lateness) &&
    Array.isArray(records) &&
    Array.isArray(transitions),
  program: ({ pid, runs }: Fields) =>
    Number.isSafeInteger(pid) && (pid as number) > 1 && typeof runs === 'boolean',
  stopping: ({ signal }: Fields) => typeof signal === 'string',
} as const satisfies Record<FromChild['kind'], (message: Fields) => boolean>;

/** The message of a child, or undefined for anything else. */
export function readFromChild(value: unknown): FromChild | undefined {
  if (!isObject(value) || typeof value['kind'] !== 'string') return undefined;
  const { kind } = value;
  if (!Object.hasOwn(fromChild, kind)) return undefined;
  return fromChild[kind as FromChild['kind']](value) ? (value as unknown as FromChild) : undefined;
}

/** The message of the supervisor, or undefined for anything else. The configuration itself was built and judged by the sender's conf/. */
export function readToChild(value: unknown): ToChild | undefined {
  if (!isObject(value) || typeof value['kind'] !== 'string') return undefined;
  const { kind } = value;
  if (!Object.hasOwn(toChild, kind)) return undefined;
  return toChild[kind as ToChild['kind']](value) ? (value as unknown as ToChild) : undefined;
}

const isWeight = (value: unknown): boolean => value === undefined || Number.isSafeInteger(value);

const toChild = {
  configure: ({ config, generation, resume }: Fields) =>
    isConfig(config) && isGeneration(generation) && (resume === undefined || isResume(resume)),
  'override-priority': ({ instance, priority }: Fields) => typeof instance === 'string' && isWeight(priority),
  'override-weight': ({ virtualServer, realServer, weight }: Fields) =>
    typeof virtualServer === 'string' && typeof realServer === 'string' && isWeight(weight),
  'check-now': ({ checkers }: Fields) =>
    Array.isArray(checkers) && checkers.every(id => typeof id === 'string'),
  'log-level': ({ level }: Fields) => level === 'debug' || level === 'info' || level === 'warning',
} as const satisfies Record<ToChild['kind'], (message: Fields) => boolean>;

const isConfig = (value: unknown): boolean =>
  isObject(value) &&
  isObject(value['global']) &&
  isObject(value['vrrp']) &&
  Array.isArray(value['vrrp']['instances']) &&
  Array.isArray(value['virtualServers']) &&
  Array.isArray(value['checkers']);

const isResume = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(each => isInstance(each) && typeof each['silence'] === 'number' && each['silence'] >= 0);
