// One question to the daemon over its control socket, as JSON-RPC on one line; and what it means when nobody answers.
// Spec: control/framing.ts; connect(2) ENOENT, ECONNREFUSED, EACCES.

import { basename, dirname, join } from 'node:path';
import {
  controlPath,
  type MethodName,
  type ParamsOf,
  rpcCodes,
  type Status,
  statusVersion,
} from '../../control/index.ts';
import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import { askLocally, namesIn } from '../../host/index.ts';
import { visible } from '../../visible.ts';

/** Which daemon is asked. */
export interface DaemonOptions {
  readonly socket: string | undefined;
  readonly instance: string | undefined;
}

export const socketOf = ({ socket, instance }: DaemonOptions): string => socket ?? controlPath(instance);

/** Milliseconds. */
const patience = 5_000;

/** A socket that another daemon, an instance of its own, listens on in the same folder. */
function neighbours(path: string): readonly string[] {
  return namesIn(dirname(path))
    .filter(name => /^control.*\.sock$/.test(name) && name !== basename(path))
    .slice(0, 5)
    .map(name => join(dirname(path), name));
}

export function noAnswer(path: string, { errno = '', message }: Fault): Fault {
  if (errno === 'EACCES' || errno === 'EPERM')
    return {
      code: 'not-permitted',
      message: `the daemon's control socket ${path} is not for this user`,
      errno,
      remedy: 'Ask as root, or start the daemon with --control-group and join that group.',
    };
  const others = neighbours(path);
  const also = others.length === 0 ? '' : ` (there is ${others.join(', ')})`;
  if (errno === 'ENOENT' || errno === 'ECONNREFUSED')
    return { code: 'no-daemon', message: `no lvskit daemon listens at ${path}${also}`, errno };
  const what =
    errno === 'ETIMEDOUT' || errno === 'ECONNRESET' ? `the daemon at ${path} ${message}` : undefined;
  return {
    code: 'no-daemon',
    message: what ?? `no lvskit daemon can be asked at ${path}: ${message}`,
    errno,
  };
}

/** A request as the daemon reads it. */
export const requestOf = <M extends MethodName>(method: M, params: ParamsOf<M>): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });

/** The result of one call. `milliseconds`: how long the answer may take. */
export async function askDaemon<M extends MethodName>(
  path: string,
  method: M,
  params: ParamsOf<M>,
  milliseconds = patience,
): Promise<Outcome<unknown>> {
  const answer = await askLocally(path, requestOf(method, params), milliseconds);
  return answer.ok ? resultOf(path, answer.value) : fail(noAnswer(path, answer.fault));
}

/** Asks for the status, of everything or of what has the name. */
export async function askStatus(path: string, name: string | undefined): Promise<Outcome<Status>> {
  const answer = await askDaemon(path, 'status', name === undefined ? {} : { name });
  if (!answer.ok) return answer;
  const result = answer.value as Status | undefined;
  return result?.schema === statusVersion
    ? succeed(result)
    : fail(strange(path, `it answers ${visible(String(result?.schema))}`));
}

/** Something else listens there, or a daemon of another version. */
export const strange = (path: string, what: string): Fault => ({
  code: 'no-daemon',
  message: `what listens at ${path} is not a daemon of this version: ${what}`,
});

/** What a line of the daemon answers to a request. */
export function resultOf(path: string, line: string): Outcome<unknown> {
  let answer: {
    readonly result?: unknown;
    readonly error?: { readonly code?: unknown; readonly message?: unknown };
  };
  try {
    answer = JSON.parse(line) ?? {};
  } catch {
    return fail(strange(path, 'its answer is not JSON'));
  }
  const { result, error } = answer;
  if (typeof error?.message === 'string') {
    if (error.code === rpcCodes.failed) {
      const remedy = 'Run lvskit status without a name to see what there is.';
      return fail({ code: 'usage', message: error.message, remedy });
    }
    if (error.code === rpcCodes.notPermitted)
      return fail({
        code: 'not-permitted',
        message: `the daemon at ${path} refuses: ${error.message}`,
        remedy: 'Ask as root, or as the user that the daemon runs as.',
      });
    const message = `the daemon at ${path} does not answer that now: ${error.message}`;
    return fail({ code: 'no-daemon', message, remedy: 'Try again in a moment.' });
  }
  return result === undefined ? fail(strange(path, 'its answer has no result')) : succeed(result);
}
