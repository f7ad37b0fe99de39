// The performer of netlink: scopes, batches, readings that overlap with notices, completions in order.
// Truth: rtnetlink(7); netlink(7): after ENOBUFS everything must be read again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fault, fail, type Outcome, succeed } from '../../../src/core/fault.ts';
import {
  addAddress,
  decodeRouteMessage,
  type Message,
  type Request,
  routeGroups,
  routeTypes,
} from '../../../src/core/netlink/index.ts';
import { type KernelInput, openKernel } from '../../../src/core/runtime/kernel.ts';
import type { LogLine } from '../../../src/core/runtime/transports.ts';
import { prefix } from '../link/fixtures.ts';
import { fakeNetlink } from './fake-sockets.ts';

const adding = (cidr: string): Request =>
  addAddress({
    ifindex: 2,
    prefix: prefix(cidr),
    scope: 0,
    label: undefined,
    broadcast: undefined,
    peer: undefined,
    flags: 0,
    preferredLifetime: 'forever',
  });
/** The notice of an address is the request that adds it. */
const notice = (cidr: string): Message => ({
  type: routeTypes.newAddress,
  flags: 0,
  sequence: 0,
  port: 0,
  payload: adding(cidr).payload,
});

async function bench(
  answer: (request: Request) => Promise<Outcome<readonly Message[]>> = async () => succeed([]),
) {
  const netlink = fakeNetlink(answer);
  const posted: KernelInput[] = [];
  const logged: LogLine[] = [];
  const broken: Fault[] = [];
  const opened = await openKernel({
    post: input => posted.push(input),
    log: line => logged.push(line),
    broken: fault => broken.push(fault),
    open: netlink.open,
  });
  if (!opened.ok) throw new Error(opened.fault.message);
  return { kernel: opened.value, netlink, posted, logged, broken };
}

const settle = () => vi.advanceTimersByTimeAsync(1);
const nothing = { routes: false, rules: false } as const;
const addressesIn = (input: KernelInput | undefined) =>
  input === undefined || input.kind === 'completions'
    ? undefined
    : input.news.map(item => (item.kind === 'address' ? item.record.prefix.address : item.kind));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the kernel performer', () => {
  it('the notice used here is one', () => {
    const decoded = decodeRouteMessage(notice('10.0.0.7/24'));
    expect(decoded).toMatchObject({ ok: true, value: { kind: 'address', gone: false } });
  });

  it('subscribes to routes and rules, and reads them, only when asked', async () => {
    const { kernel, netlink, posted } = await bench();
    expect(netlink.sockets[0]?.options.groups).toBeUndefined();
    kernel.perform({ kind: 'watch-kernel', scope: nothing });
    await settle();
    expect(netlink.sockets[1]?.options.groups).toEqual([
      routeGroups.link,
      routeGroups.ipv4Address,
      routeGroups.ipv6Address,
    ]);
    expect(netlink.asked.map(({ operation }) => operation)).toEqual(['RTM_GETLINK', 'RTM_GETADDR']);
    expect(posted).toEqual([{ kind: 'kernel', news: [] }]);
    kernel.perform({ kind: 'watch-kernel', scope: { routes: true, rules: true } });
    await settle();
    expect(netlink.sockets.map(({ open }) => open)).toEqual([true, false, true]);
    expect(netlink.sockets[2]?.options.groups?.length).toBe(7);
    expect(netlink.asked.slice(2).map(({ operation }) => operation)).toEqual([
      'RTM_GETLINK',
      'RTM_GETADDR',
      'RTM_GETROUTE',
      'RTM_GETROUTE',
      'RTM_GETRULE',
      'RTM_GETRULE',
    ]);
  });

  it('posts all notices of one turn as one input', async () => {
    const { kernel, netlink, posted } = await bench();
    kernel.perform({ kind: 'watch-kernel', scope: nothing });
    await settle();
    const monitor = netlink.sockets[1];
    for (const cidr of ['10.0.0.7/24', '10.0.0.8/24']) monitor?.options.onMessage?.(notice(cidr));
    expect(posted.length).toBe(1);
    await settle();
    monitor?.options.onMessage?.(notice('10.0.0.9/24'));
    await settle();
    expect(posted.slice(1).map(addressesIn)).toEqual([['10.0.0.7', '10.0.0.8'], ['10.0.0.9']]);
  });

  it('a notice that comes while the kernel is read is posted after the answer, which may be older', async () => {
    const waiting: (() => void)[] = [];
    const { kernel, netlink, posted } = await bench(
      () => new Promise(resolve => waiting.push(() => resolve(succeed([])))),
    );
    kernel.perform({ kind: 'watch-kernel', scope: nothing });
    await settle();
    netlink.sockets[1]?.options.onMessage?.(notice('10.0.0.7/24'));
    await settle();
    for (const answer of waiting.splice(0)) answer();
    await settle();
    expect(posted.map(input => [input.kind, addressesIn(input)])).toEqual([
      ['kernel', []],
      ['news', ['10.0.0.7']],
    ]);
  });

  it('lost notices: logged once, read again; lost during a reading: read once more', async () => {
    const waiting: (() => void)[] = [];
    const { kernel, netlink, posted, logged } = await bench(
      () => new Promise(resolve => waiting.push(() => resolve(succeed([])))),
    );
    const answerAll = async () => {
      for (const answer of waiting.splice(0)) answer();
      await settle();
    };
    kernel.perform({ kind: 'watch-kernel', scope: nothing });
    await settle();
    for (let n = 0; n < 3; n++) netlink.sockets[1]?.options.onLost?.();
    await answerAll();
    expect([posted.length, netlink.asked.length]).toEqual([0, 4]);
    await answerAll();
    expect(posted.length).toBe(1);
    expect(logged.map(({ message }) => message)).toEqual([
      'The kernel dropped notices; reading interfaces and addresses anew',
    ]);
  });

  it('a reading that is refused is tried again and does not end the process', async () => {
    let refusals = 2;
    const { kernel, posted, logged, broken } = await bench(async () =>
      refusals-- > 0 ? fail({ code: 'socket-failed', message: 'netlink: EBUSY' }) : succeed([]),
    );
    kernel.perform({ kind: 'watch-kernel', scope: nothing });
    await settle();
    expect([posted.length, logged.length, broken.length]).toEqual([0, 1, 0]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(posted).toEqual([{ kind: 'kernel', news: [] }]);
  });

  it('answers each apply with the completions of its tickets, in their order', async () => {
    const { kernel, posted } = await bench(async request =>
      request.operation === 'RTM_NEWADDR' && request.payload[1] === 32
        ? fail({ code: 'socket-failed', message: 'EEXIST', errno: 'EEXIST' })
        : succeed([]),
    );
    kernel.perform({
      kind: 'apply',
      operations: [
        { ticket: 7, request: adding('10.0.0.1/24') },
        { ticket: 3, request: adding('10.0.0.2/32') },
        { ticket: 9, request: adding('10.0.0.3/24') },
      ],
    });
    await kernel.settled();
    expect(posted).toMatchObject([
      {
        kind: 'completions',
        completions: [{ ticket: 7 }, { ticket: 3, fault: { errno: 'EEXIST' } }, { ticket: 9 }],
      },
    ]);
  });

  it('after close nothing is posted', async () => {
    const { kernel, netlink, posted } = await bench();
    kernel.perform({ kind: 'watch-kernel', scope: nothing });
    await settle();
    netlink.sockets[1]?.options.onMessage?.(notice('10.0.0.7/24'));
    kernel.close();
    await settle();
    expect(posted.length).toBe(1);
    expect(netlink.sockets.map(({ open }) => open)).toEqual([false, false]);
  });
});
