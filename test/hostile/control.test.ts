// The control socket among clumsy and malicious clients, and among files that are in its way. No child process: the supervisor alone.
// Truth: docs/status.md; unix(7); JSON-RPC 2.0; memory as proc(5) counts it.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runLvskit } from '../lab/built.ts';
import { type Daemon, pause, type Stage, stage, startSupervisor, until } from './supervisor.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const anywhere = { cwd: '/' };
const socketOf = ({ pidFile }: Stage): string => pidFile.replace(/\.pid$/, '.sock');

function onStage(configuration?: string): Stage {
  const made = stage(configuration);
  cleanups.push(() => made.clear());
  return made;
}

function begin(on: Stage, options: readonly string[] = []): Daemon {
  const daemon = startSupervisor({ ...on, options: [...on.options, ...options] });
  cleanups.push(async () => {
    daemon.child.kill('SIGKILL');
    await daemon.ended;
  });
  return daemon;
}

/** A daemon whose socket is open. */
async function serving(on: Stage): Promise<Daemon> {
  const daemon = begin(on);
  await until('its control socket', () => existsSync(socketOf(on)));
  return daemon;
}

interface Client {
  readonly socket: Socket;
  readonly lines: string[];
  closed: boolean;
}

async function client(on: Stage): Promise<Client> {
  const socket = connect(socketOf(on));
  const made: Client = { socket, lines: [], closed: false };
  let rest = '';
  socket.on('data', bytes => {
    const parts = `${rest}${bytes.toString('utf8')}`.split('\n');
    rest = parts.pop() ?? '';
    made.lines.push(...parts);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    made.closed = true;
  });
  cleanups.push(() => void socket.destroy());
  await new Promise<void>(done => socket.once('connect', done));
  return made;
}

/** What the daemon answers to one request. */
async function ask(on: Stage, method: string, params: unknown = {}) {
  const one = await client(on);
  one.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
  await until(`an answer to ${method}`, () => one.lines.length > 0 || one.closed);
  one.socket.destroy();
  return JSON.parse(one.lines[0] ?? '{}') as {
    readonly result?: Record<string, unknown>;
    readonly error?: { readonly code: number };
  };
}

const resident = (pid: number): number =>
  Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);

describe('the file', () => {
  it('is for its owner alone while the daemon runs, and gone afterwards', async () => {
    const on = onStage();
    const daemon = await serving(on);
    expect(lstatSync(socketOf(on)).mode & 0o777).toBe(0o600);
    expect((await ask(on, 'status')).result).toMatchObject({ schema: 'lvskit/status/1', problems: [] });
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(socketOf(on))).toBe(false);
  });

  it('that a killed daemon left is replaced', async () => {
    const on = onStage();
    const first = await serving(on);
    first.child.kill('SIGKILL');
    await first.ended;
    const { ctimeMs } = lstatSync(socketOf(on));
    const second = begin(on);
    await until(
      'a new socket',
      () => (lstatSync(socketOf(on), { throwIfNoEntry: false })?.ctimeMs ?? ctimeMs) > ctimeMs,
    );
    expect((await ask(on, 'status')).result).toMatchObject({ daemon: { pid: second.pid } });
  });

  it.each(['a file', 'a symbolic link', 'a directory'])(
    'stays when it is %s, and the daemon runs without',
    async what => {
      const on = onStage();
      const path = socketOf(on);
      mkdirSync(dirname(path), { recursive: true });
      const victim = join(on.folder, 'victim');
      writeFileSync(victim, 'keep');
      if (what === 'a file') writeFileSync(path, 'keep');
      else if (what === 'a directory') mkdirSync(path);
      else symlinkSync(victim, path);
      const before = lstatSync(path).ino;
      const daemon = begin(on);
      await until('its warning', () => daemon.text().includes('No control socket'));
      expect(daemon.text()).toContain('there is something else of that name');
      expect(daemon.alive()).toBe(true);
      expect(await daemon.stop()).toBe(0);
      expect(lstatSync(path).ino).toBe(before);
      expect(readFileSync(victim, 'utf8')).toBe('keep');
    },
  );

  it('on which another process listens stays its own', async () => {
    const on = onStage();
    mkdirSync(dirname(socketOf(on)), { recursive: true });
    const server = createServer(socket => socket.on('error', () => {}).end('mine\n')).listen(socketOf(on));
    cleanups.push(() => void server.close());
    const daemon = begin(on);
    await until('its warning', () => daemon.text().includes('another process listens there'));
    const one = await client(on);
    await until('the other', () => one.lines.includes('mine'));
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(socketOf(on))).toBe(true);
  });

  it('whose path is longer than the kernel takes is not tried', async () => {
    const on = onStage();
    const daemon = begin(on, ['--control-socket', join(on.folder, 'x'.repeat(120))]);
    await until('its warning', () => daemon.text().includes('at most 103 bytes'));
    expect(daemon.alive()).toBe(true);
  });

  it('of a group that does not exist ends the start with a sentence', async () => {
    const daemon = begin(onStage(), ['--control-group', 'nosuchgroup']);
    expect(await daemon.ended).toBe(2);
    expect(daemon.text()).toContain('--control-group nosuchgroup: there is no such group');
  });
});

describe('clients', () => {
  it('that send rubbish are answered or dropped, and the daemon serves on in bounded memory', async () => {
    const on = onStage();
    const daemon = await serving(on);
    const before = resident(daemon.pid);
    const rubbish = [
      ...['status', 'nope', '__proto__', 'override weight', 'events', 'log level'].flatMap(method =>
        [null, [], 'x', 1e308, { name: 'x'.repeat(60_000) }, { after: -1 }, { '\u0000': 1 }].map(
          params => `${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`,
        ),
      ),
      `${'['.repeat(60_000)}\n`,
      '\n\n\n',
      '\u0000\u0001\u0002\n',
    ].map(text => Buffer.from(text));
    rubbish.push(
      Buffer.from(Uint8Array.from({ length: 5_000 }, (_, n) => (n * 7919) & 255)),
      Buffer.alloc(1 << 20, 65),
    );
    for (let round = 0; round < 5; round++) {
      for (const bytes of rubbish) {
        const one = await client(on);
        // In two pieces, the second one when the first has been read.
        const half = bytes.length >> 1;
        one.socket.write(bytes.subarray(0, half));
        await pause(1);
        one.socket.end(bytes.subarray(half));
      }
    }
    expect((await ask(on, 'status')).result).toBeDefined();
    expect(daemon.alive()).toBe(true);
    expect(resident(daemon.pid) - before).toBeLessThan(60_000);
    expect(daemon.text()).not.toContain('fault');
  });

  it('of which there are 200 are served up to the bound, told so beyond, and leave no trace', async () => {
    const on = onStage();
    const daemon = await serving(on);
    const many = await Promise.all(Array.from({ length: 200 }, () => client(on)));
    for (const { socket } of many) socket.write('{"jsonrpc":"2.0","id":1,"method":"status"}\n');
    await until('all are answered', () => many.every(({ lines, closed }) => lines.length > 0 || closed));
    const served = many.filter(({ lines }) => lines[0]?.includes('"result"') === true);
    const refused = many.filter(({ lines }) => /there are (64|72) clients already/.test(lines[0] ?? ''));
    expect([64, 72]).toContain(served.length);
    expect(refused.length).toBeGreaterThan(0);
    for (const { socket } of many) socket.destroy();
    await until('one more is served', () => !daemon.text().includes('fault'));
    await pause(50);
    expect((await ask(on, 'status')).result).toBeDefined();
  });

  it('that followed and have gone, by tens or in a flood, take nobody a place or a descriptor', async () => {
    const on = onStage();
    const daemon = await serving(on);
    const descriptors = () => readdirSync(`/proc/${daemon.pid}/fd`).length;
    const before = descriptors();
    for (let n = 0; n < 100; n++) {
      const one = await client(on);
      one.socket.write('{"jsonrpc":"2.0","id":1,"method":"events","params":{"follow":true}}\n');
      await until('an answer', () => one.lines.length > 0 || one.closed);
      expect(one.lines[0]).toContain('"result"');
      one.socket.destroy();
    }
    await until('their descriptors are closed', () => descriptors() <= before + 1);
    // Those who are refused do not close their side.
    const many = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const socket = connect({ path: socketOf(on), allowHalfOpen: true }).on('error', () => {});
        cleanups.push(() => void socket.destroy());
        await new Promise<void>(done => socket.once('connect', done).once('close', done));
        return socket;
      }),
    );
    await until('those beyond the bound are let go', () => descriptors() <= before + 80);
    for (const socket of many) socket.destroy();
    await until('all are gone', () => descriptors() <= before + 1);
    expect((await ask(on, 'status')).result).toBeDefined();
  });

  it('that ask and never read cost bounded memory and hold up nobody', async () => {
    const on = onStage();
    const daemon = await serving(on);
    const before = resident(daemon.pid);
    const request = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"status"}\n'.repeat(1_000));
    for (let n = 0; n < 20; n++) {
      const socket = connect(socketOf(on)).on('error', () => {});
      cleanups.push(() => void socket.destroy());
      socket.pause();
      for (let piece = 0; piece < 20; piece++) socket.write(request);
    }
    await pause(500);
    for (let n = 0; n < 10; n++) expect((await ask(on, 'status')).result).toBeDefined();
    expect(resident(daemon.pid) - before).toBeLessThan(80_000);
  });

  it('that follow get each transition once, by number, and may resume', async () => {
    const on = onStage();
    await serving(on);
    const one = await client(on);
    one.socket.write('{"jsonrpc":"2.0","id":1,"method":"events","params":{"follow":true}}\n');
    await until('the answer', () => one.lines.length > 0);
    const { next } = (JSON.parse(one.lines[0] ?? '{}') as { result: { next: number } }).result;
    expect((await ask(on, 'reload')).result).toMatchObject({ accepted: true });
    await until('the event', () => one.lines.length > 1);
    const event = JSON.parse(one.lines[1] ?? '{}') as {
      method: string;
      params: { sequence: number; to: string };
    };
    expect(event).toMatchObject({
      method: 'event',
      params: { sequence: next, kind: 'daemon', to: 'reloaded' },
    });
    const resumed = (await ask(on, 'events', { after: next - 1 })).result as {
      events: { sequence: number }[];
    };
    expect(resumed.events.map(({ sequence }) => sequence)).toEqual([next]);
  });

  it('that only ask leave no line in the log', async () => {
    const on = onStage();
    const daemon = await serving(on);
    const before = daemon.text();
    for (let n = 0; n < 5; n++) await ask(on, 'status');
    await ask(on, 'events');
    expect(daemon.text()).toBe(before);
  });
});

describe('a reload', () => {
  const great = (servers: number) =>
    `virtual_server 10.0.0.1 80 {\n${Array.from({ length: servers }, (_, n) => `real_server 10.${n >> 16}.${(n >> 8) & 255}.${n & 255} 80 {\n weight 1\n}\n`).join('')}`;

  it('that is refused is answered with its findings, and shown as a problem', async () => {
    const on = onStage();
    const daemon = await serving(on);
    writeFileSync(join(on.folder, 'keepalived.conf'), 'vrrp_instance X {\n');
    const { result } = await ask(on, 'reload');
    expect(result).toMatchObject({ accepted: false });
    expect(JSON.stringify(result)).toContain('missing-brace');
    expect(JSON.stringify((await ask(on, 'status')).result?.['problems'])).toContain(
      'the last reload was refused',
    );
    expect(daemon.text()).toContain('Reload refused, the running configuration stays');
  });

  it('of a great file holds up no question', async () => {
    const on = onStage();
    await serving(on);
    // Refused at its end: nothing is started.
    writeFileSync(join(on.folder, 'keepalived.conf'), great(60_000));
    const slow = await client(on);
    slow.socket.write('{"jsonrpc":"2.0","id":1,"method":"reload"}\n');
    let answered = 0;
    while (slow.lines.length === 0 && answered < 3) {
      expect((await ask(on, 'status')).result).toBeDefined();
      answered++;
    }
    expect(answered).toBe(3);
    await until('the reload', () => slow.lines.length > 0);
  });

  it('asked for many times at once is read once more at the most', async () => {
    const on = onStage();
    const daemon = await serving(on);
    for (let n = 0; n < 20; n++) daemon.child.kill('SIGHUP');
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(on, 'reload')));
    expect(answers.every(({ result }) => result?.['accepted'] === true)).toBe(true);
    expect(await daemon.stop()).toBe(0);
  });

  it('that is being read does not keep the daemon from stopping', async () => {
    const on = onStage();
    const daemon = await serving(on);
    writeFileSync(join(on.folder, 'keepalived.conf'), great(60_000));
    daemon.child.kill('SIGHUP');
    await until('it reads', () => daemon.text().includes('Reloading'));
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(socketOf(on))).toBe(false);
  });
});

describe('the commands that ask the daemon', () => {
  const empty = 'global_defs {\n}\n';
  const told = (on: Stage, ...words: readonly string[]) =>
    runLvskit([...words, '--socket', socketOf(on)], anywhere);

  it('reload, check and tell what came of it', async () => {
    const on = onStage(empty);
    const daemon = await serving(on);
    const file = join(on.folder, 'keepalived.conf');
    const good = await told(on, 'reload');
    expect([good.code, good.stdout]).toEqual([
      0,
      'Reloaded: 0 VRRP instances, 0 virtual servers now in force\n',
    ]);
    writeFileSync(file, 'vrrp_instance X {\n');
    const logged = daemon.text().length;
    const checked = await told(on, 'reload', '--check');
    expect([checked.code, checked.stderr]).toEqual([5, expect.stringContaining('The file would be refused')]);
    expect(daemon.text().slice(logged)).toBe('');
    const refused = await told(on, 'reload');
    expect([refused.code, refused.stderr.split('missing-brace').length]).toEqual([5, 2]);
    const asData = await told(on, 'reload', '--json');
    expect(JSON.parse(asData.stdout)).toMatchObject({ accepted: false });
  });

  it('reload --check is judged as the daemon reads the file, with its identity and not with the name of this host', async () => {
    const on = onStage(empty);
    const daemon = begin(on, ['--config-id', 'lb7']);
    await until('its control socket', () => existsSync(socketOf(on)));
    writeFileSync(join(on.folder, 'keepalived.conf'), `${empty}@lb7 vrrp_instance X {\n`);
    const logged = daemon.text().length;
    const checked = await told(on, 'reload', '--check');
    expect([checked.code, checked.stderr]).toEqual([5, expect.stringContaining('missing-brace')]);
    expect(daemon.text().slice(logged)).toBe('');
    expect((await ask(on, 'status')).result?.['problems']).toEqual([]);
  });

  it.each([
    ['speaks another language', 'hello\n', 'its answer is not JSON'],
    ['refuses', '{"jsonrpc":"2.0","id":1,"error":{"code":-32003,"message":"too many"}}\n', 'too many'],
    ['answers null', 'null\n', 'its answer has no result'],
    ['answers something else', '{"result":{"epoch":"1","events":5,"next":1,"lost":0}}\n', 'lists no events'],
    [
      'notifies of nothing',
      '{"result":{"epoch":"1","events":[],"next":1,"lost":0}}\n{"method":"event","params":{"sequence":1}}\n',
      'a notification cannot be read',
    ],
    ['never ends its line', 'x'.repeat(5 << 20), 'a line of more than'],
  ])('following a socket whose owner %s ends with a sentence', async (_, text, said) => {
    const on = onStage();
    mkdirSync(dirname(socketOf(on)), { recursive: true });
    const stranger = createServer(socket => {
      socket.on('error', () => {});
      socket.write(text);
    });
    cleanups.push(() => void stranger.close());
    await new Promise<void>(done => stranger.listen(socketOf(on), done));
    const ended = await told(on, 'events', '--follow');
    expect([ended.code, ended.stderr]).toEqual([6, expect.stringContaining(said)]);
    expect(ended.stderr).not.toContain('    at ');
  });

  it('status says that a file was edited since, until it is in force', { timeout: 60_000 }, async () => {
    const on = onStage(empty);
    await serving(on);
    writeFileSync(join(on.folder, 'keepalived.conf'), `${empty}# another line\n`);
    const edited = async () =>
      ((await ask(on, 'status')).result?.['daemon'] as { readonly edited: string[] } | undefined)?.edited ??
      [];
    const deadline = Date.now() + 50_000;
    while ((await edited()).length === 0 && Date.now() < deadline) await pause(200);
    expect(await edited()).toEqual([join(on.folder, 'keepalived.conf')]);
    expect((await told(on, 'status')).stdout).toContain(
      'Edited since it was read, in force after lvskit reload',
    );
    await ask(on, 'reload');
    expect(await edited()).toEqual([]);
  });

  it('events are listed, resumed by number, and told apart from those of another daemon', async () => {
    const on = onStage(empty);
    await serving(on);
    await told(on, 'reload');
    const all = (await told(on, 'events', '--json')).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const [head, first] = all;
    expect(first).toMatchObject({ sequence: 1, kind: 'daemon', to: 'reloaded' });
    const rest = await told(on, 'events', '--after', String(head.next - 1), '--epoch', head.epoch);
    expect(rest.stdout).toBe('');
    const other = await told(on, 'events', '--after', '900', '--epoch', '1-1');
    expect(other.stdout).toMatch(
      /^The daemon was started anew: .*\n.* 1 daemon reload: in force -> reloaded/,
    );
  });

  it('followed events come as they happen, and the end of the daemon ends it with a sentence', async () => {
    const on = onStage(empty);
    const daemon = await serving(on);
    const following = told(on, 'events', '--follow', '--json');
    // A request a tenth of a second until one is seen: the follower may not have begun.
    for (let n = 0; n < 10; n++) {
      await ask(on, 'reload');
      await pause(200);
    }
    await daemon.stop();
    const { stdout, stderr, code } = await following;
    expect(stdout.split('\n').length).toBeGreaterThan(2);
    expect([code, stderr]).toEqual([6, expect.stringContaining('ended the connection')]);
  });

  it('the log level is shown and set; a wrong one is refused', async () => {
    const on = onStage(empty);
    await serving(on);
    expect((await told(on, 'log', 'level')).stdout).toBe('info\n');
    expect((await told(on, 'log', 'level', 'debug')).code).toBe(0);
    expect((await told(on, 'log', 'level')).stdout).toBe('debug\n');
    expect((await told(on, 'log', 'level', 'loud')).code).toBe(2);
  });

  it('check now counts, and refuses what does not exist', async () => {
    const on = onStage(empty);
    await serving(on);
    expect((await told(on, 'check', 'now')).stdout).toBe('No check to run\n');
    const unknown = await told(on, 'check', 'now', '10.0.0.9:80');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('10.0.0.9:80')]);
  });

  it.each(['reload', 'events', 'log level', 'check now'])(
    '%s without a daemon ends with 6 and a sentence',
    async words => {
      const ended = await told(onStage(), ...words.split(' '));
      expect([ended.code, ended.stderr]).toEqual([6, expect.stringContaining('no lvskit daemon listens at')]);
    },
  );
});

describe('lvskit status', () => {
  it.each([
    ['without a daemon', 6, (on: Stage) => socketOf(on), 'no lvskit daemon listens at'],
    ['of a file', 6, (on: Stage) => join(on.folder, 'keepalived.conf'), 'no lvskit daemon'],
  ] as const)('%s says one sentence and what to do', async (_, code, path, said) => {
    const on = onStage();
    const ended = await runLvskit(['status', '--socket', path(on)], anywhere);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(said);
    expect(ended.stderr.trim().split('\n')).toHaveLength(2);
    const plugin = await runLvskit(['status', '--plugin', '--socket', path(on)], anywhere);
    expect(plugin).toMatchObject({ code: 3, stderr: '' });
    expect(plugin.stdout).toMatch(/^LVSKIT UNKNOWN - /);
  });

  it('shows a healthy daemon, says what is refused, and explains nothing that does not exist', async () => {
    const on = onStage();
    await serving(on);
    chmodSync(on.folder, 0o755);
    const healthy = await runLvskit(['status', '--socket', socketOf(on)], anywhere);
    expect(healthy).toMatchObject({ code: 0, stderr: '' });
    expect(healthy.stdout).toContain('Healthy.');
    expect((await runLvskit(['status', '--plugin', '--socket', socketOf(on)], anywhere)).stdout).toMatch(
      /^LVSKIT OK - .* \| instances=0/,
    );
    expect(
      JSON.parse((await runLvskit(['status', '--json', '--socket', socketOf(on)], anywhere)).stdout),
    ).toMatchObject({ schema: 'lvskit/status/1' });
    writeFileSync(join(on.folder, 'keepalived.conf'), 'vrrp_instance \u001b[2JX {\n');
    await ask(on, 'reload');
    const odd = await runLvskit(['status', '--socket', socketOf(on)], anywhere);
    expect(odd.code).toBe(1);
    expect(odd.stdout).toContain('WARNING  the last reload was refused');
    expect(odd.stdout).not.toContain('\u001b[2J');
    const unknown = await runLvskit(['status', 'VI_9', '--socket', socketOf(on)], anywhere);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('nothing is called VI_9');
  });

  it('of a daemon that does not answer ends after some seconds', { timeout: 20_000 }, async () => {
    const on = onStage();
    const daemon = await serving(on);
    daemon.child.kill('SIGSTOP');
    const ended = await runLvskit(['status', '--socket', socketOf(on)], anywhere);
    daemon.child.kill('SIGCONT');
    expect(ended.code).toBe(6);
    expect(ended.stderr).toContain('does not answer within 5 s');
  });
});
