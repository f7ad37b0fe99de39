// One question to the daemon over its control socket, as JSON-RPC on one line; and what it means when nobody answers.
// Spec: control/framing.ts; connect(2) ENOENT, ECONNREFUSED, EACCES.

import { basename, dirname, join } from 'node:path';
import { rpcCodes, type Status, statusVersion } from '../../control/index.ts';
import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import { askLocally, namesIn } from '../../host/index.ts';

/** Milliseconds. */
const patience = 5_000;

/** A socket that another daemon, an instance of its own, listens on in the same folder. */
function neighbours(path: string): readonly string[] {
  return namesIn(dirname(path))
    .filter(name => /^control.*\.sock$/.test(name) && name !== basename(path))
    .slice(0, 5)
    .map(name => join(dirname(path), name));
}

function noAnswer(path: string, { errno = '', message }: Fault): Fault {
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

/** Asks for the status, of everything or of what has the name. */
export async function askStatus(path: string, name: string | undefined): Promise<Outcome<Status>> {
  const params = name === undefined ? {} : { name };
  const question = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'status', params });
  const answer = await askLocally(path, question, patience);
  return answer.ok ? readAnswer(path, answer.value) : fail(noAnswer(path, answer.fault));
}

function readAnswer(path: string, line: string): Outcome<Status> {
  const strange = (what: string) =>
    fail({ code: 'no-daemon', message: `what listens at ${path} is not a daemon of this version: ${what}` });
  let answer: {
    readonly result?: Status;
    readonly error?: { readonly code?: unknown; readonly message?: unknown };
  };
  try {
    answer = JSON.parse(line);
  } catch {
    return strange('its answer is not JSON');
  }
  const { result, error } = answer;
  if (typeof error?.message === 'string') {
    if (error.code === rpcCodes.failed) {
      const remedy = 'Run lvskit status without a name to see what there is.';
      return fail({ code: 'usage', message: error.message, remedy });
    }
    const message = `the daemon at ${path} gives no status now: ${error.message}`;
    return fail({ code: 'no-daemon', message, remedy: 'Try again in a moment.' });
  }
  if (result?.schema !== statusVersion) return strange(`it answers ${String(result?.schema)}`);
  return succeed(result);
}
