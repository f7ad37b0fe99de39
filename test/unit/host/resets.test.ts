// A peer that resets the connection after part of its answer has not answered, whatever was read before the reset.
// Truth: recv(2) ECONNRESET; Debian's genhash says "Read error" in each of these cases. libuv reports most of them as an orderly end.
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { http as protocol } from '../../../src/core/check/http.ts';
import { type DialEvent, dial } from '../../../src/core/host/dial.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { instant } from '../../../src/core/time.ts';
import { ensureBuilt, executable } from '../../lab/built.ts';
import { http } from '../check/sample.ts';

const run = promisify(execFile);
const times = 50;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
/** Answers each request with `text`, then resets the connection. */
async function resetting(text: string): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(text);
      socket.resetAndDestroy();
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

const half = `HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(300)}`;
const whole = half + 'x'.repeat(700);

/** The last event of a connection that sends a request. */
function outcome(port: number): Promise<DialEvent> {
  const target = {
    address: '127.0.0.1' as Address,
    port,
    bindAddress: undefined,
    bindPort: undefined,
    bindInterface: undefined,
    mark: 0,
  };
  return new Promise(done => {
    const connection = dial({ transport: 'tcp', target, tls: undefined }, event => {
      if (event.kind === 'connected') connection.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
      else if (event.kind !== 'data') {
        connection.close();
        done(event);
      }
    });
  });
}

async function outcomes(port: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let round = 0; round < times; round++) {
    const event = await outcome(port);
    seen.add(event.kind === 'failed' ? `failed ${event.errno}` : event.kind);
  }
  return seen;
}

describe('a reset', () => {
  it.each([
    ['behind half a page', half],
    ['behind the whole page', whole],
  ])('%s is a failure', async (_, text) => {
    expect(await outcomes(await resetting(text))).toEqual(new Set(['failed ECONNRESET']));
  });

  it('of a server that closes with the request unread is a failure', async () => {
    const server = createServer({ pauseOnConnect: true }, socket => {
      socket.on('error', () => undefined);
      socket.write(whole);
      setTimeout(() => socket.destroy(), 10);
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    closers.push(() => server.close());
    expect(await outcomes((server.address() as { port: number }).port)).toEqual(
      new Set(['failed ECONNRESET']),
    );
  });

  it('prints no digest: genhash ends with 1', async () => {
    ensureBuilt();
    const port = await resetting(half);
    for (let round = 0; round < 5; round++) {
      const asked = run(process.execPath, [
        executable,
        'genhash',
        '-s',
        '127.0.0.1',
        '-p',
        String(port),
        '-u',
        '/',
      ]);
      await expect(asked).rejects.toMatchObject({ code: 1, stdout: '' });
    }
  });
});

it('an orderly end stays one, however short the page is: keepalived takes it too', async () => {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(half));
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => server.close());
  expect(await outcomes((server.address() as { port: number }).port)).toEqual(new Set(['ended']));
});

describe('SSL_GET of a server that ends TLS with a reset', () => {
  const tls = {
    sni: false,
    sniName: undefined,
    compliant: false,
    clientKey: undefined,
    clientCertificate: undefined,
    authority: undefined,
    password: undefined,
  };
  const reset = { kind: 'failed', reason: 'connection reset', errno: 'ECONNRESET', local: false } as const;
  const play = (text: string) => {
    const check = http({ tls });
    const { dialogue } = protocol.begin(check, 0, instant(0));
    protocol.proceed(check, dialogue, { kind: 'connected', nonce: 1 }, instant(1));
    protocol.proceed(check, dialogue, { kind: 'data', bytes: Buffer.from(text) }, instant(2));
    return protocol.proceed(check, dialogue, reset, instant(3));
  };

  it('counts when all that Content-Length announces has come', () => {
    expect(play(whole)).toMatchObject({ result: { kind: 'success' } });
  });

  it('is a failure before that, or when nobody can tell', () => {
    expect(play(half)).toMatchObject({ result: { kind: 'failure', cause: 'connection reset' } });
    expect(play(whole.replace(/Content-Length: \d+\r\n/, ''))).toMatchObject({ result: { kind: 'failure' } });
  });
});
