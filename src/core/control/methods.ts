// The methods of the control socket: what each takes, who may call it. A method that is not here does not exist.
// Spec: docs/status.md; parameters are judged by schema before anything acts on them.

import { faultIn, type ValueOf } from '../schema.ts';
import { type Received, type RpcError, rpcCodes } from './framing.ts';

const text = { type: 'string' } as const;

export const logLevels = ['debug', 'info', 'warning'] as const;

export const methods = {
  status: {
    access: 'read',
    params: { type: 'object', properties: { name: text }, optional: ['name'] },
  },
  /** Transitions after a number of the epoch (of this daemon without one); with `follow` also each later one, as notifications `event`. */
  events: {
    access: 'read',
    params: {
      type: 'object',
      properties: { after: { type: 'integer', minimum: 0 }, epoch: text, follow: { type: 'boolean' } },
      optional: ['after', 'epoch', 'follow'],
    },
  },
  /** With `check` the file is only read and judged. */
  reload: {
    access: 'change',
    params: { type: 'object', properties: { check: { type: 'boolean' } }, optional: ['check'] },
  },
  'log level': {
    access: 'change',
    params: { type: 'object', properties: { level: { type: 'string', enum: logLevels } }, optional: [] },
  },
  /** Runs the checks of a service, a server or a check at once; without a name, all. */
  'check now': {
    access: 'change',
    params: { type: 'object', properties: { name: text }, optional: ['name'] },
  },
  /** Without a weight, what the file says again. */
  'override weight': {
    access: 'change',
    params: {
      type: 'object',
      properties: {
        virtualServer: text,
        realServer: text,
        weight: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
      },
      optional: ['weight'],
    },
  },
  'override priority': {
    access: 'change',
    params: {
      type: 'object',
      properties: { instance: text, priority: { type: 'integer', minimum: 1, maximum: 254 } },
      optional: ['priority'],
    },
  },
} as const;

export type MethodName = keyof typeof methods;
export type ParamsOf<M extends MethodName> = ValueOf<(typeof methods)[M]['params']>;

/** What a peer may do: `change` includes `read`. */
export type Access = 'read' | 'change';

/** A call that may be carried out. */
export type Call = {
  readonly [M in MethodName]: { readonly method: M; readonly params: ParamsOf<M> };
}[MethodName];

const isMethod = (name: string): name is MethodName => Object.hasOwn(methods, name);

/** The call a request asks for, or why it is refused. */
export function judge(
  { method, params }: Extract<Received, { readonly kind: 'request' }>,
  access: Access,
): { readonly ok: true; readonly call: Call } | { readonly ok: false; readonly error: RpcError } {
  const refuse = (code: number, message: string) => ({ ok: false, error: { code, message } }) as const;
  if (!isMethod(method))
    return refuse(rpcCodes.method, `there is no such method; there are ${Object.keys(methods).join(', ')}`);
  const entry = methods[method];
  if (entry.access === 'change' && access === 'read')
    return refuse(rpcCodes.notPermitted, `${method} is for root and the user of the daemon only`);
  const fault = faultIn(entry.params, params, 'params');
  return fault === undefined
    ? { ok: true, call: { method, params } as Call }
    : refuse(rpcCodes.params, fault);
}
