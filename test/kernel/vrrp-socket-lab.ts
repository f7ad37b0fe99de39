// Runs on the machine: VRRP sockets on both ends of a cable inside one namespace; says what arrived, and in which order.
// Spec: raw(7), ipv6(7), packet(7); ip-sysctl accept_local lets a namespace hear itself.
import { execFileSync, spawn } from 'node:child_process';
import { unwrap } from '../../src/core/fault.ts';
import { openPacketSocket, openVrrpSocket, type VrrpPacket } from '../../src/core/host/index.ts';
import { type Address, addressBytes } from '../../src/core/net/index.ts';
import {
  advertHeader,
  advertPacket,
  encodeIpv4,
  type FirstLookCause,
  internetChecksum,
} from '../../src/core/wire/index.ts';
import { waitFor } from '../lab/clock.ts';
import { program } from '../lab/program.ts';

export interface Heard {
  readonly ttl: number;
  readonly source: string;
  readonly destination: string;
  readonly length: number;
  readonly ifindexRight: boolean;
}
export interface Sockets {
  readonly option: readonly Heard[];
  readonly optionChecksumFits: boolean;
  readonly refused: readonly FirstLookCause[];
  readonly burst: number;
  readonly foreign: number;
  readonly afterClose: number;
  readonly six: readonly Heard[];
  readonly order: readonly string[];
}

const patience = 20_000;
const group = '224.0.0.18' as Address;
const group6 = 'ff02::12' as Address;
const [left, right] = ['10.0.0.1' as Address, '10.0.0.2' as Address];
const [left6, right6] = ['fd00::1' as Address, 'fd00::2' as Address];
const pdu = (vrid: number) => Uint8Array.from([0x31, vrid, 100, 1, 0, 100, 0, 0, 10, 0, 0, 100]);
const advert = (vrid: number) => advertPacket(left, group, 255, pdu(vrid));

const ip = (...words: string[]) => execFileSync('ip', words);
/** Indexes of the namespace this runs in; /sys shows another one's. */
const indexes = new Map<string, number>();
const indexOf = (name: string): number => {
  const known = indexes.get(name);
  if (known !== undefined) return known;
  const links = JSON.parse(ip('-j', 'link', 'show', 'dev', name).toString()) as { ifindex: number }[];
  const index = links[0]?.ifindex ?? 0;
  indexes.set(name, index);
  return index;
};

function build(): void {
  ip('link', 'add', 'left', 'type', 'veth', 'peer', 'name', 'right');
  const settings = ['all', 'left', 'right'].flatMap(name => [
    `net.ipv4.conf.${name}.accept_local=1`,
    `net.ipv4.conf.${name}.rp_filter=0`,
    `net.ipv6.conf.${name}.accept_dad=0`,
  ]);
  execFileSync('sysctl', ['-q', '-w', ...settings]);
  for (const [name, address, address6] of [
    ['left', left, left6],
    ['right', right, right6],
  ] as const) {
    ip('link', 'set', name, 'up');
    ip('addr', 'add', `${address}/24`, 'dev', name);
    ip('addr', 'add', `${address6}/64`, 'dev', name, 'nodad');
  }
}

interface Ear {
  readonly packets: VrrpPacket[];
  readonly refused: FirstLookCause[];
  close(): void;
}

type Place = { readonly group: Address | undefined; readonly source?: Address };

async function ear(name: string, place: Place, heard?: (ear: Ear) => void): Promise<Ear> {
  const own: Ear = { packets: [], refused: [], close: () => socket.close() };
  const family = (place.group ?? place.source ?? '').includes(':') ? 'inet6' : 'inet';
  const opened = await openVrrpSocket({
    family,
    interface: name,
    ifindex: indexOf(name),
    ...place,
    admit: vrid => vrid < 200,
    onPacket(packet) {
      own.packets.push(packet);
      heard?.(own);
    },
    onRefused: cause => own.refused.push(cause),
    onError: fault => console.error(fault.message),
  });
  const socket = unwrap(opened);
  return own;
}

const mouth = async (place: Place) => {
  const family = (place.group ?? place.source ?? '').includes(':') ? 'inet6' : 'inet';
  return unwrap(
    await openVrrpSocket({
      family,
      interface: 'left',
      ifindex: indexOf('left'),
      ...place,
      onPacket: () => {},
    }),
  );
};

const shown = ({ ttl, source, destination, bytes, ifindex }: VrrpPacket): Heard => ({
  ttl,
  source,
  destination,
  length: bytes.length,
  ifindexRight: ifindex === indexOf('right'),
});

/** Record route, with room for two hops: the kernel enters its own address when it delivers, and leaves the checksum as it was. */
function withOption(): Uint8Array {
  const plain = encodeIpv4(advertHeader(left, group), pdu(51));
  const option = [7, 11, 4, ...Array<number>(8).fill(0), 0];
  const bytes = Uint8Array.from([...plain.subarray(0, 20), ...option, ...plain.subarray(20)]);
  bytes[0] = 0x48;
  bytes.set([0, bytes.length], 2);
  bytes.set([0, 0], 10);
  new DataView(bytes.buffer).setUint16(10, internetChecksum(bytes.subarray(0, 32)));
  return bytes;
}

/** What tcpdump saw of an advert and an announcement that one turn of the event loop sent in this order. */
async function orderOnTheWire(): Promise<string[]> {
  const sniffer = spawn('tcpdump', ['-i', 'right', '-n', '-l', '--immediate-mode', 'ip proto 112 or arp']);
  let [seen, said] = ['', ''];
  sniffer.stdout.on('data', (text: Buffer) => (seen += text.toString()));
  sniffer.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await waitFor('tcpdump listens', patience, () => said.includes('listening on'), 5);
  const speaking = await mouth({ group });
  const packets = unwrap(await openPacketSocket());
  const arp = new Uint8Array(42);
  arp.set([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
  const lines = () => seen.split('\n').filter(line => / ARP,| VRRP/.test(line));
  for (let round = 1; round <= 5; round++) {
    speaking.send(advert(51), group);
    packets.send(indexOf('left'), arp);
    await waitFor('both arrive', patience, () => lines().length >= 2 * round, 5);
  }
  sniffer.kill('SIGKILL');
  speaking.close();
  return lines().map(line => (line.includes(' ARP,') ? 'announcement' : 'advert'));
}

await program(async (): Promise<Sockets> => {
  build();
  const hearing = await ear('right', { group });
  const speaking = await mouth({ group });
  const has = (one: Ear, count: number) => waitFor('packets', patience, () => one.packets.length >= count, 5);

  speaking.send(withOption(), group);
  await has(hearing, 1);
  const option = hearing.packets.splice(0).map(shown);

  speaking.send(advertPacket(left, group, 255, pdu(51).subarray(0, 5)), group);
  for (let vrid = 1; vrid <= 255; vrid++) speaking.send(advert(vrid), group);
  await has(hearing, 199);
  const burst = hearing.packets.splice(0);

  // Both wait in the socket when it is read; the first closes it.
  const closing = await ear('right', { group }, one => one.close());
  for (let n = 0; n < 10; n++) speaking.send(advert(51), group);
  await has(hearing, 10);
  const afterClose = closing.packets.length;

  const six = await ear('right', { group: undefined, source: right6 });
  const six6 = await ear('right', { group: group6 });
  const mouth6 = await mouth({ group: group6 });
  const unicast6 = await mouth({ group: undefined, source: left6 });
  const message = Uint8Array.from(pdu(51));
  const send6 = (from: Address, to: Address, ttl: number | undefined, through: typeof mouth6) => {
    const pseudo = Uint8Array.from([...addressBytes(from), ...addressBytes(to), 0, 0, 0, 12, 0, 0, 0, 112]);
    message.set([0, 0], 6);
    new DataView(message.buffer).setUint16(6, internetChecksum(pseudo, message));
    through.send(advertPacket(from, to, ttl, message), to);
  };
  send6(left6, group6, 254, mouth6);
  send6(left6, group6, 255, mouth6);
  send6(left6, right6, 200, unicast6);
  send6(left6, right6, undefined, unicast6);
  await has(six6, 1);
  await has(six, 2);
  return {
    option,
    optionChecksumFits: internetChecksum(withOption().subarray(0, 32)) === 0,
    refused: hearing.refused,
    burst: burst.length,
    foreign: burst.filter(({ bytes }) => (bytes[1] ?? 0) >= 200).length,
    afterClose,
    six: [...six6.packets, ...six.packets].map(shown),
    order: await orderOnTheWire(),
  };
});
