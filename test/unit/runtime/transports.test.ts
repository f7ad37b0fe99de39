// The performer of transports and adverts: one taker for each packet, strays counted and damped, sockets opened again.
// Truth: raw(7) (every socket of a protocol and device hears every packet), RFC 9568 section 5.1.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../../src/core/fault.ts';
import type { VrrpPacket } from '../../../src/core/host/index.ts';
import type { Address, Family } from '../../../src/core/net/index.ts';
import {
  type AdvertiseEffect,
  createTransports,
  type LogLine,
  type Unsent,
} from '../../../src/core/runtime/transports.ts';
import type { Transport } from '../../../src/core/vrrp/index.ts';
import { advertPacket } from '../../../src/core/wire/index.ts';
import { type FakeSocket, fakeVrrpSockets, socketFault } from './fake-sockets.ts';

const group = '224.0.0.18' as Address;
const own = '10.0.0.1' as Address;
const asNumber = (address: string) =>
  address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);

const multicast: Transport = {
  key: 'inet eth0#2 224.0.0.18',
  family: 'inet',
  interface: 'eth0',
  index: 2,
  group,
  source: undefined,
};
const unicast: Transport = { ...multicast, key: 'inet eth0#2 from 10.0.0.1', group: undefined, source: own };

const advert = (more: Partial<AdvertiseEffect> = {}): AdvertiseEffect => ({
  kind: 'advertise',
  owner: 7,
  instance: 'V',
  transport: multicast.key,
  destination: group,
  priority: 100,
  packet: packetOf(51, 100),
  ...more,
});
const packetOf = (vrid: number, priority: number): Uint8Array =>
  advertPacket(own, group, 255, Uint8Array.from([0x31, vrid, priority, 0, 0, 100, 0, 0]));

function bench(refuse: Fault[] = []) {
  const fake = fakeVrrpSockets(refuse);
  const posted: VrrpPacket[] = [];
  const unsent: Unsent[] = [];
  const logged: LogLine[] = [];
  const hopeless: Fault[] = [];
  const transports = createTransports({
    post: input => (input.kind === 'unsent' ? unsent.push(input) : posted.push(input)),
    log: line => logged.push(line),
    hopeless: fault => hopeless.push(fault),
    open: fake.open,
  });
  const open = async (transport: Transport, vrids?: number[]): Promise<FakeSocket> => {
    transports.perform({ kind: 'open-transport', transport, ...(vrids === undefined ? {} : { vrids }) });
    await settle();
    const socket = fake.sockets.at(-1);
    if (socket === undefined) throw new Error('nothing was opened');
    return socket;
  };
  return { transports, posted, unsent, logged, hopeless, open, fake };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
/** What a socket does with a packet that came in. */
function hear(socket: FakeSocket, vrid: number, destination: string, family: Family = 'inet'): void {
  const taken = socket.options.admit?.(vrid, family === 'inet' ? asNumber(destination) : 0) !== false;
  if (!taken) return;
  const bytes = Uint8Array.from([0x31, vrid]);
  const to = destination as Address;
  socket.options.onPacket({
    kind: 'packet',
    interface: 'eth0',
    family,
    bytes,
    source: '10.0.0.2' as Address,
    destination: to,
    ttl: 255,
    ifindex: 2,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('adverts', () => {
  it('leave before the call returns, as the packet that the effect carries', async () => {
    const { transports, open } = bench();
    const { sent } = await open(multicast);
    const packet = packetOf(51, 100);
    transports.perform(advert({ packet }));
    expect(sent).toMatchObject([{ packet, destination: group }]);
  });

  it('a socket that is being opened keeps only the newest advert of each instance', async () => {
    const { transports, open } = bench();
    const opening = open(multicast);
    for (const priority of [100, 101, 102]) transports.perform(advert({ packet: packetOf(51, priority) }));
    transports.perform(advert({ instance: 'W', packet: packetOf(52, 7) }));
    const { sent } = await opening;
    expect(sent.map(({ packet }) => [...packet.subarray(21, 23)])).toEqual([
      [51, 102],
      [52, 7],
    ]);
  });

  it('an advert that waited for seconds is not sent: it may no longer be true', async () => {
    const { transports, fake } = bench([socketFault('ENFILE')]);
    transports.perform({ kind: 'open-transport', transport: multicast });
    await settle();
    transports.perform(advert());
    await vi.advanceTimersByTimeAsync(1000);
    expect(fake.sockets.map(({ sent }) => sent.length)).toEqual([0]);
    transports.perform(advert());
    expect(fake.sockets.map(({ sent }) => sent.length)).toEqual([1]);
  });

  it('a failed send is reported once a minute with the number that was suppressed', async () => {
    const { transports, open, fake, logged } = bench();
    await open(multicast);
    fake.control.sending = socketFault('ENOBUFS', 'send');
    for (let n = 0; n < 5; n++) transports.perform(advert());
    expect(logged.map(({ message }) => message)).toEqual(['eth0: VRRP socket: send: ENOBUFS']);
    await vi.advanceTimersByTimeAsync(60_000);
    transports.perform(advert());
    expect(logged[1]?.message).toBe('eth0: VRRP socket: send: ENOBUFS (4 more since it was last reported)');
  });

  it('a failed send is an input for the machine, each time, and so is one that has no socket', async () => {
    const { transports, open, fake, unsent } = bench();
    await open(multicast);
    fake.control.sending = socketFault('ENOBUFS', 'send');
    transports.perform(advert());
    transports.perform(advert());
    expect(unsent).toEqual(Array(2).fill({ kind: 'unsent', owner: 7, cause: 'ENOBUFS' }));
    const closed = bench([socketFault('EMFILE', 'socket')]);
    closed.transports.perform({ kind: 'open-transport', transport: multicast });
    await vi.advanceTimersByTimeAsync(0);
    closed.transports.perform(advert());
    expect(closed.unsent).toEqual([{ kind: 'unsent', owner: 7, cause: 'its socket cannot be opened' }]);
  });

  it('a farewell over a link that is down is not worth a line', async () => {
    const { transports, open, fake, logged } = bench();
    await open(multicast);
    fake.control.sending = socketFault('ENETUNREACH', 'send');
    transports.perform(advert({ priority: 0 }));
    expect(logged).toEqual([]);
    transports.perform(advert());
    expect(logged.length).toBe(1);
  });
});

describe('packets', () => {
  it('carry the interface and its index', async () => {
    const { open, posted } = bench();
    hear(await open(multicast), 51, group);
    expect(posted).toMatchObject([
      { kind: 'packet', interface: 'eth0', family: 'inet', ifindex: 2, ttl: 255, destination: group },
    ]);
  });

  it('an advert that two sockets hear is posted once', async () => {
    const { open, posted } = bench();
    const sockets = [await open(multicast), await open(unicast)];
    for (const socket of sockets) hear(socket, 51, own);
    for (const socket of sockets) hear(socket, 51, group);
    expect(posted.map(({ destination }) => destination)).toEqual([own, group]);
  });

  it('one that is meant for no socket is posted once, so that its refusal is counted', async () => {
    const { transports, open, posted } = bench();
    const sockets = [await open(multicast), await open(unicast)];
    for (const socket of sockets) hear(socket, 51, '10.0.0.77');
    expect(posted.length).toBe(1);
    transports.perform({ kind: 'close-transport', transport: multicast });
    for (const socket of sockets.slice(1)) hear(socket, 51, '10.0.0.77');
    expect(posted.length).toBe(2);
  });

  it('of an unknown VRID are counted, and one a minute is passed on', async () => {
    const { transports, open, posted } = bench();
    const socket = await open(multicast, [51]);
    for (let n = 0; n < 1000; n++) hear(socket, 77, group);
    hear(socket, 51, group);
    expect(posted.map(({ bytes }) => bytes[1])).toEqual([77, 51]);
    // One was passed on: the machine counts it.
    expect(transports.strays.get('eth0')).toEqual({ 'unknown-vrid': 999 });
    expect([...transports.news.counted]).toEqual(['interface eth0']);
    await vi.advanceTimersByTimeAsync(60_000);
    hear(socket, 77, group);
    expect(posted.length).toBe(3);
    transports.perform({ kind: 'listen-for', transport: multicast.key, vrids: [77] });
    for (let n = 0; n < 3; n++) hear(socket, 77, group);
    expect(posted.length).toBe(6);
  });

  it('malformed ones are counted by cause and logged once a minute, however many sockets hear them', async () => {
    const { transports, open, logged, posted } = bench();
    const sockets = [await open(multicast), await open(unicast)];
    for (let n = 0; n < 20_000; n++)
      for (const { options } of sockets) options.onRefused?.(n % 2 === 0 ? 'fragment' : 'truncated');
    expect(logged.map(({ message }) => message)).toEqual([
      'eth0: a packet of protocol 112 is a fragment: dropped',
      'eth0: a packet of protocol 112 is shorter than its header says: dropped',
    ]);
    expect(transports.strays.get('eth0')).toEqual({ fragment: 10_000, truncated: 10_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    sockets[0]?.options.onRefused?.('fragment');
    expect(logged.at(-1)?.message).toContain('(9999 more since it was last reported)');
    expect(posted).toEqual([]);
  });
});

describe('sockets', () => {
  it('one that cannot be opened is tried again, reported once, and again when it works', async () => {
    const { transports, fake, logged } = bench(Array.from({ length: 7 }, () => socketFault('ENFILE')));
    transports.perform({ kind: 'open-transport', transport: multicast });
    const tries: number[] = [];
    for (const wait of [0, 1, 2, 4, 8, 16, 30, 30]) {
      await vi.advanceTimersByTimeAsync(wait * 1000);
      tries.push(fake.control.tries);
    }
    expect(tries).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(logged).toEqual([
      { level: 'error', message: 'eth0: VRRP socket: open: ENFILE; trying again until it works' },
      { level: 'info', message: 'eth0: the VRRP socket works again' },
    ]);
    transports.perform(advert());
    expect(fake.sockets[0]?.sent.length).toBe(1);
  });

  it('one that is no longer wanted is not tried again', async () => {
    const { transports, fake } = bench([socketFault('ENFILE')]);
    transports.perform({ kind: 'open-transport', transport: multicast });
    await settle();
    transports.perform({ kind: 'close-transport', transport: multicast });
    await vi.advanceTimersByTimeAsync(100_000);
    expect(fake.control.tries).toBe(1);
  });

  it('one whose polling fails is opened anew', async () => {
    const { transports, open, fake } = bench();
    const socket = await open(multicast);
    socket.options.onGone?.();
    await vi.advanceTimersByTimeAsync(1000);
    transports.perform(advert());
    expect(fake.sockets.map(({ sent }) => sent.length)).toEqual([0, 1]);
  });

  it('one closed while it is being opened says its farewell and is closed', async () => {
    const { transports, fake } = bench();
    transports.perform({ kind: 'open-transport', transport: multicast });
    transports.perform(advert({ priority: 0 }));
    transports.perform({ kind: 'close-transport', transport: multicast });
    await settle();
    expect(fake.sockets.map(({ sent, open }) => [sent.length, open])).toEqual([[1, false]]);
  });

  it('missing rights or packages end the process: trying again cannot help', async () => {
    const { transports, hopeless } = bench([{ code: 'not-permitted', message: 'no' }]);
    transports.perform({ kind: 'open-transport', transport: multicast });
    await settle();
    expect(hopeless).toMatchObject([{ code: 'not-permitted' }]);
  });

  it('all are closed at the end', async () => {
    const { transports, open, fake } = bench();
    await open(multicast);
    await open(unicast);
    transports.close();
    expect(fake.sockets.map(each => each.open)).toEqual([false, false]);
  });
});
