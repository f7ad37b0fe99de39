// What the supervisor and its children say to each other over the process channel: plain data, judged when it arrives.
// Spec: Node's advanced serialisation (maps, byte arrays and bigints survive).

import type { Config } from '../conf/config.ts';
import type { ResumedInstance } from '../vrrp/index.ts';

export type ToChild = {
  readonly kind: 'configure';
  readonly config: Config;
  /** Only to a restarted VRRP process: what its predecessor was MASTER of, and for how long nobody has been. */
  readonly resume?: readonly ResumedInstance[];
};

export type FromChild =
  /** Instances that became MASTER, or ceased to be: what a successor of the process must know. */
  | { readonly kind: 'masters'; readonly instances: readonly Omit<ResumedInstance, 'silence'>[] }
  /** Sockets open, configuration in force. */
  | { readonly kind: 'ready' }
  /** A later configuration is in force. */
  | { readonly kind: 'configured' }
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

/** One judge for each kind: whether the other fields are what the type says. */
const fromChild = {
  masters: ({ instances }: Fields) => Array.isArray(instances) && instances.every(isInstance),
  ready: () => true,
  configured: () => true,
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
  if (!isObject(value) || value['kind'] !== 'configure') return undefined;
  const { config, resume } = value;
  return isConfig(config) && (resume === undefined || isResume(resume))
    ? (value as unknown as ToChild)
    : undefined;
}

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
