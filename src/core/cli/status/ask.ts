// One question to the daemon over its control socket, as JSON-RPC on one line; and what it means when nobody answers.
// Spec: control/framing.ts; connect(2) ENOENT, ECONNREFUSED, EACCES.

import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { rpcCodes, type Status, statusVersion } from '../../control/index.ts';
import { type Fault, fail, type Outcome, succeed } from '../../fault.ts';
import { connectLocally } from '../../host/index.ts';

/** Milliseconds. */
const patience = 5_000;

/** A socket that another daemon, an instance of its own, listens on in the same folder. */
function neighbours(path: string): readonly string[] {
  try {
    return readdirSync(dirname(path))
      .filter(name => /^control.*\.sock$/.test(name) && name !== basename(path))
      .slice(0, 5)
      .map(name => join(dirname(path), name));
  } catch {
    return [];
  }
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
  return { code: 'no-daemon', message: `no lvskit daemon can be asked at ${path}: ${message}`, errno };
}

function lineOf(socket: Socket, path: string): Promise<Outcome<string>> {
  return new Promise(resolve => {
    const parts: Buffer[] = [];
    const end = (outcome: Outcome<string>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const silent = `the daemon at ${path} does not answer within ${patience / 1_000} s`;
    const timer = setTimeout(() => end(fail({ code: 'no-daemon', message: silent })), patience);
    socket.on('data', bytes => {
      const stop = bytes.indexOf(10);
      parts.push(stop < 0 ? bytes : bytes.subarray(0, stop));
      if (stop >= 0) end(succeed(Buffer.concat(parts).toString('utf8')));
    });
    const gone = `the daemon at ${path} ended the connection`;
    socket.on('error', () => end(fail({ code: 'no-daemon', message: gone })));
    socket.on('close', () => end(fail({ code: 'no-daemon', message: gone })));
  });
}

/** Asks for the status, of everything or of what has the name. */
export async function askStatus(path: string, name: string | undefined): Promise<Outcome<Status>> {
  const connected = await connectLocally(path);
  if (!connected.ok) return fail(noAnswer(path, connected.fault));
  const params = name === undefined ? {} : { name };
  connected.value.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'status', params })}\n`);
  const line = await lineOf(connected.value, path);
  return line.ok ? readAnswer(path, line.value) : line;
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
