// An IPVS client on a fake kernel, through the blocking socket and the older interface, as one-shot commands use them.
// Spec: fake/kernel.ts, fake/options.ts.

import { succeed, unwrap } from '../../src/core/fault.ts';
import { openBlockingNetlink, type SocketCalls } from '../../src/core/host/netlink-blocking.ts';
import { commands } from '../../src/core/ipvs/constants.ts';
import { createIpvsClient, readServerEntries, type Service } from '../../src/core/ipvs/index.ts';
import { fakeKernel } from './kernel.ts';
import { fakeOptions } from './options.ts';

interface Trouble {
  /** Each dump of services says everything twice. */
  readonly repeated?: boolean;
  /** IPVS_CMD_GET_DEST cannot be sent. */
  readonly broken?: boolean;
  /** The older interface follows changes too, which costs the table for each question. */
  readonly live?: boolean;
}

/** A client of a kernel with this table. */
export async function clientOf(services: readonly Service[], { repeated, broken, live }: Trouble = {}) {
  const kernel = fakeKernel(services);
  const table = kernel.services();
  const options = fakeOptions(live === true ? () => kernel.services() : () => table);
  const queue: Uint8Array[] = [];
  const calls: SocketCalls = {
    socket: () => 3,
    connect: () => 0,
    setsockopt: () => 0,
    close: () => 0,
    send(_, bytes, length) {
      if (broken === true && bytes[16] === commands.getDest) return -1;
      const answers = kernel.receive(bytes.slice(0, length));
      const isDump = answers.length > 2 && kernel.commands.at(-1) === commands.getService;
      queue.push(...(repeated === true && isDump ? answers.slice(0, -1) : []), ...answers);
      return length;
    },
    recv(_, bytes) {
      const next = queue.shift();
      if (next === undefined) throw new Error('nothing was asked');
      bytes.set(next);
      return next.length;
    },
    errno: () => 9,
  };
  const socket = unwrap(await openBlockingNetlink('generic', async () => succeed(calls)));
  const client = createIpvsClient(async requests => socket.ask(requests), {
    dump: (request, take, again) => socket.dump(request, take, again),
    entries: async () => readServerEntries(options.read),
  });
  return { client, options, kernel };
}
