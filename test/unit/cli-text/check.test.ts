// The `check` commands beside servers of the test: verdicts, steps, exit codes of monitoring plugins, JSON, and what is wrong with the words.
// Truth: docs/checks.md; Monitoring Plugins Development Guidelines; keepalived.conf(5) for the verdicts.
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { runLvskit } from '../../lab/built.ts';
import { root } from '../../lab/bundle.mjs';

const anywhere = { cwd: '/' };
const run = (...words: readonly string[]) => runLvskit(['check', ...words], anywhere);

const folder = mkdtempSync(join(tmpdir(), 'lvskit-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(socket => {
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
    serve(socket);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  closers.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** A port of the loopback that nobody listens on. */
async function closedPort(): Promise<number> {
  const port = await listen(() => {});
  closers.pop()?.();
  return port;
}

const page =
  (status = '200 OK', body = 'hello\n') =>
  (socket: Socket) =>
    socket.once('data', () => socket.end(`HTTP/1.0 ${status}\r\n\r\n${body}`));

describe('one check of one target', () => {
  it('that succeeds prints the line of a plugin and each step, and ends with 0', async () => {
    const port = await listen(page());
    const { stdout, stderr, code } = await run('http', `127.0.0.1:${port}/x`);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      new RegExp(
        `^HTTP OK - 127\\.0\\.0\\.1:${port}/x: GET /x: status 200 \\| time=0\\.\\d{6}s;;;0\n {2}connect +\\d.*ms\n {2}first byte +\\d.*ms\n {2}end +\\d.*ms\n$`,
      ),
    );
  });

  it('judges status and digest as the daemon does', async () => {
    const port = await listen(page('404 Not Found'));
    const missing = await run('http', `127.0.0.1:${port}`);
    expect([missing.code, missing.stdout]).toEqual([2, expect.stringContaining('HTTP CRITICAL')]);
    expect((await run('http', `127.0.0.1:${port}`, '--status', '200,400-404')).code).toBe(0);
    const digest = 'b1946ac92492d2347c6235b4d2611184';
    expect((await run('http', `127.0.0.1:${port}`, '--status', '404', '--digest', digest)).code).toBe(0);
    const other = await run(
      'http',
      `127.0.0.1:${port}`,
      '--status',
      '404',
      '--digest',
      digest.replace('b', 'c'),
    );
    expect([other.code, other.stdout]).toEqual([2, expect.stringContaining('digest')]);
  });

  it('looks for a pattern', async () => {
    const port = await listen(page());
    expect((await run('http', `127.0.0.1:${port}`, '--regex', 'h.l+o')).code).toBe(0);
    const without = await run('http', `127.0.0.1:${port}`, '--regex', 'h.l+o', '--no-match');
    expect([without.code, without.stdout]).toEqual([2, expect.stringContaining('regex found')]);
    const wrong = await run('http', `127.0.0.1:${port}`, '--regex', '(');
    expect([wrong.code, wrong.stdout]).toEqual([3, expect.stringContaining('does not compile at byte 1')]);
  });

  it('names the step that it did not come to', async () => {
    const port = await listen(() => {});
    const { stdout, code } = await run('smtp', `127.0.0.1:${port}`, '-t', '0.3');
    expect(code).toBe(2);
    expect(stdout).toContain('no greeting from');
    expect(stdout.match(/^ {2}\S+/gm)).toEqual(['  connect']);
    const refused = await run('tcp', `127.0.0.1:${await closedPort()}`);
    expect([refused.code, refused.stdout]).toEqual([2, expect.stringContaining('connection refused')]);
    expect(refused.stdout).not.toContain('connect  ');
  });

  it('warns and fails by time', async () => {
    const port = await listen(() => {});
    const slow = await run('tcp', `127.0.0.1:${port}`, '-w', '0.000001');
    expect([slow.code, slow.stdout]).toEqual([1, expect.stringContaining('TCP WARNING')]);
    expect((await run('tcp', `127.0.0.1:${port}`, '-w', '0.000001', '-c', '0.000002')).code).toBe(2);
    expect((await run('tcp', `127.0.0.1:${port}`, '-w', '50', '-c', '60')).code).toBe(0);
  });

  it('asks again and again: the worst run decides', async () => {
    let count = 0;
    const port = await listen(socket => (++count === 2 ? socket.resetAndDestroy() : page()(socket)));
    const { stdout, code } = await run('http', `127.0.0.1:${port}`, '--repeat', '3', '--interval', '0.05');
    expect(code).toBe(2);
    const lines = stdout.trim().split('\n');
    expect(lines.map(line => line.split('  ')[1])).toEqual(['OK', 'CRITICAL', 'OK', undefined]);
    expect(lines[3]).toContain('2 of 3 succeeded');
  });

  it('says UNKNOWN where it could not be asked', async () => {
    const port = await listen(() => {});
    const from = await run('tcp', `127.0.0.1:${port}`, '--from', '203.0.113.9');
    expect([from.code, from.stdout]).toEqual([3, expect.stringContaining('TCP UNKNOWN')]);
    const host = await run('tcp', 'nowhere.invalid:80');
    expect([host.code, host.stdout]).toEqual([3, 'TCP UNKNOWN - there is no host nowhere.invalid\n']);
    const program = await run('misc', '--', '/no/such/program');
    expect([program.code, program.stdout]).toEqual([3, expect.stringContaining('does not exist')]);
  });

  it('runs programs, with weights where it is told so', async () => {
    expect((await run('misc', '--', '/bin/sh', '-c', 'exit 0')).code).toBe(0);
    expect((await run('misc', '--', '/bin/sh', '-c', 'exit 7')).code).toBe(2);
    const weight = await run('misc', '--dynamic', '--', '/bin/sh', '-c', 'exit 7');
    expect([weight.code, weight.stdout]).toEqual([0, expect.stringContaining('weight 5')]);
    const late = await run('misc', '-t', '0.3', '--', '/bin/sleep', '30');
    expect([late.code, late.stdout]).toEqual([2, expect.stringContaining('did not end within 0.3 s')]);
  });

  it('asks by datagrams', async () => {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address));
    await new Promise<void>(done => socket.bind(0, '127.0.0.1', () => done()));
    closers.push(() => socket.close());
    const echo = await run(
      'udp',
      `127.0.0.1:${socket.address().port}`,
      '--payload',
      '00ff',
      '--require-reply',
    );
    expect([echo.code, echo.stdout]).toEqual([0, expect.stringContaining('reply received')]);
    const refused = await run('dns', `127.0.0.1:${await closedPort()}`, '-t', '2');
    expect([refused.code, refused.stdout]).toEqual([2, expect.stringContaining('connection refused')]);
  });

  it.runIf(process.getuid?.() === 0)('pings, in a namespace of its own', () => {
    const script = [
      'ip link set lo up; ip link add d0 type veth peer name d1; ip addr add 10.9.0.1/24 dev d0; ip link set d0 up; ip link set d1 up',
      'for host in 127.0.0.1 ::1 localhost; do "$0" "$1" check ping $host || echo failed; done',
      '"$0" "$1" check ping 127.0.0.1 --from 127.0.0.9 --bind-if lo --fwmark 7 || echo failed',
      '"$0" "$1" check ping 10.9.0.2 -t 0.3; echo silent $?',
      '"$0" "$1" check ping 10.8.0.2 -t 0.3; echo unreachable $?',
      '"$0" "$1" check dns 127.0.0.1:5 -t 0.3 --bind-if lo --fwmark 7 --from 127.0.0.9; echo refused $?',
    ].join('; ');
    const { stdout } = spawnSync(
      'unshare',
      ['-n', 'sh', '-c', script, process.execPath, join(root, 'bin', 'run.js')],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout.match(/^PING OK - .*echo reply received/gm)).toHaveLength(4);
    expect(stdout).not.toContain('failed');
    expect(stdout).toMatch(
      /PING CRITICAL - 10\.9\.0\.2: no echo reply from 10\.9\.0\.2 within 0\.3 s[\s\S]*silent 2/,
    );
    expect(stdout).toMatch(/network unreachable[\s\S]*unreachable 2/);
    expect(stdout).toMatch(/DNS CRITICAL.*connection refused[\s\S]*refused 2/);
  });

  it('is one JSON document a run', async () => {
    const port = await listen(page());
    const { stdout } = await run(
      'http',
      `localhost:${port}/`,
      '--json',
      '--repeat',
      '2',
      '--interval',
      '0.05',
    );
    const documents = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(documents).toHaveLength(2);
    expect(documents[0]).toMatchObject({ check: 'HTTP', verdict: 'OK', result: 'success' });
    expect(documents[0].steps.map(({ name }: { name: string }) => name)).toEqual([
      ...['resolve', 'connect', 'first byte', 'end'],
    ]);
  });

  it('shows nothing raw of what a peer sends', async () => {
    const port = await listen(socket => socket.write('500 \u001b[2Jowned\r\n'));
    const { stdout } = await run('smtp', `127.0.0.1:${port}`);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('owned');
  });

  it.each([
    [['tcp', '10.0.0.1'], 'names no port'],
    [['tcp', '10.0.0.1:0'], 'has no port 1 to 65535'],
    [['tcp', '::1'], 'names no port'],
    [['tcp', 'a b:80'], 'is not HOST:PORT'],
    [['tcp', '10.0.0.1:80', '-t', 'x'], '--timeout must be seconds'],
    [['tcp', '10.0.0.1:80', '-t', '0'], '--timeout must be seconds'],
    [['tcp', '10.0.0.1:80', '--from', 'here'], '--from'],
    [['http', '10.0.0.1', '--status', '20'], '--status'],
    [['http', '10.0.0.1', '--digest', 'abc'], '--digest'],
    [['dns', '10.0.0.1', '--type', 'ANYTHING'], 'DNS_CHECK type ANYTHING'],
    [['udp', '10.0.0.1:9', '--payload', 'xyz'], '--payload'],
    [['tcp'], 'TARGET'],
    [['misc'], 'PROGRAM'],
  ])('%j is refused with a sentence', async (words, said) => {
    const { stdout, stderr, code } = await run(...words);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)]);
    expect(stderr).not.toContain('    at ');
  });
});

const server = (port: number, check = 'TCP_CHECK {\n connect_timeout 2\n }') =>
  `real_server 127.0.0.1 ${port} {\n ${check}\n}\n`;
const virtual = (servers: string, more = '') =>
  `virtual_server 10.0.0.1 80 {\n delay_loop 30\n protocol TCP\n ${more}\n${servers}}\n`;
const write = (text: string): string => {
  const path = join(folder, 'keepalived.conf');
  writeFileSync(path, text);
  return path;
};

describe('every check of a configuration', () => {
  it('shows what the daemon would serve', async () => {
    const [good, bad] = [await listen(page()), await closedPort()];
    const urls = 'HTTP_GET {\n url {\n path /\n }\n url {\n path /y\n }\n connect_timeout 2\n }';
    const file = write(virtual(server(good) + server(bad) + server(good + 0, urls).replace(' 127', ' 127')));
    const { stdout, stderr, code } = await run('config', file);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^tcp 10\.0\.0\.1:80 +up +1 of 2 servers up$/m);
    expect(stdout).toMatch(new RegExp(`127\\.0\\.0\\.1:${bad} +DOWN +out .*TCP_CHECK: connection refused`));
  });

  it('walks through all urls, and alpha servers begin down', async () => {
    const asked: string[] = [];
    const port = await listen(socket =>
      socket.once('data', bytes => {
        asked.push(String(bytes).split(' ')[1] ?? '');
        socket.end('HTTP/1.0 200 OK\r\n\r\n');
      }),
    );
    const urls = 'HTTP_GET {\n url {\n path /a\n }\n url {\n path /b\n }\n connect_timeout 2\n }';
    const { code } = await run('config', write(virtual(server(port, urls), 'alpha')));
    expect([code, asked]).toEqual([0, ['/a', '/b']]);
  });

  it('ends with 1 where a service would have no real server, though a sorry server answers', async () => {
    const file = write(virtual(server(await closedPort()), 'sorry_server 127.0.0.1 9'));
    const { stdout, stderr, code } = await run('config', file);
    expect(code).toBe(1);
    expect(stdout).toContain('SORRY');
    expect(stderr).toContain('tcp 10.0.0.1:80 would have no real server');
    const { services } = JSON.parse((await run('config', file, '--json')).stdout);
    expect(services[0]).toMatchObject({ serving: 'sorry server', servers: [{ up: false, weight: null }] });
  });

  it('says what could not be done, and leaves that server as it stands', async () => {
    const file = write(virtual(server(80, 'MISC_CHECK {\n misc_path /no/such/program\n }')));
    const { stdout, code } = await run('config', file);
    expect(code).toBe(0);
    expect(stdout).toContain('could not be done: /no/such/program does not exist');
  });

  it('asks 2,000 in a few seconds, and runs no notify program', { timeout: 60_000 }, async () => {
    const port = await listen(() => {});
    const mark = join(folder, 'notified');
    const servers = Array.from(
      { length: 2_000 },
      (_, n) => `real_server 127.0.${n >> 8}.${n & 255} ${port} {
 notify_down "/bin/touch ${mark}"
 TCP_CHECK {
 connect_timeout 2
 }
}
`,
    ).join('');
    const { stdout } = await run('config', write(virtual(servers)), '--json');
    const [service] = JSON.parse(stdout).services;
    expect(service.servers).toHaveLength(2_000);
    // Only 127.0.0.1 is listened on.
    expect(service.servers.filter(({ up }: { up: boolean }) => up)).toHaveLength(1);
    expect((await import('node:fs')).existsSync(mark)).toBe(false);
  });

  it('refuses a file as the daemon does, with every place', async () => {
    const { stderr, code } = await run('config', write('virtual_server 10.0.0.1 80 {\n'));
    expect([code, stderr]).toEqual([5, expect.stringContaining('keepalived.conf:1:')]);
    expect((await run('config', join(folder, 'none.conf'))).code).toBe(6);
    expect((await run('list', join(folder, 'none.conf'))).code).toBe(6);
  });
});

describe('the list of checks', () => {
  it('names target, period and the longest time to notice', async () => {
    const check = 'TCP_CHECK {\n connect_timeout 2\n retry 3\n delay_before_retry 1\n }';
    const { stdout } = await run('list', write(virtual(server(80, check))), '--json');
    expect(JSON.parse(stdout).checks).toEqual([
      expect.objectContaining({
        keyword: 'TCP_CHECK',
        target: '127.0.0.1:80',
        delayLoop: 30,
        retry: 3,
        alpha: false,
        // A whole period, four attempts of 2 s, three pauses of 1 s.
        worstDetection: 41,
      }),
    ]);
    const text = await run('list', write(virtual(server(80, check))));
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(/TCP_CHECK +127\.0\.0\.1:80 +30 s +3 x 1 s +41 s +up/),
    ]);
  });
});
