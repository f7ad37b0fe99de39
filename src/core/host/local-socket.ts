// A socket in the file system: who may connect is its mode, its group and the kernel's word about the peer.
// Spec: unix(7) SO_PEERCRED, sun_path of 108 bytes; bind(2) does not follow a symbolic link; connect(2) ECONNREFUSED: nobody listens.

import { chmodSync, lchownSync, linkSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { type Fault, fail, type Outcome, succeed } from '../fault.ts';
import { type Libc, loadLibc } from './libc.ts';
import { makeDirectory } from './pid-file.ts';

/** Who has connected, as the kernel knows it. */
export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export interface LocalServer {
  /** Without koffi nobody is known. */
  readonly knowsPeers: boolean;
  /** Closes the socket and removes it, unless somebody has put another in its place. */
  close(): void;
}

export interface LocalServerOptions {
  readonly path: string;
  /** Members may connect: mode 0660. undefined: the owner alone, 0600. */
  readonly gid: number | undefined;
  onClient(socket: Socket, peer: Peer | undefined): void;
}

/** The name a socket has until everything about it is right. */
const unfinished = (path: string): string => `${path}.new`;
/** sun_path has 108 bytes with the NUL at its end. */
const longestPath = 107 - '.new'.length;
/** SOL_SOCKET, SO_PEERCRED. */
const peerCredentials = [1, 17] as const;

const cannot = (path: string, reason: string, errno?: string): Fault => ({
  code: 'socket-failed',
  message: `the socket ${path} cannot be opened: ${reason}`,
  operation: 'bind',
  ...(errno === undefined ? {} : { errno }),
});

/** Listens there. A socket that nobody listens on any more is replaced; anything else that has the name stays, and is the fault. */
export async function listenLocally(options: LocalServerOptions): Promise<Outcome<LocalServer>> {
  const { path, gid, onClient } = options;
  if (Buffer.byteLength(path) > longestPath)
    return fail(cannot(path, `a socket's path has at most ${longestPath} bytes`));
  try {
    makeDirectory(dirname(path));
    for (const name of [path, unfinished(path)]) {
      const obstacle = await clear(name);
      if (obstacle !== undefined) return fail(cannot(name, obstacle));
    }
    const libc = await loadLibc();
    const server = createServer({ allowHalfOpen: true }, socket =>
      onClient(socket, libc.ok ? peerOf(libc.value, socket) : undefined),
    );
    const { ino } = await bind(server, path, gid);
    return succeed({ knowsPeers: libc.ok, close: () => close(server, path, ino) });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return fail(cannot(path, message, code));
  }
}

/** What keeps us from having the name; undefined: it is free now. */
async function clear(path: string): Promise<string | undefined> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isSocket()) return 'there is something else of that name';
  if (await isServed(path)) return 'another process listens there';
  // Nobody has put another there while we asked.
  if (lstatSync(path, { throwIfNoEntry: false })?.ino === found.ino) unlinkSync(path);
  return undefined;
}

const isServed = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const probe = connect(path);
    const end = (served: boolean) => {
      probe.destroy();
      resolve(served);
    };
    probe.once('connect', () => end(true));
    // EAGAIN: its queue is full, so somebody listens.
    probe.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });

/**
 * From the first moment on only the owner may connect; the group is let in when the socket is its own. It gets its name last: link(2) replaces
 * nothing. And when a server is closed libuv removes the name it was bound to, whoever has that by then.
 */
function bind(server: Server, path: string, gid: number | undefined) {
  return new Promise<{ readonly mode: number; readonly ino: number }>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      try {
        const name = unfinished(path);
        if (gid !== undefined) {
          lchownSync(name, -1, gid);
          chmodSync(name, 0o660);
        }
        linkSync(name, path);
        unlinkSync(name);
        server.off('error', reject);
        // A client that is refused for want of descriptors must not end the daemon.
        server.on('error', () => {});
        resolve(lstatSync(path));
      } catch (error) {
        server.close();
        reject(error);
      }
    });
    const before = process.umask(0o177);
    try {
      server.listen(unfinished(path));
    } finally {
      process.umask(before);
    }
  });
}

function close(server: Server, path: string, ino: number): void {
  try {
    // Its number is not used again as long as the socket lives.
    if (lstatSync(path).ino === ino) unlinkSync(path);
  } catch {
    // Gone already: nothing to remove.
  }
  server.close();
}

function peerOf(libc: Libc, socket: Socket): Peer | undefined {
  const fd = (socket as { readonly _handle?: { readonly fd?: number } })._handle?.fd;
  if (fd === undefined || fd < 0) return undefined;
  // struct ucred: pid, uid, gid.
  const credentials = new Uint8Array(12);
  const [level, option] = peerCredentials;
  if (libc.getsockopt(fd, level, option, credentials, new Uint32Array([12])) !== 0) return undefined;
  const view = new DataView(credentials.buffer);
  return { pid: view.getInt32(0, true), uid: view.getUint32(4, true), gid: view.getUint32(8, true) };
}

/** Characters: what the daemon keeps of events fits many times. */
const longestLine = 4 * 1024 * 1024;

/** Writes one line and resolves with the first line that comes back. Faults `socket-failed` with the errno of connect(2), ETIMEDOUT or ECONNRESET. */
export async function askLocally(
  path: string,
  question: string,
  milliseconds: number,
): Promise<Outcome<string>> {
  const connected = await connectLocally(path);
  if (!connected.ok) return connected;
  const socket = connected.value;
  socket.write(`${question}\n`);
  return new Promise(resolve => {
    const parts: Buffer[] = [];
    const end = (outcome: Outcome<string>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const broken = (message: string, errno: string) => () =>
      end(fail({ code: 'socket-failed', message, operation: 'recv', errno }));
    const timer = setTimeout(
      broken(`does not answer within ${milliseconds / 1_000} s`, 'ETIMEDOUT'),
      milliseconds,
    );
    socket.on('data', bytes => {
      const stop = bytes.indexOf(10);
      parts.push(stop < 0 ? bytes : bytes.subarray(0, stop));
      if (stop >= 0) end(succeed(Buffer.concat(parts).toString('utf8')));
    });
    const gone = broken('ended the connection', 'ECONNRESET');
    socket.on('error', gone);
    socket.on('close', gone);
  });
}

/**
 * Writes one line and hands on each line that comes back, until `line` returns a fault, which is the outcome then, the signal aborts or the peer
 * ends. Faults as `askLocally`; a peer that ends in the middle is ECONNRESET, a line without end EMSGSIZE.
 */
export async function followLocally(
  path: string,
  question: string,
  line: (text: string) => Fault | undefined,
  signal: AbortSignal,
): Promise<Outcome<undefined>> {
  const connected = await connectLocally(path);
  if (!connected.ok) return connected;
  const socket = connected.value;
  socket.write(`${question}\n`);
  return new Promise(resolve => {
    let rest = '';
    const end = (outcome: Outcome<undefined>) => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(outcome);
    };
    const stop = () => end(succeed(undefined));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    socket.setEncoding('utf8');
    const broken = (message: string, errno: string) => () =>
      end(fail({ code: 'socket-failed', message, operation: 'recv', errno }));
    const endless = broken(`sends a line of more than ${longestLine} characters`, 'EMSGSIZE');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) {
        const fault = line(each);
        if (fault !== undefined) return end(fail(fault));
      }
      if (rest.length > longestLine) endless();
    });
    const gone = broken('ended the connection', 'ECONNRESET');
    socket.on('error', gone);
    socket.on('close', gone);
  });
}

/** A connection to a socket in the file system. Fault `socket-failed` with the errno of connect(2). */
const connectLocally = (path: string): Promise<Outcome<Socket>> =>
  new Promise(resolve => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(succeed(socket));
    });
    socket.once('error', ({ code = '', message }: NodeJS.ErrnoException) => {
      resolve(fail({ code: 'socket-failed', message, operation: 'connect', errno: code }));
    });
  });
