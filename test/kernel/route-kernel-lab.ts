// Plays the moves of route-kernel-moves.ts in this network namespace and tells what the kernel answered, reported and held.
// Spec: ip-link(8), netlink(7): a request's notices are queued before its answer.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { openNetlink } from '../../src/core/host/index.ts';
import {
  decodeRouteMessage,
  dumpRequests,
  type Message,
  type Request,
  type RouteNews,
  routeGroups,
} from '../../src/core/netlink/index.ts';
import type { LinkEdit } from '../../src/core/simulate/index.ts';
import { waitFor } from '../lab/clock.ts';
import { program } from '../lab/program.ts';
import { holdings, type Move, moves, notices, type Reply } from './route-kernel-moves.ts';

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });

const newsIn = (messages: readonly Message[]): RouteNews[] =>
  messages.flatMap(message => {
    const decoded = decodeRouteMessage(message);
    return decoded.ok && decoded.value !== undefined ? [decoded.value] : [];
  });

/** A veth pair: its other end is up, so that the interface has a carrier. */
function performEdit(edit: LinkEdit): void {
  switch (edit.kind) {
    case 'create':
      ip('link', 'add', edit.name, 'address', edit.mac, 'type', 'veth', 'peer', 'name', 'peer0');
      ip('link', 'set', 'peer0', 'addrgenmode', 'none', 'up');
      ip('link', 'set', edit.name, 'up');
      return;
    case 'delete':
      ip('link', 'del', edit.name);
      return;
    case 'up':
    case 'down':
      ip('link', 'set', edit.name, edit.kind);
      return;
    case 'carrier':
      ip('link', 'set', 'peer0', edit.running ? 'up' : 'down');
      return;
    case 'rename':
      ip('link', 'set', edit.name, 'name', edit.to);
      return;
  }
}

await program(async (): Promise<readonly Reply[]> => {
  for (const which of ['all', 'default']) {
    writeFileSync(`/proc/sys/net/ipv4/conf/${which}/promote_secondaries`, '0');
    writeFileSync(`/proc/sys/net/ipv6/conf/${which}/accept_dad`, '0');
    writeFileSync(`/proc/sys/net/ipv6/conf/${which}/accept_ra`, '0');
  }
  const heard: RouteNews[] = [];
  const { link, ipv4Address, ipv6Address, ipv4Route, ipv6Route, ipv4Rule, ipv6Rule } = routeGroups;
  const monitor = await openNetlink('route', {
    groups: [link, ipv4Address, ipv6Address, ipv4Route, ipv6Route, ipv4Rule, ipv6Rule],
    onMessage: message => heard.push(...newsIn([message])),
  });
  const asking = await openNetlink('route');
  if (!monitor.ok || !asking.ok) throw new Error('netlink could not be opened');
  const kernel = asking.value;
  let current = 0;
  let name = 'eth0';

  /** IPv6 tells some things a little later, and an interface's carrier too: until nothing has come for a while. */
  async function quiet(): Promise<void> {
    let before = -1;
    await waitFor(
      'no notice any more',
      60_000,
      () => {
        const same = heard.length === before;
        before = heard.length;
        return same;
      },
      60,
    );
  }

  async function dump(): Promise<RouteNews[]> {
    const answers = await kernel.ask(dumpRequests());
    return answers.flatMap(answer => (answer.ok ? newsIn(answer.value) : []));
  }

  async function ask(request: Request): Promise<string | undefined> {
    const [outcome] = await kernel.ask([request]);
    return outcome === undefined || outcome.ok ? undefined : outcome.fault.errno;
  }

  async function make(move: Move): Promise<string | undefined> {
    if (move.kind === 'ask') return ask(move.request(current));
    if (move.kind === 'promote') {
      writeFileSync('/proc/sys/net/ipv4/conf/all/promote_secondaries', move.on ? '1' : '0');
      return undefined;
    }
    performEdit(move.edit);
    if (move.edit.kind === 'rename') name = move.edit.to;
    if (move.edit.kind !== 'create') return undefined;
    name = move.edit.name;
    const found = (await dump()).find(each => each.kind === 'link' && each.record.name === name);
    if (found?.kind === 'link') current = found.record.index;
    return undefined;
  }

  const replies: Reply[] = [];
  for (const move of moves) {
    heard.length = 0;
    const errno = await make(move);
    await quiet();
    const device = (ifindex: number) => (ifindex === current ? 'eth' : undefined);
    replies.push({
      what: move.what,
      errno,
      notices: notices(heard, device),
      holds: holdings(await dump(), device),
    });
  }
  monitor.value.close();
  kernel.close();
  return replies;
});
