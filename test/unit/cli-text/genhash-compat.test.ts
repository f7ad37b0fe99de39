// `genhash --compat` and bin/genhash beside Debian's genhash: command lines right and wrong, servers that answer and that do not.
// Truth: genhash of keepalived 2.2.7 itself, in the same run: exit status, stdout, and what it complains of before its usage text.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runGenhashCompat, usageText } from '../../../src/core/cli/genhash/compat.ts';
import { type Ended, ensureBuilt, executable, runLvskit } from '../../lab/built.ts';

const ok = 'HTTP/1.0 200 OK\r\n';
/** What a server does with a request. */
const peers: Readonly<Record<string, (socket: Socket) => void>> = {
  answers: socket => socket.end(`${ok}Content-Length: 3\r\n\r\nabc`),
  refuses: () => {},
  'says nothing': () => {},
  'closes at once': socket => socket.end(),
  'ends within the header': socket => socket.end(`${ok}Server: x`),
  'is no web server': socket => socket.end('220 mail\r\n'),
  'has no such page': socket => socket.end('HTTP/1.0 404 Not Found\r\n\r\nabc'),
  'has an empty page': socket => socket.end(`${ok}\r\n`),
  'stops within the page': socket => socket.write(`${ok}\r\nabc`),
  'resets before the header': socket => socket.resetAndDestroy(),
  'resets within the page': socket => {
    socket.write(`${ok}Content-Length: 1000\r\n\r\nabc`, () =>
      setTimeout(() => socket.resetAndDestroy(), 50),
    );
  },
};
const ports = new Map<string, string>();
const open = new Set<Socket>();
const servers = Object.entries(peers).map(([name, serve]) => {
  const server = createServer(socket => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => serve(socket));
  });
  return { name, server };
});
const folder = mkdtempSync(join(tmpdir(), 'lvskit-genhash-compat-'));

beforeAll(async () => {
  ensureBuilt();
  for (const { name, server } of servers) {
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    ports.set(name, String((server.address() as { port: number }).port));
  }
  // A port that was ours a moment ago may be another test's now.
  ports.set('refuses', '1');
});
afterAll(() => {
  for (const socket of open) socket.destroy();
  for (const { server } of servers) server.close();
  rmSync(folder, { recursive: true });
});

function run(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(program, args, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** In this process. */
async function ours(args: readonly string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation(text => {
      said[name] += String(text);
      return true;
    });
  try {
    return { code: await runGenhashCompat(args), ...said };
  } finally {
    vi.restoreAllMocks();
  }
}

/** Without the usage texts, which are each one's own, and without times. */
const comparable = ({ code, stdout, stderr }: Ended) => ({
  code,
  stdout: stdout.replace(/= \d+ usecs/, '= N usecs'),
  complaints: stderr.replace(/^Usage: [\s\S]*/m, '').trimEnd(),
  hasUsage: /^Usage: /m.test(stderr),
});

const whole = ['-s', '127.0.0.1', '-p', '@', '-u', '/x'];
const lines: readonly (readonly string[])[] = [
  [],
  ...['-h', '--help', '--hel', '-x', '-s', '-xS', '--nonsense', '--nonsense=3', '-vh'].map(one => [one]),
  ['other'],
  ['one', 'other'],
  ['-x', '-y'],
  ['-t', '1'],
  ['-x', '-t', 'x'],
  ['-h', '-t', 'x'],
  ['-t', 'x', '-h'],
  ['-x', '-y', 'other'],
  ['-s', '127.0.0.1', '-p', '@'],
  ['-p', '@', '-u', '/'],
  ['-s', '127.0.0.1', '-u', '/'],
  ['-s127.0.0.1', '-p@', '-u/x'],
  ['--server=127.0.0.1', '--port=@', '--url=/x'],
  ['--serv', '127.0.0.1', '--po', '@', '--ur', '/x'],
  ['-u', '/x', '-v', '-s', '127.0.0.1', '-p', '@'],
  ...[
    ['--'],
    ['--', 'x'],
    ['a', 'b', 'c'],
    ['-'],
    ['-v'],
    ['-vv'],
    ['--verb'],
    ['-f', 'x'],
    ['-f', '-x'],
    ['--v'],
    ['--fw', '3'],
    ['-u', '--verb'],
    ['-V', '--'],
    ['-t', '--verb'],
    ['--', '--verb'],
    ['--url', '--use-ss'],
    ['--verbose=1'],
    ['--help=1'],
    ['--use'],
    ['--u'],
    ['--use-s'],
    ['--use-v', 'a.example:81'],
    ['-V', ''],
    ['-V'],
    ['-t'],
    ['-u'],
    ['-u', ''],
    ['-I'],
    ...['', ' 1', '+1', '1x', '1.5', '-1', '5000', '99999999999999999999', '0x10', '2 '].map(text => [
      '-t',
      text,
    ]),
    ...['', '0', '+@', ' @', '@x', '65536', '-1', 'http', '99999999999999999999'].map(text => ['-p', text]),
    ...['', 'localhost', '127.1', 'fe80::1%lo', '127.0.0.1x', '::ffff:1.2.3.4.5', '1.2.3'].map(text => [
      '-s',
      text,
    ]),
    ...['', '-1', '0x10', '010', 'x', '4294967296'].map(text => ['-m', text]),
    ...['', '1.0', '1.0c', '1.0C', '1.1', '1', '2', '1.0 '].map(text => ['-P', text]),
  ].map(more => [...whole, ...more]),
];

describe('a command line', () => {
  it.each(lines.map(args => [args]))('%j', async template => {
    const args = template.map(word => word.replace('@', ports.get('answers') ?? ''));
    expect(comparable(await ours(args))).toEqual(comparable(await run('genhash', args)));
  });

  it('that lacks the value of a long option says so, where the original crashes', async () => {
    const { code, stderr } = await ours(['-s', '127.0.0.1', '-p', '80', '-u', '/x', '--url']);
    expect([code, stderr]).toEqual([1, `Missing parameter for option --url\n${usageText}`]);
  });

  it('says nothing of a terminal’s own in its complaints', async () => {
    const { stderr } = await ours(['-t', '\u001b[31m1']);
    expect(stderr).not.toContain('\u001b');
  });
});

describe('a server that', () => {
  it.each(Object.keys(peers))('%s', async peer => {
    const args = ['-s', '127.0.0.1', '-p', ports.get(peer) ?? '', '-u', '/x', '-t', '1'];
    const [mine, theirs] = await Promise.all([ours(args), run('genhash', args)]);
    expect(comparable(mine)).toEqual(comparable(theirs));
  });

  // Of a reply without header the original dumps titles with nothing below them, and the digest of nothing.
  it.each([
    'answers',
    'refuses',
    'says nothing',
    'has no such page',
    'has an empty page',
    'stops within the page',
  ])('%s, with -v', async peer => {
    const args = ['-v', '-s', '127.0.0.1', '-p', ports.get(peer) ?? '', '-u', '/x', '-t', '1'];
    const [mine, theirs] = await Promise.all([ours(args), run('genhash', args)]);
    expect(comparable(mine)).toEqual(comparable(theirs));
  });

  it('never answers is waited for where no time is given', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const before = new Set(open);
    const args = ['-s', '127.0.0.1', '-p', ports.get('says nothing') ?? '', '-u', '/x'];
    const answer = ours(args);
    await vi.waitFor(() => expect(open.size).toBe(before.size + 1), 20_000);
    expect(timers.mock.calls.map(([, wait]) => wait)).toContain(4_294_000);
    for (const socket of open) if (!before.has(socket)) socket.end();
    expect(comparable(await answer)).toMatchObject({
      code: 0,
      complaints: 'no data received from remote webserver',
    });
  });

  it.each(['answers', 'says nothing'])('%s is asked with TLS', async peer => {
    const args = ['-S', '-s', '127.0.0.1', '-p', ports.get(peer) ?? '', '-u', '/x', '-t', '1'];
    const [mine, theirs] = await Promise.all([ours(args), run('genhash', args)]);
    expect(comparable(mine)).toEqual(comparable(theirs));
  });
});

it('is what bin/genhash, its link and lvskit genhash --compat run', async () => {
  const args = ['-s', '127.0.0.1', '-p', ports.get('answers') ?? '', '-u', '/x'];
  const expected = await run('genhash', args);
  expect((await runLvskit(['shims', '--dir', folder], { cwd: folder })).stdout).toContain(
    `${folder}/genhash -> `,
  );
  expect(await run(join(folder, 'genhash'), args)).toEqual(expected);
  expect(await runLvskit(['genhash', '--compat', ...args], { cwd: folder })).toEqual(expected);
  expect(await runLvskit(['genhash', '--compat', '-h'], { cwd: folder })).toEqual({
    code: 1,
    stdout: '',
    stderr: usageText,
  });
  expect((await runLvskit(['genhash', ...args, '--compat'], { cwd: folder })).code).toBe(2);
  expect(readFileSync(join(executable, '..', 'genhash'), 'utf8')).toContain('genhash-compat');
});
