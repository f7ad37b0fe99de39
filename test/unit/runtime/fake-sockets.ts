// Sockets of the VRRP process without a kernel: what is sent is kept, packets arrive when a test says so.
// Truth: host/raw-socket.ts and host/netlink-socket.ts, whose interfaces these have.
import { type Fault, fail, type Outcome, succeed } from '../../../src/core/fault.ts';
import type {
  NetlinkOptions,
  NetlinkSocket,
  openNetlink,
  openVrrpSocket,
  VrrpSocketOptions,
} from '../../../src/core/host/index.ts';
import type { Message, Request } from '../../../src/core/netlink/index.ts';

export const socketFault = (errno: string, operation = 'open'): Fault => ({
  code: 'socket-failed',
  message: `VRRP socket: ${operation}: ${errno}`,
  operation,
  errno,
});

export interface FakeSocket {
  readonly options: VrrpSocketOptions;
  readonly sent: { readonly packet: Uint8Array; readonly destination: string }[];
  open: boolean;
  drained: number;
}

/** `refuse`: what the next openings say, in order; then they succeed. */
export function fakeVrrpSockets(refuse: Fault[] = []) {
  const sockets: FakeSocket[] = [];
  const control = { sockets, sending: undefined as Fault | undefined, tries: 0 };
  const open: typeof openVrrpSocket = options => {
    control.tries++;
    const refused = refuse.shift();
    if (refused !== undefined) return Promise.resolve(fail(refused));
    const socket: FakeSocket = { options, sent: [], open: true, drained: 0 };
    sockets.push(socket);
    return Promise.resolve(
      succeed({
        send(packet, destination): Outcome<undefined> {
          if (control.sending !== undefined) return fail(control.sending);
          socket.sent.push({ packet, destination });
          return succeed(undefined);
        },
        drain() {
          socket.drained++;
        },
        close() {
          socket.open = false;
        },
      }),
    );
  };
  return { ...control, control, open };
}

export interface FakeNetlink {
  readonly options: NetlinkOptions;
  open: boolean;
}

/** `answer` gives the outcome of each request; it may wait. */
export function fakeNetlink(answer: (request: Request) => Promise<Outcome<readonly Message[]>>) {
  const sockets: FakeNetlink[] = [];
  const asked: Request[] = [];
  const open: typeof openNetlink = (_protocol, options = {}) => {
    const socket: FakeNetlink = { options, open: true };
    sockets.push(socket);
    const netlink: NetlinkSocket = {
      ask(requests) {
        asked.push(...requests);
        return Promise.all(requests.map(answer));
      },
      close() {
        socket.open = false;
      },
    };
    return Promise.resolve(succeed(netlink));
  };
  return { sockets, asked, open };
}
