// Real servers on loopback: what a dialed connection hears. The truth is the kernel's own answer.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DialEvent, type DialRequest, dial } from '../../../src/core/host/dial.ts';
import type { Address } from '../../../src/core/net/index.ts';

const isRoot = process.getuid?.() === 0;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    closers.push(() => socket.destroy());
    serve(socket);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

const to = (
  port: number,
  target: Partial<DialRequest['target']> = {},
  rest: Partial<DialRequest> = {},
): DialRequest => ({
  transport: 'tcp',
  tls: undefined,
  target: {
    address: '127.0.0.1' as Address,
    port,
    bindAddress: undefined,
    bindPort: undefined,
    bindInterface: undefined,
    mark: 0,
    ...target,
  },
  ...rest,
});

/** All events up to the first of the given kind; `greet` is sent as soon as the connection stands. */
function hearUntil(request: DialRequest, last: DialEvent['kind'], greet?: string): Promise<DialEvent[]> {
  return new Promise(done => {
    const events: DialEvent[] = [];
    const connection = dial(request, event => {
      events.push(event);
      if (event.kind === 'connected' && greet !== undefined) connection.send(Buffer.from(greet));
      if (event.kind !== last) return;
      connection.close();
      done(events);
    });
    closers.push(() => connection.close());
  });
}

const kinds = (events: readonly DialEvent[]) => events.map(event => event.kind);
const text = (events: readonly DialEvent[]) =>
  events.map(event => (event.kind === 'data' ? Buffer.from(event.bytes).toString() : '')).join('');

describe('dial over TCP', () => {
  it('connects, carries bytes both ways and hears the peer end', async () => {
    const port = await listen(socket => socket.on('data', bytes => socket.end(`you said ${bytes}`)));
    const events = await hearUntil(to(port), 'ended', 'hello');
    expect(kinds(events)).toEqual(['connected', 'data', 'ended']);
    expect(text(events)).toBe('you said hello');
  });

  it('hears a refusal as the peer’s doing', async () => {
    const server = createServer();
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    await new Promise(done => server.close(done));
    expect(await hearUntil(to(port), 'failed')).toMatchObject([
      { kind: 'failed', errno: 'ECONNREFUSED', local: false },
    ]);
  });

  it('hears a reset after the connection stood', async () => {
    const port = await listen(socket => socket.on('data', () => socket.resetAndDestroy()));
    const events = await hearUntil(to(port), 'failed', 'hello');
    expect(events.at(-1)).toMatchObject({ errno: 'ECONNRESET', local: false });
  });

  it('still sends after the peer closed its side', async () => {
    const heard = await new Promise<string>(done => {
      void listen(socket => {
        socket.allowHalfOpen = true;
        socket.end();
        socket.on('data', bytes => done(String(bytes)));
      }).then(port => {
        const connection = dial(to(port), event => {
          if (event.kind === 'ended') connection.send(Buffer.from('late'));
        });
        closers.push(() => connection.close());
      });
    });
    expect(heard).toBe('late');
  });

  it('blames this machine for an address it does not own', async () => {
    const port = await listen(() => undefined);
    const [event] = await hearUntil(to(port, { bindAddress: '192.0.2.1' as Address }), 'failed');
    expect(event).toMatchObject({ errno: 'EADDRNOTAVAIL', local: true });
  });

  it('comes from the address and port it was told to', async () => {
    const port = await listen(socket => socket.end(`${socket.remoteAddress}:${socket.remotePort}`));
    const bindPort = 20_000 + (process.pid % 10_000);
    const events = await hearUntil(to(port, { bindAddress: '127.0.0.9' as Address, bindPort }), 'ended');
    expect(text(events)).toBe(`127.0.0.9:${bindPort}`);
  });

  it('leaves through the named interface, and blames this machine for one that is missing', async () => {
    const port = await listen(socket => socket.end(`from ${socket.remoteAddress}`));
    const bound = to(port, { bindInterface: 'lo', bindAddress: '127.0.0.2' as Address });
    expect(text(await hearUntil(bound, 'ended'))).toBe('from 127.0.0.2');
    expect(await hearUntil(to(port, { bindInterface: 'no-such-if0' }), 'failed')).toMatchObject([
      { local: true, errno: 'ENODEV', reason: 'SO_BINDTODEVICE no-such-if0: ENODEV' },
    ]);
  });

  it('marks its packets where CAP_NET_ADMIN allows it, and else blames this machine', async () => {
    const port = await listen(socket => socket.end('marked'));
    const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    const netAdmin = ((BigInt(`0x${capabilities}`) >> 12n) & 1n) === 1n;
    const request = to(port, { mark: 7 });
    if (netAdmin) expect(text(await hearUntil(request, 'ended'))).toBe('marked');
    else expect(await hearUntil(request, 'failed')).toMatchObject([{ errno: 'EPERM', local: true }]);
  });

  it('hears nothing after close', async () => {
    const port = await listen(socket => socket.end('late'));
    const events: DialEvent[] = [];
    for (const bindInterface of [undefined, 'lo']) {
      const connection = dial(to(port, { bindInterface }), event => events.push(event));
      connection.close();
      connection.close();
    }
    await new Promise(done => setTimeout(done, 50));
    expect(events).toEqual([]);
  });
});

describe('dial over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lvskit-dial-'));
  const [keyPath, certificatePath] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const none = { serverName: undefined, clientKey: undefined, clientCertificate: undefined };
  const plain = { ...none, authority: undefined, password: undefined };

  beforeAll(() => {
    const what = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=nobody',
    ];
    const where = ['-keyout', keyPath, '-out', certificatePath, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...what, ...where], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function listenTls(serve: (socket: TLSSocket) => void): Promise<number> {
    const [key, cert] = [readFileSync(keyPath), readFileSync(certificatePath)];
    const server = createTlsServer({ key, cert, requestCert: true, rejectUnauthorized: false }, socket => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    closers.push(() => server.close());
    return (server.address() as { port: number }).port;
  }

  it('talks to a server with a certificate nobody signed, names it, and shows its own', async () => {
    const port = await listenTls(socket => {
      const subject = socket.getPeerCertificate().subject as { CN?: string } | undefined;
      socket.end(`${socket.servername} ${subject?.CN}`);
    });
    const tls = { ...plain, serverName: 'www.example.org' };
    expect(text(await hearUntil(to(port, {}, { tls }), 'ended'))).toBe('www.example.org undefined');
    const own = { ...plain, serverName: '127.0.0.1', clientKey: keyPath, clientCertificate: certificatePath };
    expect(text(await hearUntil(to(port, {}, { tls: own }), 'ended'))).toBe('false nobody');
  });

  it('takes a server that closes without a close_notify for ended', async () => {
    const port = await listenTls(socket =>
      socket.write('all', () => {
        (socket as unknown as { _parent?: Socket })._parent?.end();
        (socket as unknown as { _handle: { close(): void } })._handle.close();
      }),
    );
    const events = await hearUntil(to(port, {}, { tls: plain }), 'ended');
    expect(text(events)).toBe('all');
  });

  it('fails where no TLS is spoken, and blames this machine for a missing key file', async () => {
    const port = await listen(socket => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'));
    expect(await hearUntil(to(port, {}, { tls: plain }), 'failed')).toMatchObject([{ local: false }]);
    const tls = { ...plain, clientKey: join(folder, 'missing.pem') };
    expect(await hearUntil(to(port, {}, { tls }), 'failed')).toMatchObject([
      { errno: 'ENOENT', local: true },
    ]);
  });
});

describe('dial over UDP', () => {
  it('hears the reply, and the ICMP answer of a closed port', async () => {
    const server = createSocket('udp4');
    server.on('message', (bytes, from) => server.send(bytes, from.port, from.address));
    await new Promise<void>(done => server.bind(0, '127.0.0.1', done));
    const { port } = server.address();
    const request = to(port, {}, { transport: 'udp' });
    expect(kinds(await hearUntil(request, 'data', 'ping'))).toEqual(['connected', 'data']);
    await new Promise<void>(done => server.close(() => done()));
    const refused = await hearUntil(request, 'failed', 'ping');
    expect(refused.at(-1)).toMatchObject({ errno: 'ECONNREFUSED', local: false });
  });

  it.runIf(isRoot)('leaves by an interface, with a mark, from an address and port', async () => {
    const server = createSocket('udp4');
    closers.push(() => server.close());
    await new Promise<void>(done => server.bind(0, '127.0.0.1', done));
    const heard = new Promise<string>(done => server.once('message', (_, from) => done(from.address)));
    const marks = { bindInterface: 'lo', mark: 7, bindAddress: '127.0.0.9' as Address };
    const connection = dial(to(server.address().port, marks, { transport: 'udp' }), event => {
      if (event.kind === 'connected') connection.send(Buffer.from('x'));
    });
    closers.push(() => connection.close());
    expect(await heard).toBe('127.0.0.9');
  });

  it.runIf(isRoot)('says which interface it cannot be tied to', async () => {
    const heard = await hearUntil(to(1, { bindInterface: 'nosuch0' }, { transport: 'udp' }), 'failed');
    expect(heard).toMatchObject([
      { local: true, reason: expect.stringContaining('SO_BINDTODEVICE nosuch0') },
    ]);
  });
});
