// A client, a director and two real servers in namespaces, real connections between them, and the built executable on the director.
// Spec: ipvsadm(8) forwarding methods; script(1) for a pseudo-terminal; peers are the running script started again.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { root } from '../lab/bundle.mjs';
import { patience, waitFor } from '../lab/clock.ts';
import { buildCluster } from '../lab/cluster.ts';
import { labRun, type Running, runIn, startIn } from '../lab/processes.ts';

export const addresses = {
  client: '10.0.0.2',
  client6: 'fd00::2',
  /** The director's end of the clients' network: the services' address. */
  virtual: '10.0.0.1',
  virtual6: 'fd00::1',
  one: '10.0.1.11',
  two: '10.0.1.12',
  one6: 'fd01::11',
  two6: 'fd01::12',
} as const;

/** Real servers answer through the director, so that masquerading works; the VIPs on lo and tunl0 are for the other two methods. */
export function buildStage(label: string) {
  const real = (name: 'one' | 'two') => ({
    name,
    links: [
      {
        interface: 'eth0',
        network: 'inside',
        addresses: [`${addresses[name]}/24`, `${addresses[`${name}6`]}/64`],
      },
    ],
    hiddenAddresses: [`${addresses.virtual}/32`, '10.0.0.3/32'],
    sysctl: {
      'net.ipv4.conf.all.rp_filter': '0',
      'net.ipv4.conf.default.rp_filter': '0',
      'net.ipv4.conf.eth0.rp_filter': '0',
    },
  });
  const cluster = buildCluster(label, [
    {
      name: 'client',
      links: [{ interface: 'eth0', network: 'outside', addresses: ['10.0.0.2/24', 'fd00::2/64'] }],
    },
    {
      name: 'director',
      links: [
        { interface: 'eth0', network: 'outside', addresses: ['10.0.0.1/24', '10.0.0.3/32', 'fd00::1/64'] },
        { interface: 'eth1', network: 'inside', addresses: ['10.0.1.1/24', 'fd01::1/64'] },
      ],
      sysctl: {
        'net.ipv4.ip_forward': '1',
        'net.ipv6.conf.all.forwarding': '1',
        'net.ipv4.conf.all.rp_filter': '0',
        // Real servers answer from the service's address, which is the director's too.
        'net.ipv4.conf.all.accept_local': '1',
        'net.ipv4.conf.all.send_redirects': '0',
      },
    },
    real('one'),
    real('two'),
  ]);
  for (const name of ['one', 'two']) {
    const host = cluster.host(name);
    runIn(host, 'ip', 'route', 'add', 'default', 'via', '10.0.1.1');
    runIn(host, 'ip', '-6', 'route', 'add', 'default', 'via', 'fd01::1');
    runIn(host, 'ip', 'link', 'set', 'tunl0', 'up');
    runIn(host, 'sysctl', '-q', '-w', 'net.ipv4.conf.tunl0.rp_filter=0');
  }
  return { host: cluster.host, director: cluster.host('director') };
}

type Order =
  | { readonly kind: 'open'; readonly address: string; readonly port: number; readonly from?: string }
  | { readonly kind: 'speak' | 'close' | 'reset'; readonly id: number }
  | { readonly kind: 'send'; readonly address: string; readonly port: number; readonly text: string };
type Numbered = Order & { readonly number: number };

export interface Peer {
  readonly running: Running;
  /** A connection that stays; resolves with its name when it stands. */
  open(address: string, port: number, from?: string): Promise<number>;
  /** Whether a byte sent comes back. */
  speak(id: number): Promise<boolean>;
  close(id: number): Promise<boolean>;
  reset(id: number): Promise<boolean>;
  /** One UDP datagram. */
  send(address: string, port: number, text: string): Promise<boolean>;
}

/** Set where the running script is a peer: `server PORT...` or `client`. */
export const peerRole = process.env['LAB_PEER'];

/** What a peer does inside its host, until its parent goes. */
export function peerMain(role: string): void {
  process.on('disconnect', () => process.exit(0));
  const [kind, ...ports] = role.split(' ');
  if (kind === 'server') serve(ports.map(Number));
  else obey();
}

/** Echoes bytes and datagrams on these ports. */
function serve(ports: readonly number[]): void {
  let waiting = ports.length * 2;
  const ready = () => --waiting === 0 && process.send?.({ ready: true });
  for (const port of ports) {
    createServer(socket => socket.on('error', () => socket.destroy()).pipe(socket)).listen(port, '::', ready);
    const udp = createSocket({ type: 'udp6' });
    udp.on('message', (bytes, from) => udp.send(bytes, from.port, from.address));
    udp.on('error', () => {
      // An answer nobody waits for.
    });
    udp.bind(port, ready);
  }
}

/** Carries out orders of the parent; each answer bears its order's number. */
function obey(): void {
  const sockets = new Map<number, Socket>();
  process.on('message', raw => {
    const order = raw as Numbered;
    const answer = (value: number | boolean) => process.send?.({ number: order.number, value });
    if (order.kind === 'open') {
      const { address, port, from, number } = order;
      const socket = connect({ host: address, port, ...(from === undefined ? {} : { localAddress: from }) });
      sockets.set(number, socket);
      socket.on('error', () => answer(-1));
      socket.on('connect', () => answer(number));
    } else if (order.kind === 'send') {
      const udp = createSocket(order.address.includes(':') ? 'udp6' : 'udp4');
      udp.send(order.text, order.port, order.address, () => {
        setTimeout(() => udp.close(), 500);
        answer(true);
      });
    } else {
      const socket = sockets.get(order.id);
      if (order.kind === 'close') {
        socket?.end();
        answer(true);
        return;
      }
      if (order.kind === 'reset') {
        socket?.resetAndDestroy();
        answer(true);
        return;
      }
      const timer = setTimeout(() => answer(false), patience / 5);
      socket?.once('data', () => {
        clearTimeout(timer);
        answer(true);
      });
      socket?.write('x');
    }
  });
  process.send?.({ ready: true });
}

/** Starts a peer in a host and waits until it serves or obeys. */
export async function startPeer(host: string, role: string): Promise<Peer> {
  const running = startIn(host, 'peer', process.execPath, [process.argv[1] ?? ''], {
    env: { LAB_PEER: role },
    ipc: true,
  });
  let ready = false;
  let last = 0;
  const waiting = new Map<number, (value: number | boolean) => void>();
  running.child.on('message', raw => {
    const message = raw as { ready?: boolean; number?: number; value?: number | boolean };
    if (message.ready === true) ready = true;
    else if (message.number !== undefined) waiting.get(message.number)?.(message.value ?? false);
  });
  await waitFor(`peer in ${host}`, patience, () => ready, 20);
  const ask = (order: Order) =>
    new Promise<number | boolean>(resolve => {
      const number = ++last;
      waiting.set(number, resolve);
      running.child.send({ ...order, number });
    });
  return {
    running,
    async open(address, port, from) {
      const id = await ask({ kind: 'open', address, port, ...(from === undefined ? {} : { from }) });
      if (typeof id !== 'number' || id < 0) throw new Error(`no connection to ${address}:${port}`);
      return id;
    },
    speak: async id => (await ask({ kind: 'speak', id })) === true,
    close: async id => (await ask({ kind: 'close', id })) === true,
    reset: async id => (await ask({ kind: 'reset', id })) === true,
    send: async (address, port, text) => (await ask({ kind: 'send', address, port, text })) === true,
  };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Started {
  readonly ended: Promise<Ran>;
  stdout(): string;
  stderr(): string;
  type(text: string): void;
  /** Gives the pseudo-terminal another size. */
  resize(size: TerminalSize): void;
  signal(name: NodeJS.Signals): void;
  /** Closes the reader's end of stdout. */
  hangUp(): void;
}

let terminals = 0;

/** TIOCSWINSZ with both at once: stty(1) would set one after the other. */
const resizing = 'open my $t, "<", shift or die $!; ioctl($t, 0x5414, pack("S4", @ARGV, 0, 0)) or die $!';

const quote = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`;

/** Starts a program in a host; with `terminal` on a pseudo-terminal of that size, where stdout and stderr are one. */
export function start(
  host: string,
  words: readonly string[],
  options: {
    readonly terminal?: TerminalSize;
    readonly env?: Record<string, string>;
    readonly cwd?: string;
  } = {},
): Started {
  const { terminal } = options;
  const device = join(labRun(), `terminal-${++terminals}`);
  const inside =
    terminal === undefined
      ? words
      : [
          'script',
          '-qfec',
          `trap : INT; tty >${device}; stty cols ${terminal.columns} rows ${terminal.rows}; before=$(stty -g); ${words.map(quote).join(' ')}; s=$?; [ "$before" = "$(stty -g)" ] && echo settings are back; exit $s`,
          '/dev/null',
        ];
  const child = spawn('nsenter', [`--net=/run/netns/${host}`, ...inside], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', part => {
    out += String(part);
  });
  child.stderr.on('data', part => {
    err += String(part);
  });
  child.stdin.on('error', () => {
    // It ended without reading.
  });
  if (terminal === undefined) child.stdin.end();
  const ended = new Promise<Ran>(resolve => {
    child.once('close', code => resolve({ code, stdout: out, stderr: err }));
  });
  return {
    ended,
    stdout: () => out,
    stderr: () => err,
    type: text => void child.stdin.write(text),
    resize({ columns, rows }) {
      const path = readFileSync(device, 'utf8').trim();
      runIn(host, 'perl', '-e', resizing, path, String(rows), String(columns));
    },
    signal: name => void child.kill(name),
    hangUp: () => void child.stdout.destroy(),
  };
}

const executable = join(root, 'bin', 'run.js');
export const lvskitWords = (...words: string[]): string[] => [process.execPath, executable, ...words];

/** Runs `lvskit WORDS...` in a host to its end. */
export const lvskit = (host: string, ...words: string[]): Promise<Ran> =>
  start(host, lvskitWords(...words), { env: { NO_COLOR: '1' } }).ended;
