// The VRRP process: joins daemon/vrrp-process.ts to sockets, scripts and the supervisor.
// Spec: netlink(7) for the mirror, raw(7) for adverts, packet(7) for gratuitous ARP and neighbour advertisements.

import {
  createVrrpProcess,
  itemName,
  rehearse,
  stepVrrpProcess,
  type ToChild,
  untilOptimised,
  type VrrpProcess,
  type VrrpProcessEffect,
  type VrrpProcessInput,
  vrrpProcessDeadline,
} from '../../daemon/index.ts';
import type { Fault } from '../../fault.ts';
import {
  becomeRealTime,
  drive,
  type LogEvent,
  openNetlink,
  openPacketSocket,
  openVrrpSocket,
  rehearseTimer,
  returning,
  type VrrpSocket,
} from '../../host/index.ts';
import { anyAddress } from '../../net/index.ts';
import {
  addAddress,
  decodeRouteMessage,
  dumpRequests,
  type Message,
  type RouteNews,
  routeGroups,
} from '../../netlink/index.ts';
import { type Transport, takeoverIsNear as takeoverIsNext } from '../../vrrp/index.ts';
import { advertHeader, encodeIpv4 } from '../../wire/index.ts';
import { becomeChild } from '../child.ts';
import { runScript } from '../run-script.ts';

/** Milliseconds a socket outlives its last send. */
const lingering = 20;

const child = becomeChild('vrrp');
const { logger } = child;
/** Annotated, so that the compiler knows that nothing follows a call. */
const die: (fault: Fault) => never = child.die;

/** A transport that is being opened keeps what is to be sent meanwhile. */
interface Line {
  socket: VrrpSocket | undefined;
  closed: boolean;
  readonly waiting: Advert[];
}
type Advert = VrrpProcessEffect & { kind: 'advertise' };

const transports = new Map<string, Line>();
/** Requests the kernel has not answered yet: a stop waits for them. */
const unanswered = new Set<Promise<void>>();

const driver = drive<{ current: VrrpProcess }, VrrpProcessInput, VrrpProcessEffect>({
  machine: returning({ step: stepVrrpProcess, deadline: vrrpProcessDeadline, wake: { kind: 'wake' } }),
  initial: { current: createVrrpProcess },
  perform,
  exact: ({ current }) => takeoverIsNear(current),
  prepare: ({ current }) => warmUp(current),
});
/** Before the rehearsal is over the newest configuration waits. */
let waiting: ToChild | undefined;
let rehearsed = false;
/** What the kernel held at start: the scene of rehearsals. */
let firstNews: readonly RouteNews[] = [];
const configured = new Promise<ToChild>(resolve => {
  child.onMessage(message => {
    if (rehearsed) driver.post(message);
    waiting = message;
    resolve(message);
  });
});
child.onStop(() => driver.post({ kind: 'stop' }));

/** A takeover must not be late: poll instead of sleeping when a BACKUP's master down timer is the next to end. */
const takeoverIsNear = ({ machine }: VrrpProcess): boolean =>
  machine !== undefined && takeoverIsNext(machine);

function newsIn(messages: readonly Message[]): RouteNews[] {
  return messages.flatMap(message => {
    const decoded = decodeRouteMessage(message);
    if (!decoded.ok) {
      logger.log({ level: 'warning', message: decoded.fault.message });
      return [];
    }
    return decoded.value === undefined ? [] : [decoded.value];
  });
}

const packets = await openPacketSocket();
if (!packets.ok) die(packets.fault);
const frames = packets.value;

const monitor = await openNetlink('route', {
  groups: [
    routeGroups.link,
    routeGroups.ipv4Address,
    routeGroups.ipv6Address,
    routeGroups.ipv4Route,
    routeGroups.ipv6Route,
    routeGroups.ipv4Rule,
    routeGroups.ipv6Rule,
  ],
  onMessage: message => driver.post({ kind: 'news', news: newsIn([message]) }),
  onLost: () => {
    logger.log({
      level: 'warning',
      message: 'The kernel dropped notices; reading interfaces and addresses anew',
    });
    void readKernel();
  },
  onBroken: die,
});
if (!monitor.ok) die(monitor.fault);
const requests = await openNetlink('route');
if (!requests.ok) die(requests.fault);
const kernel = requests.value;

async function kernelNews(): Promise<RouteNews[]> {
  const answers = await kernel.ask(dumpRequests());
  const news: RouteNews[] = [];
  for (const answer of answers) {
    if (!answer.ok) die(answer.fault);
    news.push(...newsIn(answer.value));
  }
  return news;
}

const readKernel = async (): Promise<void> => driver.post({ kind: 'kernel', news: await kernelNews() });

/** An address on an interface that cannot be: the kernel refuses it after the whole way there and back. */
const impossible = addAddress({
  ifindex: 0x7fff_ffff,
  prefix: { address: anyAddress.inet, length: 32 },
  scope: 0,
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  flags: 0,
  preferredLifetime: 'forever',
});

/** Everything a takeover runs through, without touching anything: machine, bytes, the way to the kernel and back, the timer. */
function rehearseMachine(config: ToChild['config'], rounds: number): void {
  rehearse(config, firstNews, rounds, effect => {
    if (effect.kind === 'advertise') encodeIpv4(advertHeader(effect.source, effect.source), effect.bytes);
    else if (effect.kind === 'send-frames') {
      // No interface has the index 0.
      for (const { frame } of effect.frames.slice(0, 1)) frames.send(0, frame);
    }
  });
}

async function rehearseTakeover({ config }: ToChild): Promise<void> {
  rehearseMachine(config, untilOptimised);
  for (let round = 0; round < 20; round++) await kernel.ask([impossible]);
  await rehearseTimer();
  // The package is loaded when the first socket is opened: no timer may run meanwhile.
  const loopback = { family: 'inet', interface: 'lo', ifindex: 1, group: undefined } as const;
  const socket = await openVrrpSocket({ ...loopback, onPacket: () => {} });
  if (socket.ok) socket.value.close();
}

/** A takeover is near: what it will run was compiled long ago, but has left the processor's caches since. */
function warmUp({ config }: VrrpProcess): void {
  if (config === undefined || firstNews.length === 0) return;
  rehearseMachine(config, 2);
  void kernel.ask([impossible]);
}

async function apply(operations: (VrrpProcessEffect & { kind: 'apply' })['operations']): Promise<void> {
  const outcomes = await kernel.ask(operations.map(({ request }) => request));
  for (const [i, outcome] of outcomes.entries()) {
    const operation = operations[i];
    if (outcome.ok || operation === undefined) continue;
    const { errno } = outcome.fault;
    // Already so: a removal of what an interface took with it, an addition of what another run left behind.
    const done = operation.verb === 'remove' ? ['EADDRNOTAVAIL', 'ESRCH', 'ENODEV', 'ENOENT'] : ['EEXIST'];
    if (errno !== undefined && done.includes(errno)) continue;
    const name = `to ${operation.verb} ${operation.object} ${operation.subject}`;
    const absent = operation.verb === 'add' ? { absent: itemName(operation) } : {};
    driver.post({ kind: 'refused', operation: name, fault: outcome.fault, ...absent });
  }
}

const send = (socket: VrrpSocket, { bytes, source, destination, ttl }: Advert): void =>
  socket.send(bytes, source, destination, ttl);

/** A farewell that was just handed over leaves in the next turn of the event loop: close after it. */
function closeLine(line: Line): void {
  line.closed = true;
  setTimeout(() => line.socket?.close(), lingering);
}

async function openTransport(transport: Transport): Promise<void> {
  const { key, family, interface: name, index, group, source } = transport;
  if (name === undefined || index === undefined) return;
  const line: Line = { socket: undefined, closed: false, waiting: [] };
  transports.set(key, line);
  const opened = await openVrrpSocket({
    family,
    interface: name,
    ifindex: index,
    group,
    ...(source === undefined ? {} : { source }),
    onPacket({ bytes, source, destination, ttl }) {
      driver.post({ kind: 'packet', interface: name, family, source, destination, ttl, bytes });
    },
    onError: fault => logger.log({ level: 'warning', message: `${name}: ${fault.message}` }),
  });
  if (!opened.ok) {
    if (opened.fault.code !== 'socket-failed') die(opened.fault);
    logger.log({ level: 'error', message: `${name}: ${opened.fault.message}` });
    return;
  }
  line.socket = opened.value;
  for (const advert of line.waiting.splice(0)) send(opened.value, advert);
  if (line.closed) closeLine(line);
}

async function finish(): Promise<void> {
  await Promise.allSettled(unanswered);
  driver.stop();
  setTimeout(() => child.exit(0), lingering);
}

/** Lines are written when the step is done: a write must not hold up the address that is being taken over. */
const unwritten: LogEvent[] = [];
function logSoon(event: LogEvent): void {
  if (unwritten.push(event) === 1) setImmediate(writeLog);
}
function writeLog(): void {
  for (const event of unwritten.splice(0)) logger.log(event);
}

function perform(effect: VrrpProcessEffect): void {
  switch (effect.kind) {
    case 'advertise': {
      const line = transports.get(effect.transport);
      if (line?.socket !== undefined) send(line.socket, effect);
      else line?.waiting.push(effect);
      return;
    }
    case 'apply': {
      const answered = apply(effect.operations).finally(() => unanswered.delete(answered));
      unanswered.add(answered);
      return;
    }
    case 'send-frames':
      for (const { ifindex, frame } of effect.frames) {
        const sent = frames.send(ifindex, frame);
        if (!sent.ok) logger.log({ level: 'warning', message: sent.fault.message });
      }
      return;
    case 'open-transport':
      void openTransport(effect.transport);
      return;
    case 'close-transport': {
      const line = transports.get(effect.transport.key);
      transports.delete(effect.transport.key);
      if (line !== undefined) closeLine(line);
      return;
    }
    case 'run-script':
      runScript(effect.command, effect.timeout, ({ success, detail }) =>
        driver.post({ kind: 'script-result', name: effect.name, success, detail }),
      );
      return;
    case 'run-notify':
      runScript(effect.command, undefined, ({ success, detail }) =>
        driver.post({ kind: 'ended', ticket: effect.ticket, success, detail }),
      );
      return;
    case 'read-kernel':
      void readKernel();
      return;
    case 'log':
      logSoon(effect);
      return;
    case 'masters':
      child.tell(effect);
      return;
    case 'ready':
    case 'configured':
      child.tell({ kind: effect.kind });
      return;
    case 'finish':
      void finish();
      return;
  }
}

firstNews = await kernelNews();
await rehearseTakeover(await configured);
// Not before: the rehearsal is long, and in real time it would hold up everything else on a small machine.
if (!(await becomeRealTime())) {
  const message =
    'Real-time scheduling is not permitted (CAP_SYS_NICE): on a busy machine adverts may be late';
  logger.log({ level: 'warning', message });
}
rehearsed = true;
if (waiting !== undefined) driver.post(waiting);
// What changed meanwhile came as notices that nobody took yet: read again.
await readKernel();
