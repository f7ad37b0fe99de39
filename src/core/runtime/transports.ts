// Performs open-transport, close-transport, listen-for and advertise: one VRRP socket for each transport, kept open as long as it is wanted.
// Spec: RFC 9568 section 5.1; raw(7): every raw socket of a protocol and device hears every packet, so one of them has to take it.

import type { Fault } from '../fault.ts';
import { now, openVrrpSocket, type VrrpPacket, type VrrpSocket } from '../host/index.ts';
import { type Address, addressBytes } from '../net/index.ts';
import { createNews, type News, noteCount } from '../news.ts';
import { between, type Instant, inMilliseconds, milliseconds, seconds } from '../time.ts';
import type { RefusedCause, Transport } from '../vrrp/index.ts';
import { type FirstLookCause, ipv4Destination } from '../wire/index.ts';
import { createDamper, suppressedText } from './damper.ts';
import type { Performer } from './performer.ts';

export type TransportEffect =
  | {
      readonly kind: 'open-transport';
      readonly transport: Transport;
      /** Those that are configured here; undefined: all are passed on. */
      readonly vrids?: readonly number[];
    }
  /** A reload changed which VRIDs are configured on a transport that stays open. */
  | { readonly kind: 'listen-for'; readonly transport: string; readonly vrids: readonly number[] }
  | { readonly kind: 'close-transport'; readonly transport: Pick<Transport, 'key'> }
  | AdvertiseEffect;

export interface AdvertiseEffect {
  readonly kind: 'advertise';
  readonly owner: number;
  readonly instance: string;
  /** Key of a transport. */
  readonly transport: string;
  readonly destination: Address;
  readonly priority: number;
  /** The whole IP packet. */
  readonly packet: Uint8Array;
}

export interface LogLine {
  readonly level: 'error' | 'warning' | 'info';
  readonly message: string;
}

/** An advert that could not leave. */
export interface Unsent {
  readonly kind: 'unsent';
  readonly owner: number;
  readonly cause: string;
}

export interface TransportOptions {
  post(input: VrrpPacket | Unsent): void;
  log(line: LogLine): void;
  /** Trying again cannot help: a package is missing, or the right to open raw sockets. */
  hopeless(fault: Fault): void;
  readonly open?: typeof openVrrpSocket;
}

/** Packets dropped at the sockets since the process started, by cause; those passed on are counted by the machine. */
export type StrayCounts = Partial<Record<RefusedCause, number>>;

export interface Transports extends Performer<TransportEffect> {
  /** Takes what waits in every socket. */
  drain(): void;
  /** By interface. */
  readonly strays: ReadonlyMap<string, StrayCounts>;
  /** Which of them have moved: `interface NAME`. */
  readonly news: News;
}

/** Seconds until a socket that could not be opened is tried again. */
const patience = [1, 2, 4, 8, 16, 30] as const;
/** An advert that could not be sent at once says nothing true any more after this time. */
const stale = milliseconds(200);
/** One packet of an unknown VRID is passed on in this time, so that the machine can report it. */
const samplePeriod = seconds(60);

const causeTexts = {
  truncated: 'is shorter than its header says',
  'not-ipv4': 'is not IPv4',
  'bad-header-length': 'has an impossible header length',
  'bad-total-length': 'has an impossible total length',
  fragment: 'is a fragment',
  'short-advert': 'is too short for an advert',
  'unknown-version': 'has a VRRP version other than 2 and 3',
  'not-an-advertisement': 'is not an advertisement',
} as const satisfies Record<FirstLookCause, string>;

/** What a link that went down makes of the farewell: expected, and nothing to act on. */
const unreachable = new Set<string | undefined>([
  'ENETDOWN',
  'ENETUNREACH',
  'ENODEV',
  'ENXIO',
  'EADDRNOTAVAIL',
]);

interface Line {
  readonly transport: Transport & { readonly interface: string; readonly index: number };
  /** What packets for this transport are sent to, as a number; undefined over IPv6, where the kernel's filter judges. */
  readonly destination: number | undefined;
  vrids: ReadonlySet<number> | undefined;
  socket: VrrpSocket | undefined;
  wanted: boolean;
  /** Tries that failed since it worked last. */
  failures: number;
  retry: NodeJS.Timeout | undefined;
  /** The newest advert for each instance and destination, while the socket is being opened. */
  readonly waiting: Map<string, { readonly advert: AdvertiseEffect; readonly since: Instant }>;
}

function destinationOf({ family, group, source }: Transport): number | undefined {
  const address = group ?? source;
  if (family === 'inet6' || address === undefined) return undefined;
  const header = new Uint8Array(20);
  header.set(addressBytes(address), 16);
  return ipv4Destination(header);
}

class Lines implements Transports {
  readonly strays = new Map<string, StrayCounts>();
  readonly news = createNews();
  private readonly options: TransportOptions;
  private readonly byKey = new Map<string, Line>();
  /** Those on one interface, of one family: they hear the same packets. In order of opening. */
  private readonly neighbours = new Map<string, Line[]>();
  private readonly damper = createDamper();
  private readonly samples = createDamper(samplePeriod);

  constructor(options: TransportOptions) {
    this.options = options;
  }

  perform(effect: TransportEffect): void {
    switch (effect.kind) {
      case 'advertise':
        this.advertise(effect);
        return;
      case 'open-transport':
        this.begin(effect.transport, effect.vrids);
        return;
      case 'listen-for': {
        const line = this.byKey.get(effect.transport);
        if (line !== undefined) line.vrids = new Set(effect.vrids);
        return;
      }
      case 'close-transport': {
        const line = this.byKey.get(effect.transport.key);
        if (line !== undefined) this.end(line);
        return;
      }
    }
  }

  drain(): void {
    for (const { socket } of this.byKey.values()) socket?.drain();
  }

  close(): void {
    for (const line of [...this.byKey.values()]) this.end(line);
  }

  private begin(transport: Transport, vrids: readonly number[] | undefined): void {
    const { key, interface: name, index, family } = transport;
    if (this.byKey.has(key)) return;
    if (name === undefined || index === undefined) {
      const message = `An instance without interface cannot be heard: ${key} is not opened`;
      this.options.log({ level: 'error', message });
      return;
    }
    const line: Line = {
      transport: { ...transport, interface: name, index },
      destination: destinationOf(transport),
      vrids: vrids === undefined ? undefined : new Set(vrids),
      socket: undefined,
      wanted: true,
      failures: 0,
      retry: undefined,
      waiting: new Map(),
    };
    this.byKey.set(key, line);
    const place = `${family} ${index}`;
    this.neighbours.set(place, [...(this.neighbours.get(place) ?? []), line]);
    void this.open(line);
  }

  private end(line: Line): void {
    line.wanted = false;
    clearTimeout(line.retry);
    const { key, family, index } = line.transport;
    this.byKey.delete(key);
    const place = `${family} ${index}`;
    const left = (this.neighbours.get(place) ?? []).filter(each => each !== line);
    if (left.length > 0) this.neighbours.set(place, left);
    else this.neighbours.delete(place);
    line.socket?.close();
    line.socket = undefined;
  }

  private async open(line: Line): Promise<void> {
    const { family, interface: name, index, group, source } = line.transport;
    const { open = openVrrpSocket, log, hopeless } = this.options;
    const opened = await open({
      family,
      interface: name,
      ifindex: index,
      group,
      ...(source === undefined ? {} : { source }),
      admit: (vrid, destination) => this.admit(line, vrid, destination),
      onPacket: packet => this.options.post(packet),
      onRefused: cause => this.refused(line, cause),
      onError: fault => this.complain(name, fault),
      onGone: () => {
        line.socket = undefined;
        if (line.wanted) this.tryLater(line, 'polling it failed');
      },
    });
    if (opened.ok) {
      // Closed while it was being opened: a farewell still leaves.
      if (line.wanted) line.socket = opened.value;
      this.sendWaiting(line, opened.value);
      if (!line.wanted) return opened.value.close();
      if (line.failures > 0) log({ level: 'info', message: `${name}: the VRRP socket works again` });
      line.failures = 0;
      return;
    }
    if (opened.fault.code !== 'socket-failed') hopeless(opened.fault);
    else if (line.wanted) this.tryLater(line, opened.fault.message);
  }

  private tryLater(line: Line, reason: string): void {
    const { interface: name } = line.transport;
    const message = `${name}: ${reason}; trying again until it works`;
    if (line.failures === 0) this.options.log({ level: 'error', message });
    const wait = patience[Math.min(line.failures, patience.length - 1)] ?? 30;
    line.failures++;
    line.retry = setTimeout(() => void this.open(line), inMilliseconds(seconds(wait)));
  }

  private sendWaiting(line: Line, socket: VrrpSocket): void {
    for (const { advert, since } of line.waiting.values()) {
      if (between(since, now()) <= stale) this.send(line, socket, advert);
    }
    line.waiting.clear();
  }

  private advertise(advert: AdvertiseEffect): void {
    const line = this.byKey.get(advert.transport);
    if (line === undefined) return;
    if (line.socket !== undefined) this.send(line, line.socket, advert);
    else {
      line.waiting.set(`${advert.instance} ${advert.destination}`, { advert, since: now() });
      if (line.failures > 0)
        this.options.post({ kind: 'unsent', owner: advert.owner, cause: 'its socket cannot be opened' });
    }
  }

  private send(line: Line, socket: VrrpSocket, advert: AdvertiseEffect): void {
    const { destination, packet, priority } = advert;
    const sent = socket.send(packet, destination);
    if (sent.ok || (priority === 0 && unreachable.has(sent.fault.errno))) return;
    this.complain(line.transport.interface, sent.fault);
    const cause = sent.fault.errno ?? sent.fault.message;
    this.options.post({ kind: 'unsent', owner: advert.owner, cause });
  }

  /** Whether this socket takes the packet: of the sockets that hear it the one it is sent to, else the first, so that it counts once. */
  private admit(line: Line, vrid: number, destination: number): boolean {
    const { family, index, interface: name } = line.transport;
    const lines = family === 'inet' ? this.neighbours.get(`inet ${index}`) : undefined;
    if (lines !== undefined && lines.length > 1) {
      const taker = lines.find(each => each.destination === destination && each.socket !== undefined);
      if ((taker ?? lines.find(each => each.socket !== undefined)) !== line) return false;
    }
    if (line.vrids === undefined || line.vrids.has(vrid)) return true;
    const key = `${name} ${vrid}`;
    if (this.samples.report(key, now()) !== undefined) return true;
    this.count(name, 'unknown-vrid');
    return false;
  }

  private count(name: string, cause: RefusedCause): void {
    let counts = this.strays.get(name);
    if (counts === undefined) {
      counts = {};
      this.strays.set(name, counts);
    }
    counts[cause] = (counts[cause] ?? 0) + 1;
    noteCount(this.news, `interface ${name}`);
  }

  private refused(line: Line, cause: FirstLookCause): void {
    const { interface: name, family, index } = line.transport;
    // What is malformed may have no destination to go by: the first socket counts.
    const first = this.neighbours.get(`${family} ${index}`)?.find(each => each.socket !== undefined);
    if (family === 'inet' && first !== line) return;
    const key = `${name} ${cause}`;
    this.count(name, cause);
    const suppressed = this.damper.report(key, now());
    if (suppressed === undefined) return;
    const message = `${name}: a packet of protocol 112 ${causeTexts[cause]}: dropped${suppressedText(suppressed)}`;
    this.options.log({ level: 'warning', message });
  }

  private complain(name: string, { message, errno, operation }: Fault): void {
    const suppressed = this.damper.report(`${name} ${operation} ${errno ?? message}`, now());
    if (suppressed === undefined) return;
    this.options.log({ level: 'warning', message: `${name}: ${message}${suppressedText(suppressed)}` });
  }
}

export const createTransports = (options: TransportOptions): Transports => new Lines(options);
