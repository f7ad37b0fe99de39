// Digests beside Debian's genhash (package keepalived, must be installed) on loopback, and the exits genhash does not have.
// Truth: genhash(1) 2.2.7 itself; the digests are MD5 of the bodies behind the header.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GenhashOptions, runGenhash } from '../../../src/core/cli/genhash/run.ts';
import { verboseOutput } from '../../../src/core/cli/genhash/verbose.ts';
import { ensureBuilt, runLvskit } from '../../lab/built.ts';

const original = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'lvskit-genhash-'));
const [keyPath, certificatePath] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
const closers: (() => void)[] = [];

beforeAll(() => {
  ensureBuilt();
  const what = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=nobody', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...what, '-keyout', keyPath, '-out', certificatePath], {
    stdio: 'ignore',
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0)) close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function listen(serve: (socket: Socket) => void, tls = false): Promise<string> {
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
  return String((server.address() as { port: number }).port);
}

/** Answers each connection alike and keeps the requests. */
async function answering(reply: string | Buffer, tls = false) {
  const requests: string[] = [];
  const port = await listen(socket => {
    socket.once('data', bytes => {
      requests.push(String(bytes));
      socket.end(reply);
    });
  }, tls);
  return { port, requests };
}

const defaults: GenhashOptions = {
  server: '127.0.0.1',
  port: '80',
  url: '/x',
  tls: false,
  sni: false,
  virtualHost: undefined,
  fwmark: 0,
  protocol: '1.0',
  timeout: '5',
  anyStatus: false,
  verbose: false,
  json: false,
  snippet: false,
};

/** Exit code and output of one run in this process. */
async function genhash(options: Partial<GenhashOptions>) {
  let stdout = '';
  let stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    stderr += String(text);
    return true;
  });
  const code = await runGenhash({ ...defaults, ...options });
  vi.restoreAllMocks();
  return { code, stdout, stderr };
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const ok = 'HTTP/1.0 200 OK\r\n';

describe('beside genhash', () => {
  const pages: readonly (readonly [string, string | Buffer])[] = [
    ['a short page', `${ok}Content-Length: 4\r\n\r\npage`],
    ['a page without Content-Length', `${ok}Server: x\r\n\r\nsome text`],
    ['a chunked page', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
    ['more than Content-Length', `${ok}Content-Length: 3\r\n\r\nabcdef`],
    ['an empty page', `${ok}\r\n`],
    ['a long page', `${ok}\r\n${'0123456789abcdef'.repeat(20_000)}`],
    ['a page of any bytes', Buffer.concat([Buffer.from(`${ok}\r\n`), Buffer.from([...Array(256).keys()])])],
  ];
  const ways: readonly (readonly [string, Partial<GenhashOptions>, readonly string[]])[] = [
    ['http', {}, []],
    ['https', { tls: true }, ['-S']],
  ];

  it.each(
    ways.flatMap(([way, ours, theirs]) => pages.map(page => [way, page[0], page[1], ours, theirs] as const)),
  )('%s: %s has the same digest', async (_way, _name, page, ours, theirs) => {
    const { port, requests } = await answering(page, ours.tls === true);
    const { stdout } = await original('genhash', ['-s', '127.0.0.1', '-p', port, '-u', '/x', ...theirs]);
    expect(stdout).toMatch(/^[0-9a-f]{32}\n$/);
    expect(await genhash({ port, ...ours })).toEqual({ code: 0, stdout, stderr: '' });
    expect(requests).toHaveLength(2);
    expect(requests[1]).toBe(requests[0]);
  });

  it.each([
    ['1.0', [] as string[]],
    ['1.0c', ['-P', '1.0c']],
    ['1.1', ['-P', '1.1']],
    ['1.1', ['-P', '1.1', '-V', 'a.example:81']],
  ] as const)('%s asks in the same words: %j', async (protocol, theirs) => {
    const { port, requests } = await answering(`${ok}\r\nabc`);
    await original('genhash', ['-s', '127.0.0.1', '-p', port, '-u', '/a?b', ...theirs]);
    const virtualHost = (theirs as readonly string[]).includes('-V') ? 'a.example:81' : undefined;
    await genhash({ port, url: '/a?b', protocol, virtualHost });
    expect(requests[1]).toBe(requests[0]);
  });

  it('shows the same with --verbose, and the HTTP status', async () => {
    const { port } = await answering(`${ok}Server: x\r\n\r\nsome text of more than sixteen bytes\n`);
    const { stdout } = await original('genhash', ['-s', '127.0.0.1', '-p', port, '-u', '/x', '-v']);
    const ours = await genhash({ port, verbose: true });
    const timeless = (text: string) => text.replace(/= \d+ usecs/, '= N usecs');
    expect(timeless(ours.stdout)).toBe(`${timeless(stdout)}HTTP status 200\n`);
  });

  it('brings nothing of a peer on a terminal that would move its cursor', () => {
    const header = Buffer.from('HTTP/1.0 200 OK\r\nServer: \u001b[2Jx\r\n\r\n');
    const told = (onTerminal: boolean) => {
      let text = '';
      verboseOutput(part => {
        text += part;
      }, onTerminal).header(header);
      return text;
    };
    expect(told(false)).toContain('Server: \u001b[2Jx\r\n');
    expect(told(true)).not.toContain('\u001b');
    expect(told(true)).toContain('HTTP/1.0 200 OK\nServer: ');
  });

  it('takes the same options as a program', async () => {
    const { port } = await answering(`${ok}\r\nabc`);
    const args = ['-s', '127.0.0.1', '-p', port, '-u', '/x', '-V', 'a.example', '-P', '1.0c', '-t', '3'];
    const { stdout } = await original('genhash', args);
    const run = await runLvskit(['genhash', ...args], { cwd: folder });
    expect(run).toEqual({ code: 0, stdout, stderr: '' });
  });
});

it('writes an IPv6 server as genhash does', async () => {
  const requests: string[] = [];
  const server = createServer(socket =>
    socket.once('data', bytes => {
      requests.push(String(bytes));
      socket.end(`${ok}\r\nabc`);
    }),
  );
  await new Promise<void>(done => server.listen(0, '::1', done));
  closers.push(() => server.close());
  const port = String((server.address() as { port: number }).port);
  const { stdout } = await original('genhash', ['-s', '::1', '-p', port, '-u', '/x']);
  expect(await genhash({ server: '::1', port })).toEqual({ code: 0, stdout, stderr: '' });
  expect(requests[1]).toBe(requests[0]);
});

describe('server name', () => {
  it.each([
    [true, 'a.example', 'a.example'],
    [true, undefined, false],
    [false, 'a.example', false],
  ])('use-sni %s with %s sends %s', async (sni, virtualHost, name) => {
    const names: unknown[] = [];
    const port = await listen(socket => {
      names.push((socket as TLSSocket & { servername: unknown }).servername);
      socket.once('data', () => socket.end(`${ok}\r\n`));
    }, true);
    expect((await genhash({ port, tls: true, sni, virtualHost })).code).toBe(0);
    expect(names).toEqual([name]);
  });
});

describe('failures are exit 1, a reason on stderr and nothing on stdout', () => {
  const nothing = { code: 1, stdout: '' };

  it('refused', async () => {
    const port = await listen(() => undefined);
    for (const close of closers.splice(0)) close();
    const { stderr, ...rest } = await genhash({ port });
    expect(rest).toEqual(nothing);
    expect(stderr).toBe(`lvskit: 127.0.0.1:${port} /x: connection refused\n`);
  });

  it('no answer in time', async () => {
    const port = await listen(() => undefined);
    const { stderr, ...rest } = await genhash({ port, timeout: '0.2' });
    expect(rest).toEqual(nothing);
    expect(stderr).toContain('no complete reply within 0.2 s');
  });

  it('an answer that does not end in time', async () => {
    const port = await listen(socket => void socket.write(`${ok}\r\nabc`));
    expect(await genhash({ port, timeout: '0.2' })).toMatchObject(nothing);
  });

  it('no TLS', async () => {
    const port = await listen(socket => socket.end('220 hello\r\n'));
    expect(await genhash({ port, tls: true })).toMatchObject(nothing);
  });

  it.each([
    ['nothing at all', ''],
    ['no header', 'hello\n'],
    ['half a header', `${ok}Server: x\r\n`],
  ])('%s', async (_name, page) => {
    const { port } = await answering(page);
    const { stderr, ...rest } = await genhash({ port });
    expect(rest).toEqual(nothing);
    expect(stderr).toContain('the server sent no complete HTTP header');
  });

  it('a header without end', async () => {
    const { port } = await answering(`${ok}X: ${'x'.repeat(5_000)}`);
    expect((await genhash({ port })).stderr).toContain('no HTTP header within 4095 bytes');
  });
});

describe('HTTP status', () => {
  it.each([
    ['HTTP/1.0 500 Oh', 'HTTP status 500'],
    ['HTTP/1.0 302 Moved', 'HTTP status 302'],
    ['nonsense', 'no readable HTTP status'],
  ])('%s: the digest is printed, but exit 1', async (line, told) => {
    const { port } = await answering(`${line}\r\n\r\nerror`);
    const { code, stdout, stderr } = await genhash({ port });
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${md5('error')}\n` });
    expect(stderr).toContain(told);
    expect(await genhash({ port, anyStatus: true })).toEqual({ code: 0, stdout, stderr: '' });
  });
});

it('gives one JSON object', async () => {
  const { port } = await answering(`${ok}Content-Length: 3\r\n\r\nabcd`);
  const { stdout } = await genhash({ port, json: true, verbose: true });
  expect(JSON.parse(stdout)).toEqual({
    server: '127.0.0.1',
    port: Number(port),
    url: '/x',
    tls: false,
    digest: md5('abc'),
    status: 200,
    bytes: 4,
    contentLength: 3,
    microseconds: expect.any(Number),
  });
});

it.each([
  [{ server: 'localhost' }, 'no IP address'],
  [{ port: '0' }, 'no port'],
  [{ port: 'http' }, 'no port'],
  [{ timeout: '0' }, 'no number of seconds'],
  [{ timeout: '5000' }, 'no number of seconds'],
  [{ url: '/ HTTP/1.0\r\nX: y' }, 'one line only'],
])('%j is refused', async (options, told) => {
  await expect(genhash(options)).rejects.toThrow(told);
});
