// The socket that blocks before a kernel that misbehaves: an outcome for every question, whatever comes or does not come.
// Truth: test/fake/kernel.ts for a good kernel; netlink(7) ENOBUFS, NLM_F_DUMP_INTR, NLMSG_DONE for what goes wrong. No clock runs: silence
// is a recv that says EAGAIN.
import { describe, expect, it } from 'vitest';
import { faultKinds, succeed, unwrap } from '../../../src/core/fault.ts';
import {
  type BlockingNetlink,
  openBlockingNetlink,
  type SocketCalls,
} from '../../../src/core/host/netlink-blocking.ts';
import { createIpvsClient, type IpvsClient, type Service } from '../../../src/core/ipvs/index.ts';
import { listServices } from '../../../src/core/ipvs/requests.ts';
import type { Address } from '../../../src/core/net/index.ts';
import {
  controlTypes,
  decodeMessages,
  encodeMessages,
  type Message,
  messageFlags,
} from '../../../src/core/netlink/index.ts';
import { type FakeKernel, type FakeOptions, fakeFamily, fakeKernel } from '../../fake/kernel.ts';

const EAGAIN = 11;
const EINTR = 4;
const ENOBUFS = 105;

/** What recv gives: a datagram, or an errno. */
type Arrival = Uint8Array | number;
/** What becomes of the answers to the question number `asked`, from 0. */
type Trouble = (arrivals: Arrival[], asked: number) => Arrival[];

const service = (port: number): Service => ({
  id: { kind: 'address', protocol: 'tcp', address: '10.0.0.1' as Address, port },
  scheduler: 'rr',
  schedulerFlags: { flag1: false, flag2: false, flag3: false },
  persistence: undefined,
  onePacket: false,
  engine: undefined,
  destinations: [1, 2].map(last => ({
    address: `10.0.1.${last}` as Address,
    port,
    forwarding: 'NAT',
    tunnel: undefined,
    weight: last,
    upperThreshold: 0,
    lowerThreshold: 0,
  })),
});
const services = [service(80), service(81), service(82)];

interface Stage {
  readonly socket: BlockingNetlink;
  readonly client: IpvsClient;
  readonly kernel: FakeKernel;
  /** Calls of recv so far. */
  received(): number;
}

async function stage(trouble: Trouble = arrivals => arrivals, options: FakeOptions = {}): Promise<Stage> {
  const kernel = fakeKernel(services, options);
  const queue: Arrival[] = [];
  let [asked, received, errno, place] = [0, 0, 0, 0];
  const calls: SocketCalls = {
    socket: () => 3,
    connect: () => 0,
    setsockopt: () => 0,
    close: () => 0,
    send(_, bytes, length) {
      for (const one of trouble(kernel.receive(bytes.slice(0, length)), asked++)) queue.push(one);
      return length;
    },
    recv(_, bytes) {
      if (++received > 200_000) throw new Error('recv is called for ever');
      // A place, not shift(): of a flood that would move all the rest each time.
      const next = (place < queue.length ? queue[place++] : undefined) ?? EAGAIN;
      if (typeof next === 'number') {
        errno = next;
        return -1;
      }
      bytes.set(next.subarray(0, bytes.length));
      return Math.min(next.length, bytes.length);
    },
    errno: () => errno,
  };
  const socket = unwrap(await openBlockingNetlink('generic', async () => succeed(calls)));
  return {
    socket,
    client: createIpvsClient(async requests => socket.ask(requests), {
      dump: (request, take, again) => socket.dump(request, take, again),
      entries: async () => undefined,
    }),
    kernel,
    received: () => received,
  };
}

/** A datagram with each message changed in some fields. */
const edit = (arrival: Arrival, change: (message: Message) => Partial<Message>): Arrival => {
  if (typeof arrival === 'number') return arrival;
  const changed = unwrap(decodeMessages(arrival)).map(message => {
    const { type, flags, sequence, port, payload } = message;
    return { type, flags, sequence, port, payload, ...change(message) };
  });
  return encodeMessages(changed);
};
const isDone = (arrival: Arrival) =>
  typeof arrival !== 'number' && unwrap(decodeMessages(arrival))[0]?.type === controlTypes.done;

/** Ports of what was observed, or why not. */
async function observed({ client }: Stage): Promise<number[] | string> {
  const seen = await client.observe();
  if (!seen.ok) return seen.fault.code;
  return seen.value.map(
    ({ id, destinations }) => (id.kind === 'address' ? id.port : 0) * 10 + destinations.length,
  );
}
const whole = [802, 812, 822];

it('reads the table of a kernel that behaves, and one with attributes nobody knows', async () => {
  expect(await observed(await stage())).toEqual(whole);
  expect(await observed(await stage(undefined, { unknownAttributes: true }))).toEqual(whole);
});

describe('a dump', () => {
  it('whose parts come in another order is the same', async () => {
    const shuffled: Trouble = arrivals =>
      arrivals.some(isDone)
        ? [...arrivals.filter(one => !isDone(one)).reverse(), ...arrivals.filter(isDone)]
        : arrivals;
    expect([...((await observed(await stage(shuffled))) as number[])].sort()).toEqual(whole);
  });

  it('whose end overtakes its parts does not leak them into the next one', async () => {
    const early: Trouble = (arrivals, asked) =>
      asked === 1 ? [...arrivals.filter(isDone), ...arrivals.filter(one => !isDone(one))] : arrivals;
    const dumped = await stage(early);
    expect(await observed(dumped)).toEqual([]);
    expect(await observed(dumped)).toEqual(whole);
  });

  it('that was interrupted is asked again until it was not', async () => {
    let interruptions = 3;
    const interrupted: Trouble = arrivals =>
      arrivals.some(isDone) && interruptions-- > 0
        ? arrivals.map(one => edit(one, message => ({ flags: message.flags | messageFlags.dumpInterrupted })))
        : arrivals;
    const dumped = await stage(interrupted);
    expect(await observed(dumped)).toEqual(whole);
    expect(dumped.kernel.commands.filter(command => command === 4)).toHaveLength(4);
  });

  it('that is always interrupted ends with what happened', async () => {
    const interrupted: Trouble = arrivals =>
      arrivals.map(one => edit(one, message => ({ flags: message.flags | messageFlags.dumpInterrupted })));
    const seen = await (await stage(interrupted)).client.observe();
    expect(seen).toMatchObject({
      ok: false,
      fault: {
        code: 'netlink-refused',
        errno: 'EINTR',
        message: expect.stringContaining('changed during each of 9 dumps'),
      },
    });
  });

  it.each([
    [12, 'ENOMEM', 'netlink-refused'],
    [1, 'EPERM', 'not-permitted'],
    [90, 'EMSGSIZE', 'netlink-refused'],
  ])('whose end carries errno %d fails with %s', async (number, errno, code) => {
    const failing: Trouble = arrivals =>
      arrivals.map(one =>
        isDone(one)
          ? edit(one, () => {
              const payload = Buffer.alloc(4);
              payload.writeInt32LE(-number);
              return { payload };
            })
          : one,
      );
    expect(await (await stage(failing)).client.list()).toMatchObject({ ok: false, fault: { code, errno } });
  });

  it('that never ends is given up when the kernel falls silent', async () => {
    const endless: Trouble = arrivals => arrivals.filter(one => !isDone(one));
    const dumped = await stage(endless);
    expect(await dumped.client.list()).toMatchObject({ ok: false, fault: { code: 'netlink-timeout' } });
    expect(dumped.received()).toBeLessThan(20);
  });
});

describe('a datagram', () => {
  it('cut anywhere gives a fault of the catalogue or an answer, and the next question is answered', async () => {
    const length = 400;
    const outcomes = new Set<string>();
    for (let cut = 0; cut < length; cut += 3) {
      for (const at of [0, 1, 2]) {
        const truncated: Trouble = (arrivals, asked) =>
          asked === at
            ? arrivals.map((one, index) =>
                typeof one === 'number' || index > 0 ? one : one.subarray(0, cut),
              )
            : arrivals;
        const cutting = await stage(truncated);
        const seen = await cutting.client.observe();
        if (seen.ok) outcomes.add('ok');
        else {
          expect(faultKinds).toHaveProperty(seen.fault.code);
          outcomes.add(seen.fault.code);
        }
        expect(await observed(cutting)).toEqual(whole);
      }
    }
    expect(outcomes).toContain('netlink-malformed');
    expect(outcomes).toContain('ok');
  });

  it('of another question is passed over', async () => {
    const stale: Trouble = arrivals => [
      ...arrivals.map(one => edit(one, message => ({ sequence: message.sequence + 77_777 }))),
      ...arrivals,
    ];
    expect(await observed(await stage(stale))).toEqual(whole);
  });

  it('of another question, again and again, holds up no deadline', async () => {
    const other = encodeMessages([
      { type: 29, flags: 2, sequence: 99_999, port: 0, payload: Uint8Array.of(1, 1, 0, 0) },
    ]);
    const flooded = await stage((arrivals, asked) =>
      asked === 1 ? Array.from({ length: 150_000 }, () => other) : arrivals,
    );
    expect(await flooded.client.list()).toMatchObject({ ok: false, fault: { code: 'netlink-timeout' } });
  });

  it('of zeroes, of one byte or of nothing is no answer', async () => {
    for (const bytes of [new Uint8Array(64), Uint8Array.of(7), new Uint8Array()]) {
      const odd = await stage((arrivals, asked) => (asked === 1 ? [bytes] : arrivals));
      const seen = await odd.client.list();
      expect(seen.ok ? '' : seen.fault.code).toMatch(/^netlink-(malformed|timeout)$/);
      expect(await observed(odd)).toEqual(whole);
    }
  });
});

describe('recv', () => {
  it('that was interrupted by a signal is called again', async () => {
    expect(await observed(await stage(arrivals => [EINTR, ...arrivals, EINTR]))).toEqual(whole);
  });

  it('that lost answers (ENOBUFS) makes the outcome unknown, and the next question is answered', async () => {
    const losing = await stage((arrivals, asked) => (asked === 1 ? [ENOBUFS] : arrivals));
    expect(await losing.client.list()).toMatchObject({
      ok: false,
      fault: { code: 'socket-failed', errno: 'ENOBUFS' },
    });
    expect(await observed(losing)).toEqual(whole);
  });

  it('that fails otherwise ends all questions at once', async () => {
    const broken = await stage((arrivals, asked) => (asked > 0 ? [9] : arrivals));
    expect(await broken.client.list()).toMatchObject({ ok: false, fault: { code: 'socket-failed' } });
  });
});

describe('changes', () => {
  const additions = Array.from({ length: 300 }, (_, index) => ({
    kind: 'add-service' as const,
    service: service(1000 + index),
  }));

  it('keep their outcomes, refusals among them', async () => {
    const { client, kernel } = await stage();
    const taken = { kind: 'add-service' as const, service: service(80) };
    const outcomes = await client.apply([...additions, taken, ...additions.slice(0, 1)]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([...additions.map(() => true), false, false]);
    expect(outcomes.at(-1)).toMatchObject({ fault: { errno: 'EEXIST' } });
    expect(kernel.services()).toHaveLength(303);
  });

  it('that are all refused say why, each', async () => {
    const { client } = await stage(undefined, { refuse: 1 });
    for (const outcome of await client.apply(additions))
      expect(outcome).toMatchObject({ ok: false, fault: { code: 'not-permitted', errno: 'EPERM' } });
  });

  it('met by silence fail once, not one deadline after the other', async () => {
    const silent = await stage((arrivals, asked) => (asked === 0 ? arrivals : []));
    const outcomes = await silent.client.apply(additions);
    expect(outcomes).toHaveLength(300);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ ok: false, fault: { code: 'netlink-timeout' } });
    expect(silent.received()).toBeLessThan(20);
  });

  it('whose answers come twice or backwards are settled once', async () => {
    const twice = await stage(arrivals => [...arrivals].reverse().flatMap(one => [one, one]));
    expect(await twice.client.family()).toMatchObject({ ok: false });
    const again = await stage((arrivals, asked) =>
      asked === 0 ? arrivals : arrivals.flatMap(one => [one, one]),
    );
    const taken = { kind: 'add-service' as const, service: service(80) };
    const outcomes = await again.client.apply([taken, ...additions.slice(0, 3), taken]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, true, true, false]);
  });
});

describe('a dump that is taken part by part', () => {
  /** What was taken since the last beginning, how often it began again, and how it ended. */
  const taken = (staged: Stage) => {
    let [parts, again] = [0, 0];
    const outcome = staged.socket.dump(
      { ...listServices(fakeFamily), answer: 'parts' },
      messages => {
        parts += messages.length;
      },
      () => {
        parts = 0;
        again++;
      },
    );
    return { parts, again, code: outcome.ok ? 'ok' : outcome.fault.code };
  };
  const interrupt = (one: Arrival) =>
    edit(one, message => ({ flags: message.flags | messageFlags.dumpInterrupted }));

  it('comes whole', async () => {
    expect(taken(await stage())).toEqual({ parts: 3, again: 0, code: 'ok' });
  });

  it('begins again where the table changed, and is given up after the last try', async () => {
    expect(taken(await stage((arrivals, asked) => (asked < 2 ? arrivals.map(interrupt) : arrivals)))).toEqual(
      {
        parts: 3,
        again: 2,
        code: 'ok',
      },
    );
    expect(taken(await stage(arrivals => arrivals.map(interrupt)))).toMatchObject({
      code: 'netlink-refused',
    });
  });

  it('that is cut short, lost or never ended is a fault', async () => {
    const cut: Trouble = arrivals =>
      arrivals.map(one => (typeof one === 'number' ? one : one.subarray(0, 30)));
    expect(taken(await stage(cut)).code).toBe('netlink-malformed');
    expect(taken(await stage(arrivals => [...arrivals.slice(0, 1), ENOBUFS])).code).toBe('socket-failed');
    expect(taken(await stage(arrivals => arrivals.filter(one => !isDone(one)))).code).toBe('netlink-timeout');
  });
});
