// Mirror and holdings beside a simulated kernel: operations, answers and notices move when and in which order the test says.
// Truth: simulate/kernel, which test/kernel/route-kernel.test.ts holds against a real one.

import type { Fault } from '../../src/core/fault.ts';
import {
  addressKey,
  applyNews,
  askAgain,
  complete,
  createHoldings,
  createMirror,
  disown,
  type Heard,
  hear,
  inherit,
  interestOf,
  ledgerHead,
  ledgerLines,
  type OwnerId,
  possessionsOf,
  rehear,
  replay,
  reread,
  setInterest,
  settle,
  type TicketedOperation,
  type Wanted,
  want,
} from '../../src/core/link/index.ts';
import { rulesOf } from '../../src/core/link/kinds/index.ts';
import { lower } from '../../src/core/link/lines.ts';
import type { Mac } from '../../src/core/net/index.ts';
import {
  type AddressRecord,
  addAddress,
  type RouteNews,
  removeAddress,
} from '../../src/core/netlink/index.ts';
import {
  ask,
  createKernel,
  dump,
  editLink,
  type LinkEdit,
  linkNamed,
  type SimulatedKernel,
} from '../../src/core/simulate/index.ts';
import { address, prefix } from '../unit/link/fixtures.ts';

export const boot = 'boot-1';

/** An address as foreign programs add it. */
export const plain = (text: string, ifindex: number): AddressRecord => ({
  ifindex,
  prefix: prefix(text),
  scope: 0,
  label: undefined,
  broadcast: undefined,
  peer: undefined,
  flags: 0,
  preferredLifetime: 'forever',
});

/** `10.0.0.100/24 eth0`: address lines of an owner. */
export const lines = (label: string, ...items: readonly string[]): Wanted => ({
  label,
  addresses: items.map(item => {
    const [cidr = '', dev] = item.split(' ');
    return { config: address(cidr), device: dev };
  }),
  routes: [],
  rules: [],
});

/** Two interfaces: eth0 with an address of its own, eth1 without, where the first of ours becomes the primary one. */
export function stage(promoteSecondaries = false): SimulatedKernel {
  const kernel = createKernel({ promoteSecondaries });
  for (const name of ['eth0', 'eth1'])
    editLink(kernel, { kind: 'create', name, mac: '02:00:00:00:00:0a' as Mac, up: true });
  ask(kernel, addAddress(plain('10.0.0.1/24', 2)));
  return kernel;
}

/** All but the link-local addresses that the kernel gives by itself. */
export const heldIn = (kernel: SimulatedKernel): string[] =>
  kernel.addresses
    .map(addressKey)
    .filter(key => !key.includes('fe80'))
    .sort();

export class Bench {
  /** For structuredClone, which takes no functions. */
  static from(parts: object): Bench {
    return Object.assign(Object.create(Bench.prototype) as Bench, parts);
  }

  readonly kernel: SimulatedKernel;
  mirror = createMirror();
  holdings = createHoldings();
  operations: TicketedOperation[] = [];
  answers: { ticket: number; fault: Fault | undefined }[] = [];
  notices: RouteNews[] = [];
  ledger = ledgerHead(boot);
  readonly announced: string[] = [];
  readonly lost: string[] = [];
  readonly wants = new Map<OwnerId, Wanted>();
  /** Called after each operation that the kernel carried out. */
  watch: (() => void) | undefined;

  constructor(kernel: SimulatedKernel) {
    this.kernel = kernel;
    reread(this.mirror, dump(kernel));
  }

  /** A new process takes the place of this one, which was killed: what it asked for and wrote is all that stays. */
  restart(wanted: ReadonlyMap<OwnerId, Wanted>): Bench {
    const next = new Bench(this.kernel);
    next.ledger = this.ledger;
    inherit(next.holdings, replay(this.ledger, boot));
    next.reload(wanted);
    return next;
  }

  /** One plan for everything that changes. */
  reload(wanted: ReadonlyMap<OwnerId, Wanted>): readonly TicketedOperation[] {
    for (const id of this.wants.keys()) if (!wanted.has(id)) disown(this.holdings, id);
    for (const [id, lines] of wanted) want(this.holdings, id, lines);
    this.wants.clear();
    for (const [id, lines] of wanted) this.wants.set(id, lines);
    const leaving = [...this.holdings.former, ...possessionsOf(this.holdings)];
    if (setInterest(this.mirror, interestOf(wanted.values(), leaving))) this.read();
    return this.settle();
  }

  settle(): readonly TicketedOperation[] {
    const settled = settle(this.holdings, this.mirror);
    this.ledger += ledgerLines(settled.ledger);
    this.operations.push(...settled.operations);
    this.announce(settled.held);
    return settled.operations;
  }

  announce(held: Heard['held']): void {
    for (const { owner, targets } of held)
      for (const target of targets) this.announced.push(`${owner} ${target.address}`);
  }

  /** The kernel carries out the next operation. */
  execute(): boolean {
    const operation = this.operations.shift();
    if (operation === undefined) return false;
    const { errno, news } = ask(this.kernel, operation.request);
    this.notices.push(...news);
    const fault: Fault | undefined =
      errno === undefined ? undefined : { code: 'netlink-refused', message: errno, errno };
    this.answers.push({ ticket: operation.ticket, fault });
    this.watch?.();
    return true;
  }

  /** One of the answers that are under way arrives. */
  answer(which = 0): boolean {
    const [next] = this.answers.splice(which % Math.max(1, this.answers.length), 1);
    if (next === undefined) return false;
    this.completed(next.ticket, next.fault);
    return true;
  }

  /** One of the answers is lost: whether the kernel did it is not known. */
  silence(which = 0): void {
    const [next] = this.answers.splice(which % Math.max(1, this.answers.length), 1);
    if (next !== undefined) this.completed(next.ticket, { code: 'netlink-timeout', message: 'no answer' });
  }

  completed(ticket: number, fault: Fault | undefined): void {
    const done = complete(this.holdings, this.mirror, ticket, fault);
    this.ledger += ledgerLines(done.ledger);
    this.announce(done.held);
    if (done.reread || done.refused) this.read();
    if (this.holdings.flights.size === 0) this.settle();
  }

  /** What was refused is asked for once more, as after a second. */
  again(): this {
    if (askAgain(this.holdings)) this.settle();
    return this.rest();
  }

  /** Notices arrive, in their order. */
  notice(count = 1): boolean {
    const news = this.notices.splice(0, count);
    if (news.length === 0) return false;
    this.heard(hear(this.holdings, this.mirror, applyNews(this.mirror, news)));
    return true;
  }

  heard({ lost, held, unsettled, reread }: Heard): void {
    this.announce(held);
    for (const { owner, what } of lost) {
      this.lost.push(`${owner} ${what}`);
      // As with static lines: what is lost is wanted again.
      const wanted = this.wants.get(owner);
      if (wanted !== undefined) want(this.holdings, owner, wanted);
    }
    if (reread) this.read();
    if (unsettled || lost.length > 0) this.settle();
  }

  /** The receive buffer overflowed: what was not read yet is gone. */
  overrun(): void {
    this.notices = [];
    this.read();
  }

  /** Dumps go the way of operations: what was asked before has been answered. */
  read(): void {
    while (this.execute());
    while (this.answer());
    this.heard(rehear(this.holdings, this.mirror, reread(this.mirror, dump(this.kernel))));
  }

  edit(edit: LinkEdit): void {
    this.notices.push(...editLink(this.kernel, edit).news);
  }
  /** Somebody else adds or removes an address. */
  foreign(change: 'add' | 'remove', text: string): void {
    const [cidr = '', dev = ''] = text.split(' ');
    const link = linkNamed(this.kernel, dev);
    if (link === undefined) return;
    const record = plain(cidr, link.index);
    const request = change === 'add' ? addAddress(record) : removeAddress(record);
    this.notices.push(...ask(this.kernel, request).news);
  }

  /** Somebody else adds or removes what these lines say. */
  foreignLines(change: 'add' | 'remove', wanted: Wanted): void {
    for (const { kind, record } of lower(wanted, this.mirror).desired) {
      const { add, remove } = rulesOf(kind);
      const request = change === 'add' ? add(record, 'prepend') : remove(record);
      this.notices.push(...ask(this.kernel, request).news);
    }
  }

  /** Until nothing is under way any more. */
  rest(): this {
    for (let turns = 0; this.execute() || this.notice() || this.answer(); turns++)
      if (turns > 10_000) throw new Error('never at rest');
    return this;
  }
}
