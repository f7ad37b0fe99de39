// Real netlink sockets, unprivileged: the generic controller answers on every Linux, and nothing is changed.
// Truth: linux/genetlink.h GENL_ID_CTRL = 16; a family nobody registered is ENOENT.
import { describe, expect, it } from 'vitest';
import { type Outcome, unwrap } from '../../../src/core/fault.ts';
import { openBlockingNetlink } from '../../../src/core/host/netlink-blocking.ts';
import { openNetlink } from '../../../src/core/host/netlink-socket.ts';
import {
  AttributeWriter,
  decodeFamily,
  getFamily,
  type Message,
  type Request,
} from '../../../src/core/netlink/index.ts';

describe.runIf(process.platform === 'linux')('a netlink socket', () => {
  it('asks the kernel and keeps outcomes with their requests', async () => {
    const socket = unwrap(await openNetlink('generic'));
    const requests = Array.from({ length: 300 }, (_, index) =>
      getFamily(index % 2 === 0 ? 'nlctrl' : 'nosuchfamily'),
    );
    const outcomes = await socket.ask(requests);
    expect(outcomes.length).toBe(300);
    for (const [index, outcome] of outcomes.entries()) {
      if (index % 2 === 0) expect(unwrap(decodeFamily(unwrap(outcome))).id).toBe(16);
      else expect(outcome).toMatchObject({ ok: false, fault: { errno: 'ENOENT' } });
    }
    socket.close();
  });

  it('dumps over the route protocol', async () => {
    const socket = unwrap(await openNetlink('route'));
    // RTM_GETLINK with an empty struct ifinfomsg: every namespace has at least lo.
    const dump = {
      operation: 'RTM_GETLINK',
      type: 18,
      flags: 0,
      payload: new Uint8Array(16),
      answer: 'dump',
    } as const;
    const [links] = await socket.ask([dump]);
    expect(unwrap(links!).length).toBeGreaterThan(0);
    expect(await socket.ask([])).toEqual([]);
    socket.close();
  });

  it('fails what is asked after it was closed, and what it was still asked then', async () => {
    const socket = unwrap(await openNetlink('generic'));
    const pending = socket.ask([getFamily('nlctrl')]);
    socket.close();
    expect(await pending).toMatchObject([{ ok: false, fault: { code: 'socket-failed' } }]);
    expect(await socket.ask([getFamily('nlctrl')])).toMatchObject([{ ok: false }]);
    socket.close();
  });
});

/** CTRL_CMD_GETFAMILY with a CTRL_ATTR_FAMILY_ID of one byte, where two belong; an ack is asked, so that it counts as a change. */
const garbled: Request = {
  operation: 'CTRL_CMD_GETFAMILY',
  type: 16,
  flags: 0,
  payload: new AttributeWriter()
    .raw(Uint8Array.of(3, 1, 0, 0))
    .bytes(1, Uint8Array.of(1))
    .finish(),
  answer: 'ack',
};

interface Asked {
  ask(requests: readonly Request[]): Answers | Promise<Answers>;
  close(): void;
}
type Answers = readonly Outcome<readonly Message[]>[];

describe.runIf(process.platform === 'linux')('the reason the kernel gives in words (NETLINK_EXT_ACK)', () => {
  it.each([
    ['a socket of the event loop', openNetlink],
    ['a socket that blocks', openBlockingNetlink],
  ])('reaches the fault through %s', async (_, open) => {
    const opened: Outcome<Asked> = await open('generic');
    const socket = unwrap(opened);
    const [before, refused, after] = await socket.ask([getFamily('nlctrl'), garbled, getFamily('nlctrl')]);
    expect(before?.ok && after?.ok).toBe(true);
    expect(refused).toMatchObject({
      ok: false,
      fault: { errno: 'ERANGE', kernelText: expect.stringMatching(/attribute/i) },
    });
    const fault = refused?.ok === false ? refused.fault : undefined;
    expect(fault?.message).toContain(fault?.kernelText);
    socket.close();
  });
});
