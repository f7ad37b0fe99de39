// Real netlink sockets, unprivileged: the generic controller answers on every Linux, and nothing is changed.
// Truth: linux/genetlink.h GENL_ID_CTRL = 16; a family nobody registered is ENOENT.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/core/fault.ts';
import { openNetlink } from '../../../src/core/host/netlink-socket.ts';
import { decodeFamily, getFamily } from '../../../src/core/netlink/index.ts';

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
