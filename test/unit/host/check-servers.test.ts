// Checkers against real servers on loopback, and digests beside Debian's genhash (package keepalived), which must be installed.

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type CheckEffect,
  type Checker,
  type CheckInput,
  type CheckKind,
  checkerDeadline,
  createChecker,
  createReply,
  encodeRequest,
  readReply,
  replyDigest,
  stepChecker,
} from '../../../src/core/check/index.ts';
import { type Connection, dial } from '../../../src/core/host/dial.ts';
import { drive } from '../../../src/core/host/driver.ts';
import { runProcess } from '../../../src/core/host/process.ts';
import type { Address } from '../../../src/core/net/index.ts';
import { inputOf, matchOf } from '../../../src/core/runtime/check-inputs.ts';
import { instant, milliseconds, zero } from '../../../src/core/time.ts';
import { checker, http, target, url } from '../check/sample.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const folder = mkdtempSync(join(tmpdir(), 'lvskit-check-'));
const [keyPath, certificatePath] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
beforeAll(() => {
  const what = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=nobody', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...what, '-keyout', keyPath, '-out', certificatePath], {
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function listen(serve: (socket: Socket) => void, tls = false): Promise<number> {
  const onSocket = (socket: Socket) => {
    socket.on('error', () => undefined);
    closers.push(() => socket.destroy());
    serve(socket);
  };
  const server = tls
    ? createTlsServer({ key: readFileSync(keyPath), cert: readFileSync(certificatePath) }, onSocket)
    : createServer(onSocket);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** Only where a server is meant to keep a checker waiting does it wait for its time-out; everything else happens long before. */
const here = (port: number, timeout = milliseconds(20_000)) =>
  target({ address: '127.0.0.1' as Address, port, timeout });
const silence = milliseconds(300);

/** The first verdict of a checker that starts in the opposite state. */
function firstVerdict(check: CheckKind, alpha: boolean): Promise<{ up: boolean; cause: string }> {
  return new Promise(done => {
    let connection: Connection | undefined;
    const config = checker(check, { alpha, delayLoop: milliseconds(20), delayBeforeRetry: milliseconds(20) });
    const driver = drive<Checker, CheckInput, CheckEffect>({
      machine: { step: stepChecker, deadline: checkerDeadline, wake: { kind: 'wake' } },
      // The origin of the clock is the start of this process: the first second is over or soon will be.
      initial: createChecker(config, { spread: zero }, instant(0)),
      perform(effect, post) {
        if (effect.kind === 'connect') connection = dial(effect, event => post(inputOf(event)));
        else if (effect.kind === 'match') void matchOf(effect).then(post);
        else if (effect.kind === 'send') connection?.send(effect.bytes);
        else if (effect.kind === 'close') connection?.close();
        else if (effect.kind === 'spawn')
          runProcess(effect.command, exit => post({ kind: 'exited', ...exit }));
        else if (effect.kind === 'verdict') {
          driver.stop();
          done({ up: effect.up, cause: effect.cause });
        }
      },
    });
    closers.push(() => driver.stop());
    driver.post({ kind: 'wake' });
  });
}

const answer = (text: string) => (socket: Socket) => socket.once('data', () => socket.end(text));
const page = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n';

describe('TCP_CHECK', () => {
  it('finds a listener, and a closed port', async () => {
    const port = await listen(() => undefined);
    expect((await firstVerdict({ kind: 'tcp', target: here(port) }, true)).up).toBe(true);
    closers.splice(0).forEach(close => {
      close();
    });
    expect(await firstVerdict({ kind: 'tcp', target: here(port) }, false)).toEqual({
      up: false,
      cause: 'connection refused',
    });
  });
});

describe('HTTP_GET and SSL_GET', () => {
  const tls = { sni: false, sniName: undefined, clientKey: undefined, clientCertificate: undefined };
  const ssl = { ...tls, authority: undefined, password: undefined, compliant: false };

  it.each([
    ['a right page', answer(page), true, 'GET /: status 200, digest right'],
    ['another page', answer(page.replace('hello', 'hallo')), false, 'GET /: digest'],
    ['a server error', answer('HTTP/1.0 500 No\r\n\r\nhello\n'), false, 'GET /: status 500'],
    ['nothing at all', answer(''), false, 'GET /: no data received'],
    ['a silent server', () => undefined, false, 'GET /: no complete reply from'],
    [
      'a server that stays open',
      (s: Socket) => s.once('data', () => s.write(page)),
      false,
      'GET /: no complete',
    ],
    ['a reset', (s: Socket) => s.once('data', () => s.resetAndDestroy()), false, 'connection reset'],
    ['endless header', (s: Socket) => s.write('x'.repeat(5000)), false, 'GET /: no header within 4095 bytes'],
    [
      'a page that comes byte by byte',
      (s: Socket) =>
        s.once('data', () => {
          for (const [i, c] of [...page].entries())
            setTimeout(() => (i === page.length - 1 ? s.end(c) : s.write(c)), i);
        }),
      true,
      'GET /: status 200, digest right',
    ],
  ] as const)('%s', async (_name, serve, up, cause) => {
    const port = await listen(serve as (socket: Socket) => void);
    const urls = [url({ digest: 'b1946ac92492d2347c6235b4d2611184' })];
    const waits = cause.startsWith('GET /: no complete');
    const target = waits ? here(port, silence) : here(port);
    const verdict = await firstVerdict(http({ target, urls }), up);
    expect(verdict.up).toBe(up);
    expect(verdict.cause).toContain(cause);
  });

  it.each([
    [true, undefined, true],
    [true, false, false],
    [false, true, true],
    [false, undefined, false],
  ])(
    'with tls_compliant %j (of the url %j) says that it sends no more: %j',
    async (compliant, tlsCompliant, told) => {
      let heard = '';
      const inner = await listen(answer(page), true);
      const port = await listen(client => {
        const server = connect(inner, '127.0.0.1');
        server.on('error', () => {});
        client.on('data', bytes => {
          // Type, version, length; an alert has 2 bytes, their type and a tag of 16: nothing else of a client is so short.
          for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3))
            if (bytes[at] === 23 && bytes.readUInt16BE(at + 3) === 19) heard = 'close_notify';
          server.write(bytes);
        });
        server.on('data', bytes => client.write(bytes));
        server.on('end', () => client.end());
      });
      const urls = [url({ tlsCompliant })];
      const check = http({ target: here(port), urls, tls: { ...ssl, compliant } });
      expect((await firstVerdict(check, true)).up).toBe(true);
      await new Promise(done => setTimeout(done, 300));
      expect(heard).toBe(told ? 'close_notify' : '');
    },
  );

  it.each([
    ['hel+o', false, true, 'GET /: regex found'],
    ['hel+o', true, false, 'GET /: regex found'],
    ['absent', false, false, 'GET /: regex not found'],
    ['absent', true, true, 'GET /: regex not found'],
  ])('looks for the regex %s (no match wanted: %j)', async (pattern, invert, up, cause) => {
    const port = await listen(answer(page));
    const regex = { pattern, options: [], minOffset: 0, maxOffset: undefined, invert };
    const verdict = await firstVerdict(http({ target: here(port), urls: [url({ regex })] }), up);
    expect(verdict).toEqual({ up, cause });
  });

  it('tells why TLS fails in words', async () => {
    const port = await listen(answer(page));
    const verdict = await firstVerdict(http({ target: here(port), tls: ssl }), false);
    expect(verdict.cause).toMatch(/^TLS: [a-z ]+$/);
  });

  it('checks a page behind TLS', async () => {
    const port = await listen(answer(page), true);
    const urls = [url({ digest: 'b1946ac92492d2347c6235b4d2611184' })];
    expect((await firstVerdict(http({ target: here(port), urls, tls: ssl }), true)).up).toBe(true);
  });
});

describe('SMTP_CHECK', () => {
  it('talks to a mail server', async () => {
    const port = await listen(socket => {
      socket.write('220 mail\r\n');
      socket.on('data', bytes =>
        socket.write(String(bytes).startsWith('HELO me\r\n') ? '250 ok\r\n' : '221 bye\r\n'),
      );
    });
    expect((await firstVerdict({ kind: 'smtp', target: here(port), helo: 'me' }, true)).up).toBe(true);
  });
});

describe('MISC_CHECK', () => {
  it('runs a program', async () => {
    const command = { argv: ['/bin/sh', '-c', 'exit 3'], user: undefined, group: undefined, shell: false };
    const check: CheckKind = { kind: 'misc', command, timeout: milliseconds(20_000), dynamicWeight: false };
    expect(await firstVerdict(check, false)).toEqual({ up: false, cause: '/bin/sh exited with status 3' });
  });
});

describe('beside genhash', () => {
  const run = promisify(execFile);

  it.each([
    ['a short page', page],
    ['no Content-Length', 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\nsome text'],
    ['a chunked page', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
    ['more than Content-Length', 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabcdef'],
    ['an error page', 'HTTP/1.0 404 Not Found\r\n\r\nmissing'],
    ['a long page', `HTTP/1.0 200 OK\r\n\r\n${'0123456789abcdef'.repeat(20_000)}`],
  ])('%s: same request, same digest', async (_name, reply) => {
    const requests: string[] = [];
    const port = await listen(socket =>
      socket.once('data', bytes => {
        requests.push(String(bytes));
        socket.end(reply);
      }),
    );
    const { stdout } = await run('genhash', [
      '-s',
      '127.0.0.1',
      '-p',
      String(port),
      '-u',
      '/x',
      '-V',
      'a.example',
    ]);
    const digest = /MD5SUM = ([0-9a-f]{32})|^([0-9a-f]{32})$/m.exec(stdout);
    const ours = createReply(true);
    for (let at = 0; at < reply.length; at += 1000) readReply(ours, Buffer.from(reply.slice(at, at + 1000)));
    expect(replyDigest(ours)).toBe(digest?.[1] ?? digest?.[2]);
    const server = { address: '127.0.0.1' as Address, port };
    const request = encodeRequest({ path: '/x', protocol: '1.0', virtualHost: 'a.example', server });
    expect(requests).toEqual([String(Buffer.from(request))]);
  });

  /** The digest that genhash prints of a reply, and the one of ours; undefined: none. */
  async function digests(reply: Buffer) {
    const port = await listen(socket => socket.once('data', () => socket.end(reply)));
    const { stdout } = await run('genhash', ['-s', '127.0.0.1', '-p', String(port), '-u', '/x']);
    const digest = /MD5SUM = ([0-9a-f]{32})|^([0-9a-f]{32})$/m.exec(stdout);
    const ours = createReply(true);
    readReply(ours, reply);
    return [digest?.[1] ?? digest?.[2], replyDigest(ours)];
  }

  it.each([
    ...['Content-Length: +5', 'Content-Length: 0x10', 'Content-Length: 10abc', 'Content-Length:'],
    ...['Content-Length: ', 'Content-Length:\r\n 10', 'Content-Length: 10 ', 'Content-Length: 10\t'],
    ...['Content-Length: -5', 'Content-Length: 99999999999999999999999', 'Content-Length: 007'],
    ...['Content-Length: 5\r\nContent-Length: 10', 'Content-Length:\x0b7', 'Content-Length: 5,5'],
    ...['X: a\0b\r\nContent-Length: 5', 'content-length: 5', 'X-Content-Length: 5', 'Content-Length : 5'],
    ...['Content-Length: - 5', 'Content-Length: 0', 'Content-Length:\r\nX: y', 'Content-Length: 5\nX: y'],
    ...['Content-Length: 18446744073709551615', 'Content-Length: 18446744073709551616'],
  ])('the header %j means the same', async line => {
    const reply = Buffer.from(`HTTP/1.0 200 OK\r\n${line}\r\n\r\n0123456789abcdefghij`, 'latin1');
    const [theirs, ours] = await digests(reply);
    expect(theirs).toBeDefined();
    expect(ours).toBe(theirs);
  });

  it('200 generated bodies have the same digest', { timeout: 120_000 }, async () => {
    const length = (size: number) =>
      fc.constantFrom('', `Content-Length: ${size}\r\n`, `Content-Length: ${size + 7}\r\n`);
    const anyReply = fc
      .uint8Array({ maxLength: 9_000 })
      .chain(body => fc.tuple(fc.constant(body), length(Math.max(0, body.length - 3))));
    for (const [body, head] of fc.sample(anyReply, { numRuns: 200, seed: 20_261_126 })) {
      const [theirs, ours] = await digests(
        Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\n${head}\r\n`), body]),
      );
      expect(theirs).toBeDefined();
      expect(ours, `${head}${Buffer.from(body).toString('hex')}`).toBe(theirs);
    }
  });
});
