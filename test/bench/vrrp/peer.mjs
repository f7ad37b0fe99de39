// The bare programs of bench:vrrp, in plain Node so that they start fast: senders of ready packets, a receiver, a loop of timers.
// Usage: node peer.mjs MODE FILE [PER_SECOND]. FILE holds {interface, ifindex, interval, packets: [hex]}; ended by SIGTERM.
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import raw from 'raw-socket';

const [, , mode, file, rate = '0'] = process.argv;
const { interface: device, ifindex, interval, packets: hex } = JSON.parse(readFileSync(file, 'utf8'));
const packets = hex.map(text => Buffer.from(text, 'hex'));
const libc = koffi.load(null);
const openSocket = libc.func('int socket(int, int, int)');
const setOption = libc.func('int setsockopt(int, int, int, const void *, uint32_t)');
const sendTo = libc.func('long sendto(int, const void *, size_t, int, const void *, int)');

const deviceName = Buffer.from(`${device}\0`);
const groupRequest = Buffer.from([224, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0]);
groupRequest.writeInt32LE(ifindex, 8);

function sender() {
  // AF_INET, SOCK_RAW, IPPROTO_RAW; SO_BINDTODEVICE, IP_MULTICAST_IF.
  const socket = openSocket(2, 3, 255);
  setOption(socket, 1, 25, deviceName, deviceName.length);
  setOption(socket, 0, 32, groupRequest, groupRequest.length);
  return packet => {
    const to = Buffer.alloc(16);
    to.writeUInt16LE(2, 0);
    packet.copy(to, 4, 16, 20);
    sendTo(socket, packet, packet.length, 0x40, to, to.length);
  };
}

/** Calls `turn(n)` at absolute deadlines `spacing` milliseconds apart, as a loop of timers can. */
function pace(spacing, turn) {
  const start = performance.now();
  let next = 0;
  const go = () => {
    const now = performance.now() - start;
    for (; next * spacing <= now; next++) turn(next);
    setTimeout(go, Math.max(0, next * spacing - now));
  };
  go();
}

const modes = {
  /** All packets at once, each interval. */
  burst() {
    const send = sender();
    pace(interval, () => packets.forEach(send));
  },
  /** Evenly spread over the interval. */
  even() {
    const send = sender();
    pace(interval / packets.length, turn => send(packets[turn % packets.length]));
  },
  /** A bare loop: every packet has a timer of its own deadline, as a director with as many instances; sent through raw-socket. */
  loop() {
    const socket = raw.createSocket({ protocol: 112, addressFamily: raw.AddressFamily.IPv4 });
    socket.setOption(1, 25, deviceName, deviceName.length);
    socket.setOption(0, 3, Buffer.from([1, 0, 0, 0]), 4);
    socket.setOption(0, 32, groupRequest, groupRequest.length);
    pace(interval, () => {
      for (const packet of packets) socket.send(packet, 0, packet.length, '224.0.0.18', () => {});
    });
  },
  /** Hears adverts and looks at one octet of each. */
  receive() {
    const socket = raw.createSocket({ protocol: 112, addressFamily: raw.AddressFamily.IPv4 });
    socket.setOption(1, 25, deviceName, deviceName.length);
    socket.setOption(0, 35, groupRequest, groupRequest.length);
    let sum = 0;
    socket.on('message', bytes => {
      sum += bytes[21];
    });
    // What nothing refers to is collected, and its socket with it.
    setInterval(() => [socket, sum], 10_000);
  },
  /** `rate` packets a second, in a burst each millisecond. */
  flood() {
    const send = sender();
    pace(1, turn => {
      const due = Math.floor(((turn + 1) * rate) / 1000) - Math.floor((turn * rate) / 1000);
      for (let i = 0; i < due; i++) send(packets[i % packets.length]);
    });
  },
};
modes[mode]();
