// Client connections for health checks: TCP, TLS without verification, connected UDP. Handed events, closable at any time.
// Spec: connect(2), socket(7) SO_MARK and SO_BINDTODEVICE, RFC 6066 section 3 (server_name); time limits belong to the caller.

import { createSocket } from 'node:dgram';
import { isIP, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Address, familyOf } from '../net/index.ts';
import { type DialFailure, failureOf } from './dial-failure.ts';
import { needsOwnSocket, openDatagramSocket, openTcpSocket } from './marked-socket.ts';
import { clientContext, type TlsFiles } from './tls-client.ts';

/** Where to connect and from where; a check's target has this shape. */
export interface DialTarget {
  readonly address: Address;
  readonly port: number;
  readonly bindAddress: Address | undefined;
  readonly bindPort: number | undefined;
  /** SO_BINDTODEVICE. */
  readonly bindInterface: string | undefined;
  /** SO_MARK; 0 = none. */
  readonly mark: number;
}

/** TLS of a client that verifies nothing. */
export interface DialTls extends TlsFiles {
  /** server_name; undefined or an IP address = none is sent. */
  readonly serverName: string | undefined;
  /** A connection that stands is closed with close_notify, and the peer's is waited for; else in silence. */
  readonly closeNotify?: boolean;
}

/** The `connect` effect of a checker has this shape. */
export interface DialRequest {
  /** `icmp`: echo requests and their replies, each with its ICMP header. */
  readonly transport: 'tcp' | 'udp' | 'icmp';
  readonly target: DialTarget;
  /** Only for tcp. */
  readonly tls: DialTls | undefined;
}

export type DialEvent =
  /** The connection stands; with TLS the handshake is done. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** The peer closed its side in order (a reset is a failure, whatever came before it). */
  | { readonly kind: 'ended' }
  /** It could not be made or it broke. Nothing follows. */
  | ({ readonly kind: 'failed' } & DialFailure);

export interface Connection {
  send(bytes: Uint8Array): void;
  /** Gives everything back at once; no event follows. May be called at any time and more than once. */
  close(): void;
}

/** Opens a connection. No event is delivered before this returns; no time limit of its own. `established`: TCP stands, TLS may follow. */
export function dial(
  request: DialRequest,
  hear: (event: DialEvent) => void,
  established?: () => void,
): Connection {
  switch (request.transport) {
    case 'tcp':
      return dialTcp(request.target, request.tls, hear, established);
    case 'udp':
    case 'icmp':
      return dialDatagram(request.transport, request.target, hear);
  }
}

function dialTcp(
  target: DialTarget,
  tls: DialTls | undefined,
  hear: (event: DialEvent) => void,
  established: (() => void) | undefined,
): Connection {
  let closed = false;
  let socket: Socket | undefined;
  let stream: Socket | undefined;

  let stands = false;

  const close = () => {
    closed = true;
    if (tls?.closeNotify === true && stands && stream !== undefined) closeInOrder(stream, socket);
    else {
      stream?.destroy();
      if (socket !== stream) socket?.destroy();
    }
    stream = undefined;
    socket = undefined;
  };
  const failed = (error: unknown) => {
    if (closed) return;
    close();
    hear({ kind: 'failed', ...failureOf(error) });
  };
  const listen = (to: Socket, ready: 'connect' | 'secureConnect') => {
    stream = to;
    to.on('error', failed);
    to.once(ready, () => {
      stands = true;
      if (!closed) hear({ kind: 'connected' });
    });
    to.on('data', bytes => {
      if (!closed) hear({ kind: 'data', bytes });
    });
    to.once('end', () => {
      if (closed) return;
      if (to !== socket) return hear({ kind: 'ended' });
      // libuv takes a hang-up after a partial read for an end and never asks for the error behind it. A write of nothing sends nothing and
      // returns that error.
      to.write(nothing, error => {
        if (error != null) failed(error);
        else if (!closed) hear({ kind: 'ended' });
      });
    });
    // A reset behind a sent FIN shows only here.
    to.once('close', () => failed(Object.assign(new Error('connection closed'), { code: 'ECONNRESET' })));
  };
  const start = (raw: Socket) => {
    socket = raw;
    if (established !== undefined) raw.once('connect', established);
    const { address, port, bindAddress, bindPort } = target;
    try {
      if (tls === undefined) listen(raw, 'connect');
      else {
        const { serverName } = tls;
        const context = clientContext(tls);
        const named = serverName !== undefined && isIP(serverName) === 0 ? { servername: serverName } : {};
        raw.on('error', failed);
        listen(
          connectTls({ socket: raw, secureContext: context, rejectUnauthorized: false, ...named }),
          'secureConnect',
        );
      }
      raw.connect({
        host: address,
        port,
        ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
        ...(bindPort === undefined ? {} : { localPort: bindPort }),
      });
    } catch (error) {
      // Not from within the call: the caller does not have its handle yet.
      setImmediate(failed, error);
    }
  };

  if (needsOwnSocket(target)) {
    openTcpSocket(target).then(fd => {
      if (!fd.ok) failed(fd.fault);
      else if (closed) new Socket({ fd: fd.value }).destroy();
      else start(new Socket({ fd: fd.value, allowHalfOpen: true }));
    }, failed);
  } else start(new Socket({ allowHalfOpen: true }));

  return {
    send(bytes) {
      stream?.write(bytes);
    },
    close,
  };
}

/** Milliseconds that a peer gets for its close_notify. */
const farewell = 1_000;

/** RFC 8446 section 6.1: each side says that it sends no more. The socket is given back in a second at most. */
function closeInOrder(stream: Socket, socket: Socket | undefined): void {
  const giveBack = () => {
    clearTimeout(timer);
    stream.destroy();
    socket?.destroy();
  };
  const timer = setTimeout(giveBack, farewell);
  for (const each of [stream, socket]) each?.on('error', giveBack);
  stream.once('close', giveBack);
  stream.once('end', giveBack);
  stream.end();
  stream.resume();
}

const nothing = Buffer.alloc(0);

/** A descriptor that nobody wants any more. */
function releaseDatagram(fd: number, address: Address): void {
  const socket = createSocket(datagrams[familyOf(address)]);
  socket.bind({ fd }, () => socket.close());
}

const datagrams = { inet: 'udp4', inet6: 'udp6' } as const;

/** A connected datagram socket hears only its peer, and the ICMP errors of what it sent. */
function dialDatagram(
  transport: 'udp' | 'icmp',
  target: DialTarget,
  hear: (event: DialEvent) => void,
): Connection {
  const { address, port, bindAddress, bindPort } = target;
  const socket = createSocket(datagrams[familyOf(address)]);
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    socket.close();
  };
  const failed = (error: unknown) => {
    if (closed) return;
    close();
    hear({ kind: 'failed', ...failureOf(error) });
  };
  socket.on('error', failed);
  socket.on('message', bytes => {
    if (!closed) hear({ kind: 'data', bytes });
  });
  const connect = () => {
    if (closed) return;
    // A ping socket has no port, but connect(2) has a place for one.
    socket.connect(transport === 'icmp' ? 1 : port, address, (error?: Error) => {
      if (error != null) failed(error);
      else if (!closed) hear({ kind: 'connected' });
    });
  };
  if (transport === 'icmp' || needsOwnSocket(target)) {
    openDatagramSocket(transport, target).then(fd => {
      if (!fd.ok) failed(fd.fault);
      else if (closed) releaseDatagram(fd.value, address);
      else socket.bind({ fd: fd.value }, connect);
    }, failed);
  } else
    socket.bind(
      { port: bindPort ?? 0, ...(bindAddress === undefined ? {} : { address: bindAddress }) },
      connect,
    );
  return {
    send(bytes) {
      if (closed) return;
      socket.send(bytes, error => {
        if (error != null) failed(error);
      });
    },
    close,
  };
}
